"""A new ticket in seconds: calls, talks, official letters, requests from the product."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from reglament.desk.channels.models import Call, LetterCheck
from reglament.desk.tests.tram import HOUR, NOW, arrive
from reglament.desk.tickets.models import Conversation, Request, Ticket
from reglament.faces.workspace.tests.house import House, sit, text

pytestmark = pytest.mark.django_db
LOCAL = "2026-03-02T10:30"
"""`NOW` as the clocks of the depot show it."""


def write_down(house: House, channel: str, **data: Any) -> Any:
    follow = data.pop("follow", False)
    said = {"text": "The tram is late.", "subject": "Trams", "received_at": LOCAL, "key": "k1", **data}
    return sit(house.agent).post(f"{house.url('new')}?channel={channel}", said, follow=follow)


def test_a_call_becomes_a_ticket_with_its_verdict_at_once(house: House) -> None:
    call = {"contact": house.client.pk, "phone": "+7 000", "kind": "question", "told_number": "on"}
    answer = write_down(house, "phone", follow=True, **call)
    ticket = Ticket.objects.get()
    assert answer.redirect_chain == [(house.url("ticket", ticket.number), HTTPStatus.FOUND)]
    assert ticket.requester == house.client
    assert ticket.requests.get().received_at == NOW
    assert Call.objects.get().told_number_at == NOW
    assert f"The ticket {ticket} is registered" in text(answer)
    assert "TR-4" in text(answer)


def test_the_same_form_sent_twice_is_written_down_once(house: House) -> None:
    write_down(house, "phone", kind="question")
    again = write_down(house, "phone", kind="question")
    assert Ticket.objects.count() == 1
    assert again.headers["Location"] == house.url("ticket", Ticket.objects.get().number)


def test_the_verdict_stands_beside_the_form_while_it_is_filled_in(house: House) -> None:
    query = {"channel": "phone", "kind": "card_change"}
    page = text(sit(house.agent).get(house.url("verdict"), query))
    assert "TR-2" in page
    assert "the client portal" in page
    repair = text(sit(house.agent).get(house.url("verdict"), {"channel": "phone", "kind": "repair"}))
    assert 'name="fields.route"' in repair
    assert "TR-5" in repair
    given = {"channel": "phone", "kind": "repair", "fields.route": "6"}
    assert "information is needed" not in text(sit(house.agent).get(house.url("verdict"), given))


def test_without_scripts_the_regulation_is_asked_by_a_press_that_writes_nothing(house: House) -> None:
    answer = write_down(house, "phone", kind="repair", check="1")
    page = text(answer)
    assert answer.status_code == HTTPStatus.OK
    assert "TR-5" in page
    assert "The tram is late.</textarea>" in page
    assert not Ticket.objects.exists()


def test_what_the_regulation_demands_is_filled_in_beside_the_verdict(house: House) -> None:
    write_down(house, "phone", kind="repair", **{"fields.route": "6"})
    request = Request.objects.get()
    route = request.facts["fields.route"]
    assert (route["value"], route["source"], route["by"]) == ("6", "staff", house.agent.account_id)
    assert request.current_decision is not None
    assert request.current_decision.outcome == "accept"


def test_who_is_speaking_is_found_as_one_types_and_by_a_press(house: House) -> None:
    word = house.client.organisation.name.split()[-1]
    found = text(sit(house.agent).get(house.url("find_people"), {"q": word}))
    assert f'value="{house.client.pk}"' in found
    assert "<html" not in found
    pressed = text(write_down(house, "phone", find="1", q=house.client.email))
    assert f'value="{house.client.pk}"' in pressed
    assert "The tram is late.</textarea>" in pressed
    assert text(sit(house.foreign).get("/d/other/work/new/people/", {"q": word})).count("radio") == 0


def test_a_call_about_a_ticket_that_there_is_joins_it(house: House) -> None:
    ticket, _ = arrive(house.desk, sender_address=house.client.email)
    write_down(house, "phone", contact=house.client.pk, ticket=ticket.number)
    assert ticket.messages.count() == 2
    assert Ticket.objects.count() == 1


def test_nothing_said_is_asked_for_and_nothing_is_lost(house: House) -> None:
    answer = write_down(house, "phone", text=" ", name="Vera")
    assert "This field is required" in text(answer)
    assert 'value="Vera"' in text(answer)
    assert not Ticket.objects.exists()


def test_a_moment_that_has_not_come_is_refused_at_its_field(house: House) -> None:
    answer = write_down(house, "phone", received_at="2026-03-02T12:00")
    assert "This moment has not come yet" in text(answer)


def test_a_call_is_written_down_later_at_its_own_moment(house: House) -> None:
    house.at(NOW + 3 * HOUR)
    write_down(house, "phone", kind="question")
    assert Ticket.objects.get().received_at == NOW


@pytest.mark.parametrize("stamped", [True, False])
def test_an_official_letter_speaks_for_the_client_when_all_of_the_check_list_is_there(
    house: House, stamped: bool
) -> None:
    form = text(sit(house.agent).get(f"{house.url('new')}?channel=letter"))
    assert "stamp" in form
    assert "TR-2" in form
    checks = {"found.signature": "on"} | ({"found.stamp": "on"} if stamped else {})
    write_down(house, "letter", contact=house.client.pk, reference="17/2", dated="2026-02-27", **checks)
    request = Request.objects.get()
    assert request.authentication == ("authorised" if stamped else "identified")
    check = LetterCheck.objects.get()
    assert check.found == {"signature": True, "stamp": stamped}
    assert check.reference == "17/2"


def test_a_talk_that_counts_as_no_request_is_kept_as_a_note_with_the_clause(house: House) -> None:
    answer = write_down(house, "messenger", contact=house.client.pk)
    talk = Conversation.objects.get()
    assert answer.headers["Location"] == house.url("talk", talk.pk)
    page = text(sit(house.agent).get(answer.headers["Location"]))
    assert "conversation, not a ticket" in page
    assert "TR-2" in page
    assert "The tram is late." in text(sit(house.agent).get(house.url("talks"))) or "Trams" in page
    assert not Ticket.objects.exists()


def test_a_note_becomes_a_request_by_a_way_that_the_regulation_counts(house: House) -> None:
    write_down(house, "messenger", contact=house.client.pk)
    talk = Conversation.objects.get()
    page = text(sit(house.agent).get(house.url("talk", talk.pk)))
    assert 'name="channel" value="phone"' in page
    assert 'name="channel" value="portal"' not in page, "staff do not ask in the client's portal"
    house.at(NOW + HOUR)
    data = {"channel": "phone", "kind": "question"}
    answer = sit(house.agent).post(house.url("make_request", talk.pk), data)
    ticket = Ticket.objects.get()
    assert answer.headers["Location"] == house.url("ticket", ticket.number)
    assert ticket.received_at == NOW + HOUR
    assert str(ticket) in text(sit(house.agent).get(house.url("talk", talk.pk)))
    sit(house.agent).post(house.url("make_request", talk.pk), data)
    assert Ticket.objects.count() == 1
