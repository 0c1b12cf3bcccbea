"""What may be done with a ticket now, and why not what may not: for the page that shows the buttons."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from reglament.desk.access import TicketAccess, works_in
from reglament.desk.decisions.models import Proposal
from reglament.desk.people.models import StaffMember, SupportStop
from reglament.desk.people.roles import Right, may
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets import checks, wanted
from reglament.desk.tickets.models import Request, Ticket, TicketState
from reglament.desk.tickets.queries import requests_for_client, requests_of
from reglament.desk.tickets.working import Obstacle


@dataclass(frozen=True, slots=True)
class Possible:
    """One act: whether it can be done, else what stands in its way; and what may be chosen in it."""

    action: str
    obstacle: Obstacle | None = None
    request: Request | None = None
    choices: tuple[tuple[str, str], ...] = ()
    """What may be chosen: pairs of a word of the regulation and the clause that gives it, if any."""
    terms: dict[str, Any] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        """True where nothing stands in the way."""
        return self.obstacle is None


@dataclass(frozen=True)
class Known:
    """What must be read of a ticket to say what may be done with it."""

    requests: Sequence[Request]
    """As `queries.requests_of` gives them."""
    departments: Collection[str]
    """The desk's, by the regulation's keys."""
    stopped: SupportStop | None
    """The decision by which whoever asks is not supported now."""
    told_by_phone: bool
    works_here: bool
    """Whether the member may act in the ticket's department."""


def known_of(ticket: Ticket, staff: StaffMember) -> Known:
    """Read what must be known."""
    return Known(
        requests=requests_of(ticket),
        departments=ticket.desk.departments.values_list("name", flat=True),
        stopped=checks.stop_on(ticket),
        told_by_phone=checks.told_by_phone(ticket),
        works_here=works_in(staff, ticket.department_id),
    )


def possible_actions(ticket: Ticket, staff: StaffMember, known: Known | None = None) -> list[Possible]:
    """Give every act on a ticket and its requests, allowed or with the clause and sentence that forbid it.

    Acts on the ticket first, then those on each request, which name it. Internal notes stay allowed to
    everybody at the desk. A page that has read the ticket already passes on what it knows.
    """
    known = known or known_of(ticket, staff)
    elsewhere = None if known.works_here else Obstacle("other_department")
    closed = Obstacle("closed") if ticket.state == TicketState.CLOSED else None
    spam = Obstacle("is_spam") if ticket.spam_at is not None else None
    ended = ticket.state in (TicketState.CLOSED, TicketState.COMPLETED)
    others = tuple((name, "") for name in known.departments if name != ticket.department.name)
    mine = Obstacle("assigned_to_you") if ticket.assignee_id == staff.pk else None
    told = Obstacle("number_told") if known.told_by_phone else None
    not_stopped = checks.why_not_stop_support(ticket, staff, known.requests, known.stopped)
    not_restored = checks.why_not_restore_support(staff, known.stopped)
    not_moved = checks.why_not_move(ticket, departments=known.departments)
    needs_reason = checks.something_open(known.requests)
    acts = [
        Possible("reply", elsewhere or closed),
        Possible("note"),
        Possible("take", elsewhere or mine),
        Possible("assign", elsewhere if may(staff, Right.ASSIGN_OTHERS) else Obstacle("not_your_role")),
        Possible("move_department", elsewhere or not_moved, choices=others),
        Possible("recognise_requester", elsewhere or closed),
        Possible("record_told_by_phone", elsewhere or told),
        Possible("close", elsewhere or closed, terms={"needs_reason": needs_reason}),
        Possible("reopen", elsewhere or spam or (None if ended else Obstacle("not_closed"))),
        Possible("open_further_request", elsewhere or closed),
        Possible("stop_support", elsewhere or not_stopped),
        Possible("restore_support", elsewhere or not_restored),
        Possible("mark_spam", elsewhere or spam, terms={"needs_reason": checks.proven_asks(known.requests)}),
        Possible("mark_not_spam", elsewhere or (None if spam else Obstacle("not_spam"))),
    ]
    for request in known.requests:
        acts.extend(_on_request(request, elsewhere, known.stopped))
    return acts


def _on_request(request: Request, elsewhere: Obstacle | None, stopped: SupportStop | None) -> list[Possible]:
    written = compiled(request.edition).written
    settled = elsewhere or checks.why_not_judge(request)
    missing = wanted.missing_fields(request)
    further = [*written.fields, *wanted.facts_to_ask(request)]
    levels = tuple((name, "") for name in written.severities)
    permission = checks.permission_demanded(request)
    grounds = checks.grounds_under(request, stopped)
    return [
        Possible("name_kind", settled, request, tuple((name, "") for name in written.kinds)),
        Possible("correct_facts", settled, request),
        Possible("read_records_anew", settled, request),
        Possible("mark_rude", settled, request),
        Possible(
            "ask_for_information",
            settled or (None if missing or further else Obstacle("nothing_missing")),
            request,
            tuple((name, "") for name in missing or further),
        ),
        Possible(
            "propose_severity",
            elsewhere or checks.why_not_change_severity(request, checks.CONSENT),
            request,
            levels,
        ),
        Possible(
            "correct_severity",
            elsewhere or checks.why_not_change_severity(request, checks.REASON),
            request,
            levels,
        ),
        Possible(
            "refuse",
            elsewhere or checks.why_not_refuse(request, grounds=grounds),
            request,
            tuple(grounds.items()),
        ),
        Possible(
            "record_permission",
            settled,
            request,
            terms={"clause": permission.clause if permission is not None else ""},
        ),
        Possible("complete", elsewhere or checks.why_not_complete(request), request),
    ]


@dataclass(frozen=True, slots=True)
class ClientMay:
    """What a client may do in a ticket."""

    answer: bool
    close: bool
    confirm: tuple[tuple[Request, str, Obstacle | None], ...]
    """Requests that can be confirmed, each with the clause, and what stands in the way."""
    disown: bool
    """Whether they can say that somebody else wrote what waits for their confirmation."""
    proposals: tuple[Proposal, ...]
    """Questions that wait for the client's answer."""
    supply: tuple[tuple[Request, tuple[str, ...]], ...]
    """Requests that wait for something, each with the names of fields and facts."""
    asked: tuple[tuple[Request, tuple[str, ...]], ...]
    """Requests of which something else was asked, although nothing waits for it; with the names."""


def client_may(access: TicketAccess, *, proven: bool, requests: Sequence[Request] | None = None) -> ClientMay:
    """Give what a client may do in a ticket: a contact in the portal, or a guest with the private link.

    A page that has read its requests (`queries.requests_for_client`) passes them on.
    """
    ticket = access.ticket
    requests = requests_for_client(ticket) if requests is None else requests
    confirmable = []
    for request in requests:
        if checks.why_not_confirm(request) is None:
            _channel, clause = checks.confirmation(request) or ("", "")
            signed_in = access.contact is not None and proven
            confirmable.append((request, clause, None if signed_in else Obstacle("not_proven", clause)))
    open_ = ticket.state != TicketState.CLOSED
    going_on = [one for one in requests if open_ and one.done_at is None and one.refused_at is None]
    return ClientMay(
        answer=True,
        close=open_,
        confirm=tuple(confirmable),
        disown=checks.why_not_disown(ticket, access.contact, requests, proven=proven) is None,
        proposals=tuple(one for request in requests for one in request.proposals.all() if not one.answer),
        supply=tuple((request, tuple(names)) for request in going_on if (names := wanted.wanted_of(request))),
        asked=tuple(
            (request, tuple(names)) for request in going_on if (names := wanted.asked_of_client(request))
        ),
    )
