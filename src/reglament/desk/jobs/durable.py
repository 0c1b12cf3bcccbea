"""What keeps jobs from being lost: signs of life, taking back what a dead worker held, trying again.

The queue is the table of django-tasks-db, in the same database as everything else, so that a job
enqueued in a transaction is there if and only if the transaction was. A job runs at least once: a
worker that was frozen and wakes may run one that another has taken over, so each effect of a job needs
a key of its own. All times here are the machine's own (`clock.unmoved`).
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from reglament.desk.jobs.models import WorkerBeat

Job = DBTaskResult[Any, Any]

SILENCE = timedelta(seconds=30)
"""How long a worker may be silent before its jobs are taken from it: longer than any wait for a lock."""
ATTEMPTS = 10
"""How often a job is tried, deaths of its workers counted."""
LONGEST_PAUSE = timedelta(hours=1)
KEPT = timedelta(days=7)
"""How long finished jobs stay to be looked at; failed ones stay until a person removes them."""


def beat(worker: str, now: datetime) -> None:
    """Give a sign of life."""
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"seen_at": now})


def leave(worker: str) -> None:
    """Take leave: whatever this worker may still hold is free at once."""
    WorkerBeat.objects.filter(worker=worker).delete()


def alive(now: datetime, silence: timedelta = SILENCE) -> set[str]:
    """Give the workers that gave a sign of life within the time allowed."""
    return set(WorkerBeat.objects.filter(seen_at__gt=now - silence).values_list("worker", flat=True))


def take_back(now: datetime, silence: timedelta = SILENCE) -> int:
    """Free the jobs of workers that fell silent, or give them up after the last attempt.

    Gives how many jobs it took. Done by several workers at once, each job is taken once.
    """
    living = alive(now, silence)
    taken = 0
    for job in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        if job.worker_ids and job.worker_ids[-1] in living:
            continue
        taken += give_back(job, "the worker died", now)
    WorkerBeat.objects.filter(seen_at__lte=now - KEPT).delete()
    return taken


def give_back(job: Job, reason: str, now: datetime) -> int:
    """Free a job that was not finished, at once; or give it up after the last attempt.

    Gives 1, or 0 where somebody else has moved it meanwhile.
    """
    if len(job.worker_ids) >= ATTEMPTS:
        return _move(job, status=TaskResultStatus.FAILED, finished_at=now, traceback=reason)
    return _move(job, status=TaskResultStatus.READY)


def finish(job: Job, value: object, now: datetime) -> bool:
    """Record that a job was done; False where it was taken from this worker meanwhile."""
    return bool(
        _move(
            job,
            status=TaskResultStatus.SUCCESSFUL,
            finished_at=now,
            return_value=value,
            exception_class_path="",
            traceback="",
        )
    )


def fail(job: Job, traceback: str, now: datetime) -> bool:
    """Record that a job failed, to be tried again after a pause that doubles, or given up at last.

    False where it was taken from this worker meanwhile.
    """
    tried = len(job.worker_ids)
    last = tried >= ATTEMPTS
    return bool(
        _move(
            job,
            status=TaskResultStatus.FAILED if last else TaskResultStatus.READY,
            run_after=now + pause_after(tried),
            finished_at=now if last else None,
            traceback=traceback,
        )
    )


def pause_after(attempts: int) -> timedelta:
    """Give the pause after so many failures: 2 s, 4 s, … up to an hour, and up to a second of chance.

    The chance keeps jobs that failed together from coming back together.
    """
    doubled = min(2**attempts, LONGEST_PAUSE.total_seconds())
    return timedelta(seconds=doubled + random.random())  # noqa: S311


def forget_finished(now: datetime) -> int:
    """Remove jobs that were done long ago, and give how many."""
    removed, _ = DBTaskResult.objects.filter(
        status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEPT
    ).delete()
    return removed


def _move(job: Job, **values: object) -> int:
    # Compared with what this worker took: whoever took the job over began it at another moment.
    return DBTaskResult.objects.filter(
        pk=job.pk, status=TaskResultStatus.RUNNING, started_at=job.started_at
    ).update(**values)
