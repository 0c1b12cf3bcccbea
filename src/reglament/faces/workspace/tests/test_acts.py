"""Every act on a ticket, through its form: what it does, and the clause that forbids it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from reglament.desk.decisions.models import Obligation, ObligationState, Proposal
from reglament.desk.operations.models import Permission
from reglament.desk.people.models import StaffMember
from reglament.desk.tests.rows import make_contact
from reglament.desk.tests.tram import HOUR, MINUTE, NOW, arrive
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Request, Ticket, TicketState
from reglament.faces.workspace.tests.house import House, sit, text

pytestmark = pytest.mark.django_db


def act(
    house: House, by: StaffMember, ticket: Ticket, name: str, data: dict[str, Any], **query: object
) -> Any:
    return sit(by).post(house.ticket_url("act", ticket, name, **query), data)


def fresh(request: Request) -> Request:
    return Request.objects.select_related("current_decision", "ticket__department").get(pk=request.pk)


def decision(request: Request) -> dict[str, Any]:
    record = fresh(request).current_decision
    assert record is not None
    found: dict[str, Any] = record.decision
    return found


def page(house: House, ticket: Ticket, by: StaffMember | None = None) -> str:
    return text(sit(by or house.agent).get(house.url("ticket", ticket.number)))


def test_naming_the_kind_decides_anew_and_the_chain_of_decisions_says_why(house: House) -> None:
    ticket, request = arrive(house.desk)
    answer = act(house, house.agent, ticket, "name_kind", {"kind": "repair"}, request=1)
    assert answer.status_code == HTTPStatus.FOUND
    assert fresh(request).kind == "repair"
    assert decision(request)["missing"] == ["route"]
    why = text(sit(house.agent).get(house.url("why", ticket.number, 1)))
    assert "support named the kind of the request" in why.lower()
    assert "?decision=" in why
    assert "TR-5" in why


def test_an_unknown_kind_is_no_choice(house: House) -> None:
    ticket, request = arrive(house.desk)
    answer = act(house, house.agent, ticket, "name_kind", {"kind": "flight"}, request=1)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "flight" in text(answer)
    assert fresh(request).kind == "unclassified"


def test_correcting_facts_changes_only_what_was_changed(house: House) -> None:
    ticket, request = arrive(house.desk, kind="repair", text="It squeals")
    form = text(sit(house.agent).get(house.ticket_url("act", ticket, "correct_facts", request=1)))
    assert 'name="fields.route"' in form
    assert 'value="Trams"' in form
    data = {"fields.topic": "Trams", "fields.route": "6", "circumstances.vandalism": "True", "reason": "told"}
    assert act(house, house.agent, ticket, "correct_facts", data, request=1).status_code == HTTPStatus.FOUND
    facts = fresh(request).facts
    assert facts["fields.route"]["source"] == "staff"
    assert facts["fields.topic"]["source"] != "staff"
    assert facts["circumstances.vandalism"]["value"] is True
    assert decision(request)["missing"] == []
    assert "by staff" in page(house, ticket)


def test_what_is_stated_with_a_reason_only_says_so_in_the_form_and_the_reason_stands_in_the_history(
    house: House,
) -> None:
    ticket, request = arrive(house.desk, kind="repair")
    form = text(sit(house.agent).get(house.ticket_url("act", ticket, "correct_facts", request=1)))
    assert "Required when you change: the portal is down." in form
    data = {"fields.topic": "Trams", "circumstances.portal_down": "True"}
    refused = act(house, house.agent, ticket, "correct_facts", data, request=1)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "Say why" in text(refused)
    assert "circumstances.portal_down" not in fresh(request).facts
    data["reason"] = "I tried it with her on the phone"
    assert act(house, house.agent, ticket, "correct_facts", data, request=1).status_code == HTTPStatus.FOUND
    assert "the portal is down (I tried it with her on the phone)" in page(house, ticket)


def test_the_history_names_whom_a_ticket_was_assigned_to_also_after_they_left(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    actions.assign(house.lead, ticket, house.agent, at=NOW)
    actions.assign(house.lead, ticket, None, at=NOW)
    house.agent.left_at = NOW
    house.agent.save()
    page_of_ticket = page(house, ticket, house.lead)
    assert f"The ticket was assigned: {house.agent.account.name}" in page_of_ticket
    assert "The ticket was assigned: to nobody" in page_of_ticket


def test_a_secret_goes_into_the_vault_and_is_shown_nowhere(house: House) -> None:
    ticket, request = arrive(house.desk, kind="refund")
    data = {"fields.pass_code": "4711-secret", "fields.topic": "Trams"}
    assert act(house, house.lead, ticket, "correct_facts", data, request=1).status_code == HTTPStatus.FOUND
    assert fresh(request).facts["fields.pass_code"]["value"].startswith("vault:")
    assert "4711-secret" not in page(house, ticket, house.clerk)
    form = sit(house.lead).get(house.ticket_url("act", ticket, "correct_facts", request=1))
    assert "4711-secret" not in text(form)
    assert "vault:" not in text(form)


def test_a_severity_is_proposed_where_the_clause_asks_for_consent(house: House) -> None:
    ticket, request = arrive(house.desk, sender_address=house.client.email, kind="question")
    shown = page(house, ticket)
    assert "Propose another severity" in shown
    assert "Change the severity with a reason" in shown, "greyed, with the clause that forbids it"
    assert "only with the client&#x27;s consent" in shown
    refused = sit(house.agent).get(house.ticket_url("act", ticket, "correct_severity", request=1))
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "TR-3" in text(refused)
    data = {"severity": "halt", "reason": "three trams stand"}
    assert (
        act(house, house.agent, ticket, "propose_severity", data, request=1).status_code == HTTPStatus.FOUND
    )
    proposal = Proposal.objects.get(request=request)
    assert "not answered yet" in page(house, ticket)
    house.at(NOW + MINUTE)
    answer = {"agreed": "yes", "name": "Rider"}
    act(house, house.agent, ticket, "answer_proposal", answer, proposal=proposal.pk)
    assert decision(request)["severity"] == "halt"
    assert "agreed, Rider" in page(house, ticket)


def test_an_open_question_to_the_client_can_be_withdrawn(house: House) -> None:
    ticket, request = arrive(house.desk, kind="question")
    act(house, house.agent, ticket, "propose_severity", {"severity": "halt"}, request=1)
    proposal = Proposal.objects.get(request=request)
    act(house, house.agent, ticket, "withdraw_proposal", {}, proposal=proposal.pk)
    proposal.refresh_from_db()
    assert proposal.answer == "withdrawn"


def test_a_refusal_is_previewed_with_clause_and_cure_and_sent_so(house: House) -> None:
    ticket, request = arrive(house.desk, sender_address=house.client.email, kind="question")
    assert "No ground of refusal holds" in page(house, ticket)
    act(house, house.agent, ticket, "mark_rude", {}, request=1)
    form = text(sit(house.agent).get(house.ticket_url("act", ticket, "refuse", request=1)))
    assert "TR-7 — Грубым можем отказать." in form
    assert "Напишите вежливо." in form
    data = {"ground": "rudeness", "text": "Please calm down."}
    assert act(house, house.agent, ticket, "refuse", data, request=1).status_code == HTTPStatus.FOUND
    assert fresh(request).refusal_clause == "TR-7"
    assert "Please calm down." in page(house, ticket)


def test_the_mark_of_rudeness_is_taken_away_by_the_same_press(house: House) -> None:
    ticket, request = arrive(house.desk, kind="question")
    act(house, house.agent, ticket, "mark_rude", {}, request=1)
    assert "Take the mark of rudeness away" in page(house, ticket)
    act(house, house.agent, ticket, "mark_rude", {}, request=1)
    assert decision(request)["refusal_grounds"] == []


def test_work_is_not_marked_done_before_the_permission_that_the_clause_demands(house: House) -> None:
    ticket, request = arrive(house.desk, sender_address=house.client.email, kind="card_change")
    shown = page(house, ticket)
    assert "permission to work with its data is not recorded yet" in shown
    assert "TR-6" in shown
    refused = act(house, house.agent, ticket, "complete", {}, request=1)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "TR-6" in text(refused)
    assert fresh(request).done_at is None
    message = ticket.messages.get()
    data = {"what": "change the card", "given_by": house.client.pk, "through": message.pk}
    act(house, house.agent, ticket, "record_permission", data, request=1)
    permission = Permission.objects.get(request=request)
    assert (permission.given_by, permission.through) == (house.client, message)
    assert act(house, house.agent, ticket, "complete", {}, request=1).status_code == HTTPStatus.FOUND
    assert fresh(request).done_at == NOW


def test_a_permission_that_the_client_took_back_counts_no_more(house: House) -> None:
    ticket, request = arrive(house.desk, kind="card_change")
    data = {"what": "change the card", "given_by_name": "Rider"}
    act(house, house.agent, ticket, "record_permission", data, request=1)
    permission = Permission.objects.get(request=request)
    act(house, house.agent, ticket, "withdraw_permission", {}, permission=permission.pk)
    assert act(house, house.agent, ticket, "complete", {}, request=1).status_code == HTTPStatus.CONFLICT


def test_a_ticket_moves_with_its_history(house: House) -> None:
    ticket, _request = arrive(house.desk, kind="question")
    act(house, house.agent, ticket, "move_department", {"department": "office"})
    ticket.refresh_from_db()
    assert ticket.department.name == "office"
    shown = page(house, ticket, house.clerk)
    assert "The ticket moved to another department: Office" in shown


def test_a_ticket_is_taken_and_given_by_a_lead(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    act(house, house.agent, ticket, "take", {})
    ticket.refresh_from_db()
    assert ticket.assignee == house.agent
    assert (
        "Assign"
        not in page(house, ticket, house.agent).split("What can be done")[1].split("What is known")[0]
    )
    act(house, house.lead, ticket, "assign", {"to": house.lead.pk})
    ticket.refresh_from_db()
    assert ticket.assignee == house.lead
    form = text(sit(house.lead).get(house.ticket_url("act", ticket, "assign")))
    assert str(house.clerk) not in form, "who does not work in the department is no choice"


def test_closing_while_something_is_owed_needs_a_reason(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    assert act(house, house.agent, ticket, "close", {"reason": ""}).status_code == HTTPStatus.CONFLICT
    act(house, house.agent, ticket, "close", {"reason": "asked twice"})
    ticket.refresh_from_db()
    assert ticket.state == TicketState.CLOSED
    shown = page(house, ticket)
    assert "asked twice" in shown
    assert "The ticket is closed; open it again first" in shown
    act(house, house.agent, ticket, "reopen", {"reason": "there is more"})
    ticket.refresh_from_db()
    assert ticket.state == TicketState.OPEN


def test_the_number_told_by_phone_meets_a_reaction(house: House) -> None:
    ticket, _ = arrive(house.desk, channel="phone", sender_address="", phone="+7 000", kind="question")
    act(house, house.agent, ticket, "record_told_by_phone", {})
    met = Obligation.objects.get(request__ticket=ticket, metric="registration")
    assert met.state == ObligationState.MET


def test_a_client_is_recognised_by_search_also_without_scripts(house: House) -> None:
    ticket, request = arrive(house.desk, kind="question")
    url = house.ticket_url("act", ticket, "recognise_requester")
    found = sit(house.agent).post(url, {"find": "1", "q": house.client.name.split()[-1]})
    assert f'name="contact" value="{house.client.pk}"' in text(found)
    assert act(house, house.agent, ticket, "recognise_requester", {}).status_code == HTTPStatus.CONFLICT
    act(house, house.agent, ticket, "recognise_requester", {"contact": house.client.pk})
    ticket.refresh_from_db()
    assert ticket.organisation == house.client.organisation
    assert fresh(request).authentication == "identified"


def test_a_client_of_another_desk_cannot_be_named(house: House) -> None:
    from reglament.desk.tests.rows import make_organisation

    ticket, _ = arrive(house.desk, kind="question")
    stranger = make_contact(make_organisation(house.foreign.desk))
    answer = act(house, house.agent, ticket, "recognise_requester", {"contact": stranger.pk})
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_records_that_were_entered_later_are_read_anew(house: House) -> None:
    from reglament.desk.people.models import Record

    ticket, request = arrive(house.desk, sender_address=house.client.email, kind="question")
    organisation = house.client.organisation
    for fact, value in (("client.plan", "gold"), ("client.plan_proven", True)):
        Record.objects.create(
            desk=house.desk,
            organisation=organisation,
            fact=fact,
            value=value,
            valid_from=NOW - HOUR,
            recorded_at=NOW,
        )
    act(house, house.agent, ticket, "read_records_anew", {}, request=1)
    assert decision(request)["obligations"][0]["due_at"] != ""
    assert fresh(request).facts["client.plan_proven"]["source"] == "records"


def test_a_further_request_of_a_message_has_facts_and_deadlines_of_its_own(house: House) -> None:
    ticket, _ = arrive(house.desk, sender_address=house.client.email, kind="question")
    message = ticket.messages.get()
    act(house, house.agent, ticket, "open_further_request", {"kind": "repair"}, message=message.pk)
    second = Request.objects.get(ticket=ticket, position=2)
    assert second.kind == "repair"
    shown = page(house, ticket)
    assert "Request 2" in shown
    assert text(sit(house.agent).get(house.url("why", ticket.number, 2)))


def test_an_act_that_nobody_knows_is_not_there(house: House) -> None:
    ticket, _ = arrive(house.desk)
    for name in ("explode", "name_kind"):
        url = house.ticket_url("act", ticket, name)
        assert sit(house.agent).get(url).status_code == HTTPStatus.NOT_FOUND


def test_opening_the_address_of_a_press_does_nothing(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    answer = sit(house.agent).get(house.ticket_url("act", ticket, "take"))
    assert answer.status_code == HTTPStatus.FOUND
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_a_form_comes_alone_for_a_page_that_opens_it_in_place(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    url = house.ticket_url("act", ticket, "name_kind", request=1)
    answer = sit(house.agent).get(url, headers={"HX-Request": "true"})
    assert "<html" not in text(answer)
    assert "csrfmiddlewaretoken" in text(answer)
    assert sit(None).get(url, headers={"HX-Request": "true"}).status_code == HTTPStatus.UNAUTHORIZED


def test_a_permission_that_nobody_is_named_for_asks_who_permits(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="card_change", sender_address="stranger@example.org")
    data = {"what": "change the card", "given_by": "", "given_by_name": " "}
    answer = act(house, house.agent, ticket, "record_permission", data, request=1)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Say who permits it." in text(answer)
    assert not Permission.objects.exists()


def test_to_the_only_other_department_a_ticket_moves_by_one_press(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    assert "Move to: Office" in page(house, ticket)
    act(house, house.agent, ticket, "move_department", {})
    ticket.refresh_from_db()
    assert ticket.department.name == "office"
