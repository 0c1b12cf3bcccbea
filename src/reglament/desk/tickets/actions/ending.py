"""How a request ends: permitted, done, refused; and how a ticket is closed and opened again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions import obligations
from reglament.desk.decisions.words import clause_in_words, ground_in_words, labels_of
from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.operations.models import Permission
from reglament.desk.people.models import Account, Contact, StaffMember
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets import announcing, place, timeline
from reglament.desk.tickets.actions.talking import answered, write
from reglament.desk.tickets.checks import (
    grounds_of,
    something_open,
    told_by_phone,
    why_not_complete,
    why_not_judge,
    why_not_refuse,
)
from reglament.desk.tickets.models import Actor, Message, Request, Ticket, TicketState
from reglament.desk.tickets.working import Obstacle, demand_text, demand_work, locked, locked_request, stop


@transaction.atomic
def record_permission(
    by: StaffMember,
    request: Request,
    *,
    what: str,
    given_by: Contact | None = None,
    given_by_name: str = "",
    given_at: datetime | None = None,
    through: Message | None = None,
    at: datetime,
) -> Permission:
    """Record that the client permits work with its data: who, when, what, through which message."""
    request = locked_request(request)
    demand_work(by, request.ticket)
    stop(why_not_judge(request))
    name = given_by_name.strip() or (given_by.name if given_by is not None else "")
    if not name:
        raise ActionRefused(_("Say who permits it."), field="given_by_name")
    if through is not None and through.ticket_id != request.ticket_id:
        raise ActionRefused(_("This message is of another ticket."), field="through")
    permission = Permission.objects.create(
        desk_id=request.desk_id,
        ticket=request.ticket,
        request=request,
        what=demand_text(what, "what"),
        given_by=given_by,
        given_by_name=name[:200],
        given_at=given_at or (through.occurred_at if through is not None else at),
        through=through,
        recorded_by=by,
        recorded_at=at,
    )
    _log_permission(permission, by.account, Actor.STAFF, at)
    return permission


def permitted_by_request(request: Request, contact: Contact | None, *, at: datetime) -> Permission:
    """Record that a request is itself the client's permission: it came signed in, and proven."""
    permission = Permission.objects.create(
        desk_id=request.desk_id,
        ticket=request.ticket,
        request=request,
        what=labels_of(compiled(request.edition), request.ticket.language).kind(request.kind),
        given_by=contact,
        given_by_name=(contact.name if contact is not None else request.ticket.requester_name)[:200],
        given_at=request.received_at,
        recorded_at=at,
    )
    _log_permission(permission, contact.account if contact is not None else None, Actor.CLIENT, at)
    return permission


def _log_permission(permission: Permission, account: Account | None, by: Actor, at: datetime) -> None:
    timeline.write(
        permission.ticket,
        "permission_recorded",
        at=at,
        by=by,
        actor=account,
        request=permission.request,
        permission=permission.pk,
    )
    audit.record(
        "record_permission",
        permission,
        at=at,
        by=account,
        values={"ticket": permission.ticket_id, "request": permission.request_id},
    )
    place.refresh(permission.ticket, at)


@transaction.atomic
def withdraw_permission(by: StaffMember, permission: Permission, *, at: datetime) -> None:
    """Record that the client took a permission back."""
    ticket = locked(permission.ticket)
    demand_work(by, ticket)
    Permission.objects.filter(pk=permission.pk, withdrawn_at=None).update(withdrawn_at=at)
    audit.record("withdraw_permission", permission, at=at, by=by.account)
    timeline.write(
        ticket,
        "permission_withdrawn",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        request=permission.request,
        permission=permission.pk,
    )


@transaction.atomic
def complete(by: StaffMember, request: Request, *, at: datetime) -> Request:
    """Mark the work of a request as done, which meets what completion meets.

    Refused, with the clause, while the regulation demands a permission that is not recorded, or a way
    of asking that was not taken. The ticket is completed with the last of its requests.
    """
    request = locked_request(request)
    ticket = request.ticket
    demand_work(by, ticket)
    stop(why_not_complete(request))
    request.done_at = at
    request.save(update_fields=["done_at"])
    decisions.done(request, at)
    timeline.write(ticket, "completed", at=at, by=Actor.STAFF, actor=by.account, request=request)
    audit.record("complete_request", request, at=at, by=by.account, values={"ticket": ticket.pk})
    _settle(ticket, at)
    return request


