"""The first step of the form: what it is about."""
