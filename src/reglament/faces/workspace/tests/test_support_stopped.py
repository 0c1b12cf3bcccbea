"""Support of a client that a lead stops and resumes, and where staff see it."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from reglament.desk.people.support import stops_of
from reglament.desk.tests.tram import NOW, arrive
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Ticket
from reglament.faces.workspace.tests.house import House, sit, text

pytestmark = pytest.mark.django_db

MARK = "Support of this client is stopped"


def rude(house: House) -> Ticket:
    ticket, request = arrive(house.desk, sender_address=house.client.email)
    actions.mark_rude(house.lead, request, at=NOW)
    return ticket


def test_a_lead_stops_and_resumes_support_and_staff_see_it_wherever_they_meet_the_client(
    house: House,
) -> None:
    ticket, lead = rude(house), sit(house.lead)
    other, _ = arrive(house.desk, sender_address=house.client.email)
    stop = house.ticket_url("act", ticket, "stop_support")
    assert stop in text(lead.get(house.url("ticket", ticket.number)))
    assert "as the client will read it" in text(lead.get(stop))

    assert lead.post(stop, {"reason": " "}).status_code == HTTPStatus.CONFLICT
    assert lead.post(stop, {"reason": "Insults"}).status_code == HTTPStatus.FOUND

    client = house.url("client", house.client.organisation_id)
    for address in (
        house.url("ticket", ticket.number),
        house.url("ticket", other.number),
        client,
    ):
        page = text(sit(house.agent).get(address))
        assert MARK in page
        assert "Insults" in page
        assert "TR-7" in page
    assert "support is stopped" in text(sit(house.agent).get(house.url("queue", "depot")))
    refusal = text(sit(house.agent).get(house.ticket_url("act", other, "refuse", request=1)))
    assert "support was stopped (TR-7)" in refusal

    resume = house.ticket_url("act", other, "restore_support")
    assert lead.post(resume, {"reason": "They apologised"}).status_code == HTTPStatus.FOUND

    assert MARK not in text(sit(house.agent).get(house.url("ticket", ticket.number)))
    page = text(lead.get(client))
    assert MARK not in page
    assert "They apologised" in page


def test_an_agent_sees_the_button_greyed_with_the_clause_and_cannot_press_it(house: House) -> None:
    ticket = rude(house)
    address = house.ticket_url("act", ticket, "stop_support")

    page = text(sit(house.agent).get(house.url("ticket", ticket.number)))

    assert address not in page
    assert "A lead or somebody above decides this." in page
    answer = sit(house.agent).post(address, {"reason": "Insults"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert not stops_of(house.client.organisation).exists()
