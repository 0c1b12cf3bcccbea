"""What a client holds, in two times: when it holds, and when the desk learned of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people import records
from reglament.desk.people.models import Organisation, Record, Role
from reglament.desk.people.queries import all_holding, facts_of
from reglament.desk.tests.rows import DAY, MOMENT, make_desk, make_organisation, make_staff
from reglament.regulation.model.program import Fact

DECLARED = {
    fact.path: fact
    for fact in (
        Fact("client.package", "choice", ("basic", "extended", "none"), "basic"),
        Fact("client.partner", "flag"),
        Fact("client.visits_left", "number"),
        Fact("client.purchased_on", "date"),
    )
}


def _add(organisation: Organisation, fact: str, value: Any, **values: Any) -> Record:
    said: dict[str, Any] = {"declared": DECLARED, "valid_from": MOMENT, "at": MOMENT} | values
    return records.add_record(None, organisation, fact, value, **said)


def _facts(organisation: Organisation, moment: datetime) -> dict[str, Any]:
    return facts_of(organisation, moment, DECLARED)


@pytest.fixture
def organisation(db: None) -> Organisation:
    return make_organisation(make_desk())


def test_a_record_holds_from_its_first_moment_up_to_its_last(organisation: Organisation) -> None:
    _add(organisation, "client.package", "extended", valid_from=MOMENT, valid_until=MOMENT + DAY)
    at = [_facts(organisation, MOMENT + days * DAY) for days in (-1, 0, 1)]
    assert at == [{}, {"client.package": "extended"}, {}]


def test_what_began_last_counts_and_gives_way_again(organisation: Organisation) -> None:
    _add(organisation, "client.package", "basic")
    _add(
        organisation,
        "client.package",
        "extended",
        valid_from=MOMENT + DAY,
        valid_until=MOMENT + 3 * DAY,
    )
    at = [_facts(organisation, MOMENT + days * DAY)["client.package"] for days in (0, 1, 2, 3)]
    assert at == ["basic", "extended", "extended", "basic"]


def test_facts_that_the_regulation_does_not_ask_for_are_not_given(organisation: Organisation) -> None:
    _add(organisation, "contract", "17/2026")
    _add(organisation, "client.partner", True)
    assert facts_of(organisation, MOMENT, ["client.package"]) == {}
    assert facts_of(organisation, MOMENT, ["client.partner"]) == {"client.partner": True}


def test_several_services_hold_at_once(organisation: Organisation) -> None:
    _add(organisation, "service", "vps")
    _add(organisation, "service", "cloud_hosting", valid_until=MOMENT + DAY)
    assert [record.value for record in all_holding(organisation, MOMENT, "service")] == [
        "vps",
        "cloud_hosting",
    ]
    assert [record.value for record in all_holding(organisation, MOMENT + DAY, "service")] == ["vps"]


def test_ending_keeps_what_was_said_before(organisation: Organisation) -> None:
    first = _add(organisation, "client.package", "extended")
    records.end_record(None, first, until=MOMENT + DAY, at=MOMENT + DAY)
    assert _facts(organisation, MOMENT) == {"client.package": "extended"}
    assert _facts(organisation, MOMENT + DAY) == {}
    assert Record.objects.filter(organisation=organisation).count() == 2
    first.refresh_from_db()
    assert first.valid_until is None


def test_a_correction_takes_the_place_of_the_wrong_record(organisation: Organisation) -> None:
    wrong = _add(organisation, "client.package", "extended")
    right = records.correct_record(
        None,
        wrong,
        value="basic",
        valid_from=MOMENT + DAY,
        valid_until=None,
        declared=DECLARED,
        reason="misread",
        at=MOMENT + DAY,
    )
    assert _facts(organisation, MOMENT) == {}
    assert _facts(organisation, MOMENT + DAY) == {"client.package": "basic"}
    assert right.corrects == wrong


def test_a_record_is_corrected_once_and_then_its_successor_is(organisation: Organisation) -> None:
    first = _add(organisation, "client.partner", True)
    second = records.end_record(None, first, until=MOMENT + DAY, at=MOMENT)
    with pytest.raises(ActionRefused, match="newer"):
        records.withdraw_record(None, first, reason="", at=MOMENT)
    taken_back = records.withdraw_record(None, second, reason="never held", at=MOMENT)
    assert _facts(organisation, MOMENT) == {}
    with pytest.raises(ActionRefused, match="taken back"):
        records.end_record(None, taken_back, until=MOMENT + 2 * DAY, at=MOMENT)


@pytest.mark.parametrize(
    ("fact", "value", "says"),
    [
        ("client.packages", "basic", "perhaps client.package"),
        ("client.package", "premium", "one of basic, extended, none"),
        ("client.package", True, "one of basic"),
        ("client.partner", "yes", "yes or no"),
        ("client.partner", 1, "yes or no"),
        ("client.visits_left", -1, "whole number"),
        ("client.visits_left", True, "whole number"),
        ("client.visits_left", 1.5, "whole number"),
        ("client.purchased_on", "2026-2-3", "YYYY-MM-DD"),
        ("client.purchased_on", "2026-02-30", "YYYY-MM-DD"),
        ("contract", " ", "a text or a number"),
    ],
)
def test_a_fact_or_value_that_the_regulation_does_not_know_is_refused(
    organisation: Organisation, fact: str, value: object, says: str
) -> None:
    with pytest.raises(ActionRefused, match=says):
        _add(organisation, fact, value)
    assert not organisation.records.exists()


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("client.visits_left", 0),
        ("client.partner", False),
        ("client.purchased_on", "2024-02-29"),
        ("service", "vps"),
    ],
)
def test_a_value_that_looks_empty_is_still_a_value(
    organisation: Organisation, fact: str, value: object
) -> None:
    _add(organisation, fact, value)
    assert facts_of(organisation, MOMENT, [fact]) == {fact: value}


def test_a_record_cannot_end_before_it_begins(organisation: Organisation) -> None:
    with pytest.raises(ActionRefused, match="before it begins"):
        _add(organisation, "client.partner", True, valid_until=MOMENT)
    record = _add(organisation, "client.partner", True)
    with pytest.raises(ActionRefused, match="began later"):
        records.end_record(None, record, until=MOMENT, at=MOMENT)


def test_an_agent_may_not_change_records_and_a_lead_of_another_desk_neither(
    organisation: Organisation,
) -> None:
    for member in (make_staff(organisation.desk, Role.AGENT), make_staff(make_desk(), Role.ADMIN)):
        with pytest.raises(NotAllowed):
            records.add_record(
                member, organisation, "service", "vps", declared={}, valid_from=MOMENT, at=MOMENT
            )
    assert not organisation.records.exists()


def test_a_lead_changes_records_and_the_audit_log_says_so(organisation: Organisation) -> None:
    lead = make_staff(organisation.desk, Role.LEAD)
    record = records.add_record(
        lead, organisation, "service", "vps", declared={}, valid_from=MOMENT, at=MOMENT
    )
    assert record.recorded_by == lead.account
    event = AuditEvent.objects.get(what="add_record")
    assert (event.account, event.object_id, event.values) == (
        lead.account,
        str(record.pk),
        {"fact": "service"},
    )


class RecordsOfOneFact(TestCase):
    """Any records of one fact, compared with the rule said in the plainest way."""

    @given(
        spans=st.lists(
            st.tuples(
                st.integers(0, 20), st.none() | st.integers(1, 20), st.sampled_from(["basic", "extended"])
            ),
            max_size=6,
        ),
        day=st.integers(-1, 41),
    )
    def test_the_one_that_began_last_counts(self, spans: list[tuple[int, int | None, str]], day: int) -> None:
        organisation = make_organisation(make_desk())
        for begin, length, value in spans:
            _add(
                organisation,
                "client.package",
                value,
                valid_from=MOMENT + begin * DAY,
                valid_until=None if length is None else MOMENT + (begin + length) * DAY,
            )
        expected: dict[str, Any] = {}
        began = -1
        for begin, length, value in spans:
            if begin <= day and (length is None or day < begin + length) and begin >= began:
                expected, began = {"client.package": value}, begin
        assert _facts(organisation, MOMENT + day * DAY) == expected
