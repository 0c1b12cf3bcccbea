"""A worker is killed in the middle of a job: nothing is lost, nothing is done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

PREPARE = "from reglament.site.startup import prepare; prepare(); "
ENQUEUE = PREPARE + (
    "import sys; from reglament.desk.jobs.tests.tasks import note\n"
    "for number in range(int(sys.argv[1])): note.enqueue(number, sys.argv[2], 0.4)"
)
WORK = PREPARE + (
    "from datetime import timedelta; from reglament.desk.jobs.worker import JobWorker; "
    "JobWorker(silence=timedelta(seconds=5), sweeps=()).run()"
)
LEFT = PREPARE + (
    "from django_tasks_db.models import DBTaskResult; "
    "print(DBTaskResult.objects.exclude(status='SUCCESSFUL').count())"
)
JOBS = 12


def _start(program: str, environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program, *arguments], env=environment)


def _run(program: str, environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=True
    ).stdout


def _wait(until: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def _lines(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


def test_a_killed_worker_loses_and_doubles_nothing(prepared_database_url: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "REGLAMENT_DATABASE_URL": prepared_database_url,
        "REGLAMENT_DATA": str(tmp_path),
    }
    _run(ENQUEUE, environment, str(JOBS), str(tmp_path))
    workers = [_start(WORK, environment) for _ in range(2)]
    try:
        _wait(lambda: len(_lines(tmp_path / "begun")) >= 4, 30)
        workers[0].kill()
        workers[0].wait()
        unfinished = len(_lines(tmp_path / "begun")) - len(_lines(tmp_path / "done"))
        workers.append(_start(WORK, environment))
        _wait(lambda: len(_lines(tmp_path / "done")) >= JOBS, 60)
        _wait(lambda: _run(LEFT, environment).strip() == "0", 20)
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    done = Counter(_lines(tmp_path / "done"))
    assert done == Counter(str(number) for number in range(JOBS))
    # The job that was cut off was begun once more; no other was.
    assert len(_lines(tmp_path / "begun")) <= JOBS + unfinished
