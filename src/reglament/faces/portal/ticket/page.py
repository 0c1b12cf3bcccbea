"""One ticket as its client sees it, in the portal or by the private link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy

from reglament.desk.access import TicketAccess, messages_in
from reglament.desk.decisions.forms import questions_named
from reglament.desk.decisions.practices import guide_of
from reglament.desk.decisions.queries import OwedView, explanation, label, owed_for, preview
from reglament.desk.decisions.words import ground_in_words
from reglament.desk.people.queries import AUTHORISED
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.following import may_reopen
from reglament.desk.tickets.participants import taking_part
from reglament.desk.tickets.possible import ClientMay, client_may
from reglament.desk.tickets.queries import requests_for_client, support_stop_of, timeline_in
from reglament.desk.tickets.turns import turn_of
from reglament.faces.common.moments import moment_words
from reglament.faces.common.why import Term, ruler_of
from reglament.faces.portal.ticket.addresses import Addresses
from reglament.faces.portal.ticket.talk import talk_of
from reglament.faces.public.desk_page import DeskPage, regulation_url
from reglament.faces.public.stopped import in_words
from reglament.regulation.wording.spans import span

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from reglament.desk.tickets.models import Request

REMARKS = ("not_covered", "offer", "service_level", "responsibility", "mentions")
"""What of an explanation stands on the ticket itself; the rest is on the page "Why?"."""
NOTICE = "registration_notice"
AS_EXPECTED = {"service_level": ("full", "none"), "responsibility": ("provider", None)}
"""Values that need no remark."""
STATES: dict[str, Promise] = {
    "open": pgettext_lazy("ticket", "in work"),
    "waiting_client": pgettext_lazy("ticket", "waits for you"),
    "escalated": pgettext_lazy("ticket", "passed on"),
    "completed": pgettext_lazy("ticket", "done"),
    "closed": pgettext_lazy("ticket", "closed"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a ticket, in words."""

    request: Request
    kind: str
    service: str
    severity: str
    remarks: list[dict[str, Any]]
    terms: list[Term]
    """What is still owed for it."""
    settled: list[OwedView]
    """What was given, or is owed no longer."""
    redirect: dict[str, Any] | None
    """The sentence that it must be asked for in another way, while it must."""
    promised: bool
    """Whether the regulation promises anything for it, given or not."""
    refusal: dict[str, str] | None
    why_url: str


def ticket_context(
    page: DeskPage, access: TicketAccess, addresses: Addresses, *, proven: bool, answer: Any
) -> dict[str, Any]:
    """Give everything that the page of a ticket shows.

    Takes the reader's access to it, where its pages are, whether the session is proven, and the form
    of an answer.
    """
    ticket, language = access.ticket, page.language
    stop, events = support_stop_of(ticket), list(timeline_in(access))
    disowned = any(event.kind == "disowned" and event.occurred_at == ticket.closed_at for event in events)
    requests = requests_for_client(ticket)
    may = client_may(access, proven=proven, requests=requests)
    views = owed_for(requests, page.now, language)
    asked = [_asked(page, request, views, addresses) for request in requests]
    terms = [term for one in asked for term in one.terms]
    return page.context(
        ticket=ticket,
        number=str(ticket),
        state=STATES.get(ticket.state, ticket.state),
        channel=label(asked[0].request.edition, "channel", ticket.channel, language),
        asked=asked,
        turn=turn_of(ticket, requests),
        may=may,
        confirms=[_confirmation(page, one, may_be) for one in asked for may_be in _confirmable(may, one)],
        proposals=[_proposal(page, proposal, addresses) for proposal in may.proposals],
        supplies=_of_requests(may.supply, asked, addresses, language),
        questions=_of_requests(may.asked, asked, addresses, language),
        redirects=[one for one in asked if one.redirect and not _confirmable(may, one)],
        terms=terms,
        next_term=_next(terms),
        talk=talk_of(
            list(messages_in(access)), events, access, addresses,
            edition=asked[0].request.edition, language=language, disowned=disowned,
        ),
        answer=answer,
        answer_key=page.request.POST.get("key", "")[:64] or uuid4().hex,
        addresses=addresses,
        disowned=disowned,
        reopens=ticket.closed_at is None or may_reopen(ticket, page.now, requests[0]),
        regulation_url=regulation_url(asked[0].request.edition),
        others=_others(access),
        stopped=in_words(stop, page.rules, language) if stop is not None else None,
        guide=guide_of(compiled(asked[0].request.edition)),
        secret_of_guest=access.guest,
    )  # fmt: skip


def _others(access: TicketAccess) -> list[tuple[str, str, bool]]:
    """Give who else is on the ticket: name, address, and whether the replies go there."""
    ticket, reader = access.ticket, access.contact
    if reader is None:
        # A private link may have been passed on: it shows nobody's address.
        return []
    asks = [(ticket.requester_name, ticket.requester_address, True)]
    found = [(one.name, one.address, one.gets_replies) for one in taking_part(ticket).colleagues]
    known = asks if reader.pk != ticket.requester_id else []
    return [one for one in (*known, *found) if one[1] != reader.email]


