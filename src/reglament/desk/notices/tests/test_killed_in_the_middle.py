"""Workers are killed while they hand letters over: no letter arrives twice, none is forgotten."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from reglament.desk.notices.tests.servers import Server

PREPARE = "from reglament.site.startup import prepare; prepare(); "
WRITE = PREPARE + (
    "from reglament import clock; from reglament.desk.notices.actions import send_account_letter\n"
    "import sys\nfor number in range(int(sys.argv[1])): "
    "send_account_letter(to=f'person-{number}@example.org', subject='s', text='t', at=clock.now())"
)
TELL = PREPARE + (
    "import json; from datetime import timedelta; from reglament import clock\n"
    "from reglament.desk.notices import jobs; from reglament.desk.notices.models import OutgoingLetter\n"
    "jobs.mark_unknown('nobody', clock.unmoved() + timedelta(minutes=1))\n"
    "print(json.dumps(list(OutgoingLetter.objects.values_list('internet_message_id', 'state'))))"
)


def _run(program: str, environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=True
    ).stdout


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def _worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([str(Path(sys.executable).parent / "reglament"), "worker"], env=environment)


def _slow_server() -> Server:
    class Slow(Server):
        def _answer(self, session: object, command: bytes, usual: bytes) -> bool:
            time.sleep(0.01)
            return super()._answer(session, command, usual)  # type: ignore[arg-type]

    return Slow("takes")


def test_no_letter_arrives_twice_and_what_is_not_known_is_said(
    prepared_database_url: str, tmp_path: Path, full: bool
) -> None:
    letters, kills = (40, (5, 15, 25)) if full else (15, (5,))
    running = _slow_server()
    environment = {
        **os.environ,
        "REGLAMENT_DATABASE_URL": prepared_database_url,
        "REGLAMENT_DATA": str(tmp_path),
        "REGLAMENT_SMTP_URL": f"smtp://127.0.0.1:{running.port}",
    }
    _run(WRITE, environment, str(letters))
    workers: list[subprocess.Popen[bytes]] = []
    try:
        for wanted in (*kills, letters - len(kills)):
            workers.append(_worker(environment))
            _wait(lambda wanted=wanted: len(running.letters) >= wanted)  # type: ignore[misc]
            if wanted in kills:
                workers[-1].kill()
                workers[-1].wait()
        time.sleep(1)
        workers[-1].send_signal(signal.SIGTERM)
        assert workers[-1].wait(timeout=20) == 0
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        running.close()
    arrived = Counter(message["Message-ID"] for message in running.read())
    states = dict(json.loads(_run(TELL, environment)))
    assert max(arrived.values()) == 1
    assert len(states) == letters
    assert set(states.values()) <= {"handed_over", "unknown"}
    assert {one for one, state in states.items() if state == "handed_over"} <= set(arrived)
    assert sum(state == "unknown" for state in states.values()) <= len(kills)
