"""What a client gives after sending: the service, which is chosen, beside the fields, which are filled in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reglament.desk.access import TicketAccess
from reglament.desk.channels.portal import actions as portal
from reglament.desk.faults import ActionRefused
from reglament.desk.people.models import Contact
from reglament.desk.regulations.actions import add_editions
from reglament.desk.tests.lines import LINES, lines_desk
from reglament.desk.tests.tram import HOUR, NOW, arrive, client_of, staff_at
from reglament.desk.tickets.actions import ask_for_information
from reglament.desk.tickets.models import Request
from reglament.desk.tickets.possible import client_may

pytestmark = pytest.mark.django_db


def _asked(client: Contact) -> tuple[TicketAccess, Request]:
    ticket, request = arrive(client.desk, channel="portal", kind="question", contact_id=client.pk)
    return TicketAccess(ticket, contact=client), request


def _missing(request: Request) -> list[str]:
    request.refresh_from_db()
    assert request.current_decision is not None
    missing: list[str] = request.current_decision.decision["missing"]
    return missing


def test_a_service_that_is_missing_is_chosen_and_what_it_demands_is_asked_for_next() -> None:
    client = client_of(lines_desk())
    access, request = _asked(client)
    assert client_may(access, proven=True).supply == ((request, ("line",)),)

    portal.answer(access, proven=True, now=NOW + HOUR, service="hill")
    assert _missing(request) == ["stop"]
    assert request.service == "hill"
    assert client_may(access, proven=True).supply == ((request, ("stop",)),)
    portal.answer(access, proven=True, now=NOW + 2 * HOUR, fields={"stop": "Summit"})

    assert _missing(request) == []
    assert request.completed_at == NOW + 2 * HOUR
    assert client_may(access, proven=True).supply == ()
    supplied = access.ticket.timeline.filter(kind="information_supplied").order_by("id")
    assert [event.values["fields"] for event in supplied] == [["line"], ["stop"]]


def test_it_is_judged_by_the_edition_in_force_when_the_request_was_received() -> None:
    desk = lines_desk()
    access, request = _asked(client_of(desk))
    later = LINES.replace("edition: 2020-01-01", "edition: 2026-03-03").replace(
        "kind: question, service: hill", "kind: tour"
    )
    add_editions(None, desk, later, at=NOW + HOUR)

    portal.answer(access, proven=True, now=NOW + timedelta(days=3), service="hill")

    assert _missing(request) == ["stop"]
    assert request.current_decision is not None
    assert request.current_decision.edition.in_force_from.isoformat() == "2020-01-01"


def test_a_letter_may_name_the_service_too() -> None:
    access, request = _asked(client_of(lines_desk()))

    arrive(access.ticket.desk, NOW + HOUR, ticket_number=access.ticket.number, text="Service: harbour line")

    assert _missing(request) == []


def test_a_service_that_the_regulation_does_not_know_is_refused_and_nothing_is_changed() -> None:
    access, request = _asked(client_of(lines_desk()))

    with pytest.raises(ActionRefused):
        portal.answer(access, proven=True, now=NOW + HOUR, service="moon")

    assert _missing(request) == ["line"]
    assert access.ticket.messages.count() == 1


def test_a_service_that_is_named_already_is_neither_asked_for_nor_changed_by_an_answer() -> None:
    desk = lines_desk()
    client = client_of(desk)
    ticket, request = arrive(desk, channel="portal", kind="question", service="harbour", contact_id=client.pk)
    ask_for_information(staff_at(desk), request, ["line"], at=NOW, text="Which line was it?")
    access = TicketAccess(ticket, contact=client)

    portal.answer(access, proven=True, now=NOW + HOUR, text="Up there.", service="hill")

    request.refresh_from_db()
    assert request.service == "harbour"
    assert client_may(access, proven=True).supply == ()
