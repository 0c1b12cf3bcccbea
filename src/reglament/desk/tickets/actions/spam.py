"""A ticket is found to be spam, or found to be none.

Spam is closed without a word to anybody; nothing is owed for it, it stands in no queue and in no list of
a client. Nothing is deleted: brought back, it is owed what was promised at its receipt, with the same due
times, and what fell due in between was not given in time.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.models import LetterState
from reglament.desk.decisions import obligations
from reglament.desk.decisions.fulfilment import fulfilled_since
from reglament.desk.decisions.models import Obligation, ObligationState
from reglament.desk.faults import ActionRefused
from reglament.desk.notices.models import DeliveryState
from reglament.desk.operations import audit
from reglament.desk.people.models import StaffMember
from reglament.desk.tickets import place, timeline
from reglament.desk.tickets.checks import proven_asks
from reglament.desk.tickets.models import Actor, Request, Ticket, TicketState
from reglament.desk.tickets.working import Obstacle, demand_work, locked

MARKED = "spam_marked"


@transaction.atomic
def mark_spam(by: StaffMember, ticket: Ticket, *, at: datetime, reason: str = "") -> Ticket:
    """Mark a ticket as spam. Where a proven client asks in it, a reason must be given."""
    ticket = locked(ticket)
    demand_work(by, ticket)
    if ticket.spam_at is not None:
        raise Obstacle("is_spam").refuse()
    if proven_asks(ticket.requests.all()) and not reason.strip():
        raise ActionRefused(
            _("A proven client asks here, and what is owed to them would end: say why it is spam."),
            field="reason",
        )
    for request in ticket.requests.all():
        request.ticket = ticket
        obligations.supersede_open(request, at)
    was = ticket.state
    if was != TicketState.CLOSED:
        ticket.state, ticket.closed_at = TicketState.CLOSED, at
    ticket.spam_at, ticket.spam_by = at, by
    ticket.save(update_fields=["state", "closed_at", "spam_at", "spam_by"])
    # What has not left yet would tell its sender that somebody reads here.
    waiting = ticket.outgoing_letters.filter(state__in=[DeliveryState.QUEUED, DeliveryState.HELD])
    unsent = {str(pk): state for pk, state in waiting.values_list("pk", "state")}
    waiting.update(state=DeliveryState.GIVEN_UP)
    for letter in ticket.raw_letters.filter(message__isnull=False).exclude(state=LetterState.SPAM):
        letter.verdict = {**letter.verdict, "before_spam": {"state": letter.state, "reason": letter.reason}}
        letter.state, letter.reason = LetterState.SPAM, "spam_ticket"
        letter.save(update_fields=["state", "reason", "verdict"])
    timeline.write(
        ticket,
        MARKED,
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        was=was,
        unsent=unsent,
        reason=reason.strip(),
    )
    audit.record("mark_ticket_spam", ticket, by=by.account, at=at, reason=reason.strip())
    place.refresh(ticket, at)
    return ticket


@transaction.atomic
def mark_not_spam(by: StaffMember, ticket: Ticket, *, at: datetime) -> Ticket:
    """Bring a ticket back as it was when it was marked as spam, with all that was owed then."""
    ticket = locked(ticket)
    demand_work(by, ticket)
    if ticket.spam_at is None:
        raise Obstacle("not_spam").refuse()
    marked_at = ticket.spam_at
    marked = ticket.timeline.filter(kind=MARKED).order_by("-occurred_at", "-id")[0]
    ticket.state = TicketState(marked.values["was"])
    if ticket.state != TicketState.CLOSED:
        ticket.closed_at = None
    ticket.spam_at = ticket.spam_by = None
    ticket.save(update_fields=["state", "closed_at", "spam_at", "spam_by"])
    timeline.write(ticket, "spam_brought_back", at=at, by=Actor.STAFF, actor=by.account)
    audit.record("bring_ticket_back", ticket, by=by.account, at=at)
    if ticket.state != TicketState.CLOSED:
        for request in ticket.requests.all():
            request.ticket = ticket
            _owe_again(request, marked_at, at)
    for pk, state in marked.values["unsent"].items():
        ticket.outgoing_letters.filter(pk=pk, state=DeliveryState.GIVEN_UP).update(state=state)
    for letter in ticket.raw_letters.filter(state=LetterState.SPAM):
        if letter.message_id is not None:
            before = letter.verdict.pop("before_spam", {})
            letter.state = before.get("state", LetterState.CREATE)
            letter.reason = before.get("reason", "accepted")
        else:
            # What came meanwhile was led no further; the intake reads it within a minute.
            letter.state, letter.reason, letter.read_at, letter.ticket = LetterState.STORED, "", None, None
        letter.not_spam = True
        letter.save(update_fields=["state", "reason", "read_at", "ticket", "verdict", "not_spam"])
    place.refresh(ticket, at)
    return ticket


def _owe_again(request: Request, marked_at: datetime, at: datetime) -> None:
    """Let what the mark ended be owed again, as from receipt: given meanwhile, or fallen due, or open."""
    succeeded = Obligation.objects.filter(supersedes__request=request).values("supersedes")
    rows = request.obligations.filter(state=ObligationState.SUPERSEDED, closed_at=marked_at).exclude(
        pk__in=succeeded
    )
    for row in rows:
        row.request = request
        row.state, row.closed_at = ObligationState.OPEN, None
        row.save(update_fields=["state", "closed_at"])
        given_at = fulfilled_since(request, row.fulfilled_by, row.started_at)
        if given_at is not None and (row.due_at is None or given_at <= row.due_at):
            obligations.meet(row, given_at)
    obligations.fall_due(request, at)
