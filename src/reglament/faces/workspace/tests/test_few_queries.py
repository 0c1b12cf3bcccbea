"""How often the pages that staff open all day ask the database: seldom, however much there is to show."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.tests.tram import HOUR, MINUTE, NOW, arrive
from reglament.desk.tickets import actions
from reglament.faces.workspace.tests.house import House, sit

if TYPE_CHECKING:
    from django.test import Client

    from reglament.desk.people.models import StaffMember
    from reglament.desk.tickets.models import Ticket

pytestmark = pytest.mark.django_db
MOST = 20
MOST_OF_TICKET = 22


@pytest.mark.parametrize("who", ["agent", "clerk", "lead"])
@pytest.mark.parametrize("known", [True, False])
def test_the_page_of_a_ticket_asks_twenty_two_times_at_most_however_much_it_holds(
    house: House, who: str, known: bool
) -> None:
    address = house.client.email if known else "somebody@example.com"
    ticket, _ = arrive(house.desk, sender_address=address, kind="card_change")
    url = house.ticket_url("ticket", ticket)
    browser = sit(getattr(house, who))
    browser.get(url)
    _fill(house, ticket, address)
    some = queries(browser, url)
    _fill(house, ticket, address)
    _fill(house, ticket, address)
    assert queries(browser, url) == some <= MOST_OF_TICKET


@pytest.mark.parametrize("where", ["queue", "view"])
def test_a_list_asks_twenty_times_at_most_however_many_rows_it_has(house: House, where: str) -> None:
    url = house.url("queue", "depot") if where == "queue" else house.url("view", "all")
    browser = sit(house.agent)
    for severity in ("halt", "delay"):
        arrive(house.desk, kind="question", severity=severity)
    browser.get(url)
    few = queries(browser, url)
    for minute in range(20):
        ticket, _ = arrive(
            house.desk,
            NOW + minute * MINUTE,
            kind="question",
            severity=("halt", "delay")[minute % 2],
            sender_address=(house.client.email, f"rider{minute}@example.com")[minute % 2],
        )
        actions.assign(house.lead, ticket, house.agent, at=NOW + HOUR)
    assert queries(browser, url) == few <= MOST


def queries(browser: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url).status_code == HTTPStatus.OK
    return len(caught)


def _fill(house: House, ticket: Ticket, address: str) -> None:
    """Put more of everything into a ticket that its page shows."""
    lead: StaffMember = house.lead
    for minute in range(3):
        at = NOW + minute * MINUTE
        arrive(
            house.desk,
            at,
            ticket_number=ticket.number,
            sender_address=address,
            text=f"Message {minute}",
            attachments=(IncomingFile("rails.txt", "text/plain", b"rails"),) * 2,
        )
        message = ticket.messages.order_by("-id")[0]
        further = actions.open_further_request(lead, message, ("repair", "question", "refund")[minute], at=at)
        actions.reply(lead, ticket, f"Answer {minute}", at=at)
        actions.note(lead, ticket, f"Note {minute}", at=at)
        actions.assign(lead, ticket, house.agent, at=at)
        actions.record_permission(lead, further, what="Anything", given_by_name="Rider", at=at)
        actions.propose_severity(lead, further, "halt", reason="It stands.", at=at)
        actions.correct_facts(lead, further, {"circumstances.rude": True, "fields.pass_code": "1"}, at=at)
