"""What the tests of the pages share: a clock that stands where a test puts it, a desk, and its people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reglament.clock import VARIABLE

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Desk
    from reglament.regulation.reading.read import ReadRegulation

SetClock = Callable[[datetime], None]
OfPack = Callable[[str], "Desk"]


@cache
def _read(source: str, name: str) -> ReadRegulation:
    from reglament.regulation.reading.read import read_regulation

    return read_regulation(source, name)


@pytest.fixture
def set_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Give what puts the clock of the pages to a moment, where it stands still. It begins at `tram.NOW`."""
    from reglament.desk.tests.tram import NOW

    file = tmp_path / "clock"

    def put(moment: datetime) -> None:
        file.write_text(moment.isoformat(), encoding="ascii")

    put(NOW)
    monkeypatch.setenv(VARIABLE, str(file))
    return put


@pytest.fixture
def of_pack(set_clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> OfPack:
    """Give what makes a desk that runs by a shipped pack."""
    from reglament.desk.regulations import actions
    from reglament.desk.tests.tram import NOW

    # To read a pack takes longer than most tests, and gives the same each time.
    monkeypatch.setattr(actions, "read_regulation", _read)
    return lambda pack: actions.create_desk_from_pack(pack, slug=pack, at=NOW)


@pytest.fixture
def tram(set_clock: SetClock) -> Desk:
    """Give a desk that runs by the invented regulation of the tram depot, at 10:30 of a Monday there."""
    from reglament.desk.tests.tram import tram_desk

    return tram_desk()
