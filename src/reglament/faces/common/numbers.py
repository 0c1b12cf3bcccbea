"""Numbers that stand in an address or a hidden field, where no form checks them."""

LONGEST = 18
"""Digits; every number of a row fits, and the largest fits the columns of every database."""


def number_in(said: str) -> int | None:
    """Give the number that a text is, or none where it is no number of a row."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= LONGEST else None
