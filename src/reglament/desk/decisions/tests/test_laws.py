"""The laws of what is owed, held against many histories of one request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reglament.desk.access import TicketAccess
from reglament.desk.channels.intake import receive
from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.replaying import replay
from reglament.desk.faults import ActionRefused
from reglament.desk.people.models import Contact, StaffMember
from reglament.desk.tests.tram import NOW, arrive, client_of, coming, staff_at, tram_desk
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Request, Ticket

MINUTE = timedelta(minutes=1)

WHAT = (
    "reply", "repair", "refund", "card_change", "question", "vandalism", "rude", "office", "depot", "halt",
    "delay", "confirm", "supply", "close", "reopen", "write", "refuse", "complete", "fall_due",
)  # fmt: skip
KINDS = ("repair", "refund", "card_change", "question")

steps = st.tuples(st.sampled_from(WHAT), st.integers(0, 900))
histories = st.lists(steps, max_size=12)


class _RolledBack(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever an example did, so that each begins with an empty database."""
    try:
        with transaction.atomic():
            yield
            raise _RolledBack
    except _RolledBack:
        pass


def step(what: str, request: Request, agent: StaffMember, client: Contact, at: datetime) -> None:
    ticket = request.ticket
    if what in KINDS:
        actions.name_kind(agent, request, what, at=at)
    elif what == "reply":
        actions.reply(agent, ticket, "Words", at=at)
    elif what == "vandalism":
        actions.correct_facts(agent, request, {"circumstances.vandalism": True}, at=at)
    elif what == "rude":
        actions.mark_rude(agent, request, at=at)
    elif what in ("office", "depot"):
        actions.move_department(agent, ticket, what, at=at)
    elif what in ("halt", "delay"):
        proposal = actions.propose_severity(agent, request, what, reason="", at=at)
        actions.answer_proposal(proposal, agreed=True, through="portal", at=at)
    elif what == "confirm":
        actions.confirm(TicketAccess(ticket, contact=client), request, proven=True, at=at)
    elif what == "supply":
        fields = {"route": "7", "pass_code": "1"}
        receive(coming(ticket.desk, at, ticket_number=ticket.number, channel="portal", fields=fields), at)
    elif what == "close":
        actions.close(agent, ticket, at=at, reason="so")
    elif what == "reopen":
        actions.reopen(agent, ticket, at=at)
    elif what == "write":
        receive(coming(ticket.desk, at, ticket_number=ticket.number), at)
    elif what == "refuse":
        actions.refuse(agent, request, "rudeness", at=at)
    elif what == "complete":
        actions.complete(agent, request, at=at)
    elif what == "fall_due":
        decisions.fall_due(at)


def obligations_of(request: Request) -> dict[int, dict[str, Any]]:
    rows: Any = request.obligations.values()
    return {row["id"]: row for row in rows}


@pytest.mark.django_db
@given(history=histories)
@example(history=[("card_change", 1), ("reply", 1), ("confirm", 1), ("halt", 400), ("repair", 800)])
@example(history=[("repair", 0), ("supply", 60), ("vandalism", 10), ("complete", 900), ("write", 5)])
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_whatever_happens_the_laws_hold(history: list[tuple[str, int]]) -> None:
    with undone():
        desk = tram_desk()
        agent, client = staff_at(desk), client_of(desk)
        ticket, request = arrive(desk)
        at = NOW
        before = obligations_of(request)
        for what, minutes in history:
            at += minutes * MINUTE
            try:
                with transaction.atomic():
                    step(what, fresh(request), agent, client, at)
            except ActionRefused:
                continue
            after = obligations_of(request)
            _check_step(before, after, at)
            before = after
        _check_chain(request)
        ticket.refresh_from_db()
        assert ticket.next_due_at is None or ticket.next_due_at in {row["due_at"] for row in before.values()}


def fresh(request: Request) -> Request:
    found = Request.objects.get(pk=request.pk)
    found.ticket = Ticket.objects.get(pk=request.ticket_id)
    return found


def _check_step(before: dict[int, dict[str, Any]], after: dict[int, dict[str, Any]], at: datetime) -> None:
    for number, row in before.items():
        now = after[number]
        if row["state"] in ("breached", "excused"):
            assert (now["state"], now["due_at"], now["breached_at"]) == (
                row["state"],
                row["due_at"],
                row["breached_at"],
            ), "a breach is never undone"
        if row["state"] == "met":
            assert (now["state"], now["met_at"]) == ("met", row["met_at"])
        if now["state"] == "breached":
            assert now["breached_at"] == now["due_at"] < at
    for number in after.keys() - before.keys():
        row = after[number]
        assert row["state"] in ("open", "met")
        assert row["due_at"] is None or row["state"] == "met" or row["due_at"] > at, "never begins overdue"
    open_metrics = [row["metric"] for row in after.values() if row["state"] == "open"]
    assert len(open_metrics) == len(set(open_metrics))


def _check_chain(request: Request) -> None:
    request = fresh(request)
    chain = list(request.decisions.order_by("made_at", "id"))
    assert [one.supersedes_id for one in chain] == [None, *(one.pk for one in chain[:-1])]
    assert request.current_decision_id == chain[-1].pk
    for record in chain:
        again = replay(record)
        assert again.same, record.cause
        assert again.same_calendar
        assert again.same_edition


@pytest.mark.django_db
def test_a_decision_replays_after_the_words_of_the_client_were_erased() -> None:
    desk = tram_desk()
    _, request = arrive(desk, kind="repair", channel="portal", fields={"route": "the seventh"})
    record = request.current_decision
    assert record is not None
    Request.objects.filter(pk=request.pk).update(facts={})

    assert replay(record).same
    assert record.facts["fields"]["route"] == {"state": "present", "reference": f"request:{request.pk}"}
    assert "seventh" not in str(record.facts) + str(record.decision) + str(record.trace)
