"""The pages of this service: each reads its form, calls the use case of the JSON route, and renders."""
