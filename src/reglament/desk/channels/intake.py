"""The one road by which anything from outside becomes a ticket, a message of one, or a note of a talk.

Every channel builds an `Incoming` and hands it to `receive`. Ticket, message, facts, decision,
obligations, place in the queue, timeline and notice are one transaction: all of it is there, or none.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from reglament.desk.channels.incoming import Incoming, Outcome, Taken
from reglament.desk.channels.models import IntakeKey
from reglament.desk.people.models import Contact, StaffMember
from reglament.desk.people.queries import ANONYMOUS, AUTHORISED, IDENTIFIED, Recognition, recognise
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets import files, following, opening
from reglament.desk.tickets.arrival import Arrival
from reglament.desk.tickets.models import Conversation


def receive(incoming: Incoming, now: datetime) -> Taken:
    """Take in one thing that reached a desk.

    A new matter is judged by the edition in force at its moment of receipt, and becomes a ticket, or a
    note where the regulation counts its channel as no official one. What belongs to a ticket joins it;
    a ticket closed too long ago is continued by a new one. The same key a second time is a duplicate.

    Raises `ActionRefused` that names what a form or a person of staff filled in wrongly; a letter is
    never refused here: what the regulation does not know in it counts as not said.
    """
    with files.taken_back_on_failure(), transaction.atomic():
        # The lock of the desk's row gives numbers without gaps, and makes the second of two equal
        # things that arrive at once wait for the first. Not of its key: whatever is written beside a
        # ticket meanwhile names the desk, and to wait for that with the ticket locked would be a deadlock.
        desk = Desk.objects.select_for_update(no_key=True).get(pk=incoming.desk_id)
        # A form's key comes back from a browser, and PostgreSQL takes no NUL.
        key = incoming.idempotency_key.replace("\x00", "")
        if key and (before := IntakeKey.objects.filter(desk=desk, key=key).first()) is not None:
            return _duplicate(before)
        taken = _take(desk, incoming, now)
        if key:
            IntakeKey.objects.create(
                desk=desk, key=key, ticket_id=taken.ticket_id, message_id=taken.message_id, recorded_at=now
            )
    return taken


def _duplicate(before: IntakeKey) -> Taken:
    number = before.ticket.number if before.ticket is not None else None
    return Taken(
        Outcome.DUPLICATE, ticket_id=before.ticket_id, ticket_number=number, message_id=before.message_id
    )


def _take(desk: Desk, incoming: Incoming, now: datetime) -> Taken:
    who = _recognised(desk, incoming)
    arrival = Arrival(
        desk=desk,
        incoming=incoming,
        contact=who.contact,
        authentication=who.authentication,
        recorded_by=_recorder(desk, incoming),
        now=now,
    )
    ticket = None
    if incoming.ticket_number is not None:
        ticket = desk.tickets.select_for_update().filter(number=incoming.ticket_number).first()
    if ticket is not None:
        joined = following.join(ticket, arrival)
        if joined is not None:
            return Taken(
                Outcome.APPENDED if joined.counts else Outcome.NOTED,
                ticket_id=ticket.pk,
                ticket_number=ticket.number,
                message_id=joined.message.pk,
                reopened=joined.reopened,
            )
    opened = opening.open_up(arrival, continues=ticket)
    if opened.conversation is not None:
        return Taken(Outcome.TALK, conversation_id=opened.conversation.pk)
    assert opened.ticket is not None
    assert opened.message is not None
    assert opened.request is not None
    return Taken(
        Outcome.CREATED,
        ticket_id=opened.ticket.pk,
        ticket_number=opened.ticket.number,
        message_id=opened.message.pk,
        request_id=opened.request.pk,
        answered=opened.answered,
    )


def _recognised(desk: Desk, incoming: Incoming) -> Recognition:
    if incoming.contact_id is not None:
        contact = Contact.objects.select_related("organisation").get(pk=incoming.contact_id, desk=desk)
        return Recognition(AUTHORISED if incoming.proven else IDENTIFIED, contact)
    if incoming.proven and incoming.recorded_by_id is not None:
        # A named person of staff vouches for what lies on paper before them.
        return Recognition(AUTHORISED, None)
    if not incoming.sender_address:
        return Recognition(ANONYMOUS, None)
    return recognise(desk, incoming.sender_address, proven=incoming.proven, moment=incoming.received_at)


def _recorder(desk: Desk, incoming: Incoming) -> StaffMember | None:
    if incoming.recorded_by_id is None:
        return None
    return StaffMember.objects.select_related("account").get(pk=incoming.recorded_by_id, desk=desk)


def turn_into_request(conversation: Conversation, incoming: Incoming, now: datetime) -> Taken:
    """Make a request of a talk: take the request in as any other, and let the note name its ticket.

    Takes what the client now asks for by an official channel. A note that has become a ticket already
    gives that ticket back.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
        if conversation.ticket is not None:
            ticket = conversation.ticket
            return Taken(Outcome.DUPLICATE, ticket_id=ticket.pk, ticket_number=ticket.number)
        taken = receive(incoming, now)
        if taken.ticket_id is not None:
            conversation.ticket_id = taken.ticket_id
            conversation.save(update_fields=["ticket"])
    return taken
