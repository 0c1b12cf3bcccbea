"""Time zones by the names of their cities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from reglament.regulation.wording.zones import city_words, zone_words

WHEN = datetime(2026, 3, 2, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "russian", "english"),
    [
        ("Europe/Moscow", "Москва, UTC+3", "Moscow, UTC+3"),
        ("Asia/Vladivostok", "Владивосток, UTC+10", "Vladivostok, UTC+10"),
        ("Asia/Kolkata", "Kolkata, UTC+5:30", "Kolkata, UTC+5:30"),
        ("America/New_York", "New York, UTC-5", "New York, UTC-5"),
        ("Etc/UTC", "UTC+0", "UTC+0"),
    ],
)
def test_a_zone_is_named_by_its_city_and_its_offset(name: str, russian: str, english: str) -> None:
    assert zone_words(WHEN, "ru", ZoneInfo(name)) == russian
    assert zone_words(WHEN, "en", ZoneInfo(name)) == english


def test_a_zone_without_a_name_has_no_city() -> None:
    assert city_words("ru", timezone(timedelta(hours=3))) == ""
