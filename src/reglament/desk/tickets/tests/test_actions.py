"""The verbs of staff and clients: who may, what the regulation forbids, what is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reglament.desk.access import TicketAccess
from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.operations import vault
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import Record, Role
from reglament.desk.tests.tram import HOUR, NOW, TRAM, arrive, client_of, staff_at, tram_desk
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Actor
from reglament.desk.tickets.possible import client_may, possible_actions
from reglament.desk.tickets.working import SENTENCES

pytestmark = pytest.mark.django_db


def test_an_agent_works_in_the_own_department_only_and_a_lead_anywhere() -> None:
    desk = tram_desk()
    ticket, _ = arrive(desk)
    stranger, lead = staff_at(desk, Role.AGENT, "office"), staff_at(desk, Role.LEAD, "office")

    with pytest.raises(NotAllowed):
        actions.reply(stranger, ticket, "Hello", at=NOW)
    actions.reply(lead, ticket, "Hello", at=NOW)
    actions.note(stranger, ticket, "We know this one.", at=NOW)

    assert list(ticket.messages.values_list("kind", flat=True)) == ["client", "staff", "note"]


def test_staff_of_another_desk_may_nothing() -> None:
    ticket, _ = arrive(tram_desk())
    other = staff_at(tram_desk(slug="other", number_prefix="OT"), Role.ADMIN)

    for act in (actions.reply, actions.note):
        with pytest.raises(NotAllowed):
            act(other, ticket, "Hello", at=NOW)


def test_a_reply_goes_by_mail_to_everybody_who_takes_part_and_stands_in_the_ticket() -> None:
    desk = tram_desk(language="en")
    ticket, _ = arrive(desk)
    ticket.participants.create(desk=desk, address="colleague@example.com", added_at=NOW)

    message = actions.reply(staff_at(desk), ticket, "The next one comes soon.", at=NOW + HOUR)

    letters = OutgoingLetter.objects.filter(message=message)
    assert {letter.recipient for letter in letters} == {"somebody@example.com", "colleague@example.com"}
    assert all("The next one comes soon." in letter.text for letter in letters)
    assert all(letter.auto_submitted == "" for letter in letters)


def test_nothing_is_done_without_the_permission_that_the_clause_demands() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    ticket, request = arrive(desk, kind="card_change")
    client = client_of(desk)

    with pytest.raises(ActionRefused) as refusal:
        actions.complete(agent, request, at=NOW + HOUR)
    assert refusal.value.clause == "TR-6"

    message = ticket.messages.get()
    actions.record_permission(
        agent, request, what="Change the card", given_by=client, through=message, at=NOW + HOUR
    )
    actions.complete(agent, request, at=NOW + 2 * HOUR)

    request.refresh_from_db()
    assert request.done_at == NOW + 2 * HOUR
    assert AuditEvent.objects.filter(what="record_permission").count() == 1


def test_a_permission_taken_back_permits_nothing() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    _, request = arrive(desk, kind="card_change")
    given = actions.record_permission(agent, request, what="All", given_by_name="Rider", at=NOW)

    actions.withdraw_permission(agent, given, at=NOW + HOUR)

    with pytest.raises(ActionRefused):
        actions.complete(agent, request, at=NOW + HOUR)


def test_a_mailed_link_alone_confirms_nothing() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk, kind="card_change")
    access = TicketAccess(ticket, contact=client_of(desk))

    with pytest.raises(ActionRefused) as refusal:
        actions.confirm(access, request, proven=False, at=NOW + HOUR)

    assert str(refusal.value) == str(SENTENCES["not_proven"])
    assert client_may(access, proven=True).confirm[0][1:] == ("TR-2", None)
    assert client_may(access, proven=False).confirm[0][2] is not None


def test_what_is_confirmed_is_a_permission_and_needs_no_further_one() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk, kind="card_change")
    client = client_of(desk)
    actions.confirm(TicketAccess(ticket, contact=client), request, proven=True, at=NOW + HOUR)

    actions.complete(staff_at(desk), request, at=NOW + 2 * HOUR)

    assert request.permissions.get().given_by == client


def test_a_kind_that_must_be_confirmed_is_told_to_the_client_at_once() -> None:
    desk = tram_desk(language="en")
    client = client_of(desk)
    ticket, request = arrive(desk, sender_address=client.email)

    actions.name_kind(staff_at(desk), request, "card_change", at=NOW + HOUR)

    letter = OutgoingLetter.objects.get(template="judged_again")
    assert f"/d/tram/portal/tickets/{ticket.number}/" in letter.text
    assert "TR-2" in letter.text


def test_the_severity_of_this_regulation_changes_by_consent_only() -> None:
    desk = tram_desk()
    _, request = arrive(desk)

    with pytest.raises(ActionRefused) as refusal:
        actions.correct_severity(staff_at(desk), request, "halt", reason="so", at=NOW)

    assert refusal.value.clause == "TR-3"


def test_where_the_clause_asks_for_a_reason_staff_correct_the_severity_with_one() -> None:
    source = TRAM.replace("terms: {needs: consent}", "terms: {needs: reason}")
    desk = _desk_by(source)
    agent = staff_at(desk)
    _, request = arrive(desk)

    with pytest.raises(ActionRefused):
        actions.correct_severity(agent, request, "halt", reason=" ", at=NOW)
    actions.correct_severity(agent, request, "halt", reason="All stand", at=NOW)

    request.refresh_from_db()
    assert request.stated_severity == ""
    assert request.facts["severity"]["source"] == "staff"
    assert request.current_decision is not None
    assert request.current_decision.decision["severity"] == "halt"


def test_a_proposal_is_answered_by_its_signed_link_and_once_only() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk)
    proposal = actions.propose_severity(staff_at(desk), request, "halt", reason="All stand", at=NOW)
    letter = OutgoingLetter.objects.get(template="severity_proposal", ticket=ticket)
    token = letter.text.split("/proposals/")[1].split("/")[0]

    found = actions.proposal_of("tram", token)
    actions.answer_proposal(found, agreed=True, through="link", at=NOW + HOUR)

    assert found == proposal
    with pytest.raises(ActionRefused):
        actions.answer_proposal(found, agreed=False, through="link", at=NOW + HOUR)


def test_only_a_ground_that_holds_lets_refuse() -> None:
    desk = tram_desk()
    _, request = arrive(desk)

    with pytest.raises(ActionRefused) as refusal:
        actions.refuse(staff_at(desk), request, "rudeness", at=NOW)

    assert str(refusal.value) == str(SENTENCES["no_ground"])


def test_asking_for_what_is_missing_gives_the_client_the_turn_and_names_the_clause() -> None:
    desk = tram_desk(language="en")
    ticket, request = arrive(desk, kind="repair", channel="portal")

    actions.ask_for_information(staff_at(desk), request, at=NOW + HOUR)

    ticket.refresh_from_db()
    letter = OutgoingLetter.objects.get(template="missing_information")
    assert (ticket.state, ticket.waiting_since) == ("waiting_client", NOW + HOUR)
    assert "route (TR-5)" in letter.text
    assert client_may(TicketAccess(ticket, guest=True), proven=False).supply == ((request, ("route",)),)


def test_a_fact_that_the_regulation_does_not_know_is_refused_and_nothing_is_changed() -> None:
    desk = tram_desk()
    _, request = arrive(desk)

    with pytest.raises(ActionRefused) as refusal:
        actions.correct_facts(staff_at(desk), request, {"circumstances.vandalims": True}, at=NOW)

    request.refresh_from_db()
    assert refusal.value.field == "circumstances.vandalims"
    assert "vandalism" in str(refusal.value)
    assert request.facts.get("circumstances.vandalims") is None
    assert request.decisions.count() == 1


def test_a_fact_that_the_regulation_lets_staff_state_with_a_reason_only_is_not_stated_without() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    _, request = arrive(desk)
    fact = "circumstances.portal_down"

    for value in (True, None):
        with pytest.raises(ActionRefused) as refusal:
            actions.correct_facts(agent, request, {fact: value, "fields.route": "6"}, at=NOW, reason="  ")
        assert refusal.value.field == "reason"

    request.refresh_from_db()
    assert fact not in request.facts
    assert request.decisions.count() == 1

    actions.correct_facts(agent, request, {fact: True}, at=NOW, reason=" The sign-in fails for her. ")

    request.refresh_from_db()
    assert request.facts[fact]["value"] is True
    assert (
        request.ticket.timeline.get(kind="facts_corrected").values["reason"] == "The sign-in fails for her."
    )
    assert AuditEvent.objects.get(what="correct_facts").reason == "The sign-in fails for her."


def test_a_secret_that_staff_enter_goes_into_the_vault_and_only_the_assignee_sees_it() -> None:
    desk = tram_desk()
    agent, other = staff_at(desk), staff_at(desk)
    ticket, request = arrive(desk, kind="refund", channel="portal")
    actions.correct_facts(agent, request, {"fields.pass_code": "1234"}, at=NOW)
    actions.take(agent, ticket, at=NOW)

    request.refresh_from_db()
    secret = vault.find(desk, request.facts["fields.pass_code"]["value"])

    assert secret is not None
    assert vault.reveal(secret, agent, "to pay out", at=NOW) == "1234"
    with pytest.raises(NotAllowed):
        vault.reveal(secret, other, "curious", at=NOW)


def test_recognising_the_client_reads_its_records_and_proves_nothing() -> None:
    desk = tram_desk()
    client = client_of(desk)
    Record.objects.create(
        desk=desk,
        organisation=client.organisation,
        fact="client.status",
        value="blocked",
        valid_from=NOW - timedelta(days=1),
        recorded_at=NOW,
    )
    ticket, request = arrive(desk)

    actions.recognise_requester(staff_at(desk), ticket, client, at=NOW + HOUR)

    request.refresh_from_db()
    assert request.authentication == "identified"
    assert request.facts["client.status"]["value"] == "blocked"


def test_a_contract_entered_later_counts_once_the_records_are_read_anew() -> None:
    desk = tram_desk()
    client = client_of(desk)
    _, request = arrive(desk, sender_address=client.email, proven=True)
    for fact, value in (("client.plan", "gold"), ("client.plan_proven", True)):
        Record.objects.create(
            desk=desk,
            organisation=client.organisation,
            fact=fact,
            value=value,
            valid_from=NOW - timedelta(days=1),
            recorded_at=NOW + HOUR,
        )

    actions.read_records_anew(staff_at(desk), request, at=NOW + HOUR)

    assert request.obligations.get(metric="answer", state="open").due_at == NOW + 4 * HOUR


def test_a_further_request_of_a_message_has_its_own_decision_and_never_begins_overdue() -> None:
    desk = tram_desk()
    ticket, _ = arrive(desk)
    late = NOW + timedelta(days=2)

    further = actions.open_further_request(staff_at(desk), ticket.messages.get(), "repair", at=late)

    assert further.position == 2
    assert further.current_decision is not None
    assert further.obligations.get(metric="answer").due_at == late + 8 * HOUR


def test_only_a_lead_gives_work_to_others() -> None:
    desk = tram_desk()
    ticket, _ = arrive(desk)
    agent, other, lead = staff_at(desk), staff_at(desk), staff_at(desk, Role.LEAD)
    outsider = staff_at(desk, Role.AGENT, "office")

    with pytest.raises(NotAllowed):
        actions.assign(agent, ticket, other, at=NOW)
    with pytest.raises(ActionRefused):
        actions.assign(lead, ticket, outsider, at=NOW)
    actions.assign(lead, ticket, other, at=NOW)

    ticket.refresh_from_db()
    assert ticket.assignee == other


def test_every_act_says_beforehand_whether_it_can_be_done_and_which_clause_forbids_it() -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    ticket, request = arrive(desk, kind="card_change")

    acts = {one.action: one for one in possible_actions(ticket, agent)}

    assert acts["reply"].allowed
    assert acts["propose_severity"].allowed
    assert (acts["complete"].obstacle and acts["complete"].obstacle.clause) == "TR-6"
    assert (acts["correct_severity"].obstacle and acts["correct_severity"].obstacle.clause) == "TR-3"
    assert acts["refuse"].obstacle is not None
    assert acts["move_department"].choices == (("office", ""),)
    assert acts["name_kind"].request == request
    assert acts["record_permission"].terms == {"clause": "TR-6"}


def test_to_an_agent_of_another_department_only_notes_are_possible() -> None:
    desk = tram_desk()
    ticket, _ = arrive(desk)

    acts = possible_actions(ticket, staff_at(desk, Role.AGENT, "office"))

    assert [one.action for one in acts if one.allowed] == ["note"]


def test_a_client_closes_the_own_ticket() -> None:
    desk = tram_desk()
    client = client_of(desk)
    ticket, request = arrive(desk, sender_address=client.email)

    actions.close_by_client(TicketAccess(ticket, contact=client), at=NOW + HOUR)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == ("closed", NOW + HOUR)
    assert ticket.timeline.get(kind="closed").by == Actor.CLIENT
    assert not request.obligations.filter(state="open").exists()


def test_closing_while_something_is_owed_needs_a_reason() -> None:
    desk = tram_desk()
    ticket, _ = arrive(desk)

    with pytest.raises(ActionRefused) as refusal:
        actions.close(staff_at(desk), ticket, at=NOW)

    assert refusal.value.field == "reason"


def _desk_by(source: str):  # type: ignore[no-untyped-def]
    from reglament.desk.regulations.actions import create_desk

    return create_desk(source, slug="tram", name="Tram", at=NOW - timedelta(days=9))
