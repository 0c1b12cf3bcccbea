"""What staff settle about a request: its kind, its facts, who asks, whose work it is. Each decides anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.decisions.actions import Cause
from reglament.desk.decisions.asked import DEPARTMENT, FIELDS, SEVERITY
from reglament.desk.decisions.facts import STAFF, from_records, known, with_records_anew, without
from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit, vault
from reglament.desk.people.models import Contact, Department, StaffMember
from reglament.desk.people.queries import ANONYMOUS, IDENTIFIED
from reglament.desk.people.roles import Right, may
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets import timeline
from reglament.desk.tickets.checks import why_not_judge, why_not_move
from reglament.desk.tickets.judging_again import judge_again
from reglament.desk.tickets.models import Actor, Message, Request, Ticket
from reglament.desk.tickets.working import demand_work, locked, locked_request, stop

RUDE = "circumstances.rude"
"""A fact of every regulation."""


@transaction.atomic
def name_kind(
    by: StaffMember, request: Request, kind: str, *, at: datetime, service: str | None = None
) -> Request:
    """Say what is asked for, and for which service; the regulation then judges it so, from receipt.

    A department to which the ticket came or was moved gives way to the one of the kind. What the client
    must know of it they are told at once, as after every act here.
    """
    request = _workable(by, request)
    before = request.kind
    request.kind = kind
    if service is not None:
        request.service = service
    request.facts = without(request.facts, [DEPARTMENT])
    judge_again(request.ticket, [request], Cause.KIND_NAMED, by.account, at, actor=Actor.STAFF)
    timeline.write(
        request.ticket,
        "kind_named",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        request=request,
        before=before,
        named=kind,
        service=request.service,
    )
    return request


@transaction.atomic
def correct_facts(
    by: StaffMember, request: Request, changes: Mapping[str, Any], *, at: datetime, reason: str = ""
) -> Request:
    """Correct what the desk takes for known about a request; the regulation judges it anew, from receipt.

    Takes names of facts (`fields.login`, `circumstances.domain_bound`, …) to their values, none to take
    one away. What fills a secret field goes into the vault. Severity is not corrected here: the
    regulation says how that changes. Raises `ActionRefused` that names a fact or value that the
    regulation does not know, or the reason where the regulation wants one and none is given.
    """
    request = _workable(by, request)
    rules = compiled(request.edition)
    reason = reason.strip()
    declared = rules.written.facts
    if not reason and any(declared[name].needs_reason for name in changes if name in declared):
        raise ActionRefused(
            _("Say why: the regulation lets staff state this with a reason only."), field="reason"
        )
    facts = dict(request.facts)
    for name, value in changes.items():
        if name in (SEVERITY, DEPARTMENT):
            raise ActionRefused(
                _("This is not a fact to correct; there is an act of its own for it."), field=name
            )
        field = rules.written.fields.get(name.removeprefix(FIELDS)) if name.startswith(FIELDS) else None
        if name.startswith(FIELDS) and field is None:
            raise ActionRefused(_("This regulation has no such field."), field=name)
        if value is None or value == "":
            facts.pop(name, None)
            continue
        kept = value
        if field is not None and field.type == "secret":
            sealed = vault.seal(
                request.ticket.desk, name.removeprefix(FIELDS), str(value), at=at, request=request
            )
            kept = vault.reference_of(sealed)
        facts[name] = known(kept, STAFF, at, by.account_id)
    request.facts = facts
    judge_again(request.ticket, [request], Cause.FACT_CORRECTED, by.account, at, actor=Actor.STAFF)
    timeline.write(
        request.ticket,
        "facts_corrected",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        request=request,
        facts=sorted(changes),
        reason=reason,
    )
    audit.record(
        "correct_facts",
        request,
        at=at,
        by=by.account,
        reason=reason,
        values={"facts": sorted(changes)},
    )
    return request


def mark_rude(
    by: StaffMember, request: Request, *, at: datetime, rude: bool = True, reason: str = ""
) -> Request:
    """Mark the tone of a request as rude, or take the mark away. It refuses nothing by itself."""
    return correct_facts(by, request, {RUDE: True if rude else None}, at=at, reason=reason)


@transaction.atomic
def read_records_anew(by: StaffMember, request: Request, *, at: datetime) -> Request:
    """Judge by what the client's records say today of the moment of receipt: one was entered or corrected."""
    request = _workable(by, request)
    reread(request)
    judge_again(request.ticket, [request], Cause.RECORD_CORRECTED, by.account, at, actor=Actor.STAFF)
    timeline.write(request.ticket, "records_read", at=at, by=Actor.STAFF, actor=by.account, request=request)
    return request


