"""The queue in the regulation's order, and what pages read of a ticket."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from reglament.desk.access import TicketAccess
from reglament.desk.channels.email import returned
from reglament.desk.decisions import queries as decisions
from reglament.desk.decisions.actions import fall_due
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.tests.tram import HOUR, NOW, arrive, client_of, staff_at, tram_desk
from reglament.desk.tickets import actions, queries
from reglament.desk.tickets.event_words import SHOWN_TO_CLIENTS, WORDS
from reglament.desk.tickets.turns import turn_of, turns_of

pytestmark = pytest.mark.django_db


def test_the_queue_is_by_rank_then_by_what_falls_due_then_by_number() -> None:
    desk = tram_desk()
    late, _ = arrive(desk, NOW + HOUR)
    early, _ = arrive(desk, NOW)
    same, _ = arrive(desk, NOW)
    halt, _ = arrive(desk, NOW + 2 * HOUR, severity="halt", channel="portal")
    done, _ = arrive(desk, NOW)
    actions.close(staff_at(desk), done, at=NOW + 3 * HOUR, reason="so")

    assert list(queries.queue(desk.departments.get(name="depot"))) == [halt, early, same, late]
    assert list(queries.queue(desk.departments.get(name="office"))) == []


def test_what_fell_due_unmet_keeps_its_place_and_what_was_answered_gives_it_up() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    first, _ = arrive(desk, NOW)
    second, _ = arrive(desk, NOW + HOUR)
    fall_due(NOW + 20 * HOUR)
    depot = desk.departments.get(name="depot")
    assert list(queries.queue(depot)) == [first, second]

    actions.record_told_by_phone(agent, first, at=NOW + 20 * HOUR)
    actions.reply(agent, first, "Sorry", at=NOW + 20 * HOUR)

    assert list(queries.queue(depot)) == [second, first]


def test_a_ticket_stands_by_the_best_of_its_requests() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    ticket, _ = arrive(desk)
    further = actions.open_further_request(agent, ticket.messages.get(), "question", at=NOW)
    proposal = actions.propose_severity(agent, further, "halt", reason="", at=NOW)
    actions.answer_proposal(proposal, agreed=True, through="portal", at=NOW)

    ticket.refresh_from_db()
    assert ticket.rank == [0]

    actions.complete(agent, further, at=NOW + HOUR)
    ticket.refresh_from_db()
    assert ticket.rank == [1]


def test_why_here_names_rank_clause_words_and_how_many_stand_before() -> None:
    desk = tram_desk()
    arrive(desk, severity="halt", channel="portal")
    ticket, request = arrive(desk)

    why = queries.why_here(ticket, "en")

    assert why is not None
    assert (why.rank, why.then_by, why.clause, why.says, why.ahead) == (
        (1,),
        "due_at",
        "TR-4",
        "halts first",
        1,
    )
    assert why.then_by_at == ticket.next_due_at
    assert why.decision == request.current_decision


def test_mixed_views_go_by_what_falls_due() -> None:
    desk = tram_desk()
    depot, _ = arrive(desk)
    office, _ = arrive(desk, kind="refund", channel="portal", fields={"pass_code": "1"}, severity="halt")
    halt, _ = arrive(desk, severity="halt", channel="portal")
    unowed, _ = arrive(desk)
    actions.close(staff_at(desk), unowed, at=NOW, reason="so")
    actions.reopen(staff_at(desk), unowed, at=NOW)

    tickets = list(queries.by_due_time(queries.tickets_at(desk)))

    assert tickets[-1] == unowed
    assert set(tickets[:3]) == {depot, office, halt}
    assert [one.next_due_at for one in tickets[:3]] == sorted(
        one.next_due_at for one in (depot, office, halt) if one.next_due_at
    )


def test_tickets_are_found_by_number_words_and_state() -> None:
    desk = tram_desk()
    one, _ = arrive(desk, subject="Red tram")
    two, _ = arrive(desk, subject="Blue tram")
    actions.close(staff_at(desk), two, at=NOW, reason="so")

    assert list(queries.tickets_at(desk, search="TR-1001")) == [one]
    assert list(queries.tickets_at(desk, search="blue")) == [two]
    assert list(queries.tickets_at(desk, states=["closed"])) == [two]


def test_whose_turn_it_is_follows_from_the_state() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    ticket, request = arrive(desk)
    assert turn_of(ticket, [request]) == "desk"

    actions.reply(agent, ticket, "Which one?", at=NOW, waits=True)
    ticket.refresh_from_db()
    assert turn_of(ticket, [request]) == "client"

    actions.complete(agent, request, at=NOW)
    ticket.refresh_from_db()
    assert turn_of(ticket, [request]) == "nobody"


def test_it_is_the_clients_turn_while_they_must_confirm_complete_or_answer_for_one_and_for_many() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    rows = [arrive(desk, kind=kind) for kind in ("question", "card_change", "repair")]
    asked, to_agree = arrive(desk, kind="question")
    actions.propose_severity(agent, to_agree, "halt", reason="All stand", at=NOW)
    tickets = [ticket for ticket, _ in [*rows, (asked, to_agree)]]

    turns = turns_of(tickets)

    assert [turns[ticket.pk] for ticket in tickets] == ["desk", "client", "client", "client"]
    assert turns == {ticket.pk: turn_of(ticket, queries.requests_of(ticket)) for ticket in tickets}
    actions.withdraw_proposal(agent, to_agree.proposals.get(), at=NOW)
    assert turns_of([asked]) == {asked.pk: "desk"}


def test_a_client_sees_no_note_in_the_timeline() -> None:
    desk = tram_desk()
    client = client_of(desk)
    ticket, _ = arrive(desk, sender_address=client.email)
    agent = staff_at(desk)
    actions.note(agent, ticket, "Hm", at=NOW)

    seen = queries.timeline_in(TicketAccess(ticket, contact=client))
    all_of_it = queries.timeline_in(TicketAccess(ticket, staff=agent))

    assert [event.kind for event in seen] == ["received"]
    assert "noted" in [event.kind for event in all_of_it]


def test_every_event_that_is_written_has_words() -> None:
    written = {
        name.value
        for file in Path(queries.__file__).parents[1].rglob("*.py")
        if "tests" not in file.parts
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "timeline.write"
        for name in _results(call.args[1])
    } | {returned.BOUNCED, returned.DELAYED}

    assert len(written) > 20
    assert written <= set(WORDS)
    assert set(WORDS) >= SHOWN_TO_CLIENTS


def _results(name: ast.expr) -> list[ast.Constant]:
    if isinstance(name, ast.IfExp):
        return _results(name.body) + _results(name.orelse)
    # A name stands for a constant of its module, which the test adds.
    return [name] if isinstance(name, ast.Constant) else []


def test_what_is_owed_is_shown_with_the_time_left_in_both_kinds_of_time() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk, NOW + 8 * HOUR + HOUR / 2)  # 19:00 at the depot

    views = {view.obligation.metric: view for view in decisions.owed(ticket, NOW + 9 * HOUR, "en")}

    registration, answer = views["registration"], views["answer"]
    assert registration.left == HOUR * 13.5
    assert registration.working_left == HOUR * 1.5
    assert (registration.title, registration.clause) == ("Registration", "TR-4")
    assert registration.budget is not None
    assert (registration.budget.amount, registration.budget.unit) == (2, "working_hours")
    assert len(registration.counted) == len(registration.open) == 2
    assert answer.working_left is None, "an elapsed deadline has no working time"
    assert [view.obligation.metric for view in decisions.owed(ticket, NOW, "en")] == [
        "answer",
        "registration",
    ]
    assert request.current_decision is not None
    said = decisions.explanation(request.current_decision, "client", "en")
    assert any("TR-4" in sentence["clauses"] for sentence in said)


def test_before_anybody_asks_the_regulation_says_what_it_will_demand_and_owe() -> None:
    edition = tram_desk().editions.get()

    seen = decisions.preview(
        edition, "repair", channel="portal", authentication="authorised", at=NOW, language="en"
    )

    assert [(item["name"], item["clause"]) for item in seen.demanded] == [("route", "TR-5")]
    assert ("Answer", NOW + 8 * HOUR, "TR-4") in seen.owed
    assert decisions.channels_for(edition, "card_change", at=NOW) == ["portal"]
    assert decisions.channels_for(edition, "repair", at=NOW, proof="anonymous") == [
        "portal",
        "guest_form",
        "email",
        "phone",
    ]


def test_where_no_letter_carries_the_number_staff_are_asked_to_tell_it() -> None:
    desk = tram_desk()
    nowhere, _ = arrive(desk, sender_address="", channel="phone")
    written, _ = arrive(desk)
    OutgoingLetter.objects.filter(ticket=written).update(state="queued")

    assert queries.number_to_tell(nowhere)
    assert not queries.number_to_tell(written)

    actions.record_told_by_phone(staff_at(desk), nowhere, at=NOW)
    assert not queries.number_to_tell(nowhere)


@pytest.mark.parametrize("said", ["late\x00tram", "TR-" + "9" * 5000, "ы" * 60_000, "%_\\"])
def test_no_search_is_beyond_the_database(said: str) -> None:
    desk = tram_desk()
    arrive(desk, subject="The tram")
    assert list(queries.tickets_at(desk, search=said)) == []


def test_a_long_search_is_looked_for_by_its_beginning() -> None:
    desk = tram_desk()
    ticket, _ = arrive(desk, subject="x" * 200)
    assert list(queries.tickets_at(desk, search="x" * 300)) == [ticket]
