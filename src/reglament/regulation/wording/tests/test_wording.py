"""Spans, moments, lists and hours as people say them."""

from datetime import UTC, date, datetime

import pytest

from reglament.regulation.model.edition import Calendar
from reglament.regulation.wording.hours import hours_in_words
from reglament.regulation.wording.moments import day, moment
from reglament.regulation.wording.spans import listed, minutes, plural, span


@pytest.mark.parametrize(
    ("number", "form"),
    [
        (1, "час"),
        (2, "часа"),
        (4, "часа"),
        (5, "часов"),
        (11, "часов"),
        (12, "часов"),
        (21, "час"),
        (111, "часов"),
    ],
)
def test_russian_numbers_take_their_form(number: int, form: str) -> None:
    assert plural(number, "час", "часа", "часов") == form


@pytest.mark.parametrize(
    ("amount", "unit", "russian", "english"),
    [
        (1, "working_hours", "1 рабочий час", "1 working hour"),
        (24, "working_hours", "24 рабочих часа", "24 working hours"),
        (5, "working_days", "5 рабочих дней", "5 working days"),
        (2, "weeks", "2 недели", "2 weeks"),
        (1, "years", "1 год", "1 year"),
        (0, "unlimited", "без ограничения", "no limit"),
    ],
)
def test_a_budget_is_said_with_its_unit(amount: int, unit: str, russian: str, english: str) -> None:
    assert (span(amount, unit, "ru"), span(amount, unit, "en")) == (russian, english)


def test_minutes_are_said_in_hours_and_minutes() -> None:
    assert minutes(162, "ru") == "2 ч 42 мин"
    assert minutes(0, "en") == "0 min"
    assert minutes(60.9, "en") == "1 h"


def test_lists_end_with_a_word() -> None:
    assert listed([], "ru") == ""
    assert listed(["а"], "ru") == "а"
    assert listed(["а", "б", "в"], "ru") == "а, б и в"
    assert listed(["a", "b"], "en", last="or") == "a or b"


def test_moments_carry_their_weekday_and_dates_their_month() -> None:
    when = datetime(2026, 3, 6, 14, 18, tzinfo=UTC)
    assert moment(when, "ru") == "пятница, 6 марта 2026, 14:18"
    assert moment(when, "en") == "Friday, 6 March 2026, 14:18"
    assert day(date(2026, 11, 4), "ru", weekday="short") == "ср 4 ноября"


@pytest.mark.parametrize(
    ("calendar", "russian"),
    [
        ({"hours": "always"}, "круглосуточно"),
        ({"hours": "09:00-17:00", "days": "working", "days_off": "RU"}, "рабочие дни, 09:00–17:00"),
        ({"hours": ["09:00-13:00", "14:00-18:00"]}, "ежедневно, 09:00–13:00 и 14:00–18:00"),
        ({"hours": {"mon": "09:00-17:00", "sat": "always"}}, "понедельник 09:00–17:00; суббота весь день"),
        ({"hours": "always", "days": "working", "days_off": "RU"}, "рабочие дни, весь день"),
    ],
)
def test_hours_are_said_as_a_document_prints_them(calendar: dict[str, object], russian: str) -> None:
    title = {"ru": "часы", "en": "hours"}
    assert hours_in_words(Calendar.model_validate({"title": title, **calendar}), "ru") == russian
