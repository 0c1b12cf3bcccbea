"""A year without a decree: refused where an answer needs it, and only there."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from reglament.regulation.calendar import Calendar, CalendarFault, YearNotDecreed, regulation_calendar

OFFICE = (((540, 1020),),) * 5 + ((), ())
ROUND_THE_CLOCK = (((0, 1440),),) * 5 + ((), ())
NIGHTS = (((1320, 1800),),) * 5 + ((), ())


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+03:00")


def calendar(weekly: object = OFFICE) -> Calendar:
    return regulation_calendar("Europe/Moscow", weekly)


# 31 December 2027 is a day off by decree, so 30 December is the last working day that is known.
KNOWN: list[Callable[[], object]] = [
    lambda: calendar().add_working_minutes(at("2027-12-30T16:00"), 60),
    lambda: calendar().nth_working_day_close(at("2027-12-29T16:00"), 1),
    lambda: calendar().working_minutes_between(at("2027-12-30T16:00"), at("2028-01-01T00:00")),
    lambda: calendar().working_minutes_between(at("2028-02-01T16:00"), at("2028-01-01T00:00")),
    lambda: calendar().days_end(at("2027-12-29T16:00"), 1),
    lambda: calendar().is_open(at("2027-12-31T23:59")),
    lambda: calendar().open_intervals(at("2027-12-30T16:00"), at("2028-01-01T00:00")),
    lambda: calendar().minutes_before(at("2028-01-01T00:00"), 60),
    lambda: calendar().next_opening(at("2020-01-01T00:00")),
    lambda: calendar().nth_working_day_close(at("2019-12-31T12:00"), 1),
    lambda: calendar(ROUND_THE_CLOCK).add_working_minutes(at("2027-12-30T23:00"), 60),
]
UNKNOWN: list[tuple[Callable[[], object], int]] = [
    (lambda: calendar().add_working_minutes(at("2027-12-30T16:00"), 61), 2028),
    (lambda: calendar().add_working_minutes(at("2028-03-01T16:00"), 1), 2028),
    (lambda: calendar().add_working_minutes(at("2031-03-01T16:00"), 1), 2031),
    (lambda: calendar().add_working_minutes(at("2019-12-31T23:00"), 0), 2019),
    (lambda: calendar().add_working_minutes(at("2026-01-01T00:00"), 10**12), 2028),
    (lambda: calendar().next_opening(at("2027-12-31T12:00")), 2028),
    (lambda: calendar().next_opening(at("2028-01-01T00:00")), 2028),
    (lambda: calendar().nth_working_day_close(at("2027-12-29T16:00"), 2), 2028),
    (lambda: calendar().nth_working_day_close(at("2027-12-31T16:00"), 1), 2028),
    (lambda: calendar().nth_working_day_close(at("2019-12-30T16:00"), 1), 2019),
    (lambda: calendar().working_minutes_between(at("2027-12-30T16:00"), at("2028-01-01T00:01")), 2028),
    (lambda: calendar().working_minutes_between(at("2027-12-30T16:00"), at("2028-01-01T00:00:00.5")), 2028),
    (lambda: calendar().working_minutes_between(at("2019-12-31T23:59"), at("2020-02-01T00:00")), 2019),
    (lambda: calendar().days_end(at("2027-12-30T16:00"), 1), 2028),
    (lambda: calendar().weeks_end(at("2027-12-30T16:00"), 1), 2028),
    (lambda: calendar().is_open(at("2028-01-01T00:00")), 2028),
    (lambda: calendar().minutes_before(at("2020-01-09T10:00"), 61), 2019),
    (lambda: calendar().open_intervals(at("2027-12-30T16:00"), at("2028-01-01T00:01")), 2028),
    (lambda: calendar().is_working_day(at("2028-01-10T00:00").date()), 2028),
]


@pytest.mark.parametrize("answer", KNOWN)
def test_what_the_decreed_years_settle_is_answered(answer: Callable[[], object]) -> None:
    answer()


@pytest.mark.parametrize(("answer", "year"), UNKNOWN)
def test_what_needs_an_undecreed_year_is_refused_with_the_year(
    answer: Callable[[], object], year: int
) -> None:
    with pytest.raises(YearNotDecreed) as caught:
        answer()
    assert caught.value.year == year


def test_a_shift_that_began_in_the_last_known_year_is_known_to_its_end() -> None:
    nights = Calendar("Europe/Moscow", NIGHTS, days_off=calendar(NIGHTS).days_off)
    start = at("2027-12-31T05:00")
    assert nights.add_working_minutes(start, 60) == at("2027-12-31T06:00")
    # No shift begins on 31 December 2027; here one does, by a date of the calendar's own.
    extra = Calendar(
        "Europe/Moscow",
        NIGHTS,
        working_days={at("2027-12-31T00:00").date(): [(1320, 1800)]},
        days_off=calendar(NIGHTS).days_off,
    )
    assert extra.add_working_minutes(at("2028-01-01T02:00"), 240) == at("2028-01-01T06:00")
    assert extra.is_open(at("2028-01-01T05:59"))
    with pytest.raises(YearNotDecreed):
        extra.add_working_minutes(at("2028-01-01T02:00"), 241)
    with pytest.raises(YearNotDecreed):
        extra.is_open(at("2028-01-01T06:00"))


def test_a_calendar_without_days_off_needs_no_decree() -> None:
    free = regulation_calendar("Europe/Moscow", OFFICE, days_off=None)
    assert free.years_known is None
    assert free.add_working_minutes(at("2040-03-01T16:00"), 61) == at("2040-03-02T09:01")
    assert free.with_statutory_years() is free
    assert not free.is_preliminary(at("2040-03-01T16:00"), at("2041-03-01T16:00"))


def test_the_desk_can_go_on_with_the_statutory_days_and_knows_what_is_preliminary() -> None:
    strict = calendar()
    going_on = strict.with_statutory_years()
    assert strict.years_known == (2020, 2027)
    assert going_on.years_known is None
    start = at("2027-12-30T16:00")
    due = going_on.add_working_minutes(start, 120)
    # 10 January 2028 is the Monday after the holidays of the law.
    assert due == at("2028-01-10T10:00")
    assert going_on.is_preliminary(start, due)
    assert strict.is_preliminary(start, due)
    assert not going_on.is_preliminary(start, at("2028-01-01T00:00"))
    assert going_on.is_preliminary(at("2019-12-31T12:00"), at("2020-02-01T00:00"))
    assert going_on.with_statutory_years() is going_on
    assert strict.with_statutory_years() is going_on


def test_statutory_years_do_not_change_what_is_decreed() -> None:
    strict = regulation_calendar("Europe/Moscow", OFFICE, short_days="minus_hour")
    going_on = strict.with_statutory_years()
    start = at("2020-01-01T00:00")
    for days in range(0, 2900, 13):
        moment = start + timedelta(days=days)
        assert going_on.add_working_minutes(moment, 1440) == strict.add_working_minutes(moment, 1440)


def test_statutory_years_keep_the_short_days_of_the_law() -> None:
    going_on = regulation_calendar("Europe/Moscow", OFFICE, short_days="minus_hour").with_statutory_years()
    assert going_on.hours_on(at("2028-02-22T00:00").date()) == ((540, 960),)
    assert going_on.nth_working_day_close(at("9990-01-01T00:00"), 1).year == 9990
    with pytest.raises(CalendarFault, match="ask for less"):
        going_on.add_working_minutes(at("2026-01-01T00:00"), 10**12)
