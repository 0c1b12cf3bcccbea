"""The conversation of a ticket: messages, notes and what the desk did, in order of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import TicketAccess, messages_in
from reglament.desk.channels.queries import OWN_REASONS, grounds_in_words
from reglament.desk.notices.marks import STAFF_NOTIFICATION
from reglament.desk.notices.queries import letters_of
from reglament.faces.workspace.outbox.words import TONES, delivery_in_words
from reglament.faces.workspace.ticket.events import SAID_BY_MESSAGES, Event, Words
from reglament.regulation.wording.common import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reglament.desk.notices.models import OutgoingLetter
    from reglament.desk.tickets.models import Message, TimelineEvent

_NOT_TAKEN = ("refused", "bounced", "unknown")
"""States of a letter to staff that are worth a line."""
FOLDED_FROM = 3
"""Events in a row from which on they are folded."""
PROOFS: dict[str, Promise] = {
    "aligned_pass": _("the border proved the address"),
    "no_sender": _("the letter has no one sender"),
    "no_border": _("no border is trusted, so nothing is proven"),
    "not_by_border": _("the border did not take this letter"),
    "no_results": _("the border said nothing of it"),
    "results_unreadable": _("the border's verdict cannot be read"),
    "results_disagree": _("the border's verdicts disagree"),
    "no_aligned_pass": _("the address is not proven"),
    **OWN_REASONS,
}
CLASSES = {
    "client": "is-client",
    "staff": "is-staff",
    "note": "is-note",
    "automatic": "is-note",
    "stranger": "is-note",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One message."""

    message: Message
    style: str
    channel: str
    proof: str
    grounds: list[str]
    """What each check of the sender found, one line each."""
    letters: list[tuple[OutgoingLetter, str, str]]
    """Those that carried it, how far each got, and how that is to be taken."""
    new: bool
    """True where it came after the reader had last seen the ticket."""


@dataclass(slots=True)
class Entry:
    """One entry: a day, a message, or events in a row."""

    at: datetime
    day: date | None = None
    said: Said | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def folded(self) -> bool:
        """True where the events are too many to stand between the messages."""
        return len(self.events) >= FOLDED_FROM

    @property
    def more(self) -> int:
        """How many events stand folded behind the first."""
        return len(self.events) - 1


def conversation(
    access: TicketAccess, happened: Sequence[TimelineEvent], words: Words, seen: int | None = None
) -> list[Entry]:
    """Give the whole conversation as staff see it, with what happened in between.

    `seen` is the last message that the reader has seen.
    """
    letters: dict[int, list[OutgoingLetter]] = {}
    entries: list[Entry] = []
    for letter in letters_of(access.ticket):
        if letter.message_id is not None:
            letters.setdefault(letter.message_id, []).append(letter)
        elif letter.template != STAFF_NOTIFICATION or letter.state in _NOT_TAKEN:
            event = words.letter(letter)
            entries.append(Entry(event.at, events=[event]))
    for message in messages_in(access):
        said = _said(message, words, letters.get(message.pk, []), seen)
        entries.append(Entry(message.occurred_at, said=said))
    entries.extend(
        Entry(event.occurred_at, events=[words.event(event)])
        for event in happened
        if event.kind not in SAID_BY_MESSAGES
    )
    # A message stands before what it caused at the same moment.
    entries.sort(key=lambda entry: (entry.at, entry.said is None))
    return _by_day(_in_rows(entries))


def _in_rows(entries: list[Entry]) -> list[Entry]:
    rows: list[Entry] = []
    for entry in entries:
        if entry.said is None and rows and rows[-1].said is None and _day(rows[-1].at) == _day(entry.at):
            rows[-1].events.extend(entry.events)
        else:
            rows.append(entry)
    return rows


def _by_day(entries: list[Entry]) -> list[Entry]:
    with_days: list[Entry] = []
    last: date | None = None
    for entry in entries:
        if _day(entry.at) != last:
            last = _day(entry.at)
            with_days.append(Entry(entry.at, day=last))
        with_days.append(entry)
    return with_days


def _day(moment: datetime) -> date:
    return moment.astimezone(timezone.get_current_timezone()).date()


def _said(message: Message, words: Words, letters: list[OutgoingLetter], seen: int | None) -> Said:
    return Said(
        message=message,
        style=CLASSES.get(message.kind, "is-staff"),
        # What staff write goes by mail and stands in the portal, whatever the ticket came by.
        channel=words.labels.channel(message.channel) if message.kind == "client" else "",
        proof=proof_in_words(message.authentication, message.proof, words.language),
        grounds=grounds_in_words(message.proof),
        letters=[(letter, delivery_in_words(letter), TONES.get(letter.state, "")) for letter in letters],
        new=seen is not None and message.pk > seen,
    )


def proof_in_words(authentication: str, proof: dict[str, Any], language: str) -> str:
    """Say who somebody was found to be, and on what grounds."""
    if not authentication:
        return ""
    said = word("authentication", authentication, language)
    ground = PROOFS.get(str(proof.get("reason", "")))
    method = str(proof.get("method") or "").upper()
    more = ", ".join(str(part) for part in (ground, method) if part)
    return f"{said} ({more})" if more else said
