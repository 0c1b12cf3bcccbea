"""The second step of the form: what the regulation demands for it."""
