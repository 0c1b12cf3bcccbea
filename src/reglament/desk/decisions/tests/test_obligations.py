"""What is owed: met, fallen due, taken the place of by later decisions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from reglament.desk.access import TicketAccess
from reglament.desk.channels.logged import Log
from reglament.desk.channels.phone.actions import log_call
from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.jobs import meet_by_letter
from reglament.desk.decisions.models import Obligation
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.tests.tram import HOUR, MINUTE, NOW, arrive, client_of, request_of, staff_at, tram_desk
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Request, Ticket

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def owed(request: Request, metric: str = "answer") -> Obligation:
    return request.obligations.filter(metric=metric).latest("id")


def states(request: Request, metric: str = "answer") -> list[str]:
    return list(request.obligations.filter(metric=metric).order_by("id").values_list("state", flat=True))


def hand_over(ticket: Ticket, at: datetime) -> OutgoingLetter:
    letter = OutgoingLetter.objects.filter(ticket=ticket).latest("id")
    letter.state, letter.handed_over_at = DeliveryState.HANDED_OVER, at
    letter.save()
    meet_by_letter(sender=OutgoingLetter, letter=letter, moment=at)
    return letter


def test_a_persons_reply_meets_what_a_reply_meets_and_no_more() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk)

    message = actions.reply(staff_at(desk), ticket, "We look into it.", at=NOW + HOUR)

    assert owed(request).state == "met"
    assert owed(request).met_at == NOW + HOUR
    assert owed(request).met_by_message == message
    assert owed(request, "registration").state == "open"


def test_a_note_meets_nothing() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk)

    actions.note(staff_at(desk), ticket, "Hm.", at=NOW + HOUR)

    assert owed(request).state == "open"


def test_a_notice_meets_only_once_a_server_took_it() -> None:
    ticket, request = arrive(tram_desk())
    assert owed(request, "registration").state == "open"

    letter = hand_over(ticket, NOW + MINUTE)

    assert owed(request, "registration").state == "met"
    assert owed(request, "registration").met_by_letter == letter
    assert owed(request).state == "open"


def test_a_delivered_reply_carries_the_number_too() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk, notice_allowed=False)
    actions.reply(staff_at(desk), ticket, "Yes.", at=NOW + MINUTE)
    assert owed(request, "registration").state == "open"

    hand_over(ticket, NOW + 2 * MINUTE)

    assert owed(request, "registration").met_at == NOW + 2 * MINUTE


def test_telling_the_number_by_phone_meets_what_a_notice_meets() -> None:
    desk = tram_desk()
    by = staff_at(desk)

    taken = log_call(by, Log(text="Late again", received_at=NOW, phone="+7 000"), now=NOW, told_number=True)

    request = request_of(taken)
    assert owed(request, "registration").state == "met"


def test_a_notice_that_came_back_is_owed_again_or_was_late() -> None:
    ticket, request = arrive(tram_desk())
    letter = hand_over(ticket, NOW + MINUTE)

    decisions.came_back(letter, NOW + HOUR)
    assert owed(request, "registration").state == "open"

    decisions.fall_due(NOW + 3 * HOUR)
    assert owed(request, "registration").state == "breached"


def test_a_notice_that_came_back_after_its_time_was_not_given_in_time() -> None:
    ticket, request = arrive(tram_desk())
    letter = hand_over(ticket, NOW + MINUTE)

    decisions.came_back(letter, NOW + 3 * HOUR)

    assert owed(request, "registration").state == "breached"
    assert owed(request, "registration").breached_at == NOW + 2 * HOUR


def test_at_the_due_time_itself_it_is_in_time_and_a_second_later_breached_at_that_time() -> None:
    ticket, request = arrive(tram_desk())
    due = NOW + 8 * HOUR

    decisions.fall_due(due)
    assert owed(request).state == "open"
    decisions.fall_due(due + SECOND)

    assert owed(request).state == "breached"
    assert owed(request).breached_at == due
    assert ticket.timeline.get(kind="obligation_breached", values__metric="answer").occurred_at == due
    ticket.refresh_from_db()
    assert ticket.next_due_at == NOW + 2 * HOUR, "what is late is owed all the more"


def test_a_late_reply_is_recorded_and_the_breach_stays() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk)

    actions.reply(staff_at(desk), ticket, "Sorry.", at=NOW + 9 * HOUR)

    assert (owed(request).state, owed(request).met_at) == ("breached", NOW + 9 * HOUR)
    assert owed(request).breached_at == NOW + 8 * HOUR


def test_what_a_clause_excuses_falls_due_excused() -> None:
    desk = tram_desk()
    _, request = arrive(desk, kind="repair", channel="portal", fields={"route": "7"})
    actions.correct_facts(staff_at(desk), request, {"circumstances.vandalism": True}, at=NOW + HOUR)

    decisions.fall_due(NOW + timedelta(days=2))

    assert owed(request, "repair").state == "excused"
    assert owed(request, "repair").excused_by == "TR-4"


def test_completion_meets_what_completion_meets() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk, kind="repair", channel="portal", fields={"route": "7"})

    actions.complete(staff_at(desk), request, at=NOW + HOUR)

    ticket.refresh_from_db()
    assert owed(request, "repair").state == "met"
    assert ticket.state == "completed"


def test_naming_the_kind_counts_from_receipt_and_leaves_what_is_the_same() -> None:
    desk = tram_desk()
    _, request = arrive(desk, text="Route: 7")
    before = owed(request)

    actions.name_kind(staff_at(desk), request, "repair", at=NOW + HOUR)

    assert owed(request) == before
    assert owed(request, "repair").started_at == NOW
    assert owed(request, "repair").due_at == NOW + timedelta(hours=22, minutes=0)


def test_a_kind_named_late_never_begins_overdue() -> None:
    desk = tram_desk()
    _, request = arrive(desk, text="Route: 7")
    late = NOW + timedelta(days=5)

    actions.name_kind(staff_at(desk), request, "repair", at=late)

    assert owed(request, "repair").state == "open"
    assert owed(request, "repair").started_at == late
    assert owed(request).state == "breached"


def test_moving_to_another_department_lets_its_terms_hold_from_receipt() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk)

    actions.move_department(staff_at(desk), ticket, "office", at=NOW + HOUR)

    ticket.refresh_from_db()
    request.refresh_from_db()
    assert ticket.department.name == "office"
    assert states(request) == ["superseded"]
    assert owed(request, "payout").due_at == datetime.fromisoformat("2026-03-04T20:00:00+10:00")
    assert request.current_decision is not None
    assert {"clause": "TR-1", "effect": "department office (moved)"} in request.current_decision.decision[
        "cites"
    ]


def test_naming_the_kind_after_a_move_goes_where_the_kind_belongs() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk)
    agent = staff_at(desk)
    actions.move_department(agent, ticket, "office", at=NOW + HOUR)

    actions.name_kind(agent, request, "question", at=NOW + 2 * HOUR)

    ticket.refresh_from_db()
    assert ticket.department.name == "depot"


def test_a_severity_agreed_shorter_is_due_a_budget_after_the_agreement_but_never_later() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    _, early = arrive(desk)
    _, late = arrive(desk)
    for request, at in ((early, NOW + HOUR), (late, NOW + 7 * HOUR)):
        proposal = actions.propose_severity(agent, request, "halt", reason="All stand", at=at)
        assert owed(request).due_at == NOW + 8 * HOUR, "nothing changes before the client agrees"
        actions.answer_proposal(proposal, agreed=True, through="link", at=at + MINUTE)

    assert owed(early).due_at == NOW + 3 * HOUR + MINUTE
    assert owed(late).due_at == NOW + 8 * HOUR


def test_a_severity_agreed_longer_counts_from_receipt() -> None:
    desk = tram_desk()
    _, request = arrive(desk, severity="halt", channel="portal")
    proposal = actions.propose_severity(staff_at(desk), request, "delay", reason="One stands", at=NOW + HOUR)

    actions.answer_proposal(proposal, agreed=True, through="portal", at=NOW + HOUR)

    assert owed(request).due_at == NOW + 8 * HOUR
    assert states(request) == ["superseded", "open"]


def test_a_declined_severity_changes_nothing() -> None:
    desk = tram_desk()
    _, request = arrive(desk)
    proposal = actions.propose_severity(staff_at(desk), request, "halt", reason="", at=NOW)

    actions.answer_proposal(proposal, agreed=False, through="portal", at=NOW + HOUR)

    assert request.decisions.count() == 1


def confirm(request: Request, at: datetime) -> None:
    contact = client_of(request.desk)
    actions.confirm(TicketAccess(request.ticket, contact=contact), request, proven=True, at=at)


def test_confirmed_in_the_portal_it_is_owed_by_the_earlier_of_the_two_terms() -> None:
    desk = tram_desk()
    _, soon = arrive(desk, kind="card_change")
    confirm(soon, NOW + HOUR)

    soon.refresh_from_db()
    assert (soon.channel, soon.authentication, soon.received_at) == ("portal", "authorised", NOW + HOUR)
    assert owed(soon).due_at == NOW + 8 * HOUR
    assert soon.current_decision is not None
    assert soon.current_decision.outcome == "accept"
    assert soon.decisions.count() == 2


def test_confirmed_after_it_was_answered_a_new_answer_is_owed() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk, kind="card_change")
    actions.reply(staff_at(desk), ticket, "Please confirm.", at=NOW + HOUR)

    confirm(request, NOW + 2 * HOUR)

    assert states(request) == ["met", "open"]
    assert owed(request).due_at == NOW + 10 * HOUR


def test_confirmed_after_a_breach_it_stays_breached() -> None:
    desk = tram_desk()
    _, request = arrive(desk, kind="card_change")

    confirm(request, NOW + 9 * HOUR)

    assert states(request) == ["breached"]


def test_a_refusal_answers_and_takes_the_place_of_what_is_open() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    ticket, request = arrive(desk, kind="repair", channel="portal", fields={"route": "7"})
    request = actions.mark_rude(agent, request, at=NOW + MINUTE, reason="swears")

    actions.refuse(agent, request, "rudeness", at=NOW + HOUR, text="Not in this tone.")

    assert owed(request).state == "met"
    assert owed(request, "repair").state == "superseded"
    assert "TR-7" in ticket.messages.get(kind="staff").text
    assert "Напишите вежливо." in ticket.messages.get(kind="staff").text
    letter = OutgoingLetter.objects.filter(ticket=ticket).latest("id")
    assert letter.template == "refusal"


def test_closing_takes_the_place_of_what_is_open_and_opening_again_opens_nothing() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    ticket, request = arrive(desk)
    actions.close(agent, ticket, at=NOW + HOUR, reason="spam")

    actions.reopen(agent, ticket, at=NOW + 2 * HOUR)
    actions.mark_rude(agent, request, at=NOW + 3 * HOUR)

    assert states(request) == ["superseded"]


def test_the_ruler_gets_the_intervals_that_were_counted() -> None:
    _, request = arrive(tram_desk(), at=NOW + 8 * HOUR + 30 * MINUTE)

    assert owed(request, "registration").counted == [
        ["2026-03-02T19:00:00+10:00", "2026-03-02T20:00:00+10:00"],
        ["2026-03-03T08:00:00+10:00", "2026-03-03T09:00:00+10:00"],
    ]
