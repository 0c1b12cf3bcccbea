"""The production processes as a shell sees them: they start, stop, and say in a line what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

COMMAND = [str(Path(sys.executable).parent / "reglament")]


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return _around(database_url, tmp_path)


@pytest.fixture
def prepared(prepared_database_url: str, tmp_path: Path) -> dict[str, str]:
    return _around(prepared_database_url, tmp_path)


def _around(database_url: str, folder: Path) -> dict[str, str]:
    return {**os.environ, "REGLAMENT_DATABASE_URL": database_url, "REGLAMENT_DATA": str(folder / "data")}


def _run(environment: dict[str, str], *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment,
        input=said,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_a_database_is_prepared_again_without_harm_and_gets_its_first_owner(
    environment: dict[str, str],
) -> None:
    for _ in range(2):
        prepared = _run(environment, "migrate")
        assert (prepared.returncode, prepared.stderr) == (0, "")
    made = _run(
        environment,
        "createowner",
        "--email",
        "Anna@example.org",
        "--password-stdin",
        said="a long enough password\n",
    )
    assert made.returncode == 0
    assert made.stdout.startswith("Made the account anna@example.org; admin of: no desk yet")
    assert _run(environment, "createowner", "--email", "anna@example.org").stdout.startswith("Found")


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "createowner"])
def test_no_process_starts_on_a_missing_secret(tmp_path: Path, command: str) -> None:
    environment = {**os.environ, "REGLAMENT_SECRET_KEY": "", "REGLAMENT_DATA": str(tmp_path)}
    arguments = ["--email", "a@example.org"] if command == "createowner" else []
    refused = _run(environment, command, *arguments)
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert line.startswith("REGLAMENT_SECRET_KEY is not set; set it to")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["serve", "now"], "takes no 'now'"),
        (["serve", "--port", "0"], "--port: '0' is not a whole number from 1 to 65535"),
        (["serve", "--processes", "many"], "--processes: 'many' is not"),
        (["serve", "--colour", "red"], "'--colour' is not an option; one of --host, --port, --processes"),
        (["worker", "now"], "takes no 'now'"),
        (["migrate", "now"], "takes no 'now'"),
        (["createowner"], "--email is missing"),
        (["createowner", "now"], "takes no 'now'"),
    ],
)
def test_wrong_arguments_are_named_in_one_line(arguments: list[str], says: str) -> None:
    refused = _run(dict(os.environ), *arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"reglament {arguments[0]}: ")
    assert says in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "createowner"])
def test_each_command_tells_its_use(command: str) -> None:
    told = _run(dict(os.environ), command, "--help")
    assert told.returncode == 0
    assert told.stdout.startswith(f"Usage: reglament {command}")


def test_serve_refuses_a_moved_clock(tmp_path: Path) -> None:
    refused = _run({**os.environ, "REGLAMENT_CLOCK_FILE": str(tmp_path / "clock")}, "serve")
    assert refused.returncode == 2
    assert "REGLAMENT_CLOCK_FILE" in refused.stderr


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = _run({**os.environ, "REGLAMENT_DATA": str(tmp_path / "file" / "data")}, "migrate")
    assert refused.returncode == 2
    assert refused.stderr.startswith("REGLAMENT_DATA: ")
    assert len(refused.stderr.splitlines()) == 1


def test_an_empty_database_is_told_apart_without_a_traceback(environment: dict[str, str]) -> None:
    refused = _run(environment, "createowner", "--email", "anna@example.org")
    assert refused.returncode == 1
    assert "`reglament migrate` prepares the database" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_worker_stops_when_asked(prepared: dict[str, str]) -> None:
    worker = subprocess.Popen([*COMMAND, "worker"], env=prepared, stderr=subprocess.PIPE, text=True)
    time.sleep(3)
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=20)
    assert (worker.returncode, said) == (0, "")


def test_a_server_answers_and_stops_when_asked_and_a_taken_port_is_named(prepared: dict[str, str]) -> None:
    port = _free_port()
    server = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)], env=prepared, stdout=subprocess.DEVNULL
    )
    try:
        page = _page(f"http://127.0.0.1:{port}/account/login/")
        assert 'name="password"' in page
        second = _run(prepared, "serve", "--port", str(port))
        assert second.returncode == 1
        assert f"cannot listen on 127.0.0.1:{port}" in second.stderr
        assert len(second.stderr.splitlines()) == 1
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0


def test_a_server_that_is_killed_leaves_its_port_to_the_next_one(prepared: dict[str, str]) -> None:
    port = _free_port()
    command = [*COMMAND, "serve", "--port", str(port)]
    killed = subprocess.Popen(command, env=prepared, stdout=subprocess.DEVNULL)
    _page(f"http://127.0.0.1:{port}/account/login/")
    killed.kill()
    killed.wait()
    end = time.monotonic() + 10
    while not _is_free(port):
        assert time.monotonic() < end, "what it began still answers"
        time.sleep(0.1)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _page(address: str) -> str:
    end = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 (an address of this test)
                page: str = answer.read().decode()
                return page
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.2)
