"""What is done with decisions: a request judged, judged again, and what is owed met or fallen due.

Every decision is added to its request's chain and none is changed. Callers hold the lock of the ticket
(`tickets.lock`), so that two of them never judge one request at once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.decisions import obligations, stored
from reglament.desk.decisions.asked import Asked, asked_in, asked_of, decision_on, kept
from reglament.desk.decisions.fulfilment import COMPLETION, REGISTRATION_NOTICE, STAFF_REPLY
from reglament.desk.decisions.models import DecisionRecord, Obligation, ObligationState
from reglament.desk.decisions.obligations import Event
from reglament.desk.faults import ActionRefused
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Account
from reglament.desk.regulations.models import Edition
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets import place, timeline
from reglament.desk.tickets.models import Actor, Conversation, Message, Request, Ticket
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.request import RequestFaults


class Cause(StrEnum):
    """What made the desk decide."""

    RECEIVED = "received"
    OPENED_BY_STAFF = "opened_by_staff"
    KIND_NAMED = "kind_named"
    FACT_CORRECTED = "fact_corrected"
    RECORD_CORRECTED = "record_corrected"
    REQUESTER_RECOGNISED = "requester_recognised"
    DEPARTMENT_MOVED = "department_moved"
    SEVERITY_AGREED = "severity_agreed"
    SEVERITY_CORRECTED = "severity_corrected"
    INFORMATION_SUPPLIED = "information_supplied"
    CONFIRMED = "confirmed"
    DISOWNED = "disowned"
    DAYS_OFF_DECREED = "days_off_decreed"


_EVENTS = {
    Cause.RECEIVED: Event.RECEIPT,
    Cause.SEVERITY_AGREED: Event.SEVERITY,
    Cause.SEVERITY_CORRECTED: Event.SEVERITY,
    Cause.INFORMATION_SUPPLIED: Event.SUPPLIED,
    Cause.CONFIRMED: Event.CONFIRMED,
    Cause.DAYS_OFF_DECREED: Event.DAYS_OFF,
}
"""How deadlines take each cause; every other one counts from receipt."""


def judge(edition: Edition, asked: Asked) -> Decision:
    """Decide without keeping anything.

    Raises `ActionRefused` that names each word that the edition does not know, with the nearest one.
    """
    try:
        return decision_on(compiled(edition), asked)
    except RequestFaults as faults:
        raise ActionRefused(
            _("The regulation cannot judge this: %(faults)s") % {"faults": faults},
            field=faults.faults[0].place.removeprefix("request."),
        ) from faults


def decide_request(
    request: Request, cause: Cause, by: Account | None, at: datetime, *, actor: Actor = Actor.DESK
) -> DecisionRecord:
    """Judge a request by its own edition as its facts stand now, and keep the answer with its grounds.

    Takes why, whose act caused it (none for the desk itself and for guests), on whose side, and when.
    The new decision supersedes the one before; obligations, the place in the queue and the timeline
    follow. Where what was missing has been supplied, the request counts as complete from now on.
    Raises `ActionRefused` where the edition does not know a word of it; then nothing is changed.
    """
    before = request.current_decision
    decision = judge(request.edition, asked_of(request))
    if cause is Cause.INFORMATION_SUPPLIED and _became_complete(before, decision):
        request.completed_at = at
        decision = judge(request.edition, asked_of(request))
    # What can be refused was refused above; whatever fails from here on takes the caller's work with it.
    with transaction.atomic(savepoint=False):
        record = _keep(decision, request.edition, asked_of(request), cause, by, at, request=request)
        request.current_decision = record
        request.save()
        timeline.write(
            request.ticket,
            "decided",
            at=at,
            by=actor,
            actor=by,
            request=request,
            decision=record.pk,
            cause=cause.value,
            outcome=record.outcome,
            department=decision.queue.department if decision.queue else None,
        )
        obligations.oblige(request, record, decision, _EVENTS.get(cause, Event.FROM_RECEIPT), at)
        place.refresh(request.ticket, at)
    return record


def _became_complete(before: DecisionRecord | None, decision: Decision) -> bool:
    return before is not None and bool(before.decision["missing"]) and not decision.missing


def keep_note(conversation: Conversation, decision: Decision, asked: Asked, at: datetime) -> DecisionRecord:
    """Keep the decision that a talk was no request."""
    return _keep(decision, conversation.edition, asked, Cause.RECEIVED, None, at, conversation=conversation)


def asked_again(conversation: Conversation) -> Asked:
    """Give what is known of a talk, as it was judged."""
    said = conversation.decision.facts["request"]
    return asked_in(conversation, authentication=said["authentication"], kind=said["kind"])


def _keep(
    decision: Decision,
    edition: Edition,
    asked: Asked,
    cause: Cause,
    by: Account | None,
    at: datetime,
    *,
    request: Request | None = None,
    conversation: Conversation | None = None,
) -> DecisionRecord:
    rules = compiled(edition)
    return DecisionRecord.objects.create(
        desk_id=edition.desk_id,
        request=request,
        conversation=conversation,
        edition=edition,
        edition_digest=edition.digest,
        calendar_digest=stored.calendar_digest(rules.program),
        facts=kept(rules, asked),
        outcome=decision.outcome,
        decision=decision.as_json(),
        trace=stored.trace_of(decision),
        cause=cause.value,
        caused_by=by,
        made_at=at,
        supersedes=request.current_decision if request is not None else None,
    )


# What is owed, met


def replied(message: Message) -> None:
    """Record that a person's public reply was given: it meets whatever a reply meets."""
    _meet_all(message.ticket, STAFF_REPLY, message.occurred_at, met_by_message=message)


