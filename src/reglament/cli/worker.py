"""`reglament worker`: runs jobs, hands letters over and keeps set times, until it is stopped."""

from __future__ import annotations

import signal
from types import FrameType

from reglament.cli.preparing import read_nothing, run_prepared

USAGE = """Usage: reglament worker

Runs what is to be done apart from pages: hands letters over, sees deadlines, runs jobs. Any number of
workers can run, on any number of machines whose clocks agree within seconds. SIGTERM or Ctrl-C lets the
job at hand end first; a second one stops at once, and the job is run again by another.
"""


def run(arguments: list[str]) -> int:
    """Work until a signal; give the exit status."""
    return run_prepared("worker", USAGE, arguments, read_nothing("worker"), _work)


def _work(_: None) -> int:
    from django.db import connections

    from reglament.desk.jobs.worker import JobWorker

    # The threads of a worker live as long as it does, and look at the database every second or so;
    # to open a connection for each look would cost more than the look.
    connections.settings["default"]["CONN_MAX_AGE"] = 300
    worker = JobWorker()
    signals = 0

    def stop(number: int, _frame: FrameType | None) -> None:
        nonlocal signals
        signals += 1
        worker.stop()
        if signals > 1:
            raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    worker.run()
    return 0
