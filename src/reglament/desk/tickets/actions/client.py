"""What clients do with their own tickets beside writing: they confirm, answer questions, and close."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from reglament.desk.access import TicketAccess
from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.actions import Cause
from reglament.desk.faults import NotAllowed
from reglament.desk.people.queries import AUTHORISED
from reglament.desk.tickets import timeline
from reglament.desk.tickets.actions.ending import close_for, permitted_by_request
from reglament.desk.tickets.actions.judging import reread
from reglament.desk.tickets.checks import confirmation, permission_demanded, why_not_confirm
from reglament.desk.tickets.models import Actor, Request, Ticket, TicketState
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
def close_by_client(access: TicketAccess, *, at: datetime) -> Ticket:
    """Close a ticket because the client has no more questions."""
    if access.contact is None and not access.guest:
        raise NotAllowed(SENTENCES["other_department"])
    ticket = locked(access.ticket)
    if ticket.state == TicketState.CLOSED:
        raise Obstacle("closed").refuse()
    account = access.contact.account if access.contact is not None else None
    return close_for(ticket, Actor.CLIENT, account, at)
