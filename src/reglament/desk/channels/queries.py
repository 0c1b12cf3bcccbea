"""What is read of what came in: the raw letters of a desk with what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from reglament.desk.channels.email.grounds import OWN_REASONS, grounds_in_words
from reglament.desk.channels.email.ledger import raw_of
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.reading import read_letter
from reglament.desk.channels.email.reasons import reason_in_words
from reglament.desk.channels.models import LetterState, MailSource, RawLetter
from reglament.desk.operations.models import AuditEvent
from reglament.desk.regulations.models import Desk

__all__ = [
    "HELD",
    "OWN_REASONS",
    "SOURCES",
    "STATES",
    "LetterSearch",
    "grounds_in_words",
    "held_count",
    "history_of_letter",
    "letter_counts",
    "letters_found",
    "letters_numbered",
    "mailboxes_of",
    "raw_of",
    "read_again",
    "reason_in_words",
]

HELD = (LetterState.HOLD, LetterState.STORED)
"""What a person has to look at: letters that could not be read, and those that are still to be."""
STATES = tuple(state.value for state in LetterState)
SOURCES = ("smtp", "lmtp", "imap", "pipe")
"""The doors by which letters come."""
_MOST = 1000


@dataclass(frozen=True, slots=True)
class LetterSearch:
    """Which letters of a ledger are looked for; what is empty or None does not matter."""

    states: tuple[str, ...] = ()
    source: str = ""
    """One of `SOURCES`."""
    mailbox: int | None = None
    """The row of the mailbox that it was read from."""
    sender: str = ""
    """A part of what it names as its sender, or of the envelope's."""
    recipient: str = ""
    """A part of the envelope's recipient."""
    words: str = ""
    """A part of its subject, or a Message-ID."""
    ticket: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The moment of receipt: from the one, and before the other."""

    def condition(self) -> Q:
        """Give what the rows of the ledger are asked."""
        asked = Q(state__in=self.states) if self.states else Q()
        if self.source:
            asked &= Q(source=self.source)
        if self.mailbox is not None:
            asked &= Q(mail_source=self.mailbox)
        if self.sender:
            asked &= Q(sender__icontains=self.sender) | Q(envelope_from__icontains=self.sender)
        if self.recipient:
            asked &= Q(envelope_to__icontains=self.recipient)
        if self.words:
            bare = self.words.strip("<>")
            asked &= Q(subject__icontains=self.words) | Q(internet_message_id=f"<{bare}>")
        if self.ticket is not None:
            asked &= Q(ticket__number=self.ticket)
        if self.since is not None:
            asked &= Q(received_at__gte=self.since)
        if self.until is not None:
            asked &= Q(received_at__lt=self.until)
        return asked


def letters_found(
    desk: Desk, search: LetterSearch, *, before: tuple[datetime, int] | None = None, most: int = 50
) -> tuple[list[RawLetter], tuple[datetime, int] | None]:
    """Give letters of a desk, the newest first, and from where the next ones are found; None where none are.

    `before` is what the former call gave: a page far down costs no more than the first.
    """
    rows = desk.raw_letters.filter(search.condition()).select_related("ticket", "mail_source")
    if before is not None:
        at, number = before
        rows = rows.filter(recorded_at__lte=at).exclude(recorded_at=at, pk__gte=number)
    found = list(rows.order_by("-recorded_at", "-id")[: most + 1])
    for letter in found:
        if letter.ticket is not None:
            letter.ticket.desk = desk
    if len(found) <= most:
        return found, None
    last = found[most - 1]
    return found[:most], (last.recorded_at, last.pk)


def letters_numbered(desk: Desk, numbers: Iterable[int]) -> QuerySet[RawLetter]:
    """Give letters of a desk by the numbers of their rows, the oldest first; others are passed over."""
    return desk.raw_letters.filter(pk__in=list(numbers)).select_related("desk", "ticket").order_by("pk")


def letter_counts(desk: Desk) -> dict[str, int]:
    """Say how many letters of a desk ended in each state."""
    rows = desk.raw_letters.order_by().values_list("state").annotate(count=Count("pk"))
    counted = dict(rows)
    return {state: counted.get(state, 0) for state in STATES}


def mailboxes_of(desk: Desk) -> list[MailSource]:
    """Give the mailboxes that a desk reads."""
    return list(desk.mail_sources.order_by("name", "pk"))


def held_count(desk: Desk) -> int:
    """Say how many letters wait for a person, up to 1000."""
    return desk.raw_letters.filter(state=LetterState.HOLD)[:_MOST].count()


def read_again(raw: bytes) -> Letter:
    """Read a letter only to look at it: nothing follows from it."""
    return read_letter(raw)


def history_of_letter(letter: RawLetter) -> QuerySet[AuditEvent]:
    """Give what people did with a letter, the newest first."""
    return (
        AuditEvent.objects.filter(desk=letter.desk_id, object_type="rawletter", object_id=str(letter.pk))
        .select_related("account")
        .order_by("-at", "-id")
    )
