"""When people are awake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from reglament.cli.demonstration.planning import WAKING, awake

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize("hour", range(24))
def test_people_write_while_they_are_awake_and_never_before_they_could(hour: int) -> None:
    moment = datetime(2026, 3, 2, hour, 30, tzinfo=UTC)
    written = awake(moment, MOSCOW, Random(hour))
    first, last = WAKING
    assert first <= written.astimezone(MOSCOW).hour < last
    assert moment <= written < moment + timedelta(hours=10)


def test_what_can_be_written_at_once_is() -> None:
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert awake(moment, MOSCOW, Random(1)) == moment
