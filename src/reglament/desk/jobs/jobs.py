"""The sweep that keeps the queue of jobs short."""

from __future__ import annotations

from reglament import clock
from reglament.desk.jobs import durable


def forget_finished(worker: str) -> None:
    """Remove jobs that were done long ago."""
    del worker
    durable.forget_finished(clock.unmoved())
