"""What is read of what came in: the raw letters of a desk with what became of each."""

from __future__ import annotations

from django.db.models import QuerySet

from reglament.desk.channels.email.grounds import OWN_REASONS, grounds_in_words
from reglament.desk.channels.email.ledger import raw_of
from reglament.desk.channels.email.reasons import reason_in_words
from reglament.desk.channels.models import LetterState, RawLetter
from reglament.desk.regulations.models import Desk

__all__ = [
    "HELD",
    "OWN_REASONS",
    "STATES",
    "grounds_in_words",
    "held_count",
    "letters_at",
    "raw_of",
    "reason_in_words",
]

HELD = (LetterState.HOLD, LetterState.STORED)
"""What a person has to look at: letters that could not be read, and those that are still to be."""
STATES = tuple(state.value for state in LetterState)
_MOST = 1000


def letters_at(desk: Desk, *, state: str = "") -> QuerySet[RawLetter]:
    """Give the raw letters of a desk, newest first: of one state, the `held` ones, or all."""
    letters = desk.raw_letters.select_related("ticket").order_by("-recorded_at", "-id")
    if state == "held":
        return letters.filter(state__in=HELD)
    return letters.filter(state=state) if state else letters


def held_count(desk: Desk) -> int:
    """Say how many letters wait for a person, up to 1000."""
    return desk.raw_letters.filter(state=LetterState.HOLD)[:_MOST].count()
