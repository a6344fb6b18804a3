"""The service's door over HTTP."""
