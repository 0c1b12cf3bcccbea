"""The sweep that reads letters which were stored and, because a process ended in between, not read."""

from __future__ import annotations

from reglament import clock
from reglament.desk.channels.email.receiving import read_waiting


def read_stored_letters(worker: str) -> None:
    """Read the letters that have waited for more than a minute."""
    del worker
    read_waiting(clock.now())
