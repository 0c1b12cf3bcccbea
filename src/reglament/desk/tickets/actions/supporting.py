"""Whether whoever asks in a ticket is supported at all: a person decides, and can take it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from reglament.desk.people import support
from reglament.desk.people.models import StaffMember, SupportStop
from reglament.desk.tickets import announcing, place, timeline
from reglament.desk.tickets.checks import (
    stop_clause,
    stop_on,
    stops_on,
    why_not_restore_support,
    why_not_stop_support,
)
from reglament.desk.tickets.models import Actor, Ticket
from reglament.desk.tickets.queries import requests_of
from reglament.desk.tickets.working import demand_text, demand_work, locked, stop


@transaction.atomic
def stop_support(by: StaffMember, ticket: Ticket, *, reason: str, at: datetime) -> SupportStop:
    """Stop the support of whoever asks in a ticket, by the clause that lets it; they are told by mail.

    It stands for their organisation, or, where none is known, for their address. What they ask for is
    registered and judged as before, and what is owed stays owed until a person refuses it.
    """
    ticket = locked(ticket)
    demand_work(by, ticket)
    requests = requests_of(ticket)
    stop(why_not_stop_support(ticket, by, requests, stop_on(ticket)))
    decision = support.stop_support(
        by,
        ticket.desk,
        organisation=ticket.organisation,
        address=ticket.requester_address,
        clause=stop_clause(requests),
        reason=demand_text(reason, "reason"),
        at=at,
    )
    _tell(ticket, decision, "support_stopped", decision.reason, by, at)
    announcing.support_stopped(ticket, decision, by, at)
    return decision


@transaction.atomic
def restore_support(by: StaffMember, ticket: Ticket, *, reason: str, at: datetime) -> None:
    """Take back every decision by which whoever asks in a ticket is not supported; they are told by mail."""
    ticket = locked(ticket)
    demand_work(by, ticket)
    stop(why_not_restore_support(by, stop_on(ticket)))
    reason = demand_text(reason, "reason")
    # Their address may have been named before anybody knew their organisation.
    standing = list(stops_on(ticket))
    for decision in standing:
        support.restore_support(by, decision, reason=reason, at=at)
        _tell(ticket, decision, "support_restored", reason, by, at)
    announcing.support_restored(ticket, standing[-1], by, at)


def _tell(
    ticket: Ticket, decision: SupportStop, kind: str, reason: str, by: StaffMember, at: datetime
) -> None:
    timeline.write(
        ticket,
        kind,
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        decision=decision.pk,
        clause=decision.clause,
        reason=reason,
    )
    place.refresh(ticket, at)
