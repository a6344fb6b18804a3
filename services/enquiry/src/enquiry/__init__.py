"""Asks the agencies what they hold, chases them, and brings it back to the decision maker."""
