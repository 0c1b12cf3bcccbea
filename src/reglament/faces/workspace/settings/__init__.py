"""What administrators set: the desk, its addresses, its staff."""
