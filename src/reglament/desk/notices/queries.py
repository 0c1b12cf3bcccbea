"""What is read of letters: whom they are from, which thread they continue, how far they got."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet

from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Message, Ticket

THREAD_LENGTH = 20
"""How many identifiers a letter repeats of its thread: enough for every mail program."""


def sender_of(desk: Desk) -> str:
    """Give the address from which a desk writes: its first, or that of the whole installation."""
    address = desk.addresses.order_by("position", "id").values_list("address", flat=True).first()
    return address or str(settings.DEFAULT_FROM_EMAIL)


def thread_of(ticket: Ticket) -> tuple[str, str]:
    """Give the In-Reply-To and References (RFC 5322, 3.6.4) of the next letter of a ticket."""
    letters = [
        (occurred_at, identifier)
        for rows in (
            ticket.messages.exclude(internet_message_id="").values_list("occurred_at", "internet_message_id"),
            ticket.outgoing_letters.values_list("created_at", "internet_message_id"),
        )
        for occurred_at, identifier in rows
    ]
    identifiers = list(dict.fromkeys(identifier for _, identifier in sorted(letters)))
    if not identifiers:
        return "", ""
    if len(identifiers) > THREAD_LENGTH:
        # The first one holds the thread together in every mail program.
        identifiers = [identifiers[0], *identifiers[-(THREAD_LENGTH - 1) :]]
    return identifiers[-1], " ".join(identifiers)


def letters_of(ticket: Ticket) -> QuerySet[OutgoingLetter]:
    """Give every letter of a ticket, oldest first."""
    return ticket.outgoing_letters.order_by("created_at", "id")


def letters_with(messages: Iterable[Message]) -> dict[int, list[OutgoingLetter]]:
    """Give, for each of some messages by its id, the letters that carried it, oldest first."""
    carried: dict[int, list[OutgoingLetter]] = {}
    for letter in OutgoingLetter.objects.filter(message__in=list(messages)).order_by("created_at", "id"):
        if letter.message_id is not None:
            carried.setdefault(letter.message_id, []).append(letter)
    return carried


def outbox(desk: Desk | None = None) -> QuerySet[OutgoingLetter]:
    """Give the letters that were written, newest first: of a desk, or of all."""
    letters = OutgoingLetter.objects.select_related("desk", "ticket")
    if desk is not None:
        letters = letters.filter(desk=desk)
    return letters.order_by("-created_at", "-id")
