"""Desks from files: made, changed, and refused with the place of every fault."""

from __future__ import annotations

import copy
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import reglament
from reglament.desk.deskfile.applying import apply, bring_in
from reglament.desk.deskfile.form import DeskFileFaults, read
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Account, Contact, ContactAddress, Record, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.tram import TRAM
from reglament.desk.tickets.models import Ticket

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
FILE: dict[str, Any] = {
    "desk": {"slug": "tram", "pack": "tram.yaml", "addresses": [{"address": "Help@tram.example.org"}]},
    "staff": [{"email": "olga@example.org", "name": "Olga", "role": "lead", "departments": ["depot"]}],
    "organisations": [
        {
            "name": "Riders",
            "records": [{"fact": "client.plan", "value": "gold", "since": "2026-01-01T00:00:00+10:00"}],
            "contacts": [
                {
                    "name": "Anna",
                    "email": "anna@example.org",
                    "account": True,
                    "addresses": [
                        {"address": "anna@example.org", "authorised_from": "2026-01-01T00:00:00+10:00"}
                    ],
                }
            ],
        }
    ],
    "tickets": [
        {
            "key": "second",
            "received_at": "2026-03-02T11:00:00+10:00",
            "channel": "phone",
            "text": "Late again",
            "recorded_by": "olga@example.org",
        },
        {
            "key": "first",
            "received_at": "2026-03-02T10:00:00+10:00",
            "channel": "email",
            "contact": "anna@example.org",
            "proven": True,
            "text": "Late",
            "messages": [
                {"at": "2026-03-02T10:30:00+10:00", "by": "olga@example.org", "text": "Sorry"},
                {"at": "2026-03-02T10:40:00+10:00", "by": "client", "text": "Fine"},
            ],
        },
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tram.yaml").write_text(TRAM, encoding="utf-8")
    return tmp_path


def test_a_file_makes_a_desk_with_people_clients_and_tickets(folder: Path) -> None:
    applied = apply(read(FILE), NOW, folder=folder)

    desk = Desk.objects.get()
    assert applied.made == {
        "desk": 1,
        "desk address": 1,
        "member of staff": 1,
        "organisation": 1,
        "record": 1,
        "contact": 1,
        "ticket": 2,
    }
    assert desk.addresses.get().address == "help@tram.example.org"
    assert [row.name for row in StaffMember.objects.get().departments.all()] == ["depot"]
    assert Contact.objects.get().account == Account.objects.get(email="anna@example.org")
    assert ContactAddress.objects.get().authorised_from is not None
    first, second = Ticket.objects.order_by("number")
    assert (first.channel, second.channel) == ("email", "phone")
    assert first.messages.count() == 3
    request = first.requests.get()
    assert request.authentication == "authorised"
    assert request.facts["client.plan"]["value"] == "gold"
    assert request.obligations.get(metric="answer").state == "met"
    assert second.requests.get().obligations.get(metric="answer").state == "open"
    assert not OutgoingLetter.objects.exists()


def test_read_again_it_changes_nothing(folder: Path) -> None:
    apply(read(FILE), NOW, folder=folder)

    again = apply(read(FILE), NOW, folder=folder)

    assert again.made == {}
    assert (Ticket.objects.count(), Record.objects.count(), Account.objects.count()) == (2, 1, 2)


def test_read_again_with_a_change_it_makes_the_change(folder: Path) -> None:
    apply(read(FILE), NOW, folder=folder)
    changed = copy.deepcopy(FILE)
    changed["desk"]["name"] = "Trams"
    changed["staff"][0]["role"] = "admin"
    changed["organisations"][0]["records"].append(
        {"fact": "client.plan", "value": "plain", "since": "2026-04-01T00:00:00+10:00"}
    )

    apply(read(changed), NOW, folder=folder)

    assert Desk.objects.get().name == "Trams"
    assert StaffMember.objects.get().role == "admin"
    assert Record.objects.count() == 2


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("desk", "slugg"), "x", "desk.slugg: is not known here; did you mean 'slug'?"),
        (("staff", 0, "role"), "boss", "staff[0].role: input should be 'agent', 'lead', 'owner' or 'admin'"),
        (("staff", 0, "departments"), ["sales"], "staff[0].departments: 'sales' is no department; one of"),
        (("organisations", 0, "contacts", 0, "email"), "anna", "organisations[0].contacts[0].email: "),
        (("organisations", 0, "records", 0, "fact"), "client.plane", "organisations[0].records[0].fact: "),
        (("organisations", 0, "records", 0, "value"), "lead", "organisations[0].records[0].value: 'lead'"),
        (("organisations", 0, "inn"), "12", "organisations[0].inn: "),
        (("tickets", 0, "channel"), "fax", "tickets[0].channel: "),
        (("tickets", 0, "received_at"), "2026-03-02T10:00:00", "tickets[0].received_at: "),
        (("tickets", 1, "kind"), "repairs", "tickets[1].kind: "),
        (("tickets", 1, "contact"), "bob@example.org", "tickets[1].contact: "),
        (("desk", "pack"), "ropeway", "desk.pack: 'ropeway' is neither a shipped pack"),
    ],
)
def test_a_fault_is_named_with_its_place_and_nothing_is_half_done(
    folder: Path, path: tuple[str | int, ...], value: object, said: str
) -> None:
    wrong: Any = copy.deepcopy(FILE)
    target = wrong
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value

    with pytest.raises(DeskFileFaults) as faults:
        apply(read(wrong), NOW, folder=folder)

    assert faults.value.faults[0].startswith(said)
    assert not Desk.objects.exists()


