"""The calculator beside its slow twin, and the laws of its arithmetic, on generated problems."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from reglament.regulation.calendar import Calendar, CalendarFault
from reglament.regulation.calendar.reading import read_calendar
from reglament.regulation.calendar.tests.minute_walker import MinuteWalker, TooFar
from reglament.regulation.calendar.tests.problems import AMOUNTS, definitions

Problem = tuple[dict[str, Any], datetime]

walked = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def calendar_of(definition: dict[str, Any]) -> Calendar:
    faults: list[CalendarFault] = []
    calendar = read_calendar(definition, "calendar", faults)
    assert calendar, faults
    return calendar


def in_utc(moment: datetime) -> datetime:
    # Python holds two moments of different zones for unequal where one is ambiguous on its clock.
    return moment.astimezone(UTC)


def reachable(answer: Callable[[], datetime]) -> datetime:
    try:
        return in_utc(answer())
    except (CalendarFault, TooFar):
        assume(False)
        raise


@walked
@given(definitions(), AMOUNTS)
def test_adding_is_what_the_walker_says(problem: Problem, amount: int) -> None:
    definition, start = problem
    expected = reachable(lambda: MinuteWalker(definition).add_working_minutes(start, amount))
    assert in_utc(calendar_of(definition).add_working_minutes(start, amount)) == expected


@walked
@given(definitions(), AMOUNTS)
def test_taking_away_is_what_the_walker_says(problem: Problem, amount: int) -> None:
    definition, due = problem
    expected = reachable(lambda: MinuteWalker(definition).minutes_before(due, amount))
    assert in_utc(calendar_of(definition).minutes_before(due, amount)) == expected


@walked
@given(definitions(), st.integers(-3600, 800_000))
def test_measuring_is_what_the_walker_says(problem: Problem, seconds: int) -> None:
    definition, start = problem
    end = start + timedelta(seconds=seconds)
    expected = MinuteWalker(definition).working_minutes_between(start, end)
    assert calendar_of(definition).working_minutes_between(start, end) == pytest.approx(expected, abs=1e-9)


@walked
@given(definitions(), st.integers(1, 5))
def test_working_days_are_what_the_walker_says(problem: Problem, n: int) -> None:
    definition, start = problem
    expected = reachable(lambda: MinuteWalker(definition).nth_working_day_close(start, n))
    assert in_utc(calendar_of(definition).nth_working_day_close(start, n)) == expected


@given(definitions(), st.integers(0, 20_000))
def test_openness_is_what_the_walker_says(problem: Problem, seconds: int) -> None:
    definition, start = problem
    moment = start + timedelta(seconds=seconds)
    assert calendar_of(definition).is_open(moment) == MinuteWalker(definition).is_open(moment)


@given(definitions(), AMOUNTS)
def test_as_many_minutes_lie_before_the_sum_as_were_added(problem: Problem, amount: int) -> None:
    definition, start = problem
    calendar = calendar_of(definition)
    due = reachable(lambda: calendar.add_working_minutes(start, amount))
    assert due >= start
    assert calendar.working_minutes_between(start, due) == amount


@given(definitions(), st.integers(1, 6000))
def test_nothing_earlier_than_the_sum_would_do(problem: Problem, amount: int) -> None:
    definition, start = problem
    calendar = calendar_of(definition)
    due = reachable(lambda: calendar.add_working_minutes(start, amount))
    assert calendar.working_minutes_between(start, due - timedelta(seconds=1)) < amount


@given(definitions(), st.integers(1, 6000))
def test_what_was_taken_away_can_be_added_again(problem: Problem, amount: int) -> None:
    definition, due = problem
    calendar = calendar_of(definition)
    warning = reachable(lambda: calendar.minutes_before(due, amount))
    assert warning < due
    assert calendar.working_minutes_between(warning, due) == amount
    assert calendar.working_minutes_between(warning + timedelta(seconds=1), due) < amount


@given(definitions(), st.integers(0, 3000), st.integers(1, 3000))
def test_adding_in_two_steps_is_adding_at_once(problem: Problem, first: int, second: int) -> None:
    definition, start = problem
    calendar = calendar_of(definition)
    at_once = reachable(lambda: calendar.add_working_minutes(start, first + second))
    stop = calendar.add_working_minutes(start, first)
    assert in_utc(calendar.add_working_minutes(stop, second)) == at_once


@given(definitions(), st.lists(st.integers(0, 900_000), min_size=2, max_size=2))
def test_a_span_is_the_sum_of_its_parts(problem: Problem, seconds: list[int]) -> None:
    definition, start = problem
    calendar = calendar_of(definition)
    middle, end = (start + timedelta(seconds=number) for number in sorted(seconds))
    parts = calendar.working_minutes_between(start, middle) + calendar.working_minutes_between(middle, end)
    assert calendar.working_minutes_between(start, end) == pytest.approx(parts, abs=1e-9)


@given(definitions(), st.integers(0, 100_000), AMOUNTS)
def test_a_later_start_is_never_due_earlier(problem: Problem, seconds: int, amount: int) -> None:
    definition, start = problem
    calendar = calendar_of(definition)
    later = reachable(lambda: calendar.add_working_minutes(start + timedelta(seconds=seconds), amount))
    assert in_utc(calendar.add_working_minutes(start, amount)) <= later


@given(definitions())
def test_nothing_added_is_the_first_open_moment(problem: Problem) -> None:
    definition, start = problem
    calendar = calendar_of(definition)
    opening = reachable(lambda: calendar.next_opening(start))
    assert calendar.is_open(opening)
    assert calendar.working_minutes_between(start, opening) == 0
    assert (opening == start) == calendar.is_open(start)


@given(definitions(), st.integers(1, 900_000))
def test_the_pieces_add_up_and_each_keeps_to_its_date(problem: Problem, seconds: int) -> None:
    definition, start = problem
    calendar = calendar_of(definition)
    end = start + timedelta(seconds=seconds)
    pieces = calendar.open_intervals(start, end)
    lengths = sum((in_utc(until) - in_utc(since) for since, until in pieces), timedelta())
    assert lengths / timedelta(minutes=1) == pytest.approx(
        calendar.working_minutes_between(start, end), abs=1e-9
    )
    before = start
    for since, until in pieces:
        assert before <= in_utc(since) < in_utc(until) <= end
        last = until - timedelta(microseconds=1)
        # Where clocks went back over midnight, some readings of the new date come before the old one ends.
        assert since.date() == last.date() or since.utcoffset() != last.utcoffset()
        before = in_utc(until)
