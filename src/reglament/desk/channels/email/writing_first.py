"""Writing to a client first: staff begin a ticket by a letter of the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.incoming import Outcome, Taken
from reglament.desk.channels.logged import Log, incoming_of
from reglament.desk.channels.models import IntakeKey
from reglament.desk.faults import ActionRefused
from reglament.desk.people.models import StaffMember
from reglament.desk.people.queries import IDENTIFIED, recognise
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets import files
from reglament.desk.tickets.arrival import Arrival
from reglament.desk.tickets.beginning import begin
from reglament.desk.tickets.participants import is_of_desk

CHANNEL = "email"


def write_to_client(by: StaffMember, log: Log, *, now: datetime) -> Taken:
    """Begin a ticket by writing to a client; the letter goes out, and the client's answer is waited for.

    Takes who writes, and in the log whom to (a contact or an address), the subject, the text, files, and
    the kind where it is known. Nothing is owed until the client answers. The same key a second time
    gives the first ticket. Raises `NotAllowed`, or `ActionRefused` that names what to mend.
    """
    incoming = incoming_of(by, CHANNEL, log, now)
    if not incoming.subject:
        raise ActionRefused(_("Say what it is about: it is the subject of the letter."), field="subject")
    address = incoming.sender_address or (log.contact.email.lower() if log.contact is not None else "")
    try:
        validate_email(address)
    except ValidationError as fault:
        raise ActionRefused(_("This is no mail address."), field="address") from fault
    with files.taken_back_on_failure(), transaction.atomic():
        desk = Desk.objects.select_for_update(no_key=True).get(pk=by.desk_id)
        if is_of_desk(desk, address):
            raise ActionRefused(_("This is an address of the desk itself."), field="address")
        key = incoming.idempotency_key.replace("\x00", "")
        before = (
            IntakeKey.objects.filter(desk=desk, key=key).select_related("ticket").first() if key else None
        )
        if before is not None and before.ticket is not None:
            return Taken(Outcome.DUPLICATE, before.ticket_id, before.ticket.number, before.message_id)
        who = recognise(desk, address, proven=False, moment=now)
        contact = log.contact or who.contact
        arrival = Arrival(
            desk=desk,
            incoming=replace(incoming, sender_address=address, attachments=()),
            contact=contact,
            authentication=IDENTIFIED if contact is not None else who.authentication,
            recorded_by=by,
            now=now,
        )
        message = begin(by, arrival, log.attachments)
        if key:
            IntakeKey.objects.create(
                desk=desk, key=key, ticket=message.ticket, message=message, recorded_at=now
            )
    ticket = message.ticket
    return Taken(Outcome.CREATED, ticket.pk, ticket.number, message.pk)