def test_every_fault_of_the_form_is_named_at_once() -> None:
    with pytest.raises(DeskFileFaults) as faults:
        read({"desk": {"slug": "Tram"}, "staff": [{}]})

    assert len(faults.value.faults) == 4


def test_faults_of_the_form_and_of_what_is_said_are_named_together(folder: Path) -> None:
    wrong: Any = copy.deepcopy(FILE)
    wrong["staff"][0]["role"] = "boss"
    wrong["organisations"][0]["records"][0]["fact"] = "client.plane"
    wrong["tickets"][1]["kind"] = "repairs"

    with pytest.raises(DeskFileFaults) as faults:
        bring_in(wrong, NOW, folder=folder)

    assert [fault.split(": ")[0] for fault in faults.value.faults] == [
        "staff[0].role", "organisations[0].records[0].fact", "tickets[1].kind",
    ]  # fmt: skip
    assert not Desk.objects.exists()


def test_an_unknown_regulation_hides_no_fault_of_the_form_nor_what_a_desk_that_is_there_knows(
    folder: Path,
) -> None:
    wrong: Any = copy.deepcopy(FILE)
    wrong["desk"]["pack"] = "ropeway"
    wrong["staff"][0]["role"] = "boss"
    wrong["organisations"][0]["records"][0]["fact"] = "client.plane"

    with pytest.raises(DeskFileFaults) as new:
        bring_in(wrong, NOW, folder=folder)
    bring_in(FILE, NOW, folder=folder)
    with pytest.raises(DeskFileFaults) as known:
        bring_in(wrong, NOW, folder=folder)

    assert [fault.split(": ")[0] for fault in new.value.faults] == ["staff[0].role", "desk.pack"]
    assert [fault.split(": ")[0] for fault in known.value.faults] == [
        "staff[0].role", "desk.pack", "organisations[0].records[0].fact",
    ]  # fmt: skip


def test_who_cannot_be_made_brings_no_further_faults_along(folder: Path) -> None:
    wrong: Any = copy.deepcopy(FILE)
    del wrong["staff"][0]["name"]

    with pytest.raises(DeskFileFaults) as faults:
        bring_in(wrong, NOW, folder=folder)

    assert faults.value.faults == ("staff[0].name: is missing",)


def test_the_example_of_the_documentation_makes_a_desk() -> None:
    page = Path(reglament.__file__).parents[2] / "docs" / "owner" / "desk-file.md"
    example = re.search(r"```json\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None

    applied = apply(read(json.loads(example[1])), NOW)

    assert applied.made["ticket"] == 1
