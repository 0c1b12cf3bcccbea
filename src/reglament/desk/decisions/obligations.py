"""What is owed after a decision: opened, kept, taken the place of; met, and fallen due.

The laws, which the tests hold against many histories:

- a breach is never undone, and what was met stays met but where the client's confirmation makes a new
  request of it;
- at most one obligation of a metric is open for a request;
- an obligation of a later decision never begins overdue: where its time would have run out already,
  it counts from the event, and is never later than what was owed before.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from reglament.desk.decisions import stored
from reglament.desk.decisions.fulfilment import REGISTRATION_NOTICE, fulfilled_since
from reglament.desk.decisions.models import DecisionRecord, ObligationState
from reglament.desk.decisions.models import Obligation as Owed
from reglament.desk.decisions.replaying import again
from reglament.desk.notices.models import DeliveryState
from reglament.desk.tickets import timeline
from reglament.desk.tickets.models import Request, TicketState
from reglament.regulation.model.decision import Decision, Obligation


class Event(StrEnum):
    """What made the desk decide, as far as deadlines are concerned."""

    RECEIPT = "receipt"
    FROM_RECEIPT = "from_receipt"
    """A kind named, a record or fact corrected, a department moved: everything counts from receipt."""
    SEVERITY = "severity"
    SUPPLIED = "supplied"
    CONFIRMED = "confirmed"
    DAYS_OFF = "days_off"
    """The days off of a year that was not decreed are known: what was preliminary is counted anew."""


FINAL = (ObligationState.BREACHED, ObligationState.EXCUSED)


def oblige(request: Request, record: DecisionRecord, decision: Decision, event: Event, at: datetime) -> None:
    """Bring what is owed for a request in line with its new decision.

    Nothing is owed while nobody but the desk has written; it is from the client's first message on.
    """
    if request.ticket.nothing_asked_yet:
        return
    standing: dict[str, Owed] = {}
    if record.supersedes_id is not None:
        fall_due(request, at)
        if request.refused_at is not None or request.ticket.state == TicketState.CLOSED:
            return
        standing = _standing(request)
    # What was said before anything was asked promised nothing.
    said_before = _said_before(record) if event is not Event.RECEIPT else {}
    for obligation in decision.obligations:
        metric = obligation.metric
        if metric in standing:
            _go_on(standing.pop(metric), record, decision, obligation, said_before.get(metric), event, at)
        elif metric not in said_before or event is Event.CONFIRMED:
            _open(request, record, decision, obligation, event, at)
    for no_longer_owed in standing.values():
        if no_longer_owed.state == ObligationState.OPEN:
            supersede(no_longer_owed, at)


def _standing(request: Request) -> dict[str, Owed]:
    rows = request.obligations.exclude(state=ObligationState.SUPERSEDED).order_by("id")
    return {row.metric: row for row in rows}


def _said_before(record: DecisionRecord) -> dict[str, dict[str, Any]]:
    if record.supersedes is None:
        return {}
    return {said["metric"]: said for said in record.supersedes.decision["obligations"]}


def _go_on(
    row: Owed,
    record: DecisionRecord,
    decision: Decision,
    obligation: Obligation,
    before: dict[str, Any] | None,
    event: Event,
    at: datetime,
) -> None:
    if row.state in FINAL:
        return
    if row.state == ObligationState.MET:
        if event is Event.CONFIRMED:
            _create(row.request, record, decision, obligation, obligation.starts_at, obligation.due_at, row)
        return
    if event is Event.DAYS_OFF:
        if row.preliminary:
            _recount(row, record, decision, obligation, at)
        return
    excused_by = obligation.excused_by or ""
    if before is not None and _same_terms(before, obligation):
        if row.excused_by != excused_by:
            # The promise is the same; only what becomes of its breach is not.
            row.excused_by = excused_by
            row.save(update_fields=["excused_by"])
        return
    start, due = _renewed(row, decision, obligation, event, at)
    supersede(row, at)
    if due is not None and due == row.due_at and start is None:
        start = row.started_at
    _create(row.request, record, decision, obligation, start or obligation.starts_at, due, row)


def _recount(
    row: Owed, record: DecisionRecord, decision: Decision, obligation: Obligation, at: datetime
) -> None:
    """Count the same budget from the same moment by the days off that are known now; keep both values."""
    before, origin = row.due_at, _origin(row)
    promised = next(one for one in again(origin.decision).obligations if one.metric == row.metric)
    start, due = row.started_at, stored.due_after(decision.program, promised, row.started_at)
    if due is not None and due <= at:
        start = _minute(at)
        due = stored.due_after(decision.program, promised, start)
        if _earlier(before, due):
            start, due = row.started_at, before
    if due == before:
        row.preliminary = stored.is_preliminary(decision.program, row.clock, start, due)
        row.save(update_fields=["preliminary"])
    else:
        supersede(row, at)
        row = _create(row.request, record, decision, obligation, start, due, row)
    timeline.write(
        row.request.ticket,
        "obligation_recounted",
        at=at,
        request=row.request,
        obligation=row.pk,
        metric=row.metric,
        clause=row.clause,
        before=before.isoformat() if before else None,
        due_at=due.isoformat() if due else None,
    )


def _origin(row: Owed) -> Owed:
    """Give the obligation whose budget counts, where later ones only kept its due time."""
    former = row.supersedes
    while former is not None and (former.started_at, former.due_at) == (row.started_at, row.due_at):
        row, former = former, former.supersedes
    return row


def _same_terms(before: dict[str, Any], obligation: Obligation) -> bool:
    now = obligation.as_json()
    return all(before[key] == now[key] for key in ("due_at", "clock", "fulfilled_by", "clause"))


def _renewed(
    row: Owed, decision: Decision, obligation: Obligation, event: Event, at: datetime
) -> tuple[datetime | None, datetime | None]:
    """Give from when and until when an open obligation runs after the event; no start is the old one's."""
    due = obligation.due_at
    if event is Event.CONFIRMED:
        return (None, row.due_at) if _earlier(row.due_at, due) else (obligation.starts_at, due)
    shorter = due is not None and (row.due_at is None or due < row.due_at)
    overdue = due is not None and due <= at
    if overdue or (event is Event.SEVERITY and shorter):
        start = _minute(at)
        from_event = stored.due_after(decision.program, obligation, start)
        return (None, row.due_at) if _earlier(row.due_at, from_event) else (start, from_event)
    return obligation.starts_at, due


