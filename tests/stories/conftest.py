"""The stage of each story: a desk by one pack, with its cast, its mail and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reglament.clock import VARIABLE

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from reglament.regulation.reading.read import ReadRegulation
    from tests.stories.stage import Stage

MONDAY = "2026-03-02 10:00"
"""When a story begins: a working Monday, in Moscow."""


@pytest.fixture
def infobox(transactional_db: None, world: World) -> Iterator[Stage]:
    """Give a desk that runs by the pack `infobox`."""
    with world.stage("infobox") as stage:
        yield stage


@pytest.fixture
def alleanza(transactional_db: None, world: World) -> Iterator[Stage]:
    """Give a desk that runs by the pack `alleanza`."""
    with world.stage("alleanza") as stage:
        yield stage


@pytest.fixture
def onehs(transactional_db: None, world: World) -> Iterator[Stage]:
    """Give a desk that runs by the pack `onehs`."""
    with world.stage("onehs") as stage:
        yield stage


@pytest.fixture
def centaur(transactional_db: None, world: World) -> Iterator[Stage]:
    """Give a desk that runs by the pack `centaur`."""
    with world.stage("centaur") as stage:
        yield stage


@pytest.fixture
def iks(transactional_db: None, world: World) -> Iterator[Stage]:
    """Give a desk that runs by the pack `iks`."""
    with world.stage("iks") as stage:
        yield stage


class World:
    """What surrounds a desk in a story."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._clock, self._settings = folder / "clock", settings

    @contextmanager
    def stage(self, pack: str) -> Iterator[Stage]:
        """Set the stage of a pack."""
        from reglament.desk.notices.tests.servers import server
        from tests.stories.cast import gather, moscow
        from tests.stories.stage import Stage, mail_intake

        self._clock.write_text(moscow(MONDAY).isoformat(), encoding="ascii")
        company = gather(pack)
        with server() as outgoing, mail_intake() as port:
            self._settings.REGLAMENT_MAIL_SERVER = outgoing.address
            yield Stage(company, self._clock, port, outgoing)


@cache
def _read(source: str, name: str) -> ReadRegulation:
    from reglament.regulation.reading.read import read_regulation

    return read_regulation(source, name)


@pytest.fixture
def world(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a world whose clock stands still until a story moves it."""
    from reglament.desk.regulations import actions

    monkeypatch.setenv(VARIABLE, str(tmp_path / "clock"))
    # To read a pack's file takes longer than a story, and gives the same each time.
    monkeypatch.setattr(actions, "read_regulation", _read)
    return World(tmp_path, settings)
