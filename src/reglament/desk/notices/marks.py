"""The mark in every letter of a desk by which the desk knows it again when it comes back."""

LOOP_FIELD = "X-Reglament-Desk"
"""The field that names the desk that wrote a letter."""


def loop_mark(slug: str, address: str) -> str:
    """Give a desk's own value of LOOP_FIELD, from its name and an address of it."""
    return f"{slug}@{address.rpartition('@')[2].lower()}"
