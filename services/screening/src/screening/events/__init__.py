"""The bus's door to the service."""
