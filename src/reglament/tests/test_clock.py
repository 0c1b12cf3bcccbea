from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reglament import clock


@pytest.fixture
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "clock"
    monkeypatch.setenv("REGLAMENT_CLOCK_FILE", str(file))
    return file


def test_the_real_moment_is_aware_and_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGLAMENT_CLOCK_FILE", raising=False)
    before = datetime.now(UTC)
    moment = clock.now()
    assert before <= moment <= datetime.now(UTC)
    assert moment.tzinfo is UTC


def test_a_moment_in_the_clock_file_stands_still_and_is_told_in_utc(clock_file: Path) -> None:
    clock_file.write_text("2026-03-02T10:15:00+03:00\n")
    assert clock.now() == clock.now() == datetime(2026, 3, 2, 7, 15, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(("said", "seconds"), [("+86400", 86400.0), ("-90.5", -90.5), ("+0", 0.0)])
def test_an_offset_in_the_clock_file_moves_the_running_time(
    clock_file: Path, said: str, seconds: float
) -> None:
    clock_file.write_text(said)
    before = datetime.now(UTC)
    moment = clock.now() - timedelta(seconds=seconds)
    assert before <= moment <= datetime.now(UTC)


def test_the_clock_file_is_read_at_each_call(clock_file: Path) -> None:
    clock_file.write_text("2026-03-02T10:00:00Z")
    first = clock.now()
    clock_file.write_text("2026-03-03T10:00:00Z")
    assert clock.now() - first == timedelta(days=1)


@pytest.mark.parametrize(
    "said", ["", "tomorrow", "2026-03-02T10:15:00", "+one hour", "86400", "+1e99", "-nan"]
)
def test_a_clock_file_that_says_no_time_is_refused_with_a_way_to_mend_it(clock_file: Path, said: str) -> None:
    clock_file.write_text(said)
    with pytest.raises(clock.ClockFault, match=r"2026-03-02T10:15:00\+03:00.*\+86400"):
        clock.now()


def test_a_missing_clock_file_is_refused_rather_than_taken_for_the_real_time(clock_file: Path) -> None:
    with pytest.raises(clock.ClockFault, match=r"REGLAMENT_CLOCK_FILE.*cannot be read"):
        clock.now()
