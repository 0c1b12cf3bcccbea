"""Who takes part in a ticket by mail beside its requester: who joins, and who is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from reglament.desk.people.models import Contact, ContactAddress
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.announcing import address_of
from reglament.desk.tickets.arrival import Arrival
from reglament.desk.tickets.models import Message, Participant, Ticket
from reglament.desk.tickets.timeline import write

MOST = 20
"""How many people take part in one ticket, its requester among them; staff who follow do not count."""


@dataclass(frozen=True, slots=True)
class TakingPart:
    """Everybody in a ticket beside its requester."""

    colleagues: tuple[Participant, ...]
    """On the client's side: what they write is the client's, and they may get the replies."""
    followers: tuple[Participant, ...]
    """Staff who get letters about the ticket."""


def taking_part(ticket: Ticket) -> TakingPart:
    """Give everybody who takes part in a ticket beside its requester, in the order in which they came."""
    rows = list(ticket.participants.select_related("contact", "account").order_by("added_at", "id"))
    own = address_of(ticket)
    return TakingPart(
        colleagues=tuple(row for row in rows if row.account_id is None and row.address != own),
        followers=tuple(row for row in rows if row.account_id is not None),
    )


def outsiders(ticket: Ticket, messages: Iterable[Message], part: TakingPart) -> dict[int, list[str]]:
    """Give, for each message by its id, the addresses it was copied to that take no part in the ticket."""
    inside = {row.address for row in (*part.colleagues, *part.followers)} | {address_of(ticket)}
    found = {
        message.pk: [one["address"] for one in message.copied if one["address"] not in inside]
        for message in messages
    }
    return {pk: addresses for pk, addresses in found.items() if addresses}


def remember(ticket: Ticket, arrival: Arrival) -> None:
    """Let whoever wrote in a ticket take part in it from now on."""
    address = arrival.address
    if not address or ticket.participants.filter(address=address).exists() or room_in(ticket) < 1:
        return
    _add(ticket, arrival, address, arrival.name, arrival.contact)


def join_copied(ticket: Ticket, arrival: Arrival) -> list[Participant]:
    """Let those whom a client's letter was copied to take part, where the client lets them see its tickets.

    Of any other address nobody knows whether the client wants it to read on; staff may add it.
    """
    copied = {address: name for address, name in arrival.incoming.copied if address != arrival.address}
    room = room_in(ticket)
    if ticket.organisation_id is None or not copied or room < 1:
        return []
    moment = arrival.incoming.received_at
    known = (
        ContactAddress.objects.filter(
            desk=ticket.desk_id,
            address__in=copied,
            contact__organisation=ticket.organisation_id,
            contact__sees_colleagues_tickets=True,
            recorded_at__lte=moment,
        )
        .filter(Q(removed_at=None) | Q(removed_at__gt=moment))
        .filter(Q(contact__left_at=None) | Q(contact__left_at__gt=moment))
        .exclude(address__in=ticket.participants.values("address"))
        .select_related("contact")
        .order_by("address", "id")
    )
    joining = {row.address: row.contact for row in known}
    rows = []
    for address, contact in list(joining.items())[:room]:
        row = _add(ticket, arrival, address, copied[address] or contact.name, contact)
        write(ticket, "participant_joined", at=moment, by=arrival.actor, address=address, participant=row.pk)
        rows.append(row)
    return rows


def room_in(ticket: Ticket) -> int:
    """Say how many more people on the client's side may take part in a ticket."""
    return MOST - ticket.participants.filter(account=None).count()


def is_of_desk(desk: Desk, address: str) -> bool:
    """Say whether an address, its sub-address aside, is one of the desk's own, or of the installation's."""
    local, _, domain = address.strip().lower().rpartition("@")
    base = f"{local.partition('+')[0]}@{domain}"
    return base == str(settings.DEFAULT_FROM_EMAIL).lower() or desk.addresses.filter(address=base).exists()


def _add(ticket: Ticket, arrival: Arrival, address: str, name: str, contact: Contact | None) -> Participant:
    return Participant.objects.create(
        desk=arrival.desk,
        ticket=ticket,
        address=address,
        name=name[:200],
        contact=contact,
        added_at=arrival.now,
    )
