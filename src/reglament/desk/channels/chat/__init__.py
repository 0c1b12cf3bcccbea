"""Conversations with an online operator, which staff log."""
