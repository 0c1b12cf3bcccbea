"""What is read of letters: whom they are from, which thread they continue, how far they got."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from reglament.desk.notices.marks import STAFF_NOTIFICATION
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Message, Ticket

DEAD = (DeliveryState.REFUSED, DeliveryState.UNKNOWN, DeliveryState.HELD, DeliveryState.BOUNCED)
"""States of a letter that a person has to look at."""
UNDER_WAY = (DeliveryState.QUEUED, DeliveryState.SENDING)
STATES = tuple(state.value for state in DeliveryState)
_MOST = 1000
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
            ticket.outgoing_letters.exclude(template=STAFF_NOTIFICATION).values_list(
                "created_at", "internet_message_id"
            ),
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


def outbox_of(desk: Desk, *, state: str = "", words: str = "") -> QuerySet[OutgoingLetter]:
    """Give the letters of a desk, newest first.

    Takes a state, `dead` for those that a person has to look at, or none for all; and what is looked for:
    a part of the recipient's address, or the number of a ticket as it is shown or written.
    """
    letters = OutgoingLetter.objects.filter(desk=desk).select_related("ticket__desk")
    if state == "dead":
        letters = letters.filter(state__in=DEAD)
    elif state:
        letters = letters.filter(state=state)
    words = words.strip().replace("\x00", "")[:254]
    if words:
        number = words.upper().removeprefix(f"{desk.number_prefix.upper()}-")
        found = Q(recipient__icontains=words)
        if number.isascii() and number.isdecimal() and len(number) <= 12:
            found |= Q(ticket__number=int(number))
        letters = letters.filter(found)
    return letters.order_by("-created_at", "-id")


def letters_by_state(desk: Desk) -> dict[str, int]:
    """Count the letters of a desk that have not simply left, by their state."""
    rows = (
        OutgoingLetter.objects.filter(desk=desk, state__in=(*DEAD, *UNDER_WAY))
        .order_by()
        .values_list("state")
        .annotate(Count("pk"))
    )
    return dict(rows)


def dead_count(desk: Desk) -> int:
    """Say how many letters wait for a person to look at them, up to 1000."""
    return OutgoingLetter.objects.filter(desk=desk, state__in=DEAD)[:_MOST].count()
