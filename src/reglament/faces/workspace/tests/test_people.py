"""Who takes part in a ticket, on its page: seen, added, removed, switched; strangers; writing first."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from reglament.desk.decisions.models import Obligation
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import StaffMember
from reglament.desk.tests.tram import HOUR, NOW, arrive
from reglament.desk.tickets.models import Message, MessageKind, Ticket
from reglament.faces.workspace.tests.house import House, sit, text

pytestmark = pytest.mark.django_db


def press(house: House, by: StaffMember, ticket: Ticket, name: str, **query: object) -> int:
    return sit(by).post(house.ticket_url("act", ticket, name, **query)).status_code


def page(house: House, ticket: Ticket, by: StaffMember | None = None, language: str = "en") -> str:
    return text(sit(by or house.agent, language).get(house.url("ticket", ticket.number)))


def test_who_takes_part_is_seen_and_changed_on_the_page(house: House) -> None:
    ticket, _ = arrive(house.desk, sender_address=house.client.email)
    browser = sit(house.agent)
    form = house.ticket_url("act", ticket, "add_participant")
    assert 'name="address"' in text(browser.get(form))
    assert browser.post(form, {"address": "eve@example.net"}).status_code == HTTPStatus.FOUND
    assert "eve@example.net" in page(house, ticket)
    assert "Кто участвует" in page(house, ticket, language="ru")
    row = ticket.participants.get(address="eve@example.net")
    press(house, house.agent, ticket, "switch_replies", participant=row.pk, gets="no")
    assert "gets no replies" in page(house, ticket)
    press(house, house.agent, ticket, "follow")
    assert "Follow no longer" in page(house, ticket)
    press(house, house.agent, ticket, "remove_participant", participant=row.pk)
    assert not ticket.participants.filter(address="eve@example.net").exists()
    assert "Somebody takes part no longer: eve@example.net" in page(house, ticket)


def test_a_wrong_address_is_said_in_the_form(house: House) -> None:
    house.desk.addresses.create(address="help@tram.example.org")
    ticket, _ = arrive(house.desk)
    form = house.ticket_url("act", ticket, "add_participant")
    answer = sit(house.agent).post(form, {"address": "help@tram.example.org"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "an address of the desk itself" in text(answer)


def test_nobody_of_another_department_or_desk_changes_who_takes_part(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    for by in (house.clerk, house.foreign):
        answer = sit(by).post(house.ticket_url("act", ticket, "add_participant"), {"address": "a@b.example"})
        assert answer.status_code in (HTTPStatus.CONFLICT, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
    assert not ticket.participants.filter(address="a@b.example").exists()


def test_whom_a_letter_was_copied_to_is_added_by_one_press_and_nobody_else_is(house: House) -> None:
    ticket, _ = arrive(house.desk, copied=(("eve@example.net", "Eve"),))
    message = ticket.messages.get()
    assert "Add eve@example.net" in page(house, ticket)
    assert (
        press(house, house.agent, ticket, "add_copied", message=message.pk, address="x@example.net")
        == HTTPStatus.NOT_FOUND
    )
    press(house, house.agent, ticket, "add_copied", message=message.pk, address="eve@example.net")
    assert ticket.participants.get(address="eve@example.net").name == "Eve"
    assert "Add eve@example.net" not in page(house, ticket)


def test_a_stranger_is_let_in_or_gets_a_request_of_their_own(house: House) -> None:
    ticket, _ = arrive(house.desk)
    stranger: dict[str, Any] = {"ticket_number": ticket.number, "takes_part": False}
    stranger["sender_address"] = "eve@example.net"
    arrive(house.desk, text="Mine too.", **stranger)
    arrive(house.desk, text="And this.", **stranger)
    first, second = ticket.messages.filter(kind=MessageKind.STRANGER).order_by("pk")
    assert "of a stranger, the client does not see it" in page(house, ticket)
    press(house, house.agent, ticket, "let_take_part", message=first.pk)
    press(house, house.agent, ticket, "make_own_request", message=second.pk)
    assert Message.objects.get(pk=first.pk).kind == MessageKind.CLIENT
    assert Ticket.objects.latest("pk").requester_address == "eve@example.net"
    assert Ticket.objects.count() == 2


def test_letters_to_oneself_are_switched_off_and_on(house: House) -> None:
    browser = sit(house.agent)
    address = house.url("notifications")
    assert browser.post(address, {"by_mail": "no"}).status_code == HTTPStatus.FOUND
    house.agent.refresh_from_db()
    assert not house.agent.notified_by_mail
    assert "no letters" in text(browser.get(house.url("desk")))
    browser.post(address, {"by_mail": "yes"})
    house.agent.refresh_from_db()
    assert house.agent.notified_by_mail


def test_writing_first_makes_a_ticket_that_owes_nothing_until_the_client_answers(house: House) -> None:
    browser = sit(house.agent)
    said = {"contact": house.client.pk, "subject": "Your card", "text": "It ends soon.", "kind": "question"}
    answer = browser.post(house.url("write"), {**said, "key": "k"})
    assert answer.status_code == HTTPStatus.FOUND
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.begun_by, ticket.assignee) == ("waiting_client", house.agent, house.agent)
    assert ticket.organisation == house.client.organisation
    assert not Obligation.objects.exists()
    letter = OutgoingLetter.objects.get()
    assert (letter.template, letter.recipient) == ("staff_reply", house.client.email)
    assert browser.post(house.url("write"), {**said, "key": "k"}).status_code == HTTPStatus.FOUND
    assert Ticket.objects.count() == 1
    assert "Support wrote first" in page(house, ticket)

    arrive(
        house.desk,
        NOW + HOUR,
        ticket_number=ticket.number,
        sender_address=house.client.email,
        text="Please prolong it.",
        notice_allowed=True,
    )
    ticket.refresh_from_db()
    request = ticket.requests.get()
    assert (request.received_at, request.kind, ticket.state) == (NOW + HOUR, "question", "open")
    started = Obligation.objects.filter(request=request).values_list("metric", "started_at")
    assert dict(started)["answer"] == NOW + HOUR
    assert OutgoingLetter.objects.filter(template="registration_notice").count() == 1
    assert OutgoingLetter.objects.filter(template="staff_notification").count() == 1


def test_naming_the_kind_before_the_client_answered_promises_nothing_yet(house: House) -> None:
    from reglament.desk.tickets import actions

    said = {"address": "new@example.net", "subject": "Your card", "text": "It ends soon.", "key": "k"}
    sit(house.agent).post(house.url("write"), said)
    ticket = Ticket.objects.get()
    actions.name_kind(house.agent, ticket.requests.get(), "repair", at=NOW + HOUR)
    assert not Obligation.objects.exists()


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("subject", {"address": "a@example.net", "text": "Words."}),
        ("text", {"address": "a@example.net", "subject": "About"}),
        ("address", {"subject": "About", "text": "Words."}),
        ("address", {"address": "help@tram.example.org", "subject": "About", "text": "Words."}),
    ],
)
def test_what_is_lacking_in_a_first_letter_is_said_and_nothing_is_sent(
    house: House, field: str, said: dict[str, str]
) -> None:
    house.desk.addresses.create(address="help@tram.example.org")
    answer = sit(house.agent).post(house.url("write"), {**said, "key": "k"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert f'id="id_{field}"' in answer.content.decode()
    assert not Ticket.objects.exists()
    assert not OutgoingLetter.objects.exists()