def _earlier(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one <= other)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _open(
    request: Request,
    record: DecisionRecord,
    decision: Decision,
    obligation: Obligation,
    event: Event,
    at: datetime,
) -> None:
    start, due = obligation.starts_at, obligation.due_at
    if event is not Event.RECEIPT:
        given_at = fulfilled_since(request, obligation.fulfilled_by, start)
        if given_at is not None:
            row = _create(request, record, decision, obligation, start, _later(due, given_at), None)
            _met(row, given_at)
            return
        if due is not None and due <= at:
            start = _minute(at)
            due = stored.due_after(decision.program, obligation, start)
    _create(request, record, decision, obligation, start, due, None)


def _later(due: datetime | None, moment: datetime) -> datetime | None:
    return None if due is None else max(due, moment)


def _create(
    request: Request,
    record: DecisionRecord,
    decision: Decision,
    obligation: Obligation,
    start: datetime,
    due: datetime | None,
    supersedes: Owed | None,
) -> Owed:
    row = Owed.objects.create(
        desk_id=request.desk_id,
        request=request,
        decision=record,
        metric=obligation.metric,
        clause=obligation.clause,
        clock=obligation.clock,
        fulfilled_by=obligation.fulfilled_by,
        started_at=start,
        due_at=due,
        counted=stored.counted(decision.program, obligation.clock, obligation.budget, start, due),
        preliminary=stored.is_preliminary(decision.program, obligation.clock, start, due),
        excused_by=obligation.excused_by or "",
        supersedes=supersedes,
    )
    timeline.write(
        request.ticket,
        "obligation_opened",
        at=record.made_at,
        request=request,
        obligation=row.pk,
        metric=row.metric,
        clause=row.clause,
        due_at=due.isoformat() if due else None,
    )
    return row


def supersede(row: Owed, at: datetime) -> None:
    """Record that something no longer has to be given: a decision, a refusal or closing took its place."""
    row.state = ObligationState.SUPERSEDED
    row.closed_at = at
    row.save(update_fields=["state", "closed_at"])


def supersede_open(request: Request, at: datetime) -> None:
    """Let nothing that is open for a request be owed any longer. What fell due before stays as it fell."""
    fall_due(request, at)
    for row in request.obligations.filter(state=ObligationState.OPEN):
        supersede(row, at)


def fall_due(request: Request, at: datetime) -> list[Owed]:
    """Record what of a request fell due unmet before a moment, and give it.

    The time of the breach is the due time, however late it is recorded. What is given at the due
    time itself is in time. A notice that is being handed over at this very moment is waited for.
    """
    rows = list(
        request.obligations.filter(state=ObligationState.OPEN, due_at__lt=at).order_by("due_at", "id")
    )
    if request.ticket.outgoing_letters.filter(state=DeliveryState.SENDING).exists():
        rows = [row for row in rows if row.fulfilled_by != REGISTRATION_NOTICE]
    for row in rows:
        assert row.due_at is not None
        row.state = ObligationState.EXCUSED if row.excused_by else ObligationState.BREACHED
        row.breached_at = row.closed_at = row.due_at
        row.save(update_fields=["state", "breached_at", "closed_at"])
        timeline.write(
            request.ticket,
            "obligation_excused" if row.excused_by else "obligation_breached",
            at=row.due_at,
            request=request,
            obligation=row.pk,
            metric=row.metric,
            clause=row.clause,
            excused_by=row.excused_by,
        )
    return rows


def meet(row: Owed, at: datetime, **by: Any) -> None:
    """Record that something owed was given: in time, or, where it had fallen due, late.

    Takes the message or the letter that gave it, as `met_by_message` or `met_by_letter`.
    """
    for name, value in by.items():
        setattr(row, name, value)
    if row.state == ObligationState.OPEN:
        _met(row, at, *by)
    elif row.state in FINAL and row.met_at is None:
        row.met_at = at
        row.save(update_fields=["met_at", *by])
    else:
        return
    timeline.write(
        row.request.ticket,
        "obligation_met" if row.state == ObligationState.MET else "obligation_met_late",
        at=at,
        request=row.request,
        obligation=row.pk,
        metric=row.metric,
        clause=row.clause,
    )


def _met(row: Owed, at: datetime, *changed: str) -> None:
    row.state = ObligationState.MET
    row.met_at = row.closed_at = at
    row.save(update_fields=["state", "met_at", "closed_at", *changed])
