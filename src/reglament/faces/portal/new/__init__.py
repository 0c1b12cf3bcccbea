"""A new request."""
