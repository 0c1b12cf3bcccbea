"""One command runs everything: started, written to, killed in parts, stopped, and started again."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reglament import packs
from reglament.regulation.reading.read import read_regulation
from tests.demonstration import Demonstration, alive

needs_proc = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="reads Linux's /proc")


@pytest.fixture
def started() -> Iterator[list[Demonstration]]:
    """Give a list for every demonstration that a test starts; whatever is left of them is ended."""
    running: list[Demonstration] = []
    yield running
    for one in running:
        one.kill()


@needs_proc
def test_an_empty_demonstration_takes_letters_answers_them_stops_and_goes_on(
    tmp_path: Path, started: list[Demonstration]
) -> None:
    demo = Demonstration(tmp_path / "demo", "--empty")
    started.append(demo)
    desk = next(line for line in demo.said if "@desk.example.org" in line).partition("@")[0].split()[-1]
    staff = next(line.split()[0] for line in demo.said if f"@{desk}.example.org" in line)

    demo.write(
        "reader@post.example", f"{desk}@desk.example.org", "Сколько это стоит?", "Здравствуйте! Сколько?"
    )

    letters = demo.pages.wait_for("/demo/?to=reader@post.example", "Сколько это стоит?")
    number = re.search(r"\[([A-Z]+)-(\d+)\]", letters)
    assert number is not None, "the notice bears the number of the ticket"
    demo.pages.sign_in(staff, demo.password)
    assert "Здравствуйте! Сколько?" in demo.pages.open(f"/d/{desk}/work/tickets/{number[2]}/")

    processes = demo.processes()
    open_connections = [socket.create_connection(("127.0.0.1", demo.port)) for _ in range(3)]
    for one in open_connections:
        one.sendall(b"GET /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    print(f"idle memory of all {len(processes)} processes: {demo.memory():.0f} MB")
    took = demo.stop()
    for one in open_connections:
        one.close()
    assert demo.program.returncode == 0, demo.words
    assert took < 15, "a few seconds, with much room for a busy machine"
    assert demo.said[-1] == "Stopped."
    time.sleep(0.2)
    assert alive(processes) == []

    again = Demonstration(tmp_path / "demo")
    started.append(again)
    assert again.password == demo.password
    assert not any("Making" in line for line in again.said)
    assert "Сколько это стоит?" in again.pages.open("/demo/?to=reader@post.example")
    print(f"first start {demo.seconds:.1f} s, stopped in {took:.1f} s, warm start {again.seconds:.1f} s")


@needs_proc
@pytest.mark.slow
def test_a_killed_process_is_started_again_and_none_outlives_a_killed_parent(
    tmp_path: Path, started: list[Demonstration]
) -> None:
    demo = Demonstration(tmp_path / "demo", "--empty")
    started.append(demo)
    children = demo.processes()[1:]
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    limit = time.monotonic() + 60
    while demo.pages.status("/demo/people/") != 200 or len(demo.processes()) <= len(children):
        assert time.monotonic() < limit
        time.sleep(0.3)
    assert set(demo.processes()[1:]).isdisjoint(children)

    children = demo.processes()[1:]
    demo.program.kill()
    demo.program.wait(30)
    limit = time.monotonic() + 20
    while alive(children):
        assert time.monotonic() < limit, "something outlived its parent"
        time.sleep(0.2)


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = _demo("--data", str(tmp_path / "demo"), "--port", str(port))
    assert said.returncode == 1
    assert (
        said.stderr == f"reglament demo: port {port} is taken by another program; --port names another one\n"
    )
    assert said.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "many"], "--port: 'many' is not a whole number from 1 to 65535"),
        (["here"], "takes no 'here'"),
        (["--prot", "1"], "'--prot' is not an option"),
    ],
)
def test_arguments_that_it_does_not_take_are_named(arguments: list[str], words: str) -> None:
    said = _demo(*arguments)
    assert said.returncode == 2
    assert words in said.stderr


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    said = _demo("--data", str(tmp_path / "file" / "demo"))
    assert said.returncode == 1
    assert str(tmp_path / "file" / "demo") in said.stderr
    assert "Traceback" not in said.stderr


def _demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REGLAMENT_")}
    return subprocess.run(
        [sys.executable, "-m", "reglament", "demo", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment,
    )


@needs_proc
@pytest.mark.slow
def test_the_whole_demonstration_holds_every_class_state_outcome_and_channel(
    tmp_path: Path, started: list[Demonstration]
) -> None:
    demo = Demonstration(tmp_path / "demo")
    started.append(demo)
    print(f"\nfirst start with everything {demo.seconds:.0f} s, idle memory {demo.memory():.0f} MB")
    assert not any("refused" in line for line in demo.said), demo.words
    assert "status 1" not in demo.words
    assert demo.pages.status("/demo/") == 200
    took = demo.stop()
    print(f"stopped in {took:.1f} s")

    with closing(sqlite3.connect(tmp_path / "demo" / "desk" / "reglament.sqlite3")) as database:

        def all_of(query: str) -> set[str]:
            return {row[0] for row in database.execute(query)}

        def number_of(query: str) -> int:
            return int(database.execute(query).fetchone()[0])

        assert number_of("SELECT count(*) FROM people_organisation") >= 40
        assert number_of("SELECT count(*) FROM tickets_ticket") >= 400
        assert number_of("SELECT count(DISTINCT desk_id) FROM tickets_ticket") == len(packs.names())
        assert {"open", "waiting_client", "completed", "closed"} <= all_of("SELECT state FROM tickets_ticket")
        assert all_of("SELECT outcome FROM decisions_decisionrecord") == {
            "accept", "needs_information", "redirect", "not_covered", "informal",
        }  # fmt: skip
        assert all_of("SELECT state FROM decisions_obligation") == {
            "open", "met", "breached", "excused", "superseded",
        }  # fmt: skip
        assert {"", "agreed", "declined"} <= all_of("SELECT answer FROM decisions_proposal")
        assert {"create", "append", "duplicate", "hold", "complaint", "bounce", "record_only"} <= all_of(
            "SELECT state FROM channels_rawletter"
        )
        assert number_of("SELECT count(*) FROM operations_secret") > 10
        assert number_of("SELECT count(*) FROM operations_permission") > 20
        assert number_of("SELECT count(*) FROM tickets_request WHERE refused_at IS NOT NULL") > 5
        assert all_of("SELECT state FROM notices_outgoingletter") == {
            "handed_over", "bounced", "held",
        }  # fmt: skip
        for pack in packs.names():
            wanted = set(read_regulation(packs.source(pack), pack).regulation.editions[-1].channels)
            used = all_of(
                "SELECT channel FROM tickets_ticket t JOIN regulations_desk d ON d.id = t.desk_id"  # noqa: S608
                f" WHERE d.slug = '{pack}' UNION SELECT channel FROM tickets_conversation c"
                f" JOIN regulations_desk d ON d.id = c.desk_id WHERE d.slug = '{pack}'"
            )
            assert wanted <= used, pack
