"""Takes in every concern about a child, by whatever channel, and gives it a reference."""
