"""What a gateway does, one step a module."""
