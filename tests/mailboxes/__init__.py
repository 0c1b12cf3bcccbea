"""Mailboxes of a real server, read by the desk."""
