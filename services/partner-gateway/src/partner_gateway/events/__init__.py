"""The door of the sealed messages from the hub."""