@transaction.atomic
def refuse(by: StaffMember, request: Request, ground: str, *, at: datetime, text: str = "") -> Request:
    """Refuse a request on a ground that holds; the reply cites the clause and says how it can be mended.

    It answers the client, and takes the place of everything that is still open.
    """
    request = locked_request(request)
    ticket = request.ticket
    demand_work(by, ticket)
    grounds = grounds_of(request)
    stop(why_not_refuse(request, ground, grounds=grounds), "ground")
    clause = grounds[ground]
    message = write(by, ticket, refusal_words(request, ground, clause, text), at=at)
    answered(ticket, message, at, waits=False)
    obligations.supersede_open(request, at)
    request.refused_at, request.refused_by = at, by
    request.refusal_ground, request.refusal_clause = ground, clause
    request.save(update_fields=["refused_at", "refused_by", "refusal_ground", "refusal_clause"])
    timeline.write(
        ticket,
        "refused",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        request=request,
        ground=ground,
        clause=clause,
        message=message.pk,
    )
    audit.record("refuse_request", request, at=at, by=by.account, values={"ground": ground, "clause": clause})
    announcing.refusal(message, request, by, at, text=text.strip())
    _settle(ticket, at)
    return request


def refusal_words(request: Request, ground: str, clause: str, text: str) -> str:
    """Give the words of a refusal as the client will read them: the ground, the clause, how to mend it."""
    rules, language = compiled(request.edition), request.ticket.language
    labels = labels_of(rules, language)
    title, cure = ground_in_words(rules, ground, clause, language)
    said = clause_in_words(rules, clause, language)
    refuses = labels.pick("Мы не можем выполнить эту просьбу", "We cannot do this")
    parts = [
        f"{refuses}: {title}.",
        f"{said['id']} — {said['text']}",
        text.strip(),
        cure,
    ]
    return "\n\n".join(part for part in parts if part)


def _settle(ticket: Ticket, at: datetime) -> None:
    """Bring the state of a ticket in line with its requests, after one of them ended."""
    requests = list(ticket.requests.all())
    if all(request.done_at is not None or request.refused_at is not None for request in requests):
        if any(request.done_at is not None for request in requests):
            ticket.state, ticket.completed_at = TicketState.COMPLETED, at
            ticket.waiting_since = None
        else:
            # Whether the client mends it, asks for something else or leaves it is theirs to say.
            ticket.state, ticket.waiting_since = TicketState.WAITING_CLIENT, at
        ticket.save(update_fields=["state", "completed_at", "waiting_since"])
    place.refresh(ticket, at)


@transaction.atomic
def close(by: StaffMember, ticket: Ticket, *, at: datetime, reason: str = "") -> Ticket:
    """Close a ticket. What is still owed is owed no longer, and then a reason must be given."""
    ticket = locked(ticket)
    demand_work(by, ticket)
    if ticket.state == TicketState.CLOSED:
        raise Obstacle("closed").refuse()
    if something_open(ticket.requests.prefetch_related("obligations")) and not reason.strip():
        raise ActionRefused(_("Something is still owed here; say why you close the ticket."), field="reason")
    return close_for(ticket, Actor.STAFF, by.account, at, reason=reason.strip())


def close_for(
    ticket: Ticket, by: Actor, account: Account | None, at: datetime, *, reason: str = ""
) -> Ticket:
    """Close a locked ticket for whoever has the right to, and let nothing in it be owed any longer."""
    for request in ticket.requests.all():
        request.ticket = ticket
        obligations.supersede_open(request, at)
    ticket.state, ticket.closed_at, ticket.waiting_since = TicketState.CLOSED, at, None
    ticket.save(update_fields=["state", "closed_at", "waiting_since"])
    timeline.write(ticket, "closed", at=at, by=by, actor=account, reason=reason)
    place.refresh(ticket, at)
    return ticket


@transaction.atomic
def reopen(by: StaffMember, ticket: Ticket, *, at: datetime, reason: str = "") -> Ticket:
    """Open a closed or completed ticket again. That opens no new obligation."""
    ticket = locked(ticket)
    demand_work(by, ticket)
    if ticket.spam_at is not None:
        raise Obstacle("is_spam").refuse()
    if ticket.state not in (TicketState.CLOSED, TicketState.COMPLETED):
        raise Obstacle("not_closed").refuse()
    ticket.state, ticket.closed_at, ticket.completed_at = TicketState.OPEN, None, None
    ticket.save(update_fields=["state", "closed_at", "completed_at"])
    timeline.write(ticket, "reopened", at=at, by=Actor.STAFF, actor=by.account, reason=reason.strip())
    place.refresh(ticket, at)
    return ticket


@transaction.atomic
def record_told_by_phone(
    by: StaffMember, ticket: Ticket, *, at: datetime, told_at: datetime | None = None
) -> None:
    """Record that the client was told by phone that the request is registered, and its number."""
    ticket = locked(ticket)
    demand_work(by, ticket)
    stop(Obstacle("number_told") if told_by_phone(ticket) else None)
    moment = told_at or at
    timeline.write(ticket, "told_by_phone", at=moment, by=Actor.STAFF, actor=by.account)
    decisions.told_by_phone(ticket, moment)
