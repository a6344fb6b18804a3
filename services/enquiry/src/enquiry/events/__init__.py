"""The service's door to the bus, and to time."""
