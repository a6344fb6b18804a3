"""The rules of asking, searching and answering: pure functions of what is known and of the time passed in."""
