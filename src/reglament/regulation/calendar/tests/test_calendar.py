"""What the answers are, example by example: the edges that generated problems seldom meet."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from reglament.regulation.calendar import (
    Calendar,
    CalendarFault,
    read_clock,
    read_interval,
    regulation_calendar,
)
from reglament.regulation.calendar.offsets import SECONDS_OF_DAY, first_day, offset_at, stretches

NINE_TO_FIVE = ((540, 1020),)
OFFICE = (NINE_TO_FIVE,) * 5 + ((), ())
ALWAYS = (((0, 1440),),) * 7
NEVER = ((),) * 7
MOSCOW = "Europe/Moscow"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def office(**more: object) -> Calendar:
    return Calendar(MOSCOW, OFFICE, **more)  # type: ignore[arg-type]


def test_a_calendar_cannot_be_changed() -> None:
    calendar = office()
    with pytest.raises(AttributeError, match="frozen"):
        calendar.tz = "UTC"
    with pytest.raises(TypeError):
        calendar.working_days[date(2026, 1, 1)] = ()  # type: ignore[index]


def test_equal_definitions_make_equal_calendars() -> None:
    written_otherwise = Calendar(MOSCOW, [[(600, 1020), (540, 600)]] * 5 + [[], []])
    assert office() == written_otherwise
    assert hash(office()) == hash(written_otherwise)
    assert office() != office(holidays=[date(2026, 1, 1)])
    assert regulation_calendar(MOSCOW, OFFICE) is regulation_calendar(MOSCOW, OFFICE)


def test_a_calendar_can_be_sent_to_another_process() -> None:
    calendar = regulation_calendar(MOSCOW, OFFICE, short_days="minus_hour")
    calendar.add_working_minutes(at("2026-03-02T10:00:00+03:00"), 60)
    copy = pickle.loads(pickle.dumps(calendar))  # noqa: S301
    assert copy.hours_on(date(2026, 11, 3)) == calendar.hours_on(date(2026, 11, 3)) == ((540, 960),)


def test_threads_share_a_calendar() -> None:
    calendar = Calendar("Europe/Berlin", OFFICE)
    starts = [datetime(1950 + number % 150, 5, 5, tzinfo=UTC) for number in range(600)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda start: calendar.add_working_minutes(start, 1_000_000), starts))
    fresh = Calendar("Europe/Berlin", OFFICE)
    assert found == [fresh.add_working_minutes(start, 1_000_000) for start in starts]


@pytest.mark.parametrize(
    ("weekly", "place"),
    [
        ([[(540, 540)], [], [], [], [], [], []], "weekly.mon[0]"),
        ([[], [(600, 700), (700, 600)], [], [], [], [], []], "weekly.tue[1]"),
        ([[], [], [(-1, 700)], [], [], [], []], "weekly.wed[0]"),
        ([[], [], [], [(0, 2881)], [], [], []], "weekly.thu[0]"),
        ([[], [], [], [], [(0, 1.5)], [], []], "weekly.fri[0]"),
        ([[], [], [], [], [], [(0, 1, 2)], []], "weekly.sat[0]"),
        ([[], []], "weekly"),
        (NEVER, "weekly"),
    ],
)
def test_hours_that_make_no_sense_are_refused_where_they_stand(weekly: list[object], place: str) -> None:
    with pytest.raises(CalendarFault) as caught:
        Calendar(MOSCOW, weekly)  # type: ignore[arg-type]
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Europe/Moskow", "Europe/Moscow"),
        ("europe/berlin", "Europe/Berlin"),
        ("../../etc/passwd", "IANA"),
        ("right/Europe/Moscow", "Europe/Moscow"),
        ("Europe", "Europe/"),
        ("", "IANA"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest(name: str, advice: str) -> None:
    with pytest.raises(CalendarFault, match=advice) as caught:
        Calendar(name, OFFICE)
    assert caught.value.place == "tz"


@pytest.mark.parametrize("amount", [-1, 1.5, True, "60", None])
def test_an_amount_that_is_no_whole_number_from_zero_is_refused(amount: object) -> None:
    start = at("2026-03-02T10:00:00+03:00")
    for calendar in (office(), Calendar(MOSCOW, ALWAYS)):
        for operation in (
            calendar.add_working_minutes,
            calendar.minutes_before,
            calendar.nth_working_day_close,
        ):
            with pytest.raises(CalendarFault) as caught:
                operation(start, amount)  # type: ignore[arg-type]
            assert caught.value.place == "amount"


def test_the_nullth_working_day_is_refused() -> None:
    for operation in (office().nth_working_day_close, office().days_end, office().weeks_end):
        with pytest.raises(CalendarFault, match="less than 1"):
            operation(at("2026-03-02T10:00:00+03:00"), 0)


def test_a_moment_without_an_offset_is_refused() -> None:
    naive = at("2026-03-02T10:00:00+03:00").replace(tzinfo=None)
    for operation in (office().add_working_minutes, office().minutes_before, office().nth_working_day_close):
        with pytest.raises(CalendarFault, match="offset"):
            operation(naive, 1)
    with pytest.raises(CalendarFault, match="offset"):
        office().working_minutes_between(at("2026-03-02T10:00:00+03:00"), naive)


def test_a_break_after_midnight_belongs_to_the_night_shift() -> None:
    calendar = Calendar(MOSCOW, [[(1320, 1560), (1620, 1860)]] + [[]] * 6)
    monday = at("2026-03-02T22:00:00+03:00")
    assert calendar.add_working_minutes(monday, 241) == at("2026-03-03T03:01:00+03:00")
    assert calendar.nth_working_day_close(at("2026-03-01T12:00:00+03:00"), 1) == at(
        "2026-03-03T07:00:00+03:00"
    )


def test_a_working_saturday_has_the_hours_of_the_weekday_it_was_swapped_with() -> None:
    short_monday = (((600, 900),), *((NINE_TO_FIVE,) * 4), (), ())
    calendar = regulation_calendar(MOSCOW, short_monday)
    assert calendar.hours_on(date(2027, 2, 20)) == ((600, 900),)
    assert calendar.hours_on(date(2027, 2, 22)) == ()


def test_a_clause_that_names_its_weekdays_does_not_know_working_saturdays() -> None:
    calendar = regulation_calendar(MOSCOW, OFFICE, working_weekends=False)
    assert not calendar.is_working_day(date(2027, 2, 20))
    assert not calendar.is_working_day(date(2027, 2, 22))
    assert calendar.nth_working_day_close(at("2027-02-19T12:00:00+03:00"), 1) == at(
        "2027-02-24T17:00:00+03:00"
    )


def test_a_short_day_takes_the_hour_off_its_end_even_over_a_break() -> None:
    with_break = (((540, 780), (1000, 1030)),) * 5 + ((), ())
    calendar = regulation_calendar(MOSCOW, with_break, short_days="minus_hour")
    assert calendar.hours_on(date(2026, 11, 3)) == ((540, 750),)
    assert calendar.hours_on(date(2024, 11, 2)) == ((540, 750),)
    assert calendar.hours_on(date(2024, 4, 27)) == with_break[0]


def test_the_warning_at_three_quarters_is_counted_in_working_time() -> None:
    calendar = regulation_calendar(MOSCOW, OFFICE)
    due = calendar.add_working_minutes(at("2026-03-06T15:00:00+03:00"), 480)
    assert due == at("2026-03-10T15:00:00+03:00")
    assert calendar.minutes_before(due, 120) == at("2026-03-10T13:00:00+03:00")
    assert calendar.minutes_before(due, 480) == at("2026-03-06T15:00:00+03:00")
    # The last of the moments that leave six hours is the opening, not the closing before it.
    assert calendar.minutes_before(due, 360) == at("2026-03-10T09:00:00+03:00")
    assert calendar.minutes_before(due, 0) == due


def test_taking_away_goes_back_over_years() -> None:
    calendar = office()
    due = at("2026-03-02T12:00:00+03:00")
    start = calendar.minutes_before(due, 5 * 260 * 480)
    assert start.year == 2021
    assert calendar.working_minutes_between(start, due) == 5 * 260 * 480


def test_a_calendar_that_was_not_open_for_so_long_says_so() -> None:
    calendar = Calendar(MOSCOW, NEVER, working_days={date(2026, 3, 2): NINE_TO_FIVE})
    assert calendar.minutes_before(at("2026-03-03T12:00:00+03:00"), 480) == at("2026-03-02T09:00:00+03:00")
    with pytest.raises(CalendarFault, match="not been open for so long"):
        calendar.minutes_before(at("2026-03-03T12:00:00+03:00"), 481)


def test_pieces_are_cut_at_midnight_and_touch_over_the_new_year() -> None:
    calendar = Calendar(MOSCOW, ALWAYS, holidays=[date(2025, 6, 1)])
    pieces = calendar.open_intervals(at("2025-12-31T22:00:00+03:00"), at("2026-01-02T01:00:30+03:00"))
    assert [(since.isoformat(), until.isoformat()) for since, until in pieces] == [
        ("2025-12-31T22:00:00+03:00", "2026-01-01T00:00:00+03:00"),
        ("2026-01-01T00:00:00+03:00", "2026-01-02T00:00:00+03:00"),
        ("2026-01-02T00:00:00+03:00", "2026-01-02T01:00:30+03:00"),
    ]
    always = Calendar(MOSCOW, ALWAYS)
    assert always.open_intervals(at("2025-12-31T22:00:00+03:00"), at("2026-01-02T01:00:30+03:00")) == pieces
    assert always.open_intervals(at("2026-01-02T00:00:00+03:00"), at("2026-01-01T00:00:00+03:00")) == ()


def test_weeks_end_on_the_same_weekday_at_midnight_and_move_to_a_working_day() -> None:
    calendar = regulation_calendar(MOSCOW, OFFICE)
    assert calendar.weeks_end(at("2026-10-14T00:00:00+03:00"), 2) == at("2026-10-29T00:00:00+03:00")
    assert calendar.weeks_end(at("2026-10-14T23:59:59+03:00"), 2) == at("2026-10-29T00:00:00+03:00")
    # Two weeks from 21 October end on 4 November, a holiday.
    assert calendar.weeks_end(at("2026-10-21T12:00:00+03:00"), 2) == at("2026-11-06T00:00:00+03:00")
    assert calendar.days_end(at("2026-12-30T12:00:00+03:00"), 1) == at("2027-01-12T00:00:00+03:00")


def test_a_period_may_end_on_a_working_saturday_whatever_the_clause_says_of_hours() -> None:
    for working_weekends in (True, False):
        calendar = regulation_calendar(MOSCOW, OFFICE, working_weekends=working_weekends)
        assert calendar.weeks_end(at("2027-02-06T12:00:00+03:00"), 2) == at("2027-02-21T00:00:00+03:00")


def test_a_period_on_a_calendar_without_days_off_moves_to_a_day_that_opens() -> None:
    assert office().days_end(at("2026-03-06T12:00:00+03:00"), 1) == at("2026-03-10T00:00:00+03:00")
    always = Calendar(MOSCOW, ALWAYS)
    assert always.days_end(at("2026-03-06T12:00:00+03:00"), 1) == at("2026-03-08T00:00:00+03:00")
    rare = Calendar(MOSCOW, NEVER, working_days={date(9000, 1, 1): NINE_TO_FIVE})
    assert rare.days_end(at("2026-03-06T12:00:00+03:00"), 1) == at("9000-01-02T00:00:00+03:00")
    with pytest.raises(CalendarFault, match="no open hours left"):
        rare.days_end(at("9000-03-06T12:00:00+03:00"), 1)


def test_a_date_that_the_zone_skipped_is_no_day() -> None:
    apia = Calendar("Pacific/Apia", ALWAYS)
    start = at("2011-12-29T12:00:00-10:00")
    assert apia.nth_working_day_close(start, 1) == at("2012-01-01T00:00:00+14:00")
    assert not apia.is_working_day(date(2011, 12, 30))
    assert apia.days_end(start, 1) == at("2012-01-01T00:00:00+14:00")


def test_hours_that_the_clocks_skip_make_no_working_day() -> None:
    calendar = Calendar("Europe/Berlin", (*NEVER[:6], ((125, 170),)))
    assert not calendar.is_working_day(date(2026, 3, 29))
    assert calendar.is_working_day(date(2026, 4, 5))
    assert calendar.nth_working_day_close(at("2026-03-28T12:00:00+01:00"), 1) == at(
        "2026-04-05T02:50:00+02:00"
    )


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Europe/Berlin", "Pacific/Auckland"])
def test_four_hundred_years_have_the_same_open_time(zone: str) -> None:
    calendar = Calendar(zone, OFFICE)
    start = datetime(2500, 6, 1, 12, 30, tzinfo=ZoneInfo(zone))
    cycle = 20_871 * 5 * 480
    for cycles in (1, 3, 18):
        due = start.replace(year=2500 + 400 * cycles)
        assert calendar.working_minutes_between(start, due) == cycles * cycle
        assert calendar.add_working_minutes(calendar.next_opening(start), cycles * cycle) == (
            calendar.add_working_minutes(due, 1) - timedelta(minutes=1)
            if calendar.is_open(due)
            else calendar.minutes_before(due, 1) + timedelta(minutes=1)
        )
    years = calendar.nth_working_day_close(start, 20_871 * 5 * 18)
    assert years.date() == calendar.nth_working_day_close(start - timedelta(days=1), 1).date().replace(
        year=9700
    )


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/Sao_Paulo"])
def test_an_amount_beyond_all_years_is_refused_at_once(zone: str) -> None:
    start = at("2026-03-02T10:00:00+03:00")
    for calendar in (Calendar(zone, OFFICE), Calendar(zone, ALWAYS)):
        with pytest.raises(CalendarFault, match="ask for less"):
            calendar.add_working_minutes(start, 10**12)
        with pytest.raises(CalendarFault, match="ask for less"):
            calendar.nth_working_day_close(start, 10**12)
        with pytest.raises(CalendarFault, match="ask for less"):
            calendar.weeks_end(start, 10**12)
        with pytest.raises(CalendarFault):
            calendar.minutes_before(start, 10**12)


def test_one_minute_a_year_is_found_in_the_end() -> None:
    minutes = {date(year, 6, 1): ((540, 541),) for year in range(1, 10_000, 10)}
    calendar = Calendar("Europe/Berlin", NEVER, working_days=minutes)
    start = at("2026-03-02T10:00:00+03:00")
    assert calendar.add_working_minutes(start, 500) == datetime(
        7021, 6, 1, 9, 1, tzinfo=ZoneInfo("Europe/Berlin")
    )
    assert calendar.nth_working_day_close(start, 500).year == 7021
    with pytest.raises(CalendarFault, match="no open hours left"):
        calendar.add_working_minutes(start, 1000)
    with pytest.raises(CalendarFault, match="no open hours left"):
        calendar.nth_working_day_close(start, 1000)


def test_a_calendar_whose_last_date_has_passed_is_refused() -> None:
    calendar = Calendar(MOSCOW, NEVER, working_days={date(2020, 1, 1): NINE_TO_FIVE})
    start = at("2026-03-02T10:00:00+03:00")
    for operation in (calendar.add_working_minutes, calendar.nth_working_day_close, calendar.days_end):
        with pytest.raises(CalendarFault, match="no open hours left"):
            operation(start, 1)
    assert calendar.working_minutes_between(at("2019-01-01T00:00:00Z"), start) == 480


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York", "UTC"])
def test_the_last_and_the_first_year_can_be_answered_for(zone: str) -> None:
    calendar = Calendar(zone, ALWAYS, holidays=[date(2026, 1, 1)])
    last = datetime(9999, 12, 30, 10, tzinfo=ZoneInfo(zone))
    assert calendar.add_working_minutes(last, 60) == last + timedelta(hours=1)
    first = datetime(1, 1, 3, 10, tzinfo=ZoneInfo(zone))
    assert calendar.minutes_before(first, 60) == first - timedelta(hours=1)
    with pytest.raises(CalendarFault):
        calendar.nth_working_day_close(last, 1)
    with pytest.raises(CalendarFault):
        calendar.nth_working_day_close(last + timedelta(days=1), 1)


def test_the_result_is_in_the_zone_of_the_calendar_on_the_right_side_of_an_overlap() -> None:
    calendar = Calendar("Europe/Berlin", ALWAYS, holidays=[date(2026, 1, 1)])
    first = calendar.add_working_minutes(at("2026-10-25T02:00:00+02:00"), 30)
    second = calendar.add_working_minutes(at("2026-10-25T02:00:00+02:00"), 90)
    assert first.isoformat() == "2026-10-25T02:30:00+02:00"
    assert second.isoformat() == "2026-10-25T02:30:00+01:00"


def test_parts_of_a_second_are_kept() -> None:
    calendar = office()
    start = at("2026-03-02T16:59:59.250000+03:00")
    assert calendar.add_working_minutes(start, 1) == at("2026-03-03T09:00:59.250000+03:00")
    assert calendar.add_working_minutes(start, 0) == start
    assert calendar.working_minutes_between(start, at("2026-03-02T18:00:00+03:00")) == 0.0125
    assert calendar.add_working_minutes(at("2026-03-02T17:00:00.5+03:00"), 1) == at(
        "2026-03-03T09:01:00+03:00"
    )


def test_zones_change_their_offset_by_steps_that_asking_every_other_day_cannot_miss() -> None:
    # Each hour of the busiest years; a change that undid another within two days would show here.
    for zone in map(
        ZoneInfo, ("Europe/Moscow", "Africa/Casablanca", "America/Recife", "Africa/Cairo", "Asia/Gaza")
    ):
        for year in (1941, 2000, 2010, 2014, 2026):
            begin, end = first_day(year) * SECONDS_OF_DAY, first_day(year + 1) * SECONDS_OF_DAY
            cut = stretches(zone, year)
            assert (cut[0][0], cut[-1][1]) == (begin, end)
            assert all(one[1] == two[0] and one[2] != two[2] for one, two in pairwise(cut))
            for since, until, offset in cut:
                assert {offset_at(zone, instant) for instant in range(since, until, 3600)} == {offset}


def test_no_zone_changes_before_1800_and_after_2100_all_change_by_the_kind_of_year() -> None:
    for name in sorted(available_timezones())[::12]:
        if name.startswith(("right/", "posix/", "Factory", "localtime", "posixrules")):
            continue
        zone = ZoneInfo(name)
        assert len(stretches(zone, 1799)) == 1
        for one, two in ((2101, 2501), (2104, 2132), (2110, 2121)):
            shift = (first_day(two) - first_day(one)) * SECONDS_OF_DAY
            moved = [(since + shift, until + shift, offset) for since, until, offset in stretches(zone, one)]
            assert moved == list(stretches(zone, two)), name


@pytest.mark.parametrize(
    ("text", "minutes"), [("00:00", 0), ("9:05", 545), ("24:00", 1440), ("30:00", 1800), ("48:00", 2880)]
)
def test_a_time_is_read(text: str, minutes: int) -> None:
    assert read_clock(text) == minutes


@pytest.mark.parametrize(
    "text", ["", "9", "09:60", "48:01", "-1:00", "09:00:00", "9:5", "٩:٠٠", "ab:cd", " 9:00"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(CalendarFault):
        read_clock(text)


def test_an_interval_is_read() -> None:
    assert read_interval("09:00-17:00") == read_interval("09:00 – 17:00") == (540, 1020)
    with pytest.raises(CalendarFault, match="past midnight write 30:00"):
        read_interval("22:00-06:00")
