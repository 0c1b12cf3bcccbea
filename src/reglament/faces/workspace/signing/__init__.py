"""The key by which the desk signs its letters."""
