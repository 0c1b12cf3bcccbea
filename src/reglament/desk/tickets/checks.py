"""What the regulation and the state of a ticket forbid: asked by the verbs, and by pages beforehand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from reglament.desk.decisions.asked import SEVERITY, asked_of, decision_on
from reglament.desk.decisions.facts import STAFF, known
from reglament.desk.decisions.models import ObligationState
from reglament.desk.decisions.practices import Held, practice_of
from reglament.desk.people.models import Contact, StaffMember, SupportStop
from reglament.desk.people.queries import AUTHORISED
from reglament.desk.people.roles import Right, may
from reglament.desk.people.support import standing_stops
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.models import Request, Ticket, TicketState
from reglament.desk.tickets.working import Obstacle
from reglament.regulation.model.request import RequestFaults

CONSENT = "consent"
REASON = "reason"
TOLD_BY_PHONE = "told_by_phone"
SUPPORT_STOPPED = "support_stopped"
"""The ground of refusal that a person's decision gives, whatever a regulation's own grounds are."""


def why_not_judge(request: Request) -> Obstacle | None:
    """Say why a request cannot be judged anew by staff."""
    if request.ticket.state == TicketState.CLOSED:
        return Obstacle("closed")
    if request.refused_at is not None:
        return Obstacle("refused", request.refusal_clause)
    if request.done_at is not None:
        return Obstacle("done")
    return None


def why_not_move(
    ticket: Ticket, department: str | None = None, *, departments: Collection[str]
) -> Obstacle | None:
    """Say why a ticket cannot be moved: at all, or to one of the desk's departments."""
    if ticket.state == TicketState.CLOSED:
        return Obstacle("closed")
    if len(departments) < 2:
        return Obstacle("one_department")
    if department is not None and department == ticket.department.name:
        return Obstacle("same_department")
    return None


def why_not_change_severity(request: Request, needs: str) -> Obstacle | None:
    """Say why the severity cannot be changed in one of the two ways: with `consent`, or for a `reason`."""
    if (obstacle := why_not_judge(request)) is not None:
        return obstacle
    if not compiled(request.edition).written.severities:
        return Obstacle("no_severities")
    practice = practice_of(request, "severity_change")
    if practice is None:
        return Obstacle("severity_is_clients")
    if practice.terms.get("needs") != needs:
        return Obstacle("needs_consent" if needs == REASON else "needs_no_consent", practice.clause)
    if not _severity_depends(request):
        return Obstacle("severity_settled", _severity_clause(request) or practice.clause)
    # Asked of all its rows, so that rows that a page has read already are not read again.
    waits = any(one.what == "severity" and not one.answer for one in request.proposals.all())
    if needs == CONSENT and waits:
        return Obstacle("proposal_open", practice.clause)
    return None


def _severity_depends(request: Request) -> bool:
    """Say whether another stated severity would change the one that the regulation gives."""
    rules, asked = compiled(request.edition), asked_of(request)
    given = set()
    for level in rules.written.severities:
        stated = known(level, STAFF, request.received_at)
        try:
            given.add(decision_on(rules, replace(asked, facts={**asked.facts, SEVERITY: stated})).severity)
        except RequestFaults:
            # Whoever tries it is told what cannot be judged.
            return True
    return len(given) > 1


def _severity_clause(request: Request) -> str:
    return _clause_of(_decision(request), "severity ")


def why_not_refuse(
    request: Request, ground: str | None = None, *, grounds: Collection[str]
) -> Obstacle | None:
    """Say why a request cannot be refused: at all, or on one ground; `grounds` are those that hold."""
    if (obstacle := why_not_judge(request)) is not None:
        return obstacle
    if not grounds:
        return Obstacle("no_ground")
    if ground is not None and ground not in grounds:
        return Obstacle("not_this_ground")
    return None


def grounds_of(request: Request) -> dict[str, str]:
    """Give the grounds of refusal that hold for a request now, each with the clause that lets refuse.

    Those that the regulation found, and that support of the client was stopped.
    """
    return grounds_under(request, stop_on(request.ticket))


def grounds_under(request: Request, stopped: SupportStop | None) -> dict[str, str]:
    """Give the same, where it is known by which decision support of the client is stopped, if by one."""
    if request.current_decision is None:
        return {}
    found = {said["ground"]: said["clause"] for said in request.current_decision.decision["refusal_grounds"]}
    return found if stopped is None else {SUPPORT_STOPPED: stopped.clause, **found}


def stop_on(ticket: Ticket) -> SupportStop | None:
    """Give the decision by which whoever asks in a ticket is not supported now, if there is one."""
    return stops_on(ticket).last()


def stops_on(ticket: Ticket) -> QuerySet[SupportStop]:
    """Give every decision by which whoever asks in a ticket is not supported now."""
    return standing_stops(ticket.desk, organisation=ticket.organisation, address=ticket.requester_address)


