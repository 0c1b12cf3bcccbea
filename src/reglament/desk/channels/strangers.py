"""What somebody wrote in a ticket in which they take no part, made a request of its own."""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction

from reglament.desk.channels import intake
from reglament.desk.channels.incoming import Incoming, IncomingFile, Taken
from reglament.desk.operations import audit
from reglament.desk.people.models import StaffMember
from reglament.desk.tickets import files, timeline
from reglament.desk.tickets.models import Actor, Attachment, Message, MessageKind
from reglament.desk.tickets.working import Obstacle, demand_work, locked, stop


def make_own_request(by: StaffMember, message: Message, *, at: datetime) -> Taken:
    """Make a request of its own of a stranger's message, received when the message was.

    The message stays in the ticket where it came, and changes nothing there. Pressed again, it gives the
    same ticket. Raises `NotAllowed`, or `ActionRefused` where it is no stranger's message.
    """
    with files.taken_back_on_failure(), transaction.atomic():
        stop(None if message.kind == MessageKind.STRANGER else Obstacle("not_a_stranger"))
        demand_work(by, message.ticket)
        taken = intake.receive(_incoming_of(message, at), at)
        ticket = locked(message.ticket)
        timeline.write(
            ticket,
            "stranger_made_request",
            at=at,
            by=Actor.STAFF,
            actor=by.account,
            message=message.pk,
            number=taken.ticket_number,
        )
        audit.record("make_request_of_stranger", ticket, at=at, by=by.account, values={"message": message.pk})
    return taken


def _incoming_of(message: Message, at: datetime) -> Incoming:
    return Incoming(
        desk_id=message.desk_id,
        channel=message.channel,
        received_at=message.occurred_at,
        recorded_at=at,
        sender_address=message.author_address,
        sender_name=message.author_name,
        proven=bool(message.proof.get("proven")),
        proof=message.proof,
        subject=message.ticket.subject,
        text=message.text,
        quoted=message.quoted,
        html=message.html,
        attachments=tuple(_file_of(file) for file in message.attachments.order_by("pk")),
        copied=tuple((one["address"], one["name"]) for one in message.copied),
        notice_allowed="unanswerable" not in message.proof,
        idempotency_key=f"stranger:{message.pk}",
        raw_letter_id=message.raw_letter.pk if hasattr(message, "raw_letter") else None,
        internet_message_id=message.internet_message_id,
    )


def _file_of(file: Attachment) -> IncomingFile:
    with default_storage.open(file.storage_path) as stored:
        return IncomingFile(file.file_name, file.content_type, stored.read(), file.content_id)
