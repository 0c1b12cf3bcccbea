"""What people choose about their own accounts."""

from __future__ import annotations

from reglament.desk.people.actions import save_checked
from reglament.desk.people.models import Account


def choose_preferences(account: Account, *, language: str, zone: str) -> None:
    """Keep the language and the time zone (IANA name) in which a person reads; it is their own affair.

    Letters of the desks to this person are written in that language too.
    """
    account.language, account.zone = language, zone
    save_checked(account)
    account.contacts.filter(left_at=None).update(language=language)
