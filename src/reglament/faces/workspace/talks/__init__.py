"""Conversations that the regulation counts as no requests: notes, of which a request can be made."""
