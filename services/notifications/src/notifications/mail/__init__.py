"""How a letter becomes a message, and how it leaves."""
