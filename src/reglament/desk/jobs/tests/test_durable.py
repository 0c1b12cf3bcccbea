"""Jobs are not lost: failures, deaths, and the slots of sweeps."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import pairwise
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from reglament import clock
from reglament.desk.jobs import durable
from reglament.desk.jobs.models import PeriodicSlot, WorkerBeat
from reglament.desk.jobs.schedule import SWEEPS, Sweep, win_slot
from reglament.desk.jobs.tests import tasks
from reglament.desk.jobs.worker import LOOK, JobWorker
from reglament.desk.tests.rows import DAY, HOUR, MOMENT

SECOND = timedelta(seconds=1)


def _only() -> DBTaskResult[Any, Any]:
    return DBTaskResult.objects.get()


def _taken(worker: str) -> DBTaskResult[Any, Any]:
    job = _only()
    job.claim(worker)
    return job


@pytest.mark.django_db
def test_a_job_is_run_once_and_its_value_kept() -> None:
    tasks.add.enqueue(2, 3)
    worker = JobWorker()
    assert worker.take_one()
    assert not worker.take_one()
    assert (_only().status, _only().return_value) == (TaskResultStatus.SUCCESSFUL, 5)


@pytest.mark.django_db
def test_a_job_enqueued_in_a_transaction_that_was_undone_is_not_there() -> None:
    def enqueue_and_fail() -> None:
        with transaction.atomic():
            tasks.add.enqueue(2, 3)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        enqueue_and_fail()
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db
def test_a_failed_job_waits_longer_each_time_and_is_given_up_at_last() -> None:
    tasks.break_down.enqueue("no such thing")
    worker = JobWorker()
    pauses = []
    for attempt in range(1, durable.ATTEMPTS + 1):
        DBTaskResult.objects.update(run_after=clock.unmoved() - SECOND)
        assert worker.take_one()
        job = _only()
        assert "no such thing" in job.traceback
        if attempt < durable.ATTEMPTS:
            assert job.status == TaskResultStatus.READY
            pauses.append(job.run_after - clock.unmoved())
    assert _only().status == TaskResultStatus.FAILED
    assert not worker.take_one()
    assert all(later > earlier for earlier, later in pairwise(pauses))


def test_pauses_double_up_to_an_hour() -> None:
    seconds = [durable.pause_after(attempts) // SECOND for attempts in (1, 2, 3, 11, 12, 50)]
    assert seconds == [2, 4, 8, 2048, 3600, 3600]


@pytest.mark.django_db
def test_a_job_in_whose_middle_the_process_is_ended_is_free_at_once() -> None:
    tasks.be_stopped.enqueue()
    with pytest.raises(SystemExit):
        JobWorker().take_one()
    assert _only().status == TaskResultStatus.READY


@pytest.mark.django_db
def test_the_job_of_a_dead_worker_is_taken_back_and_that_of_a_living_one_is_not() -> None:
    tasks.add.enqueue(2, 3)
    _taken("one")
    durable.beat("one", MOMENT)
    assert durable.take_back(MOMENT + durable.SILENCE - SECOND) == 0
    assert durable.take_back(MOMENT + durable.SILENCE) == 1
    assert _only().status == TaskResultStatus.READY
    assert durable.take_back(MOMENT + durable.SILENCE) == 0


@pytest.mark.django_db
def test_a_worker_that_took_leave_or_was_never_heard_of_holds_nothing() -> None:
    tasks.add.enqueue(2, 3)
    durable.beat("one", MOMENT)
    _taken("one")
    durable.leave("one")
    assert durable.take_back(MOMENT) == 1


@pytest.mark.django_db
def test_a_job_whose_workers_keep_dying_is_given_up() -> None:
    tasks.add.enqueue(2, 3)
    for attempt in range(1, durable.ATTEMPTS + 1):
        _taken(f"worker-{attempt}")
        assert durable.take_back(MOMENT) == 1
    assert (_only().status, _only().traceback) == (TaskResultStatus.FAILED, "the worker died")


@pytest.mark.django_db
def test_a_worker_that_wakes_too_late_does_not_touch_what_another_took() -> None:
    tasks.add.enqueue(2, 3)
    frozen = _taken("one")
    durable.take_back(MOMENT)
    _taken("two")
    assert not durable.finish(frozen, 5, MOMENT)
    assert not durable.fail(frozen, "late", MOMENT)
    assert durable.give_back(frozen, "late", MOMENT) == 0
    assert (_only().status, _only().worker_ids) == (TaskResultStatus.RUNNING, ["one", "two"])


@pytest.mark.django_db
def test_jobs_done_long_ago_are_forgotten_and_failed_ones_are_not() -> None:
    for status in (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED, TaskResultStatus.READY):
        tasks.add.enqueue(1, 1)
        DBTaskResult.objects.filter(finished_at=None).exclude(status=status).update(
            status=status, finished_at=MOMENT
        )
    assert durable.forget_finished(MOMENT + durable.KEPT) == 0
    kept = DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).count()
    durable.forget_finished(MOMENT + durable.KEPT + SECOND)
    assert DBTaskResult.objects.count() == kept


@pytest.mark.django_db
def test_workers_silent_for_long_are_forgotten() -> None:
    durable.beat("one", MOMENT)
    durable.take_back(MOMENT + durable.KEPT)
    assert not WorkerBeat.objects.exists()


SWEEP = Sweep("any", HOUR, "reglament.desk.jobs.jobs.forget_finished")


@pytest.mark.django_db
def test_a_slot_is_won_when_it_is_due_and_missed_ones_are_not_made_up_for() -> None:
    won = [win_slot(SWEEP, MOMENT + span) for span in (0 * HOUR, HOUR / 2, HOUR, HOUR, 2 * DAY, 2 * DAY)]
    assert won == [True, False, True, False, True, False]


@pytest.mark.django_db
def test_a_slot_in_a_future_that_never_was_is_due() -> None:
    PeriodicSlot.objects.create(name=SWEEP.name, next_run_at=MOMENT + DAY)
    assert win_slot(SWEEP, MOMENT)
    assert not win_slot(SWEEP, MOMENT)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_wins_a_slot() -> None:
    PeriodicSlot.objects.create(name=SWEEP.name, next_run_at=MOMENT)
    won: list[bool] = []

    def race() -> None:
        won.append(win_slot(SWEEP, MOMENT))
        connections.close_all()

    threads = [Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


@pytest.mark.django_db(transaction=True)
def test_a_job_is_run_by_one_of_many_workers() -> None:
    for number in range(20):
        tasks.add.enqueue(number, 0)

    def work() -> None:
        worker = JobWorker()
        while worker.take_one():
            pass
        connections.close_all()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    jobs = DBTaskResult.objects.all()
    assert sorted(job.return_value for job in jobs) == list(range(20))
    assert all(len(job.worker_ids) == 1 for job in jobs)


def test_every_sweep_is_there_and_has_a_name_of_its_own() -> None:
    from django.utils.module_loading import import_string

    assert all(callable(import_string(sweep.run)) for sweep in SWEEPS)
    assert len({sweep.name for sweep in SWEEPS}) == len(SWEEPS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("at_start", "runs"), [(True, 1), (False, 0)])
def test_a_worker_that_begins_does_not_wait_for_the_slot_of_what_is_done_at_the_start(
    at_start: bool, runs: int
) -> None:
    sweep = Sweep("any", DAY, "reglament.desk.jobs.tests.tasks.note_sweep", at_start=at_start)
    PeriodicSlot.objects.create(name=sweep.name, next_run_at=clock.unmoved() + DAY / 2)
    tasks.SWEPT.clear()
    worker = JobWorker(sweeps=(sweep,))

    working = Thread(target=worker.run)
    working.start()
    until = time.monotonic() + 2 * LOOK.total_seconds()
    while time.monotonic() < until or (runs and not tasks.SWEPT and time.monotonic() < until + 20):
        time.sleep(0.05)
    worker.stop()
    working.join()

    ran = list(tasks.SWEPT)
    assert ran == [worker.name] * runs