def handed_over(letter: OutgoingLetter, at: datetime) -> None:
    """Record that an outgoing server took a letter of a ticket.

    A notice of registration meets what such a notice meets, and so does a reply, which carries the
    number as well.
    """
    if letter.ticket is None or letter.fulfils not in (REGISTRATION_NOTICE, STAFF_REPLY):
        return
    owed = Obligation.objects.filter(place.STILL_OWED, request__ticket=letter.ticket)
    # Most letters are replies where no notice is owed: nothing of the ticket changes by them.
    if owed.filter(fulfilled_by=REGISTRATION_NOTICE).exists():
        _meet_all(letter.ticket, REGISTRATION_NOTICE, at, met_by_letter=letter)


def told_by_phone(ticket: Ticket, at: datetime) -> None:
    """Record that the client was told the number by phone, which meets what a notice meets."""
    _meet_all(ticket, REGISTRATION_NOTICE, at)


def done(request: Request, at: datetime) -> None:
    """Record that the work of a request was done."""
    _meet_all(request.ticket, COMPLETION, at, only=request)


@transaction.atomic
def came_back(letter: OutgoingLetter, at: datetime) -> None:
    """Record that a letter which had been handed over came back for good (RFC 3464).

    What it had met is owed again; where its time has run out meanwhile, it was not met in time.
    """
    if letter.ticket is None:
        return
    rows = Obligation.objects.filter(
        met_by_letter=letter, state__in=[ObligationState.MET, *obligations.FINAL]
    ).select_related("request__ticket")
    for row in rows:
        if row.state == ObligationState.MET:
            taken = row.request.obligations.filter(metric=row.metric, state=ObligationState.OPEN).exists()
            if taken:
                continue
            row.state, row.closed_at = ObligationState.OPEN, None
        row.met_at = row.met_by_letter = None
        row.save(update_fields=["state", "closed_at", "met_at", "met_by_letter"])
        timeline.write(
            row.request.ticket,
            "notice_came_back",
            at=at,
            request=row.request,
            obligation=row.pk,
            metric=row.metric,
        )
        obligations.fall_due(row.request, at)
    place.refresh(letter.ticket, at)


def _meet_all(
    ticket: Ticket,
    fulfilled_by: str,
    at: datetime,
    *,
    only: Request | None = None,
    met_by_message: Message | None = None,
    met_by_letter: OutgoingLetter | None = None,
) -> None:
    by = {"met_by_message": met_by_message, "met_by_letter": met_by_letter}
    for request in ticket.requests.all() if only is None else [only]:
        obligations.fall_due(request, at)
        rows = request.obligations.filter(place.STILL_OWED, fulfilled_by=fulfilled_by)
        for row in rows.select_related("request__ticket"):
            if row.started_at <= at or row.due_at is None:
                obligations.meet(row, at, **{name: value for name, value in by.items() if value})
    place.refresh(ticket, at)


# What is owed, fallen due


def fall_due(now: datetime, *, limit: int = 500) -> int:
    """Record everything at every desk that fell due unmet before now, and give how much it was.

    For a job: each ticket in a transaction of its own, so that a stopped worker loses nothing.
    """
    tickets = list(
        Ticket.objects.filter(
            requests__obligations__state=ObligationState.OPEN, requests__obligations__due_at__lt=now
        )
        .order_by("requests__obligations__due_at")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(_fall_due(pk, now) for pk in dict.fromkeys(tickets))


@transaction.atomic
def _fall_due(pk: int, now: datetime) -> int:
    ticket = Ticket.objects.select_for_update().get(pk=pk)
    fallen = [row for request in ticket.requests.all() for row in obligations.fall_due(request, now)]
    if fallen:
        place.refresh(ticket, now)
    return len(fallen)


# What was preliminary


def recount_preliminary(at: datetime) -> int:
    """Judge anew what owes something by a preliminary deadline, where other days off are known since.

    Gives how many requests it were. The former decision and due time stay on record; what was met or
    fell due stays as it is. For a job: each ticket in a transaction of its own, and what was judged by
    the days off of today is not judged again.
    """
    waiting = Request.objects.filter(
        obligations__state=ObligationState.OPEN, obligations__preliminary=True
    ).distinct()
    return sum(_recount(pk, at) for pk in list(waiting.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _recount(pk: int, at: datetime) -> bool:
    request = Request.objects.select_related("edition", "current_decision").get(pk=pk)
    assert request.current_decision is not None
    known_now = stored.calendar_digest(compiled(request.edition).program)
    if request.current_decision.calendar_digest == known_now:
        return False
    request.ticket = Ticket.objects.select_for_update().get(pk=request.ticket_id)
    request.refresh_from_db(fields=["facts", "current_decision"])
    decide_request(request, Cause.DAYS_OFF_DECREED, None, at)
    return True


def fallen_due_next(now: datetime) -> datetime | None:
    """Give when something falls due next after a moment, at any desk: when the job is needed again."""
    row = Obligation.objects.filter(state=ObligationState.OPEN, due_at__gte=now).order_by("due_at").first()
    return row.due_at if row is not None else None


def with_facts(asked: Asked, **changes: object) -> Asked:
    """Give what is asked with some of it changed, to see what the regulation would say."""
    return replace(asked, **changes)  # type: ignore[arg-type]