def _next(terms: list[Term]) -> Term | None:
    """Give what the client waits for: a word of a person, or the work, rather than a notice of the desk."""
    limited = [term for term in terms if term.owed.due_at is not None]
    awaited = [term for term in limited if term.owed.obligation.fulfilled_by != NOTICE]
    return next(iter(awaited or limited), None)


def _asked(page: DeskPage, request: Request, views: list[OwedView], addresses: Addresses) -> Asked:
    edition, language, record = request.edition, page.language, request.current_decision
    assert record is not None
    said = explanation(record, "client", language)
    severity = record.decision["severity"]
    mine = [view for view in views if view.obligation.request_id == request.pk]
    open_ = request.refused_at is None and request.ticket.closed_at is None
    going_on = open_ and request.done_at is None
    return Asked(
        request=request,
        kind=label(edition, "kind", request.kind, language),
        service=label(edition, "service", request.service, language) if request.service else "",
        severity=label(edition, "severity", severity, language) if severity else "",
        remarks=[
            one
            for one in said
            if one["topic"] in REMARKS
            and record.decision.get(one["topic"], "") not in AS_EXPECTED.get(one["topic"], ())
        ],
        terms=[Term(view, ruler_of(view, page.now, language)) for view in mine if view.still_owed and open_],
        settled=[view for view in mine if not view.still_owed or not open_],
        redirect=next((one for one in said if one["topic"] == "redirect"), None) if going_on else None,
        promised=bool(record.decision["obligations"]),
        refusal=_refusal(request, language),
        why_url=addresses.to("why", request.position),
    )


def _refusal(request: Request, language: str) -> dict[str, str] | None:
    if request.refused_at is None:
        return None
    title, cure = ground_in_words(
        compiled(request.edition), request.refusal_ground, request.refusal_clause, language
    )
    return {"clause": request.refusal_clause, "title": title, "cure": cure}


def _confirmable(may: ClientMay, asked: Asked) -> list[tuple[Request, str, Any]]:
    return [one for one in may.confirm if one[0].pk == asked.request.pk]


def _of_requests(
    wanted: tuple[tuple[Request, tuple[str, ...]], ...],
    asked: list[Asked],
    addresses: Addresses,
    language: str,
) -> list[dict[str, Any]]:
    """Give the requests of which something is asked, each with the questions and where they are answered."""
    names = {request.pk: names for request, names in wanted}
    return [
        {
            "asked": one,
            "questions": [
                question.label
                for question in questions_named(one.request.edition, names[one.request.pk], language)
            ],
            "url": addresses.to("supply", one.request.position),
        }
        for one in asked
        if one.request.pk in names
    ]


def _confirmation(page: DeskPage, asked: Asked, may_be: tuple[Request, str, Any]) -> dict[str, Any]:
    _request, clause, obstacle = may_be
    return {
        "asked": asked,
        "clause": clause,
        "obstacle": obstacle,
        "then": _then(page, asked) if obstacle is None else "",
    }


def _then(page: DeskPage, asked: Asked) -> str:
    """Say what would be owed if the request were confirmed at this moment: the earlier of both terms."""
    request = asked.request
    assert request.current_decision is not None
    seen = preview(
        request.edition,
        request.kind,
        channel=request.current_decision.decision["redirect_to"][0],
        authentication=AUTHORISED,
        at=page.now,
        language=page.language,
        service=request.service,
        severity=request.stated_severity,
        facts={name: fact["value"] for name, fact in request.facts.items() if "." in name},
    )
    for obligation, (title, due, _clause) in zip(seen.decision.obligations, seen.owed, strict=True):
        standing = [
            term.owed.due_at for term in asked.terms
            if term.owed.obligation.metric == obligation.metric and term.owed.due_at is not None
            and term.owed.due_at > page.now
        ]  # fmt: skip
        earliest = min([moment for moment in [due, *standing] if moment is not None], default=None)
        if earliest is not None:
            return gettext("If you confirm now: %(what)s by %(due)s.") % {
                "what": title[:1].lower() + title[1:],
                "due": _moment(earliest, page),
            }
    return ""


def _moment(moment: datetime, page: DeskPage) -> str:
    return moment_words(moment, page.language, timezone.get_current_timezone(), now=page.now, due=True)


def _proposal(page: DeskPage, proposal: Any, addresses: Addresses) -> dict[str, Any]:
    edition = proposal.request.edition
    return {
        "row": proposal,
        "from": label(edition, "severity", str(proposal.from_value), page.language),
        "to": label(edition, "severity", str(proposal.to_value), page.language),
        "url": addresses.to("proposal", proposal.pk),
        "changes": _if_agreed(page, proposal),
    }


def _if_agreed(page: DeskPage, proposal: Any) -> list[str]:
    request = proposal.request
    seen = preview(
        request.edition,
        request.kind,
        channel=request.channel,
        authentication=request.authentication,
        at=page.now,
        language=page.language,
        service=request.service,
        severity=str(proposal.to_value),
        facts={name: fact["value"] for name, fact in request.facts.items() if "." in name},
    )
    return [
        f"{title[:1].lower()}{title[1:]}: {span(owed_.budget.amount, owed_.budget.unit, page.language)}"
        for owed_, (title, _due, _clause) in zip(seen.decision.obligations, seen.owed, strict=True)
    ]
