"""What clients do with their own tickets beside writing: they confirm or disown, answer questions, close."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from reglament.desk.access import TicketAccess
from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.actions import Cause
from reglament.desk.decisions.facts import from_records, with_records_anew
from reglament.desk.decisions.words import labels_of
from reglament.desk.faults import NotAllowed
from reglament.desk.operations import audit
from reglament.desk.people.models import Contact
from reglament.desk.people.queries import ANONYMOUS, AUTHORISED
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets import timeline
from reglament.desk.tickets.actions.ending import close_for, permitted_by_request
from reglament.desk.tickets.actions.judging import reread
from reglament.desk.tickets.actions.talking import WORKSPACE
from reglament.desk.tickets.checks import (
    confirmation,
    permission_demanded,
    why_not_confirm,
    why_not_disown,
)
from reglament.desk.tickets.models import Actor, Message, MessageKind, Request, Ticket, TicketState
from reglament.desk.tickets.queries import requests_of
from reglament.desk.tickets.working import SENTENCES, Obstacle, locked, locked_request, stop


@transaction.atomic
def confirm(access: TicketAccess, request: Request, *, proven: bool, at: datetime) -> Request:
    """Confirm a request where it must be asked for: it becomes a proven one of that channel, from now on.

    Takes the client's access to the ticket and whether their session is proven (a mailed link alone
    proves nothing). It is judged under the ticket's edition, with the records of this moment; what was
    owed stays owed by the earlier of the two terms.
    """
    request = locked_request(request)
    if access.contact is None or request.ticket_id != access.ticket.pk:
        raise NotAllowed(SENTENCES["not_confirmable"])
    stop(why_not_confirm(request))
    if not proven:
        raise Obstacle("not_proven").refuse()
    contact = access.contact
    channel, clause = confirmation(request) or ("", "")
    request.channel, request.authentication = channel, AUTHORISED
    request.received_at, request.completed_at = at, None
    ticket = request.ticket
    if ticket.requester is None:
        ticket.requester, ticket.organisation = contact, contact.organisation
        ticket.save(update_fields=["requester", "organisation"])
    reread(request)
    timeline.write(
        ticket,
        "confirmed",
        at=at,
        by=Actor.CLIENT,
        actor=contact.account,
        request=request,
        clause=clause,
        channel=channel,
    )
    decisions.decide_request(request, Cause.CONFIRMED, contact.account, at, actor=Actor.CLIENT)
    if permission_demanded(request) is not None:
        permitted_by_request(request, contact, at=at)
    return request


@transaction.atomic
def disown(access: TicketAccess, *, proven: bool, at: datetime) -> Ticket:
    """Close a ticket because whoever it names says, signed in, that somebody else wrote it.

    What is asked for in it counts from now on as asked by nobody known: no records of the client speak
    for it. Staff find a note of how it came. The ticket stays where the client sees it, and whoever
    pressed by mistake writes in it, and confirms.
    """
    ticket = locked(access.ticket)
    stop(why_not_disown(ticket, access.contact, requests_of(ticket), proven=proven))
    contact = access.contact
    assert contact is not None
    requests = list(
        ticket.requests.filter(done_at=None, refused_at=None).select_related("edition", "current_decision")
    )
    for request in requests:
        request.ticket = ticket
    clause = next((held[1] for request in requests if (held := confirmation(request)) is not None), "")
    timeline.write(
        ticket, "disowned", at=at, by=Actor.CLIENT, actor=contact.account, contact=contact.pk, clause=clause
    )
    close_for(ticket, Actor.CLIENT, contact.account, at)
    for request in requests:
        request.authentication = ANONYMOUS
        records = from_records(
            ticket.desk,
            compiled(request.edition).written,
            None,
            None,
            ANONYMOUS,
            request.received_at,
        )
        request.facts = with_records_anew(request.facts, records)
        decisions.decide_request(request, Cause.DISOWNED, contact.account, at, actor=Actor.CLIENT)
    _note_for_staff(ticket, requests[0], contact, at)
    audit.record(
        "disown_ticket",
        ticket,
        at=at,
        by=contact.account,
        values={"requests": [request.pk for request in requests], "clause": clause},
    )
    return ticket


def _note_for_staff(ticket: Ticket, request: Request, contact: Contact, at: datetime) -> None:
    with translation.override(ticket.desk.language):
        text = gettext(
            "%(name)s says, signed in: “It was not me.” The request came by %(channel)s from %(sender)s."
            " It is closed as not confirmed, and nothing may be done by it. Look how it came, and whether"
            " others get the like."
        ) % {
            "name": contact.name,
            "channel": labels_of(compiled(request.edition), ticket.desk.language).channel(ticket.channel),
            "sender": ticket.requester_address or ticket.requester_phone or ticket.requester_name,
        }
    Message.objects.create(
        desk_id=ticket.desk_id,
        ticket=ticket,
        kind=MessageKind.NOTE,
        channel=WORKSPACE,
        contact=contact,
        author_name=contact.name[:200],
        author_address=contact.email,
        text=text,
        occurred_at=at,
        recorded_at=at,
    )


@transaction.atomic
def close_by_client(access: TicketAccess, *, at: datetime) -> Ticket:
    """Close a ticket because the client has no more questions."""
    if access.contact is None and not access.guest:
        raise NotAllowed(SENTENCES["other_department"])
    ticket = locked(access.ticket)
    if ticket.state == TicketState.CLOSED:
        raise Obstacle("closed").refuse()
    account = access.contact.account if access.contact is not None else None
    return close_for(ticket, Actor.CLIENT, account, at)
