"""Desks and the editions of the regulation that they run by."""
