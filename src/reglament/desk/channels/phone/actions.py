"""Logging a call: who called which line, what was said, and whether the number was told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from reglament.desk.channels import intake
from reglament.desk.channels.incoming import Outcome, Taken
from reglament.desk.channels.logged import Log, incoming_of
from reglament.desk.channels.models import Call
from reglament.desk.people.models import StaffMember
from reglament.desk.tickets.actions import record_told_by_phone
from reglament.desk.tickets.models import Ticket

CHANNEL = "phone"


@transaction.atomic
def log_call(by: StaffMember, log: Log, *, now: datetime, line: str = "", told_number: bool = False) -> Taken:
    """Log a call: it becomes a ticket, joins one, or stays a note, as the regulation counts calls.

    Takes the line that was dialled, and whether the caller was told the number of the ticket; they may
    be told later as well (`record_told_by_phone`). A client whom the person picks is named, not proven.
    """
    taken = intake.receive(incoming_of(by, CHANNEL, log, now), now)
    if taken.outcome == Outcome.DUPLICATE:
        return taken
    Call.objects.create(
        desk_id=by.desk_id,
        message_id=taken.message_id,
        conversation_id=taken.conversation_id,
        line=line[:100],
        caller=log.phone.strip()[:40],
        taken_by=by,
        told_number_at=now if told_number else None,
    )
    if told_number and taken.outcome == Outcome.CREATED and taken.ticket_id is not None:
        record_told_by_phone(by, Ticket.objects.get(pk=taken.ticket_id), at=now)
    return taken