def reread(request: Request) -> None:
    """Put what the records say of the moment of receipt among the facts of a request."""
    ticket = request.ticket
    records = from_records(
        ticket.desk,
        compiled(request.edition).written,
        ticket.organisation,
        ticket.requester,
        request.authentication,
        request.received_at,
    )
    request.facts = with_records_anew(request.facts, records)


@transaction.atomic
def recognise_requester(by: StaffMember, ticket: Ticket, contact: Contact, *, at: datetime) -> Ticket:
    """Say which client is asking. That names the client; it proves nothing."""
    ticket = locked(ticket)
    demand_work(by, ticket)
    if contact.desk_id != ticket.desk_id:
        raise ActionRefused(_("This person is no client of this desk."), field="contact")
    ticket.requester, ticket.organisation = contact, contact.organisation
    ticket.requester_name = ticket.requester_name or contact.name[:200]
    ticket.save(update_fields=["requester", "organisation", "requester_name"])
    requests = _going_on(ticket)
    for request in requests:
        if request.authentication == ANONYMOUS:
            request.authentication = IDENTIFIED
        reread(request)
    judge_again(ticket, requests, Cause.REQUESTER_RECOGNISED, by.account, at, actor=Actor.STAFF)
    timeline.write(
        ticket, "requester_recognised", at=at, by=Actor.STAFF, actor=by.account, contact=contact.pk
    )
    return ticket


@transaction.atomic
def move_department(by: StaffMember, ticket: Ticket, department: str, *, at: datetime) -> Ticket:
    """Move a ticket to another department with one press; its history and its number stay.

    Everything that the regulation says by department then holds for that one, from receipt. Whoever
    it was assigned to keeps it only where they work there.
    """
    ticket = locked(ticket)
    demand_work(by, ticket)
    departments = ticket.desk.departments.values_list("name", flat=True)
    stop(why_not_move(ticket, department, departments=departments), "department")
    target = Department.objects.get(desk_id=ticket.desk_id, name=department)
    before = ticket.department.name
    requests = _going_on(ticket)
    for request in requests:
        request.facts = {**request.facts, DEPARTMENT: known(department, STAFF, at, by.account_id)}
    judge_again(ticket, requests, Cause.DEPARTMENT_MOVED, by.account, at, actor=Actor.STAFF)
    ticket.department = target
    if ticket.assignee is not None and not _works_in(ticket.assignee, target):
        ticket.assignee = None
    ticket.save(update_fields=["department", "assignee"])
    timeline.write(
        ticket,
        "department_moved",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        before=before,
        department=department,
    )
    audit.record("move_ticket", ticket, at=at, by=by.account, values={"from": before, "to": department})
    return ticket


def _works_in(member: StaffMember, department: Department) -> bool:
    if may(member, Right.WORK_OTHER_DEPARTMENTS):
        return True
    return member.departments.filter(pk=department.pk).exists()


@transaction.atomic
def open_further_request(
    by: StaffMember, message: Message, kind: str, *, at: datetime, service: str = ""
) -> Request:
    """Make a further request of a message that asks for something new.

    It has its own facts, decisions and obligations. It is judged by the channel and the proof of that
    message, under the edition of its ticket, from the message's own moment.
    """
    ticket = locked(message.ticket)
    demand_work(by, ticket)
    first = ticket.requests.select_related("edition").order_by("position").first()
    assert first is not None
    request = Request(
        desk_id=ticket.desk_id,
        ticket=ticket,
        position=ticket.requests.count() + 1,
        edition=first.edition,
        channel=message.channel,
        authentication=message.authentication or ANONYMOUS,
        kind=kind,
        service=service,
        received_at=message.occurred_at,
        recorded_at=at,
        facts={},
    )
    reread(request)
    request.save()
    judge_again(ticket, [request], Cause.OPENED_BY_STAFF, by.account, at, actor=Actor.STAFF)
    timeline.write(
        ticket,
        "further_request",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        request=request,
        message=message.pk,
        named=kind,
    )
    return request


def _going_on(ticket: Ticket) -> list[Request]:
    """Give the requests of a ticket that are neither done nor refused."""
    found = ticket.requests.filter(done_at=None, refused_at=None)
    requests = list(found.select_related("edition", "current_decision").order_by("position"))
    for request in requests:
        request.ticket = ticket
    return requests


def _workable(by: StaffMember, request: Request) -> Request:
    request = locked_request(request)
    demand_work(by, request.ticket)
    stop(why_not_judge(request))
    return request
