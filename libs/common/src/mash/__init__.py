"""The hub's shared language."""
