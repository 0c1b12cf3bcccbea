"""Moments and spans in words, in both languages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reglament.faces.common.moments import (
    date_words,
    left_words,
    moment_words,
    span_words,
    whole_moment_words,
)
from reglament.regulation.wording.zones import zone_words

MOSCOW = ZoneInfo("Europe/Moscow")
OMSK = ZoneInfo("Asia/Omsk")
NOW = datetime(2026, 3, 10, 7, 30, tzinfo=MOSCOW)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("minutes", "days", "russian", "english"),
    [
        (0, False, "меньше минуты", "under a minute"),
        (0.9, False, "меньше минуты", "under a minute"),
        (1, False, "1 мин", "1 min"),
        (60, False, "1 ч", "1 h"),
        (162, False, "2 ч 42 мин", "2 h 42 min"),
        (1440, False, "24 ч", "24 h"),
        (1441, False, "24 ч", "24 h"),
        (1680, True, "1 дн. 4 ч", "1 d 4 h"),
        (1441, True, "1 дн.", "1 d"),
        (14460, True, "10 дн.", "10 d"),
    ],
)
def test_a_span_is_said_as_exactly_as_its_size_deserves(
    minutes: float, days: bool, russian: str, english: str
) -> None:
    span = timedelta(minutes=minutes)
    assert plain(span_words(span, "ru", days=days)) == russian
    assert plain(span_words(span, "en", days=days)) == english


def test_a_sum_is_said_to_the_minute() -> None:
    assert plain(span_words(timedelta(hours=30, minutes=5), "ru", exact=True)) == "30 ч 5 мин"
    assert plain(span_words(timedelta(), "en", exact=True)) == "0 min"


def test_a_number_is_never_parted_from_its_unit() -> None:
    assert " " not in span_words(timedelta(hours=2, minutes=42), "ru")


@pytest.mark.parametrize(
    ("moment", "russian", "english"),
    [
        (datetime(2026, 3, 10, 8, 18, tzinfo=MOSCOW), "сегодня в 08:18", "today at 08:18"),
        (datetime(2026, 3, 9, 23, 59, tzinfo=MOSCOW), "вчера в 23:59", "yesterday at 23:59"),
        (datetime(2026, 3, 11, 0, 0, tzinfo=MOSCOW), "завтра в 00:00", "tomorrow at 00:00"),
        (datetime(2026, 3, 6, 14, 18, tzinfo=MOSCOW), "пт 6 марта, 14:18", "Fri 6 March, 14:18"),
        (
            datetime(2025, 12, 31, 9, 5, tzinfo=MOSCOW),
            "ср 31 декабря 2025, 09:05",
            "Wed 31 December 2025, 09:05",
        ),
    ],
)
def test_a_moment_is_said_as_seen_from_now(moment: datetime, russian: str, english: str) -> None:
    assert plain(moment_words(moment, "ru", MOSCOW, now=NOW)) == russian
    assert plain(moment_words(moment, "en-gb", MOSCOW, now=NOW)) == english


def test_a_moment_is_said_in_the_zone_of_the_reader() -> None:
    moment = datetime(2026, 3, 10, 20, 30, tzinfo=UTC)
    assert plain(moment_words(moment, "ru", MOSCOW, now=NOW)) == "сегодня в 23:30"
    assert plain(moment_words(moment, "ru", OMSK, now=NOW)) == "завтра в 02:30"


def test_a_due_midnight_is_24_00_of_the_day_that_it_ends() -> None:
    midnight = datetime(2026, 3, 11, tzinfo=MOSCOW)
    assert plain(moment_words(midnight, "ru", MOSCOW, now=NOW, due=True)) == "сегодня в 24:00"


def test_without_now_the_year_is_said() -> None:
    assert plain(moment_words(NOW, "ru", MOSCOW)) == "вт 10 марта 2026, 07:30"
    assert plain(date_words(NOW, "en", MOSCOW)) == "Tue 10 March 2026"


def test_a_date_near_to_now_is_said_by_name() -> None:
    assert date_words(NOW + timedelta(days=1), "ru", MOSCOW, now=NOW) == "завтра"
    assert plain(date_words(NOW + timedelta(days=2), "ru", MOSCOW, now=NOW)) == "чт 12 марта"


def test_the_whole_moment_leaves_nothing_to_guess() -> None:
    assert whole_moment_words(NOW, "ru", OMSK) == "вторник, 10 марта 2026, 10:30 (Омск, UTC+6)"
    assert whole_moment_words(NOW, "en", OMSK) == "Tuesday, 10 March 2026, 10:30 (Omsk, UTC+6)"


def test_a_zone_without_a_city_is_named_by_its_offset() -> None:
    assert zone_words(NOW, "ru", UTC) == "UTC+0"
    assert zone_words(NOW, "en", ZoneInfo("America/St_Johns")) == "St Johns, UTC-2:30"


def test_what_is_left_is_said_in_working_and_in_calendar_time() -> None:
    said = left_words(timedelta(hours=28), "ru", working=timedelta(hours=3, minutes=10))
    assert plain(said) == "осталось 3 ч 10 мин рабочего времени, по календарю 1 дн. 4 ч"
    assert plain(left_words(timedelta(hours=28), "en", working=timedelta(hours=3))) == (
        "3 h of working time left, 1 d 4 h by the calendar"
    )


def test_one_kind_of_time_is_said_where_both_are_the_same() -> None:
    assert (
        plain(left_words(timedelta(minutes=84), "ru", working=timedelta(minutes=84))) == "осталось 1 ч 24 мин"
    )
    assert plain(left_words(timedelta(minutes=84), "en")) == "1 h 24 min left"


def test_lateness_is_said_as_such() -> None:
    assert plain(left_words(-timedelta(minutes=12), "ru", working=timedelta())) == "просрочено на 12 мин"
    assert plain(left_words(-timedelta(minutes=12), "en")) == "late by 12 min"
