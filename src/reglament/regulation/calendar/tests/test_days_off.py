"""The dated table against the law's own rules, against the published norms, and against PyPI `holidays`."""

from datetime import date, timedelta

import holidays
import pytest

from reglament.regulation.calendar import (
    CalendarFault,
    YearNotDecreed,
    YearOfDaysOff,
    days_off_of,
    decreed_years,
    digest,
    regulation_calendar,
    statutory_days_off,
)
from reglament.regulation.calendar.data.overlays import OVERLAYS
from reglament.regulation.calendar.data.russia import YEARS

DECREED = sorted(YEARS)
ONE_DAY = timedelta(days=1)
PAID = ("russia_paid_days_off_2020_2021",)
TATARSTAN = ("tatarstan",)
NINE_TO_SIX = (((540, 1080),),) * 5 + ((), ())


def days(texts: tuple[str, ...]) -> set[date]:
    return {date.fromisoformat(text) for text in texts}


def all_days(year: int) -> list[date]:
    return [
        date(year, 1, 1) + number * ONE_DAY
        for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


@pytest.mark.parametrize("year", DECREED)
def test_days_off_and_working_saturdays_are_those_of_the_holidays_package(year: int) -> None:
    theirs = holidays.country_holidays("RU", years=year, language="en_US")
    working = [day for day in all_days(year) if theirs.is_working_day(day)]
    assert days_off_of("RU", year).working_days() == working


# The package knows the holidays of years to come, but not that a weekend moves off them by law.
@pytest.mark.parametrize("year", range(2028, 2041))
def test_statutory_holidays_are_those_of_the_holidays_package(year: int) -> None:
    theirs = holidays.country_holidays("RU", years=year, language="en_US")
    assert statutory_days_off("RU", year).holidays == theirs.keys()


@pytest.mark.parametrize("year", DECREED)
def test_the_year_has_the_published_number_of_working_days_and_hours(year: int) -> None:
    table = days_off_of("RU", year)
    assert len(table.working_days()) == YEARS[year]["working_days"]
    assert table.hours_of(40) == YEARS[year]["hours_of_40"]


@pytest.mark.parametrize("year", DECREED)
def test_the_rules_of_the_law_give_what_the_table_lists(year: int) -> None:
    row, table = YEARS[year], days_off_of("RU", year)
    assert table.working_weekends.keys() == days(row["working_weekends"])
    by_law = {date.fromisoformat(second): date.fromisoformat(first) for first, second in row["moved_by_law"]}
    by_decree = {
        date.fromisoformat(second): date.fromisoformat(first) for first, second in row["moved_by_decree"]
    }
    assert table.moved == by_law | by_decree
    assert table.decree == row["decree"]
    assert table.decreed_on is not None
    assert table.decreed_on < date(year, 1, 1)


@pytest.mark.parametrize("year", DECREED)
def test_a_day_is_short_before_a_holiday_or_in_place_of_one_that_would_be(year: int) -> None:
    table = days_off_of("RU", year)
    coming = days_off_of("RU", year + 1).holidays if year + 1 in YEARS else {date(year + 1, 1, 1)}
    expected = {
        day
        for day in table.working_days()
        if table.working_weekends.get(day, day) + ONE_DAY in table.holidays | coming
    }
    assert table.shortened == expected == days(YEARS[year]["shortened"])


def test_a_year_without_a_decree_is_refused() -> None:
    with pytest.raises(YearNotDecreed, match="needs the days off of 2028") as caught:
        days_off_of("RU", 2028)
    assert caught.value.year == 2028


def test_the_law_alone_moves_weekends_but_not_those_of_the_new_year() -> None:
    table = statutory_days_off("RU", 2028)
    assert table.decree is None
    assert date(2028, 1, 1).weekday() == 5
    assert table.moved == {date(2028, 11, 6): date(2028, 11, 4)}
    assert statutory_days_off("RU", 2026).moved == {
        date(2026, 3, 9): date(2026, 3, 8),
        date(2026, 5, 11): date(2026, 5, 9),
    }


@pytest.mark.parametrize("year", [1, 9999])
def test_the_law_can_be_asked_about_the_first_and_the_last_year(year: int) -> None:
    assert isinstance(statutory_days_off("RU", year), YearOfDaysOff)


def working_days_with(overlays: tuple[str, ...], year: int) -> int:
    calendar = regulation_calendar("Europe/Moscow", NINE_TO_SIX, overlays=overlays)
    return sum(calendar.is_working_day(day) for day in all_days(year))


# 2025 is the number that the republic's ministry of labour publishes.
@pytest.mark.parametrize(("year", "working"), [(2023, 244), (2024, 245), (2025, 245), (2026, 244)])
def test_the_days_of_tatarstan_are_off_beside_those_of_the_country(year: int, working: int) -> None:
    assert working_days_with(TATARSTAN, year) == working


@pytest.mark.parametrize(("year", "working"), [(2020, 219), (2021, 240)])
def test_the_paid_days_off_of_the_decrees_can_be_laid_over(year: int, working: int) -> None:
    assert working_days_with(PAID, year) == working
    assert working_days_with((), year) == YEARS[year]["working_days"]


def test_a_layer_is_complete_for_its_years_only() -> None:
    assert decreed_years("RU") == (2020, 2027)
    assert decreed_years("RU", PAID) == (2020, 2027)
    assert decreed_years("RU", TATARSTAN) == (2023, 2026)


def test_the_day_before_a_day_of_the_republic_is_short() -> None:
    calendar = regulation_calendar("Europe/Moscow", NINE_TO_SIX, short_days="minus_hour", overlays=TATARSTAN)
    assert calendar.hours_on(date(2026, 3, 19)) == ((540, 1020),)
    assert calendar.hours_on(date(2026, 3, 20)) == ()


def test_planned_short_days_vanish_with_their_days() -> None:
    calendar = regulation_calendar("Europe/Moscow", NINE_TO_SIX, short_days="minus_hour", overlays=PAID)
    assert calendar.hours_on(date(2020, 4, 30)) == ()
    assert calendar.hours_on(date(2020, 6, 23)) == ((540, 1080),)
    assert calendar.hours_on(date(2020, 6, 11)) == ((540, 1020),)


@pytest.mark.parametrize("name", sorted(OVERLAYS))
def test_every_layer_says_its_basis_and_orders_its_days(name: str) -> None:
    layer = OVERLAYS[name]
    assert layer["basis"]
    ends = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last, _ in layer["days"]]
    assert all(first <= last for first, last in ends)
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("source", "overlays", "place"), [("DE", (), "days_off"), ("RU", ("bavaria",), "overlays")]
)
def test_an_unknown_name_is_refused_where_it_stands(
    source: str, overlays: tuple[str, ...], place: str
) -> None:
    with pytest.raises(CalendarFault) as caught:
        regulation_calendar("Europe/Moscow", NINE_TO_SIX, days_off=source, overlays=overlays)
    assert caught.value.place == place


def test_the_digest_tells_tables_apart() -> None:
    assert digest("RU") == digest("RU")
    assert len({digest("RU"), digest("RU", PAID), digest("RU", TATARSTAN)}) == 3
