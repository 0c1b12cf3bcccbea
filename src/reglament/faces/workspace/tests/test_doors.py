"""Who may open what: every page of the workspace by every role, and by those who have no business here."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest

from reglament.desk.channels.models import LetterState, RawLetter
from reglament.desk.operations import vault
from reglament.desk.people.models import Contact, StaffMember
from reglament.desk.tests.tram import NOW, arrive
from reglament.faces.workspace.tests.house import House, sit, text

pytestmark = pytest.mark.django_db
OUTSIDERS = ("foreign", "client")
STAFF = ("agent", "clerk", "lead", "owner", "admin")


def everything(house: House) -> dict[str, str]:
    """Every page that can be read, by its name."""
    ticket, request = arrive(
        house.desk, sender_address=house.client.email, kind="card_change", fields={"pass_code": "4711"}
    )
    secret = vault.seal(house.desk, "pass_code", "4711", at=NOW, request=request)
    client = house.client.organisation
    letter = RawLetter.objects.create(
        desk=house.desk,
        digest="0" * 64,
        envelope_to="help@tram.example.org",
        source="smtp",
        size=0,
        storage_path="nowhere",
        received_at=NOW,
        recorded_at=NOW,
        read_at=NOW,
        state=LetterState.HOLD,
        reason="failed",
    )
    assert letter.pk
    return {
        "queue": house.url("queue", "depot"),
        "view": house.url("view", "all"),
        "ticket": house.url("ticket", ticket.number),
        "why": house.url("why", ticket.number, 1),
        "name_kind": house.ticket_url("act", ticket, "name_kind", request=1),
        "secret": house.url("secret", ticket.number, secret.pk),
        "new": house.url("new"),
        "people": house.url("find_people") + "?q=a",
        "verdict": house.url("verdict") + "?kind=repair",
        "talks": house.url("talks"),
        "clients": house.url("clients"),
        "client": house.url("client", client.pk),
        "record": house.url("add_record", client.pk) + "?fact=client.plan",
        "contact": house.url("change_contact", house.client.pk),
        "letters": house.url("letters"),
        "desk": house.url("desk"),
        "audit": house.url("audit"),
    }


def person(house: House, who: str) -> StaffMember | Contact:
    found: StaffMember | Contact = getattr(house, who)
    return found


@pytest.mark.parametrize("who", STAFF)
def test_staff_of_the_desk_read_every_page(house: House, who: str) -> None:
    pages = everything(house)
    browser = sit(person(house, who))
    answers = {name: browser.get(url).status_code for name, url in pages.items()}
    expected = dict.fromkeys(pages, HTTPStatus.OK)
    if who == "clerk":
        expected["name_kind"] = HTTPStatus.CONFLICT
    if who in ("agent", "clerk"):
        expected |= dict.fromkeys(("record", "contact"), HTTPStatus.FORBIDDEN)
    if who in ("agent", "clerk", "lead"):
        expected["audit"] = HTTPStatus.FORBIDDEN
    assert answers == expected


@pytest.mark.parametrize("who", OUTSIDERS)
def test_for_everybody_else_none_of_it_exists(house: House, who: str) -> None:
    browser = sit(person(house, who))
    pages = everything(house)
    assert {name: browser.get(url).status_code for name, url in pages.items()} == dict.fromkeys(
        pages, HTTPStatus.NOT_FOUND
    )


def test_who_is_not_signed_in_signs_in_first_and_comes_back(house: House) -> None:
    browser = sit(None)
    for url in everything(house).values():
        answer = browser.get(url)
        assert answer.status_code == HTTPStatus.FOUND
        assert answer.headers["Location"].startswith("/account/login/?next=%2Fd%2Ftram%2Fwork%2F")


def test_an_address_that_is_too_long_to_come_back_to_leads_to_the_queue(house: House) -> None:
    browser = sit(None)
    answer = browser.get(house.url("search"), {"q": "ё" * 1000})
    assert answer.headers["Location"] == "/account/login/?next=%2Fd%2Ftram%2Fwork%2F"
    short = browser.get(house.url("search"), {"q": "tram"})
    assert short.headers["Location"].endswith("%3Fq%3Dtram")


def test_who_has_left_finds_nothing(house: House) -> None:
    house.agent.left_at = NOW
    house.agent.save()
    assert sit(house.agent).get(house.url("home")).status_code == HTTPStatus.NOT_FOUND


CHANGES = {
    "add_client": {"name": "Depot Ltd"},
    "change_client": {"name": "Another name"},
    "add_contact": {"name": "Vera"},
    "change_contact": {"name": "Vera"},
    "end_contact": {},
    "give_account": {},
    "add_address": {"address": "new@example.org"},
    "add_record": {"value": "gold", "valid_from": "2026-03-01"},
    "declare_outage": {"reason": "it burns"},
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("who", ["agent", "lead", "owner", "admin"])
def test_client_records_and_the_switch_are_changed_by_leads_and_above_only(
    house: House, name: str, who: str
) -> None:
    client = house.client.organisation
    arguments = {
        "change_client": [client.pk],
        "add_contact": [client.pk],
        "add_record": [client.pk],
    }.get(name, [] if name in ("add_client", "declare_outage") else [house.client.pk])
    if name == "give_account":
        house.client.account = None
        house.client.save()
    url = house.url(name, *arguments) + ("?fact=client.plan" if name == "add_record" else "")
    form = sit(person(house, who)).get(url)
    if name != "declare_outage":
        assert form.status_code == (HTTPStatus.FORBIDDEN if who == "agent" else HTTPStatus.OK)
    answer = sit(person(house, who)).post(url, CHANGES[name])
    if who == "agent":
        if name != "declare_outage":
            assert "Your role at this desk does not allow this" in text(form)
            assert 'name="valid_from"' not in text(form)
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "Your role at this desk does not allow this" in text(answer)
    else:
        assert answer.status_code == HTTPStatus.FOUND


def test_a_department_is_worked_by_its_own_agents_and_by_leads(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    url = house.ticket_url("act", ticket, "take")
    answer = sit(house.clerk).post(url)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "in the hands of another department" in text(answer)
    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert sit(house.agent).post(url).status_code == HTTPStatus.FOUND
    assert sit(house.lead).post(url).status_code == HTTPStatus.FOUND


def test_pages_are_kept_by_no_browser(house: House) -> None:
    answer = sit(house.agent).get(house.url("queue", "depot"))
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_secret_is_shown_to_the_assignee_only_with_a_reason_that_is_kept(house: House) -> None:
    from reglament.desk.operations.models import AuditEvent

    ticket, request = arrive(house.desk, kind="question")
    secret = vault.seal(house.desk, "pass_code", "open sesame", at=NOW, request=request)
    url = house.url("secret", ticket.number, secret.pk)
    answer = sit(house.lead).post(url, {"reason": "curious"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "open sesame" not in text(answer)
    sit(house.agent).post(house.ticket_url("act", ticket, "take"))
    assert "open sesame" not in text(sit(house.agent).post(url, {"reason": " "}))
    house.at(NOW + timedelta(minutes=1))
    shown = sit(house.agent).post(url, {"reason": "to open the depot"})
    assert "open sesame" in text(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    event = AuditEvent.objects.get(what="reveal_secret")
    assert (event.account, event.reason) == (house.agent.account, "to open the depot")


def test_the_way_back_of_a_refusal_leads_to_no_other_site(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    page = sit(house.clerk).post(
        house.ticket_url("act", ticket, "take"), headers={"referer": "http://testserver//example.org/"}
    )
    assert page.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT)
    assert 'href="//' not in text(page)
    assert 'href="/example.org/"' in text(page)
