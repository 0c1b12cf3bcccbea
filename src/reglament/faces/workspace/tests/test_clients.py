"""Clients: found by any word, with people, addresses and dated records; and the desk's own pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings

from reglament.desk.channels.models import LetterState, RawLetter
from reglament.desk.people.models import Contact, ContactAddress, Organisation, Record
from reglament.desk.people.queries import facts_of
from reglament.desk.regulations.queries import outage_at
from reglament.desk.tests.tram import NOW, arrive
from reglament.faces.workspace.tests.house import House, sit, text

pytestmark = pytest.mark.django_db
MIDNIGHT = timedelta(hours=10)
"""How long before UTC the day begins at the depot."""


def day(year: int, month: int, date: int) -> datetime:
    return datetime(year, month, date, tzinfo=UTC) - MIDNIGHT


def test_a_client_is_added_with_people_and_found_in_any_case(house: House) -> None:
    lead = sit(house.lead)
    made = lead.post(house.url("add_client"), {"name": "ООО «Ромашка»", "inn": "7707083893"})
    client = Organisation.objects.get(name="ООО «Ромашка»")
    assert made.headers["Location"] == house.url("client", client.pk)
    person = {"name": "Вера Ромашова", "email": "Vera@romashka.example.org", "phone": "+7 111"}
    lead.post(house.url("add_contact", client.pk), person)
    for words in ("ромашка", "РОМАШКА", "7707", "вера", "vera@romashka", "111", "ромашка вера"):
        assert "ООО «Ромашка»" in text(lead.get(house.url("clients"), {"q": words})), words
    assert "No client answers" in text(lead.get(house.url("clients"), {"q": "ромашка одуванчик"}))


def test_a_wrong_tax_number_is_named_at_its_field(house: House) -> None:
    answer = sit(house.lead).post(house.url("add_client"), {"name": "Depot", "inn": "12"})
    assert "has 10 digits" in text(answer)
    assert not Organisation.objects.filter(name="Depot").exists()


def test_a_record_holds_for_days_is_corrected_ended_and_keeps_its_history(house: House) -> None:
    client = house.client.organisation
    lead = sit(house.lead)
    add = house.url("add_record", client.pk)
    assert "the passenger&#x27;s plan" in text(lead.get(add))
    said = {"value": "plain", "valid_from": "2026-02-01", "valid_until": "2026-02-28", "reason": "no. 17"}
    lead.post(f"{add}?fact=client.plan", said)
    record = Record.objects.get(fact="client.plan")
    assert (record.valid_from, record.valid_until) == (day(2026, 2, 1), day(2026, 3, 1))
    assert "28.02.2026" in text(lead.get(house.url("client", client.pk)))
    correct = house.url("correct_record", client.pk, record.pk)
    assert 'value="2026-02-28"' in text(lead.get(correct))
    lead.post(correct, {"value": "gold", "valid_from": "2026-02-01", "reason": "misread"})
    corrected = Record.objects.get(corrects=record)
    assert facts_of(client, NOW, ["client.plan"]) == {"client.plan": "gold"}
    lead.post(house.url("end_record", client.pk, corrected.pk), {"until": "2026-03-02"})
    ended = Record.objects.get(corrects=corrected)
    assert ended.valid_until == day(2026, 3, 3)
    page = text(lead.get(house.url("client", client.pk)))
    assert "corrected since" in page
    assert "misread" in page
    lead.post(house.url("withdraw_record", client.pk, ended.pk), {"reason": "another client's"})
    assert facts_of(client, NOW, ["client.plan"]) == {}
    assert "taken back" in text(lead.get(house.url("client", client.pk)))


def test_a_record_that_would_end_before_it_begins_is_refused_at_its_field(house: House) -> None:
    url = house.url("add_record", house.client.organisation.pk) + "?fact=client.plan"
    said = {"value": "gold", "valid_from": "2026-03-02", "valid_until": "2026-02-01"}
    answer = sit(house.lead).post(url, said)
    assert "It would end before it begins" in text(answer)
    assert 'id="id_valid_until_error"' in text(answer)


def test_an_address_is_authorised_for_days_and_taken_off_the_list(house: House) -> None:
    lead, contact = sit(house.lead), house.client
    lead.post(house.url("add_address", contact.pk), {"address": "second@example.org"})
    row = ContactAddress.objects.get(address="second@example.org")
    assert row.authorised_from is None
    lead.post(house.url("authorise_address", contact.pk, row.pk), {"since": "2026-03-01"})
    row.refresh_from_db()
    assert row.authorised_from == day(2026, 3, 1)
    page = text(lead.get(house.url("client", contact.organisation_id)))
    assert page.count("End authorisation") == 2
    lead.post(house.url("end_authorisation", contact.pk, row.pk), {"until": "2026-03-31"})
    row.refresh_from_db()
    assert row.authorised_until == day(2026, 4, 1)
    lead.post(house.url("remove_address", contact.pk, row.pk))
    row.refresh_from_db()
    assert row.removed_at == NOW


def test_who_leaves_speaks_for_the_client_no_more(house: House) -> None:
    sit(house.lead).post(house.url("end_contact", house.client.pk))
    assert Contact.objects.get(pk=house.client.pk).left_at == NOW
    page = text(sit(house.lead).get(house.url("client", house.client.organisation_id)))
    assert ">left<" in page


def test_an_agent_reads_a_client_with_its_tickets_and_is_offered_no_change(house: House) -> None:
    ticket, _ = arrive(house.desk, sender_address=house.client.email)
    page = text(sit(house.agent).get(house.url("client", house.client.organisation_id)))
    assert str(ticket) in page
    assert "Client records are changed by leads" in page
    for offer in ("Add a person", "Add a record", "Authorise", "Mark as left"):
        assert offer not in page


def test_rows_of_another_client_are_not_changed_by_a_made_up_address(house: House) -> None:
    other = Organisation.objects.create(desk=house.desk, name="Other", created_at=NOW)
    record = Record.objects.create(
        desk=house.desk, organisation=other, fact="domain", value="a.example", valid_from=NOW, recorded_at=NOW
    )
    url = house.url("end_record", house.client.organisation_id, record.pk)
    assert sit(house.lead).post(url, {"until": "2026-03-02"}).status_code == HTTPStatus.NOT_FOUND


def test_the_portal_is_declared_down_by_a_lead_with_a_reason(house: House) -> None:
    lead = sit(house.lead)
    assert "TR-2" in text(lead.get(house.url("desk")))
    assert "This field is required" in text(lead.post(house.url("declare_outage"), {"reason": ""}))
    lead.post(house.url("declare_outage"), {"reason": "the server burns"})
    assert outage_at(house.desk, NOW) is not None
    assert "the server burns" in text(sit(house.agent).get(house.url("desk")))
    house.at(NOW + timedelta(hours=1))
    lead.post(house.url("end_outage"))
    assert outage_at(house.desk, NOW + timedelta(hours=2)) is None


def test_the_people_of_the_desk_stand_with_roles_and_departments(house: House) -> None:
    page = text(sit(house.agent).get(house.url("desk")))
    assert str(house.clerk) in page
    assert "administrator" in page
    assert "Office" in page
    assert str(house.foreign) not in page


def test_a_held_letter_is_shown_with_its_reason_and_source_as_text(house: House) -> None:
    source = b"From: <script>alert(1)</script>\r\n\r\n\xcf\xf0\xe8\xe2\xe5\xf2"
    path = "letters/a-letter-of-a-test"
    file = Path(settings.REGLAMENT_DATA) / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(source)
    letter = RawLetter.objects.create(
        desk=house.desk, digest="1" * 64, envelope_from="a@example.org", envelope_to="help@tram.example.org",
        source="smtp", size=len(source), storage_path=path, received_at=NOW, recorded_at=NOW, read_at=NOW,
        state=LetterState.HOLD, reason="too_deep",
    )  # fmt: skip
    agent = sit(house.agent)
    page = text(agent.get(house.url("letters")))
    assert "Its parts lie too deep" in page
    assert '<span class="count">1</span>' in page
    shown = text(agent.get(house.url("letter", letter.pk)))
    assert "&lt;script&gt;alert(1)" in shown
    answer = agent.get(house.url("download_letter", letter.pk))
    assert answer.content == source
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert sit(house.foreign).get(house.url("letter", letter.pk)).status_code == HTTPStatus.NOT_FOUND
    file.unlink()
    assert "not where it was stored" in text(agent.get(house.url("letter", letter.pk)))


@pytest.mark.parametrize("said", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_ends_of_time_is_refused_beside_its_field(house: House, said: str) -> None:
    address = f"{house.url('add_record', house.client.organisation_id)}?fact=client.plan"
    values = {"value": "gold", "valid_from": "2026-03-02", "valid_until": ""}
    for field in ("valid_from", "valid_until"):
        page = sit(house.lead).post(address, values | {field: said})
        assert f'id="id_{field}_error"' in page.content.decode()
    assert not Record.objects.exists()
