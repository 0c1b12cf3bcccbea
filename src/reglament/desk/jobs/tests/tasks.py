"""Jobs for the tests of the job worker, which other processes must be able to import."""

from __future__ import annotations

import time
from pathlib import Path

from django_tasks import task


@task()
def add(one: int, other: int) -> int:
    """Give the sum."""
    return one + other


@task()
def break_down(words: str) -> None:
    """Fail."""
    raise ValueError(words)


@task()
def be_stopped() -> None:
    """Behave like a job in whose middle the process is asked to end at once."""
    raise SystemExit(1)


@task()
def note(number: int, folder: str, seconds: float) -> None:
    """Say that a job began, take a while, and have an effect under a key of its own."""
    place = Path(folder)
    with (place / "begun").open("a") as begun:
        begun.write(f"{number}\n")
    time.sleep(seconds)
    with (place / "done").open("a") as done:
        done.write(f"{number}\n")


SWEPT: list[str] = []
"""The workers that ran `note_sweep` in this process."""


def note_sweep(worker: str) -> None:
    """Be a sweep that says who ran it."""
    SWEPT.append(worker)
