"""Calls, which staff log."""
