"""What is read of decisions: the one in force and its chain, what is owed, why, and what would be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from reglament.desk.decisions import stored
from reglament.desk.decisions.actions import judge
from reglament.desk.decisions.asked import Asked
from reglament.desk.decisions.facts import known
from reglament.desk.decisions.models import DecisionRecord, Obligation, ObligationState, Proposal
from reglament.desk.decisions.replaying import again, replay
from reglament.desk.decisions.words import (
    clause_in_words,
    explained,
    ground_in_words,
    labels_of,
    metric_in_words,
    missing_in_words,
)
from reglament.desk.regulations.models import Edition
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.checks import grounds_of
from reglament.desk.tickets.models import Request, Ticket
from reglament.regulation.model.decision import Budget, Decision
from reglament.regulation.model.words import CHANNELS

__all__ = [
    "OpenInterval",
    "OwedView",
    "Preview",
    "again",
    "chain_of",
    "clause_of",
    "decision_of",
    "explanation",
    "grounds_in_words",
    "owed",
    "owed_of",
    "proposals_of",
    "replay",
]

OpenInterval = tuple[datetime, datetime]


def decision_of(request: Request) -> Decision:
    """Give the decision in force for a request, made again with its whole trace."""
    assert request.current_decision is not None
    return again(request.current_decision)


def chain_of(request: Request) -> list[DecisionRecord]:
    """Give every decision on a request, the first one first."""
    return list(request.decisions.select_related("edition", "caused_by").order_by("made_at", "id"))


@dataclass(frozen=True, slots=True)
class OwedView:
    """Something owed, as pages show it: in words, with the time left and what its ruler is drawn from."""

    obligation: Obligation
    title: str
    state: str
    clause: str
    due_at: datetime | None
    left: timedelta | None
    """Calendar time until it is due; negative once it is past; none without a limit, or once given."""
    working_left: timedelta | None
    """Open time of its clock until it is due; none where the clock never stops, or nothing is left."""
    counted: tuple[OpenInterval, ...]
    """The intervals that were counted."""
    open: tuple[OpenInterval, ...]
    """The hours in which the clock is open, over the same span."""
    budget: Budget | None
    zone: tzinfo = field(default=UTC)

    @property
    def still_owed(self) -> bool:
        """True where it was not given yet, whether or not it is late."""
        return self.obligation.met_at is None and self.state != ObligationState.SUPERSEDED

    @property
    def excused(self) -> bool:
        """True where it fell due unmet for a reason that a clause, `obligation.excused_by`, excuses."""
        return self.state == ObligationState.EXCUSED


def owed(ticket: Ticket, now: datetime, language: str) -> list[OwedView]:
    """Give what is or was owed in a ticket: first what is still owed, by its due time."""
    rows = Obligation.objects.filter(request__ticket=ticket).select_related("decision__edition", "request")
    return _owed(rows.defer("decision__edition__source"), now, language)


def owed_for(requests: Iterable[Request], now: datetime, language: str) -> list[OwedView]:
    """Give the same of requests as `tickets.queries.requests_in_full` reads them."""
    return _owed([row for request in requests for row in request.obligations.all()], now, language)


def _owed(rows: Iterable[Obligation], now: datetime, language: str) -> list[OwedView]:
    views = [_view(row, now, language) for row in rows if row.state != ObligationState.SUPERSEDED]
    return sorted(
        views,
        key=lambda view: (
            not view.still_owed,
            view.excused,
            view.due_at is None,
            view.due_at,
            view.obligation.pk,
        ),
    )


def owed_of(obligation: Obligation, now: datetime, language: str) -> OwedView:
    """Give one thing that is or was owed, as pages show it."""
    return _view(obligation, now, language)


def _view(row: Obligation, now: datetime, language: str) -> OwedView:
    rules = compiled(row.decision.edition)
    left = working_left = None
    never_stops = rules.program.calendars[row.clock]["weekly"] == [[[0, 24 * 60]]] * 7
    if row.due_at is not None and row.met_at is None:
        left = row.due_at - now
        if left > timedelta() and not never_stops:
            working_left = stored.working_time_left(rules.program, row.clock, now, row.due_at)
    counted = tuple(
        (datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, end in row.counted
    )
    open_: tuple[OpenInterval, ...] = ()
    if row.due_at is not None:
        open_ = stored.open_between(rules.program, row.clock, row.started_at, row.due_at)
    return OwedView(
        obligation=row,
        title=metric_in_words(rules, row.metric, language),
        state=row.state,
        clause=row.clause,
        due_at=row.due_at,
        left=left,
        working_left=working_left,
        counted=counted,
        open=open_,
        budget=_budget(row),
        zone=rules.zone,
    )


def _budget(row: Obligation) -> Budget | None:
    for said in row.decision.trace:
        if said["effect"] == f"obligation {row.metric}":
            amount, unit = said["value"]["budget"]
            return Budget(amount, unit)
    return None


def proposals_of(ticket: Ticket) -> list[Proposal]:
    """Give what the client was asked to agree to in a ticket, newest first."""
    return list(
        Proposal.objects.filter(request__ticket=ticket)
        .select_related("request", "asked_by__account", "answered_by", "recorded_by__account")
        .order_by("-asked_at", "-id")
    )


def proposals_among(requests: Iterable[Request]) -> list[Proposal]:
    """Give the same of requests as `tickets.queries.requests_in_full` reads them."""
    found = [proposal for request in requests for proposal in request.proposals.all()]
    return sorted(found, key=lambda proposal: (proposal.asked_at, proposal.pk), reverse=True)


def explanation(record: DecisionRecord, audience: str, language: str) -> list[dict[str, Any]]:
    """Explain a decision to `client`, `agent` or `auditor`: sentences with their clauses and arithmetic."""
    return explained(compiled(record.edition), again(record), audience, language)


def grounds_in_words(request: Request, language: str) -> list[dict[str, str]]:
    """Give the grounds of refusal that hold for a request, each with its clause, its name and its cure."""
    rules = compiled(request.edition)
    found = []
    for ground, clause in grounds_of(request).items():
        title, cure = ground_in_words(rules, ground, clause, language)
        found.append({"ground": ground, "clause": clause, "title": title, "cure": cure})
    return found


def clause_of(edition: Edition, clause: str, language: str) -> dict[str, str]:
    """Give a clause's id, title and text in words."""
    return clause_in_words(compiled(edition), clause, language)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the regulation would say of a request that nobody has sent yet."""

    decision: Decision
    demanded: list[dict[str, str]]
    """The fields that it would ask for: name, label and clause."""
    accepted: bool
    """Whether the channel is right for it, proof and all."""
    owed: list[tuple[str, datetime | None, str]]
    """What would be owed: its title, its due time in the regulation's zone, its clause."""


