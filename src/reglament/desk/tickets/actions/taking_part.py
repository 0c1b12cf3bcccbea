"""Who takes part in a ticket: staff add people and remove them, follow it, and let a stranger in."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.incoming import Incoming
from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.people.models import Contact, StaffMember
from reglament.desk.people.queries import recognise, staff_of
from reglament.desk.tickets import following, timeline
from reglament.desk.tickets.announcing import address_of
from reglament.desk.tickets.arrival import Arrival
from reglament.desk.tickets.models import Actor, Message, MessageKind, Participant, Ticket, TicketState
from reglament.desk.tickets.participants import MOST, is_of_desk, room_in
from reglament.desk.tickets.working import Obstacle, demand_work, locked, stop


@transaction.atomic
def add_participant(
    by: StaffMember,
    ticket: Ticket,
    *,
    at: datetime,
    address: str = "",
    contact: Contact | None = None,
    name: str = "",
) -> Participant:
    """Let somebody on the client's side take part in a ticket: a contact, or whoever is at an address.

    What they write is the client's from now on, and they get the replies. Raises `NotAllowed`, or
    `ActionRefused` for what is no address, one of the desk or its staff, one that takes part already, or
    one too many.
    """
    ticket = locked(ticket)
    demand_work(by, ticket)
    if contact is not None and contact.desk_id != ticket.desk_id:
        raise ActionRefused(_("This person is no client of this desk."), field="contact")
    address = (address or (contact.email if contact is not None else "")).strip().lower()
    _demand_outside(ticket, address)
    if address == address_of(ticket) or ticket.participants.filter(address=address).exists():
        raise ActionRefused(_("This address takes part in the ticket already."), field="address")
    row = _invite(by, ticket, address, name, contact, at)
    _tell(by, ticket, "participant_added", row, at)
    return row


@transaction.atomic
def remove_participant(by: StaffMember, participant: Participant, *, at: datetime) -> None:
    """Let somebody take part no longer. What they wrote stays; what they write now is a stranger's."""
    ticket = locked(participant.ticket)
    demand_work(by, ticket)
    if participant.account_id is None and participant.address == address_of(ticket):
        raise ActionRefused(_("This is whose ticket it is."))
    _tell(by, ticket, "participant_removed", participant, at)
    participant.delete()


@transaction.atomic
def send_replies(by: StaffMember, participant: Participant, *, gets: bool, at: datetime) -> Participant:
    """Say whether somebody who takes part gets the replies by mail; of staff, letters about the ticket."""
    ticket = locked(participant.ticket)
    demand_work(by, ticket)
    participant.gets_replies = gets
    participant.save(update_fields=["gets_replies"])
    _tell(by, ticket, "replies_switched_on" if gets else "replies_switched_off", participant, at)
    return participant


@transaction.atomic
def follow(by: StaffMember, ticket: Ticket, *, at: datetime) -> Participant:
    """Follow a ticket, as staff of any department may: letters about it go to whoever does."""
    ticket = locked(ticket)
    if by.desk_id != ticket.desk_id:
        demand_work(by, ticket)
    row, new = Participant.objects.get_or_create(
        ticket=ticket,
        address=by.account.email,
        defaults={
            "desk_id": ticket.desk_id,
            "account": by.account,
            "name": str(by)[:200],
            "added_at": at,
            "added_by": by.account,
        },
    )
    if row.account_id is None:
        raise ActionRefused(_("You take part in this ticket on the client's side."))
    if new:
        _tell(by, ticket, "followed", row, at)
    return row


@transaction.atomic
def unfollow(by: StaffMember, ticket: Ticket, *, at: datetime) -> None:
    """Follow a ticket no longer."""
    ticket = locked(ticket)
    row = ticket.participants.filter(account=by.account).first()
    if row is not None:
        _tell(by, ticket, "unfollowed", row, at)
        row.delete()


@transaction.atomic
def let_take_part(by: StaffMember, message: Message, *, at: datetime) -> Message:
    """Let a stranger who wrote in a ticket take part in it.

    Their message counts as the client's from this press on: the ticket is the desk's turn, opens again
    where its window is not over, and what was missing is filled in from it. No clock runs from before.
    Raises `NotAllowed`, or `ActionRefused` where it is no stranger's message or the window is over.
    """
    ticket = locked(message.ticket)
    demand_work(by, ticket)
    message = Message.objects.select_for_update(of=("self",)).select_related("contact").get(pk=message.pk)
    stop(None if message.kind == MessageKind.STRANGER else Obstacle("not_a_stranger"))
    over = ticket.state == TicketState.CLOSED and not following.may_reopen(ticket, at)
    stop(Obstacle("closed_too_long_ago") if over else None)
    address = message.author_address
    _demand_outside(ticket, address)
    row = ticket.participants.filter(address=address).first()
    if row is None and address != address_of(ticket):
        row = _invite(by, ticket, address, message.author_name, message.contact, at)
    message.kind = MessageKind.CLIENT
    message.save(update_fields=["kind"])
    timeline.write(
        ticket,
        "stranger_let_in",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        message=message.pk,
        address=address,
    )
    audit.record("let_stranger_take_part", ticket, at=at, by=by.account, values={"message": message.pk})
    incoming = Incoming(
        desk_id=ticket.desk_id,
        channel=message.channel,
        received_at=at,
        recorded_at=at,
        sender_address=address,
        sender_name=message.author_name,
        text=message.text,
        copied=tuple((one["address"], one["name"]) for one in message.copied),
        notice_allowed="unanswerable" not in message.proof,
        # What is read of it is read as of a letter.
        raw_letter_id=message.raw_letter.pk if hasattr(message, "raw_letter") else None,
    )
    arrival = Arrival(
        desk=ticket.desk,
        incoming=incoming,
        contact=message.contact,
        authentication=message.authentication,
        recorded_by=None,
        now=at,
    )
    following.count(ticket, message, list(message.attachments.order_by("pk")), arrival)
    return message


def _demand_outside(ticket: Ticket, address: str) -> None:
    """Raise where an address is none, or is on the desk's side."""
    try:
        validate_email(address)
    except ValidationError as fault:
        raise ActionRefused(_("This is no mail address."), field="address") from fault
    if is_of_desk(ticket.desk, address):
        raise ActionRefused(_("This is an address of the desk itself."), field="address")
    if staff_of(ticket.desk).filter(account__email=address).exists():
        raise ActionRefused(
            _("This is somebody of the desk's staff: they can follow the ticket."), field="address"
        )


def _invite(
    by: StaffMember, ticket: Ticket, address: str, name: str, contact: Contact | None, at: datetime
) -> Participant:
    if room_in(ticket) < 1:
        raise ActionRefused(
            _("%(most)s people take part already; remove one first.") % {"most": MOST}, field="address"
        )
    contact = contact or recognise(ticket.desk, address, proven=False, moment=at).contact
    return Participant.objects.create(
        desk_id=ticket.desk_id,
        ticket=ticket,
        address=address,
        name=(name.strip() or (contact.name if contact is not None else ""))[:200],
        contact=contact,
        added_at=at,
        added_by=by.account,
    )


def _tell(by: StaffMember, ticket: Ticket, what: str, row: Participant, at: datetime) -> None:
    timeline.write(
        ticket,
        what,
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        participant=row.pk,
        address=row.name if row.account_id is not None else row.address,
    )
    audit.record(what, ticket, at=at, by=by.account, values={"participant": row.pk})