def stop_clause(requests: Iterable[Request]) -> str:
    """Give the clause by which the support of whoever asks may be stopped, by the requests of their ticket.

    Empty where none does.
    """
    held = (practice_of(request, "stop_support") for request in requests)
    return next((one.clause for one in held if one is not None), "")


def why_not_stop_support(
    ticket: Ticket, staff: StaffMember, requests: Sequence[Request], stopped: SupportStop | None
) -> Obstacle | None:
    """Say why a member of staff cannot stop the support of whoever asks in a ticket.

    Takes its requests, and the decision by which support is stopped already, if there is one.
    """
    clause = stop_clause(requests)
    if not clause:
        elsewhere = compiled(requests[0].edition).written.practices("stop_support")
        return (
            Obstacle("stop_support_not_here", elsewhere[0][0].id)
            if elsewhere
            else Obstacle("no_stop_support")
        )
    if stopped is not None:
        return Obstacle("support_stopped", clause)
    if not may(staff, Right.STOP_SUPPORT):
        return Obstacle("decided_by_a_lead", clause)
    if ticket.organisation is None and not ticket.requester_address:
        return Obstacle("client_not_known", clause)
    return None


def why_not_restore_support(staff: StaffMember, stopped: SupportStop | None) -> Obstacle | None:
    """Say why a member of staff cannot take back the decision by which support is stopped."""
    if stopped is None:
        return Obstacle("support_not_stopped")
    if not may(staff, Right.STOP_SUPPORT):
        return Obstacle("decided_by_a_lead", stopped.clause)
    return None


def why_not_complete(request: Request) -> Obstacle | None:
    """Say why the work of a request cannot be marked as done."""
    if (obstacle := why_not_judge(request)) is not None:
        return obstacle
    if any(one.withdrawn_at is None for one in request.permissions.all()):
        return None
    practice = permission_demanded(request)
    if practice is not None:
        return Obstacle("needs_permission", practice.clause)
    decision = _decision(request)
    if decision["outcome"] == "redirect":
        return Obstacle("redirected", _clause_of(decision, "redirect "))
    return None


def permission_demanded(request: Request) -> Held | None:
    """Give the clause that lets nothing be done for a request without a recorded permission, if one does."""
    return practice_of(request, "completion_permission")


def told_by_phone(ticket: Ticket) -> bool:
    """Say whether it is recorded that the client was told the number by phone."""
    return ticket.timeline.filter(kind=TOLD_BY_PHONE).exists()


def why_not_confirm(request: Request) -> Obstacle | None:
    """Say why the client cannot confirm a request where it must be asked for."""
    if (obstacle := why_not_judge(request)) is not None:
        return obstacle
    if confirmation(request) is None:
        return Obstacle("not_confirmable")
    return None


def confirmation(request: Request) -> tuple[str, str] | None:
    """Give the channel through which the client may confirm a request, and the clause that lets it."""
    decision = _decision(request)
    practice = practice_of(request, "confirmation")
    if practice is None or practice.terms.get("channel") not in decision["redirect_to"]:
        return None
    return str(practice.terms["channel"]), practice.clause


def why_not_disown(
    ticket: Ticket, contact: Contact | None, requests: Iterable[Request], *, proven: bool
) -> Obstacle | None:
    """Say why a contact cannot say of what waits for their confirmation that somebody else wrote it.

    What was asked for, or confirmed, signed in is beyond doubt theirs.
    """
    going_on = [one for one in requests if one.done_at is None and one.refused_at is None]
    waiting = [request for request in going_on if why_not_confirm(request) is None]
    if not waiting:
        return Obstacle("not_confirmable")
    if contact is None or not proven:
        return Obstacle("not_proven")
    if ticket.requester_id != contact.pk:
        return Obstacle("named_another")
    channel, clause = confirmation(waiting[0]) or ("", "")
    if any(
        (request.channel, request.authentication) == (channel, AUTHORISED)
        for request in going_on
        if request not in waiting
    ):
        return Obstacle("asked_signed_in", clause)
    return None


def proven_asks(requests: Iterable[Request]) -> bool:
    """Say whether a proven client asks something in a ticket, so that calling it spam needs a reason."""
    return any(request.authentication == AUTHORISED for request in requests)


def something_open(requests: Iterable[Request]) -> bool:
    """Say whether anything is owed for the requests of a ticket that closing would take the place of."""
    return any(
        owed.state == ObligationState.OPEN for request in requests for owed in request.obligations.all()
    )


def _decision(request: Request) -> dict[str, Any]:
    assert request.current_decision is not None
    decision: dict[str, Any] = request.current_decision.decision
    return decision


def _clause_of(decision: dict[str, Any], effect: str) -> str:
    for cite in decision["cites"]:
        if cite["effect"].startswith(effect):
            return str(cite["clause"])
    return ""
