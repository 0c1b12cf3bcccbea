"""A job worker: takes jobs from the queue one by one, and runs the sweeps beside that.

A worker is one process with a thread that gives signs of life, a thread for each sweep (one that waits
for a slow mail server must not keep deadlines from being seen), and the thread that calls `run` for the
jobs themselves. Any number of workers can run, on any number of machines.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from traceback import format_exc
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, InterfaceError, close_old_connections, connections, transaction
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from reglament import clock
from reglament.desk.jobs import durable
from reglament.desk.jobs.schedule import SWEEPS, Sweep, win_slot

Job = DBTaskResult[Any, Any]

log = logging.getLogger(__name__)

BEAT = timedelta(seconds=2)
LOOK = timedelta(seconds=0.5)
"""How often an idle worker looks for a job."""
AFTER_FAULT = timedelta(seconds=2)
"""How long a thread waits after the database could not be reached."""
DATABASE_FAULTS = (DatabaseError, InterfaceError)


class JobWorker:
    """Runs jobs and sweeps until it is told to stop."""

    def __init__(self, *, silence: timedelta = durable.SILENCE, sweeps: tuple[Sweep, ...] = SWEEPS) -> None:
        self.name = new_name()
        self._silence = silence
        self._sweeps = sweeps
        self._announced = False
        self._begun: set[str] = set()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def run(self) -> None:
        """Work until `stop` is called; a job that runs then is finished first."""
        self._start("beat", self._give_signs_of_life)
        for sweep in self._sweeps:
            self._start(sweep.name, partial(self._sweep_again_and_again, sweep))
        try:
            self._take_jobs()
        finally:
            self.stop()
            for thread in self._threads:
                thread.join(timeout=5)
            durable.leave(self.name)
            connections.close_all()

    def stop(self) -> None:
        """Ask the worker to stop; safe from another thread and from a signal handler."""
        self._stopping.set()

    def take_one(self) -> bool:
        """Take the next job and run it; False where none was ready."""
        job = self._taken()
        if job is None:
            return False
        self._run(job)
        return True

    def _take_jobs(self) -> None:
        while not self._stopping.is_set():
            close_old_connections()
            try:
                if not self._announced:
                    durable.beat(self.name, clock.unmoved())
                    self._announced = True
                if not self.take_one():
                    self._stopping.wait(LOOK.total_seconds())
            except DATABASE_FAULTS:
                log.exception("The database could not be reached")
                # What became of the job at hand is not known. Under a new name, this worker no longer
                # answers for it, and it is taken back like that of a dead one.
                self.name, self._announced = new_name(), False
                self._stopping.wait(AFTER_FAULT.total_seconds())

    def _taken(self) -> Job | None:
        ready = DBTaskResult.objects.ready()
        # Looked at first without a lock, which on SQLite would keep everybody else from writing.
        if not ready.exists():
            return None
        with transaction.atomic():
            job: Job | None = ready.select_for_update(skip_locked=True).first()
            if job is not None:
                job.claim(self.name)
        return job

    def _run(self, job: Job) -> None:
        try:
            value = _called(job)
        except Exception as fault:
            traceback = format_exc()
            if isinstance(fault, DATABASE_FAULTS):
                # If the connection broke, this lets a new one record that.
                close_old_connections()
            self._failed(job, traceback)
        except BaseException:
            durable.give_back(job, "the worker was stopped", clock.unmoved())
            raise
        else:
            durable.finish(job, value, clock.unmoved())

    def _failed(self, job: Job, traceback: str) -> None:
        log.error("Job %s failed (attempt %d)\n%s", job.task_path, len(job.worker_ids), traceback)
        durable.fail(job, traceback, clock.unmoved())

    def _give_signs_of_life(self) -> None:
        durable.beat(self.name, clock.unmoved())
        durable.take_back(clock.unmoved(), self._silence)
        self._stopping.wait(BEAT.total_seconds())

    def _sweep_again_and_again(self, sweep: Sweep) -> None:
        if not self._announced:
            self._stopping.wait(LOOK.total_seconds())
            return
        if win_slot(sweep, clock.unmoved()) or (sweep.at_start and sweep.name not in self._begun):
            run: Callable[[str], None] = import_string(sweep.run)
            run(self.name)
        self._begun.add(sweep.name)
        self._stopping.wait(sweep.every.total_seconds())

    def _start(self, name: str, step: Callable[[], None]) -> None:
        def again_and_again() -> None:
            while not self._stopping.is_set():
                close_old_connections()
                try:
                    step()
                except Exception:
                    # Whatever it was, the next round must come: a thread that ends is noticed by nobody.
                    log.exception("%s failed; it goes on", name)
                    self._stopping.wait(AFTER_FAULT.total_seconds())
            connections.close_all()

        thread = threading.Thread(target=again_and_again, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()


def new_name() -> str:
    """Make a name for a worker that no other has: machine, process and chance."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid4().hex[:12]}"


def _called(job: Job) -> object:
    task, result = job.task, job.task_result
    return task.call(*result.args, **result.kwargs)
