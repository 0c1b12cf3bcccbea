"""What a demonstration keeps, and that half-made data are never started."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from reglament.cli.demonstration.home import HOST, Home, HomeFault, free_port, usual_folder


def test_the_secrets_are_made_once_and_are_for_their_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    kept = home.open()
    assert home.open() == kept
    assert Home(tmp_path / "other").open().password != kept.password
    assert (tmp_path / "demo").stat().st_mode & 0o077 == 0
    assert (tmp_path / "demo" / "kept.json").stat().st_mode & 0o077 == 0


def test_the_ports_of_the_last_start_are_kept(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    home.keep(replace(home.open(), port=9123))
    assert home.open().port == 9123


def test_what_was_cut_off_while_it_was_made_does_not_count(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    home.open()
    (home.begin_making() / "reglament.sqlite3").write_text("half")
    assert not home.is_made
    assert list(home.begin_making().iterdir()) == []
    (home.making / home.description.name).write_text("{}")
    home.end_making()
    assert home.is_made


def test_a_file_that_was_broken_is_named_with_what_to_do(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    home.open()
    (tmp_path / "demo" / "kept.json").write_text('{"port": 1}')
    with pytest.raises(HomeFault, match=r"kept\.json cannot be read; remove"):
        home.open()


def test_a_port_that_is_taken_gives_way_to_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = free_port(port)
        assert found > port
        assert free_port(port, taken=frozenset({found})) > found


def test_data_lie_in_the_users_home_of_data() -> None:
    assert usual_folder({"XDG_DATA_HOME": "/data/home"}) == Path("/data/home/reglament/demo")
    assert usual_folder({}) == Path.home() / ".local/share/reglament/demo"
