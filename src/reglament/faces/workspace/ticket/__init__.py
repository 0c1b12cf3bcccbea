"""A ticket: its conversation, what the regulation says of it, and everything that may be done with it."""
