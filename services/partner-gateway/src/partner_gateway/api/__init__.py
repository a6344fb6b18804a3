"""The HTTP door: each endpoint decodes, calls one use case and encodes."""
