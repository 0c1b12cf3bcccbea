"""Every word of a request is checked, and everything wrong is named at once with its place."""

from __future__ import annotations

from typing import Any

import pytest

from reglament.regulation.deciding import read_request, received_moment
from reglament.regulation.deciding.editions import program_at, program_on, read_by_edition_in_force
from reglament.regulation.model.request import RequestFaults
from reglament.regulation.reading.read import read_regulation
from reglament.regulation.reading.tests.small import SMALL, read

PROGRAM = read("- {requires: [login, number]}").programs[0]
GOOD: dict[str, Any] = {
    "received_at": "2026-03-02T10:15:42.5+03:00",
    "channel": "email",
    "authentication": "anonymous",
    "kind": "work",
}


def _faults(**changes: Any) -> list[str]:
    raw = {key: value for key, value in {**GOOD, **changes}.items() if value is not ...}
    with pytest.raises(RequestFaults) as refused:
        read_request(PROGRAM, raw, "requests[3]")
    return [str(fault) for fault in refused.value.faults]


def test_seconds_are_dropped_and_the_zone_is_the_regulations() -> None:
    request = read_request(PROGRAM, {**GOOD, "received_at": "2026-03-02T07:15:42Z"})
    assert request.received_at.isoformat() == "2026-03-02T10:15:00+03:00"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": "fax"}, "requests[3].channel: 'fax' is not a channel; one of portal, guest_form, email"),
        ({"channel": "emial"}, "requests[3].channel: 'emial' is not a channel; did you mean 'email'?"),
        ({"kind": ...}, "requests[3].kind: is required; one of question, work"),
        ({"knd": "work"}, "requests[3].knd: is not a key of a request; did you mean 'kind'?"),
        (
            {"received_at": "2026-03-02T10:15:00"},
            "requests[3].received_at: '2026-03-02T10:15:00' is not a moment",
        ),
        ({"received_at": "2026-02-30T10:15:00Z"}, "is not a moment with its offset"),
        ({"received_at": "2026-W10-1T10:15:00Z"}, "is not a moment with its offset"),
        ({"received_at": 5}, "requests[3].received_at: 5 is not a moment"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "is not a moment with its offset"),
        ({"completed_at": "2026-03-02T10:15:41+03:00"}, "requests[3].completed_at: is before received_at"),
        ({"completed_at": None}, "requests[3].completed_at: null is not a moment"),
        ({"service": "vps"}, "requests[3].service: small has no services; leave it out"),
        (
            {"severity": "hihg"},
            "requests[3].severity: 'hihg' is not a severity of small; did you mean 'high'?",
        ),
        ({"severity": None}, "requests[3].severity: null is not a severity"),
        ({"client": None}, "requests[3].client: must be an object of facts"),
        ({"client": {"plan": None}}, "requests[3].client.plan: null is not known here"),
        (
            {"client": {"paln": "full"}},
            "requests[3].client.paln: is not a fact that small knows; did you mean 'plan'?",
        ),
        ({"client": {"left": -1}}, "requests[3].client.left: -1 is not a whole number from 0"),
        ({"client": {"left": True}}, "requests[3].client.left: true is not a whole number from 0"),
        (
            {"client": {"bought_on": "2.3.2026"}},
            "requests[3].client.bought_on: '2.3.2026' is not a date; YYYY-MM-DD",
        ),
        (
            {"circumstances": {"rude": "no"}},
            "requests[3].circumstances.rude: 'no' is not a flag; true or false",
        ),
        ({"product": {"version": "1"}}, "requests[3].product.version: is not a fact that small knows"),
        ({"fields": ["x"]}, "requests[3].fields: must be an object of fields"),
        ({"fields": {"login": 5}}, "requests[3].fields.login: 5 is neither a text nor a list of texts"),
        (
            {"fields": {"else": ["a", None]}},
            "requests[3].fields.else[1]: null is neither a text nor a list",
        ),
        ({"id": None}, "requests[3].id: must be a text or a number"),
        ({"id": "\ud800"}, "requests[3].id: '\\ud800' holds half a character"),
        ({"id": {}}, "requests[3].id: must be a text or a number"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], words: str) -> None:
    found = _faults(**changes)
    assert len(found) == 1
    assert words in found[0]


def test_every_fault_of_a_request_is_named_at_once() -> None:
    assert len(_faults(channel="fax", kind="wrk", severity="no", client={"plan": 1})) == 4


@pytest.mark.parametrize("raw", [None, 5, "text", [], True])
def test_a_request_that_is_no_object_says_so(raw: object) -> None:
    for read_it in (lambda: read_request(PROGRAM, raw), lambda: received_moment(raw, "request")):
        with pytest.raises(RequestFaults, match="must be a JSON object"):
            read_it()


def test_a_place_never_breaks_the_line() -> None:
    assert all("\n" not in fault for fault in _faults(**{"a\nb": 1}))
    assert all(len(fault) < 400 for fault in _faults(**{"x" * 5000: 1, "channel": "y" * 5000}))


def test_unknown_fields_are_kept_and_ignored_and_blank_ones_are_absent() -> None:
    request = read_request(PROGRAM, {**GOOD, "fields": {"anything": "x", "login": " ", "number": "12"}})
    assert request.facts.get("fields.number") == "invalid"
    assert "fields.login" not in request.facts


def test_the_edition_in_force_on_the_local_date_judges() -> None:
    later = SMALL.replace("2026-01-01", "2026-06-01")
    programs = read_regulation(f"{SMALL}---\n{later}", "small.yaml").programs
    before = received_moment({"received_at": "2026-05-31T20:59:59Z"}, "request")
    after = received_moment({"received_at": "2026-05-31T21:00:00Z"}, "request")
    assert program_at(programs, before, "request").edition == "2026-01-01"
    assert program_at(programs, after, "request").edition == "2026-06-01"
    with pytest.raises(RequestFaults, match=r"request.received_at: .* is before the first edition of small"):
        program_at(programs, received_moment({"received_at": "2025-12-31T20:59:00Z"}, "request"), "request")
    assert program_on(programs, before.date().replace(year=2020)) is None


def test_a_request_before_the_first_edition_names_its_other_faults_too() -> None:
    programs = read().programs
    raw = {**GOOD, "received_at": "2020-01-01T00:00:00Z", "channel": "fax"}
    with pytest.raises(RequestFaults) as refused:
        read_by_edition_in_force(programs, raw, "request")
    assert [fault.place for fault in refused.value.faults] == ["request.received_at", "request.channel"]
