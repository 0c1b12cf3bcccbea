"""Dates of a client's record, compared with the local date of receipt."""

from datetime import date

import pytest

from reglament.regulation.deciding import decide, read_request
from reglament.regulation.deciding.dates import anniversary, passes
from reglament.regulation.reading.tests.small import read


def test_a_year_of_29_february_is_over_on_the_28th() -> None:
    assert anniversary(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert anniversary(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert anniversary(date(9999, 1, 1), 1) is None


@pytest.mark.parametrize(
    ("day", "recent"),
    [
        ("2025-03-02", False),
        ("2025-03-03", True),
        ("2026-03-02", True),
        ("2026-03-03", False),
    ],
)
def test_less_than_a_year_ends_on_the_anniversary_and_the_future_does_not_count(
    day: str, recent: bool
) -> None:
    assert passes("less_than_ago", 1, date.fromisoformat(day), date(2026, 3, 2)) is recent


def test_the_last_day_still_counts() -> None:
    day = date(2026, 3, 2)
    assert passes("on_or_after", 0, day, day)
    assert not passes("before", 0, day, day)


@pytest.mark.parametrize(("at", "held"), [("2026-03-02T20:59:00Z", True), ("2026-03-02T21:00:00Z", False)])
def test_the_date_of_receipt_is_local_to_the_regulation(at: str, held: bool) -> None:
    program = read("- {refusal: rude, when: {client.bought_on: {on_or_after: receipt}}}").programs[0]
    raw = {
        "received_at": at, "channel": "email", "authentication": "anonymous", "kind": "work",
        "client": {"bought_on": "2026-03-02"},
    }  # fmt: skip
    assert bool(decide(program, read_request(program, raw)).refusal_grounds) is held
