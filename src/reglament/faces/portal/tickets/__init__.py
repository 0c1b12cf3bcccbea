"""The tickets of a client."""
