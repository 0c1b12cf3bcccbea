"""Every regulation at hand, and one that was invented for the tests, runs the whole desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

import reglament
from reglament import packs
from reglament.desk.access import TicketAccess
from reglament.desk.channels.chat.actions import TALKS, log_talk
from reglament.desk.channels.incoming import Outcome
from reglament.desk.channels.intake import receive
from reglament.desk.channels.logged import Log
from reglament.desk.channels.phone.actions import log_call
from reglament.desk.decisions.actions import fall_due
from reglament.desk.decisions.entitlements import entitlements_of
from reglament.desk.decisions.models import DecisionRecord, Obligation
from reglament.desk.decisions.queries import explanation, grounds_in_words, owed
from reglament.desk.decisions.replaying import replay
from reglament.desk.faults import ActionRefused
from reglament.desk.notices.actions import WITHHELD
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Role, StaffMember
from reglament.desk.regulations.actions import create_desk
from reglament.desk.regulations.models import Desk
from reglament.desk.regulations.queries import compiled, edition_at
from reglament.desk.tests.tram import HOUR, client_of, coming, request_of, staff_at
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Request
from reglament.desk.tickets.possible import client_may, possible_actions
from reglament.desk.tickets.queries import queue, why_here
from reglament.regulation.model.words import CHANNELS

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 7, 15, tzinfo=UTC)
SIXTH = Path(reglament.__file__).parents[2] / "tests" / "sixth" / "regulation.yaml"
REGULATIONS = [*packs.names(), str(SIXTH)]

every_regulation = pytest.mark.parametrize("regulation", REGULATIONS, ids=[*packs.names(), "invented"])


def desk_by(regulation: str) -> Desk:
    return create_desk(packs.source(regulation), slug="desk", at=AT - timedelta(days=60))


@every_regulation
def test_every_kind_goes_the_one_road_and_comes_out_as_decided(regulation: str) -> None:
    desk = desk_by(regulation)
    client = client_of(desk)
    kinds = compiled(edition_at(desk, AT)).written.kinds
    said: set[str] = set()
    for kind in kinds:
        for channel, proven in (("portal", True), ("email", False), ("guest_form", False)):
            taken = receive(
                coming(desk, AT, channel=channel, proven=proven, kind=kind, sender_address=client.email), AT
            )
            if taken.outcome == Outcome.TALK:
                continue
            request = request_of(taken)
            _comes_out_as_decided(request)
            effects = str(request.decisions.get().decision["cites"])
            if effects not in said:
                said.add(effects)
                _is_said_to_everybody(request)
            client_may(TicketAccess(request.ticket, contact=client), proven=proven)

    tickets = [ticket for department in desk.departments.all() for ticket in queue(department)]
    assert len(tickets) == Request.objects.count()
    told = set(OutgoingLetter.objects.filter(template="registration_notice").values_list("ticket", flat=True))
    untold = [ticket for ticket in tickets if ticket.pk not in told]
    assert len(told) > len(untold)
    # One client wrote all of it within an hour, and a machine might have.
    for ticket in untold:
        assert (ticket.channel, ticket.timeline.get(kind=WITHHELD).values["budget"]) == ("email", "address")
    assert "{" not in "".join(OutgoingLetter.objects.values_list("text", flat=True))
    for row in entitlements_of(client.organisation, AT, "en"):
        assert row.title
        assert row.clause


def _comes_out_as_decided(request: Request) -> None:
    record = request.current_decision
    assert record is not None
    assert replay(record).same
    promised = {
        (said["metric"], datetime.fromisoformat(said["due_at"]) if said["due_at"] else None)
        for said in record.decision["obligations"]
    }
    assert {(row.metric, row.due_at) for row in request.obligations.all()} == promised
    assert request.ticket.department.name == record.decision["queue"]["department"]


def _is_said_to_everybody(request: Request) -> None:
    assert request.current_decision is not None
    for language in ("ru", "en"):
        for audience in ("client", "agent", "auditor"):
            assert explanation(request.current_decision, audience, language)
        assert all(view.title for view in owed(request.ticket, AT + HOUR, language))
        assert all(ground["cure"] for ground in grounds_in_words(request, language))
        why = why_here(request.ticket, language)
        assert why is not None
        assert why.says


@every_regulation
def test_every_channel_is_a_ticket_or_a_note_as_the_regulation_counts_it(regulation: str) -> None:
    desk = desk_by(regulation)
    agent = staff_at(desk)
    for channel in CHANNELS:
        log = Log(text="Good day", received_at=AT)
        if channel == "phone":
            taken = log_call(agent, log, now=AT, line="main")
        elif channel in TALKS:
            taken = log_talk(agent, log, now=AT, channel=channel)
        else:
            taken = receive(coming(desk, AT, channel=channel), AT)
        outcome = DecisionRecord.objects.latest("id").outcome
        assert (taken.outcome == Outcome.TALK) == (outcome == "informal")
        assert (taken.ticket_id is None) == (outcome == "informal")


@every_regulation
def test_staff_name_every_kind_of_a_letter_and_do_what_is_possible(regulation: str) -> None:
    desk = desk_by(regulation)
    lead = staff_at(desk, Role.LEAD)
    written = compiled(edition_at(desk, AT)).written
    service = next(iter(written.services), None)
    tried: set[tuple[str, ...]] = set()
    for kind in written.kinds:
        request = request_of(receive(coming(desk, AT), AT))
        request = actions.name_kind(lead, request, kind, at=AT + HOUR, service=service)
        possible = possible_actions(request.ticket, lead)
        allowed = tuple(act.action for act in possible if act.allowed)
        for act in possible if allowed not in tried else ():
            if act.obstacle is not None:
                assert str(act.obstacle.words)
                continue
            # Each is tried on the same ticket: what was possible must not be refused.
            with transaction.atomic():
                _do(act.action, act.request or request, lead, [word for word, _clause in act.choices])
                transaction.set_rollback(True)
        tried.add(allowed)
        assert request.current_decision is not None
        assert replay(request.current_decision).same
    fall_due(AT + timedelta(days=90))
    assert not Obligation.objects.filter(state="open", due_at__isnull=False).exists()


def _do(action: str, request: Request, lead: StaffMember, choices: list[str]) -> None:
    ticket, at = request.ticket, AT + 2 * HOUR
    severity = request.current_decision.decision["severity"] if request.current_decision else None
    others = [word for word in choices if word != severity]
    acts: dict[str, Callable[[], object]] = {
        "reply": lambda: actions.reply(lead, ticket, "Yes", at=at),
        "note": lambda: actions.note(lead, ticket, "Hm", at=at),
        "take": lambda: actions.take(lead, ticket, at=at),
        "assign": lambda: actions.assign(lead, ticket, None, at=at),
        "move_department": lambda: actions.move_department(lead, ticket, choices[0], at=at),
        "record_told_by_phone": lambda: actions.record_told_by_phone(lead, ticket, at=at),
        "close": lambda: actions.close(lead, ticket, at=at, reason="so"),
        "open_further_request": lambda: actions.open_further_request(
            lead, ticket.messages.earliest("id"), request.kind, at=at
        ),
        "name_kind": lambda: actions.name_kind(lead, request, choices[0], at=at),
        "read_records_anew": lambda: actions.read_records_anew(lead, request, at=at),
        "mark_rude": lambda: actions.mark_rude(lead, request, at=at),
        "ask_for_information": lambda: actions.ask_for_information(lead, request, choices[:2], at=at),
        "propose_severity": lambda: actions.propose_severity(lead, request, others[0], reason="", at=at),
        "correct_severity": lambda: actions.correct_severity(lead, request, others[0], reason="so", at=at),
        "refuse": lambda: actions.refuse(lead, request, choices[0], at=at),
        "record_permission": lambda: actions.record_permission(
            lead, request, what="All", given_by_name="Client", at=at
        ),
        "complete": lambda: actions.complete(lead, request, at=at),
    }
    if action in acts:
        try:
            acts[action]()
        except ActionRefused as refused:
            raise AssertionError(f"{action} was possible, and is refused: {refused}") from refused
