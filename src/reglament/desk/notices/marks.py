"""What tells letters of a desk from others: the mark by which it knows them again, and a kind of them."""

LOOP_FIELD = "X-Reglament-Desk"
"""The field that names the desk that wrote a letter."""
STAFF_NOTIFICATION = "staff_notification"
"""The template of letters to staff about a ticket. No client knows them: they hold no thread together."""


def loop_mark(slug: str, address: str) -> str:
    """Give a desk's own value of LOOP_FIELD, from its name and an address of it."""
    return f"{slug}@{address.rpartition('@')[2].lower()}"