def preview(
    edition: Edition,
    kind: str,
    *,
    channel: str,
    authentication: str,
    at: datetime,
    language: str,
    service: str = "",
    severity: str = "",
    facts: dict[str, Any] | None = None,
) -> Preview:
    """Say what the regulation would answer to a request sent now: what it demands, what would be owed.

    Takes fields as `fields.NAME` and facts by their names; with none, `demanded` is everything that
    must be filled in. Raises `ActionRefused` for a word that the edition does not know.
    """
    asked = Asked(
        received_at=at,
        channel=channel,
        authentication=authentication,
        kind=kind,
        service=service,
        stated_severity=severity,
        facts={name: known(value, "form", at) for name, value in (facts or {}).items()},
    )
    decision = judge(edition, asked)
    rules = compiled(edition)
    return Preview(
        decision=decision,
        demanded=missing_in_words(rules, decision, language),
        accepted=decision.outcome not in ("informal", "redirect"),
        owed=[
            (metric_in_words(rules, obligation.metric, language), obligation.due_at, obligation.clause)
            for obligation in decision.obligations
        ],
    )


def channels_for(edition: Edition, kind: str, *, at: datetime, proof: str = "authorised") -> list[str]:
    """Give the channels through which a kind of request is taken, with the proof that a client could give."""
    return [
        channel
        for channel in CHANNELS
        if preview(edition, kind, channel=channel, authentication=proof, at=at, language="en").accepted
    ]


def label(edition: Edition, what: str, name: str, language: str) -> str:
    """Give the regulation's own label of a kind, department, severity, channel, field, ground or service."""
    labels = labels_of(compiled(edition), language)
    if what == "service":
        return labels.text(labels.edition.services[name])
    said: str = getattr(labels, what)(name)
    return said
