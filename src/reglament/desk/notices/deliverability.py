"""Addresses from which letters come back for good: marked by a bounce, until somebody knows better."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import ActionRefused
from reglament.desk.notices.models import OutgoingLetter, UndeliverableAddress
from reglament.desk.operations import audit
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right, demand
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Participant, Ticket


def undeliverable(desk: Desk, addresses: Collection[str]) -> list[UndeliverableAddress]:
    """Give, of some addresses, those from which letters come back."""
    wanted = {address.strip().lower() for address in addresses if address}
    if not wanted:
        return []
    return list(
        UndeliverableAddress.objects.filter(desk=desk, address__in=wanted, ended_at=None).order_by("address")
    )


def any_undeliverable() -> Exists:
    """Say of each ticket that is read whether letters come back from an address that its replies go to.

    For the annotation `unreachable`, which spares whoever reads a ticket a query.
    """
    others = Participant.objects.filter(ticket=OuterRef(OuterRef("pk")), gets_replies=True, account=None)
    return Exists(
        UndeliverableAddress.objects.filter(
            Q(address=Lower(OuterRef("requester_address")))
            | Q(address=Lower(OuterRef("requester__email")))
            | Q(address__in=others.values("address")),
            desk=OuterRef("desk"),
            ended_at=None,
        )
    )


def undeliverable_in(ticket: Ticket) -> list[UndeliverableAddress]:
    """Give, of the addresses that replies in a ticket go to, those from which letters come back."""
    if vars(ticket).get("unreachable") is False:
        return []
    own = ticket.requester_address or (ticket.requester.email if ticket.requester is not None else "")
    others = ticket.participants.filter(gets_replies=True, account=None).values("address")
    return list(
        UndeliverableAddress.objects.filter(
            Q(address=own.lower()) | Q(address__in=others), desk=ticket.desk_id, ended_at=None
        ).order_by("address")
    )


def mark(letter: OutgoingLetter, *, status: str, diagnostic: str, at: datetime) -> None:
    """Mark the address of a letter that came back for good (RFC 3464; a status of class 5)."""
    if letter.desk is None:
        return
    UndeliverableAddress.objects.get_or_create(
        desk=letter.desk,
        address=letter.recipient.lower(),
        ended_at=None,
        defaults={"since": at, "status": status[:20], "diagnostic": diagnostic[:500], "letter": letter},
    )


def proved_alive(desk: Desk, address: str, at: datetime) -> None:
    """Take the mark off an address: a letter came from it, and it was proven that it did."""
    UndeliverableAddress.objects.filter(desk=desk, address=address.lower(), ended_at=None).update(ended_at=at)


@transaction.atomic
def works_again(by: StaffMember, row: UndeliverableAddress, *, at: datetime) -> None:
    """Take the mark off an address on the word of a person."""
    demand(by, Right.WORK_TICKETS)
    if row.desk_id != by.desk_id:
        raise ActionRefused(_("This address is not of your desk."))
    if not UndeliverableAddress.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at):
        raise ActionRefused(_("This address takes letters again already."))
    audit.record("address_works_again", row, by=by.account, at=at)
