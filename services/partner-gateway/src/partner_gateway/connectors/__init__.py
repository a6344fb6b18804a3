"""The ways into the agency's own systems."""
