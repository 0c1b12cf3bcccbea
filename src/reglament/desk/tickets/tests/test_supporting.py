"""Support that a person stops from a ticket: who may, by which clause, and what it changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reglament.desk.access import TicketAccess
from reglament.desk.decisions.queries import grounds_in_words
from reglament.desk.faults import ActionRefused
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Role, StaffMember, SupportStop
from reglament.desk.regulations.actions import create_desk
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.tram import HOUR, NOW, TRAM, arrive, client_of, staff_at, tram_desk
from reglament.desk.tickets import actions
from reglament.desk.tickets.checks import SUPPORT_STOPPED
from reglament.desk.tickets.lists import rows_of
from reglament.desk.tickets.models import Request, Ticket
from reglament.desk.tickets.possible import possible_actions
from reglament.desk.tickets.queries import support_stop_of, timeline_in
from reglament.desk.tickets.working import Obstacle

pytestmark = pytest.mark.django_db


def rude(desk: Desk, agent: StaffMember, address: str = "rider@example.org") -> tuple[Ticket, Request]:
    ticket, request = arrive(desk, sender_address=address)
    actions.mark_rude(agent, request, at=NOW)
    request.refresh_from_db()
    return ticket, request


def obstacle(ticket: Ticket, member: StaffMember, action: str) -> Obstacle | None:
    ticket.refresh_from_db()
    acts = possible_actions(ticket, member)
    return next(one.obstacle for one in acts if one.action == action)


def test_a_lead_stops_support_by_the_clause_and_the_client_is_told_why_and_how_to_mend_it() -> None:
    desk = tram_desk(language="en")
    client, lead = client_of(desk), staff_at(desk, Role.LEAD)
    ticket, request = rude(desk, lead)

    stop = actions.stop_support(lead, ticket, reason="Insults", at=NOW + HOUR)

    assert (stop.organisation, stop.address, stop.clause) == (client.organisation, "", "TR-7")
    letter = OutgoingLetter.objects.get(template="support_stopped")
    assert letter.recipient == "rider@example.org"
    for words in ("Insults", "TR-7 — The rude may be refused.", "Write politely."):
        assert words in letter.text
    event = ticket.timeline.get(kind="support_stopped")
    assert (event.actor, event.values["clause"]) == (lead.account, "TR-7")
    assert event in timeline_in(TicketAccess(ticket, contact=client))
    assert {row.state for row in request.obligations.all()} == {"open"}


def test_what_comes_afterwards_is_registered_as_ever_and_its_notice_says_that_support_is_stopped() -> None:
    desk = tram_desk(language="en")
    client_of(desk)
    lead = staff_at(desk, Role.LEAD)
    first, _ = rude(desk, lead)
    actions.stop_support(lead, first, reason="Insults", at=NOW + HOUR)

    ticket, request = arrive(desk, NOW + 2 * HOUR, sender_address="rider@example.org")

    assert request.current_decision is not None
    assert request.current_decision.outcome == "accept"
    assert request.obligations.filter(metric="answer").get().due_at == NOW + 10 * HOUR
    notice = OutgoingLetter.objects.get(template="registration_notice", ticket=ticket)
    assert "your support was stopped" in notice.text
    assert "TR-7 — The rude may be refused." in notice.text
    other, _ = arrive(desk, NOW + 2 * HOUR, sender_address="another@example.org")
    assert "stopped" not in OutgoingLetter.objects.get(template="registration_notice", ticket=other).text


def test_stopped_support_is_a_ground_to_refuse_with_its_clause_and_its_cure() -> None:
    desk = tram_desk(language="en")
    client_of(desk)
    lead, agent = staff_at(desk, Role.LEAD), staff_at(desk)
    first, _ = rude(desk, lead)
    actions.stop_support(lead, first, reason="Insults", at=NOW)
    ticket, request = arrive(desk, NOW + HOUR, sender_address="rider@example.org")

    assert grounds_in_words(request, "en") == [
        {
            "ground": SUPPORT_STOPPED,
            "clause": "TR-7",
            "title": "support was stopped",
            "cure": "Write politely.",
        }
    ]
    refused = actions.refuse(agent, request, SUPPORT_STOPPED, at=NOW + 2 * HOUR)

    assert refused.refusal_clause == "TR-7"
    letter = OutgoingLetter.objects.get(template="refusal", ticket=ticket)
    assert "support was stopped" in letter.text
    assert "Write politely." in letter.text


def test_resumed_support_leaves_no_trace_but_the_record() -> None:
    desk = tram_desk(language="en")
    client_of(desk)
    lead = staff_at(desk, Role.LEAD)
    ticket, request = rude(desk, lead)
    actions.stop_support(lead, ticket, reason="Insults", at=NOW)
    assert SUPPORT_STOPPED in {one["ground"] for one in grounds_in_words(request, "en")}

    actions.restore_support(lead, ticket, reason="They apologised", at=NOW + HOUR)

    assert SUPPORT_STOPPED not in {one["ground"] for one in grounds_in_words(request, "en")}
    assert SupportStop.objects.get().restored_by == lead
    assert ticket.timeline.get(kind="support_restored").values["reason"] == "They apologised"
    assert "again" in OutgoingLetter.objects.get(template="support_restored").text
    later, _ = arrive(desk, NOW + 2 * HOUR, sender_address="rider@example.org")
    assert "stopped" not in OutgoingLetter.objects.get(template="registration_notice", ticket=later).text


def test_of_a_stranger_it_is_the_address_and_one_press_resumes_both() -> None:
    desk = tram_desk()
    lead = staff_at(desk, Role.LEAD)
    ticket, _ = rude(desk, lead, "vera@example.org")
    assert actions.stop_support(lead, ticket, reason="Insults", at=NOW).address == "vera@example.org"
    client = client_of(desk)
    other, _ = rude(desk, lead)
    actions.stop_support(lead, other, reason="Insults", at=NOW)
    actions.recognise_requester(lead, ticket, client, at=NOW)

    actions.restore_support(lead, ticket, reason="So", at=NOW + timedelta(minutes=1))

    assert not SupportStop.objects.filter(restored_at=None).exists()
    assert obstacle(ticket, lead, "stop_support") is None


def test_the_tickets_of_the_client_and_no_others_are_marked() -> None:
    desk, other_desk = tram_desk(), tram_desk(slug="other", number_prefix="OT")
    client_of(desk)
    lead = staff_at(desk, Role.LEAD)
    ticket, _ = rude(desk, lead)
    strange, _ = rude(desk, lead, "vera@example.org")
    same_client, _ = arrive(desk, sender_address="rider@example.org")
    same_address, _ = arrive(desk, sender_address="vera@example.org")
    others = [arrive(desk)[0], arrive(other_desk, sender_address="vera@example.org")[0]]
    for one in (ticket, strange):
        actions.stop_support(lead, one, reason="Insults", at=NOW)

    rows = rows_of([ticket, strange, same_client, same_address, *others], NOW, "en")

    assert [row.support_stopped for row in rows] == [True, True, True, True, False, False]
    assert [support_stop_of(row.ticket) is not None for row in rows] == [row.support_stopped for row in rows]


def test_each_obstacle_is_named_with_the_clause_where_one_speaks() -> None:
    desk = tram_desk()
    lead, agent = staff_at(desk, Role.LEAD), staff_at(desk)
    calm, _ = arrive(desk)
    ticket, _ = rude(desk, lead)
    unknown, request = arrive(desk, channel="phone", sender_address="", phone="+7 900 000-00-00")
    actions.mark_rude(lead, request, at=NOW)
    politer = create_desk(
        TRAM.replace("practice: stop_support", "practice: paper"),
        slug="polite", name="Polite", number_prefix="PO", at=NOW - timedelta(days=30),
    )  # fmt: skip
    never, _ = arrive(politer)

    assert obstacle(never, staff_at(politer, Role.LEAD), "stop_support") == Obstacle("no_stop_support")
    assert obstacle(calm, lead, "stop_support") == Obstacle("stop_support_not_here", "TR-7")
    assert obstacle(ticket, agent, "stop_support") == Obstacle("decided_by_a_lead", "TR-7")
    assert obstacle(unknown, lead, "stop_support") == Obstacle("client_not_known", "TR-7")
    assert obstacle(ticket, lead, "stop_support") is None
    assert obstacle(ticket, lead, "restore_support") == Obstacle("support_not_stopped")
    for member, which in ((agent, ticket), (lead, calm), (lead, unknown)):
        with pytest.raises(ActionRefused):
            actions.stop_support(member, which, reason="So", at=NOW)
    assert not SupportStop.objects.exists()

    actions.stop_support(lead, ticket, reason="Insults", at=NOW)

    assert obstacle(ticket, lead, "stop_support") == Obstacle("support_stopped", "TR-7")
    assert obstacle(ticket, agent, "restore_support") == Obstacle("decided_by_a_lead", "TR-7")
    assert obstacle(ticket, lead, "restore_support") is None
