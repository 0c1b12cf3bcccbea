"""Accounts, staff, client organisations, their contacts and what they hold."""
