"""Who works on a ticket."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import works_in
from reglament.desk.faults import ActionRefused
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right, demand
from reglament.desk.tickets import notifying, place, timeline
from reglament.desk.tickets.models import Actor, Ticket
from reglament.desk.tickets.working import Obstacle, demand_work, locked


@transaction.atomic
def take(by: StaffMember, ticket: Ticket, *, at: datetime) -> Ticket:
    """Take a ticket."""
    ticket = locked(ticket)
    demand_work(by, ticket)
    if ticket.assignee_id == by.pk:
        raise Obstacle("assigned_to_you").refuse()
    return _assign(by, ticket, by, at)


@transaction.atomic
def assign(by: StaffMember, ticket: Ticket, to: StaffMember | None, *, at: datetime) -> Ticket:
    """Give a ticket to somebody of its department, or to nobody."""
    ticket = locked(ticket)
    demand_work(by, ticket)
    if to is None or to.pk != by.pk:
        if not (to is None and ticket.assignee_id == by.pk):
            demand(by, Right.ASSIGN_OTHERS)
        if to is not None and (
            to.desk_id != ticket.desk_id or not to.active or not works_in(to, ticket.department_id)
        ):
            raise ActionRefused(_("This person does not work in the department of the ticket."), field="to")
    return _assign(by, ticket, to, at)


def _assign(by: StaffMember, ticket: Ticket, to: StaffMember | None, at: datetime) -> Ticket:
    ticket.assignee = to
    ticket.save(update_fields=["assignee"])
    timeline.write(
        ticket,
        "assigned",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        to=to.pk if to is not None else None,
    )
    notifying.assigned(ticket, by, at)
    place.refresh(ticket, at)
    return ticket
