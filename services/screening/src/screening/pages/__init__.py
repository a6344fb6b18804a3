"""The pages of screening: the board, and the screening of one contact."""
