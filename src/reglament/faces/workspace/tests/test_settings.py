"""What administrators set: the desk, its addresses, its staff; each change is in the audit log."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.sessions.models import Session
from django.core import mail

from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import StaffMember
from reglament.desk.tests.tram import NOW, arrive
from reglament.desk.tickets import actions
from reglament.faces.workspace.tests.house import House, sit, text

pytestmark = pytest.mark.django_db
DESK = {
    "name": "The tram desk",
    "language": "en",
    "zone": "Asia/Vladivostok",
    "sender_name": "Trams",
    "signature_en": "Yours, the depot",
    "trusted_border": "mx.tram.example.org",
    "spam_field": "X-Spam-Flag",
}


def audited(what: str) -> AuditEvent:
    return AuditEvent.objects.get(what=what)


def test_an_administrator_changes_the_desk_and_the_log_says_what(house: House) -> None:
    browser = sit(house.admin)
    assert browser.post(house.url("change_desk"), DESK).status_code == HTTPStatus.FOUND
    house.desk.refresh_from_db()
    assert (house.desk.name, house.desk.trusted_border) == ("The tram desk", "mx.tram.example.org")
    assert house.desk.signatures == {"en": "Yours, the depot"}
    assert {"name", "trusted_border", "signatures"} <= set(audited("change_desk").values["changed"])
    assert "The tram desk" in text(browser.get(house.url("settings")))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"zone": "Asia/Vladivostock"}, "no time zone"), ({"checks_senders": "on"}, "leave one empty")],
)
def test_what_does_not_fit_is_said_at_its_field_and_changes_nothing(
    house: House, wrong: dict[str, str], said: str
) -> None:
    answer = sit(house.admin).post(house.url("change_desk"), DESK | wrong)
    assert said in text(answer)
    house.desk.refresh_from_db()
    assert house.desk.name != "The tram desk"


def test_addresses_are_added_given_a_kind_and_removed_but_for_the_last(house: House) -> None:
    browser = sit(house.admin)
    house.desk.addresses.all().delete()
    data = {"address": "Help2@tram.example.org", "kind": "", "department": "office"}
    assert browser.post(house.url("add_desk_address"), data).status_code == HTTPStatus.FOUND
    row = house.desk.addresses.get()
    assert (row.address, row.department) == ("help2@tram.example.org", "office")
    assert "at this address already" in text(browser.post(house.url("add_desk_address"), data))
    browser.post(house.url("change_desk_address", row.pk), {"kind": "question", "department": ""})
    row.refresh_from_db()
    assert (row.kind, row.department) == ("question", "")
    assert "last address" in text(browser.post(house.url("remove_desk_address", row.pk)))
    browser.post(house.url("add_desk_address"), data | {"address": "more@tram.example.org"})
    browser.post(house.url("remove_desk_address", row.pk))
    assert audited("remove_desk_address").values == {"address": "help2@tram.example.org"}
    assert house.desk.addresses.get().address == "more@tram.example.org"


def test_somebody_new_is_invited_by_a_letter_that_sets_their_password(house: House) -> None:
    depot = house.desk.departments.get(name="depot")
    data = {"email": "New@tram.example.org", "name": "Nina", "role": "lead", "departments": [depot.pk]}
    shown = text(sit(house.admin).post(house.url("add_staff"), data, follow=True))
    member = StaffMember.objects.get(account__email="new@tram.example.org")
    assert (member.role, list(member.departments.all())) == ("lead", [depot])
    assert not member.account.has_usable_password()
    (letter,) = mail.outbox
    assert letter.to == ["new@tram.example.org"]
    assert "/account/password/reset/" in letter.body
    assert "Send the link again" in shown
    assert audited("invite_staff").object_id == str(member.pk)


def test_a_role_and_departments_change_and_the_last_administrator_stays(house: House) -> None:
    browser = sit(house.admin)
    office = house.desk.departments.get(name="office")
    data = {"role": "lead", "departments": [office.pk], "phone": "12"}
    browser.post(house.url("change_staff", house.agent.pk), data)
    house.agent.refresh_from_db()
    assert (house.agent.role, list(house.agent.departments.all())) == ("lead", [office])
    refused = text(browser.post(house.url("change_staff", house.admin.pk), data))
    assert "last administrator" in refused


def test_whoever_leaves_hands_their_open_tickets_on_and_is_signed_out(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    elsewhere, _ = arrive(house.desk, kind="refund")
    actions.assign(house.lead, ticket, house.agent, at=NOW)
    actions.assign(house.lead, elsewhere, house.lead, at=NOW)
    browser = sit(house.agent)
    assert browser.get(house.url("home"), follow=True).status_code == HTTPStatus.OK
    before = Session.objects.count()

    sit(house.admin).post(house.url("end_staff", house.agent.pk), {"to": str(house.lead.pk)})

    ticket.refresh_from_db()
    assert ticket.assignee == house.lead
    assert ticket.timeline.filter(kind="assigned").last().values["to"] == house.lead.pk  # type: ignore[union-attr]
    assert browser.get(house.url("home")).status_code == HTTPStatus.FOUND
    assert Session.objects.count() == before
    sit(house.admin).post(house.url("end_staff", house.lead.pk), {"to": ""})
    elsewhere.refresh_from_db()
    assert elsewhere.assignee is None


@pytest.mark.parametrize("who", ["agent", "lead", "owner"])
def test_nobody_else_opens_the_settings(house: House, who: str) -> None:
    browser = sit(getattr(house, who))
    pages = [house.url(name) for name in ("settings", "change_desk", "add_desk_address", "add_staff")]
    pages += [house.url(name, house.clerk.pk) for name in ("change_staff", "end_staff", "invite_staff")]
    for page in pages:
        assert browser.get(page).status_code == HTTPStatus.FORBIDDEN
        assert browser.post(page, DESK).status_code == HTTPStatus.FORBIDDEN
    assert house.url("settings") not in text(browser.get(house.url("desk")))
    foreign = sit(house.admin).get(house.url("change_staff", house.foreign.pk))
    assert foreign.status_code == HTTPStatus.NOT_FOUND
