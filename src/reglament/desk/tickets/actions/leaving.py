"""A member of staff who leaves: their open tickets go on with somebody else, their sessions end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import contacts, memberships, works_in
from reglament.desk.faults import ActionRefused
from reglament.desk.people.actions import demand_at
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right
from reglament.desk.people.sessions import end_sessions
from reglament.desk.people.staff import end_staff
from reglament.desk.tickets import place, timeline
from reglament.desk.tickets.models import Actor, Ticket, TicketState


@transaction.atomic
def leave(by: StaffMember, member: StaffMember, *, to: StaffMember | None, at: datetime) -> int:
    """Record that somebody works at a desk no longer; give how many tickets went on.

    Takes who goes on with their open tickets, or none: they lie unassigned then, as does a ticket of a
    department in which that person does not work. Whoever has no other business here is signed out.
    """
    demand_at(by, member.desk, Right.CHANGE_STAFF)
    if to is not None and (to.desk_id != member.desk_id or not to.active or to.pk == member.pk):
        raise ActionRefused(_("Choose somebody else who works at this desk."), field="to")
    end_staff(by, member, at=at)
    tickets = Ticket.objects.select_for_update(of=("self",)).filter(desk=member.desk, assignee=member)
    going_on = list(
        tickets.exclude(state__in=[TicketState.CLOSED, TicketState.COMPLETED]).select_related("department")
    )
    for ticket in going_on:
        ticket.assignee = to if to is not None and works_in(to, ticket.department_id) else None
        ticket.save(update_fields=["assignee"])
        timeline.write(
            ticket, "assigned", at=at, by=Actor.STAFF, actor=by.account, to=ticket.assignee_id, because="left"
        )
        place.refresh(ticket, at)
    account = member.account
    if not memberships(account).exists() and not contacts(account).exists():
        end_sessions(account)
    return len(going_on)
