"""What the tests of the workspace share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reglament import clock

if TYPE_CHECKING:
    from reglament.faces.workspace.tests.house import House


@pytest.fixture
def house(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    from reglament.desk.tests.tram import NOW
    from reglament.faces.workspace.tests.house import make_house

    file = tmp_path / "clock"
    file.write_text(NOW.isoformat(), encoding="ascii")
    monkeypatch.setenv(clock.VARIABLE, str(file))
    return make_house(file)
