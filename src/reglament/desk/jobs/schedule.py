"""What is done again and again, and how often: one table.

Each of these is a sweep: it looks for what is due and does it, in small transactions of its own. It may
be cut off anywhere, and the next one goes on; two may run at once. So none of them needs a place in the
queue of jobs. A slot is won by compare-and-set, so that of many workers one runs each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reglament.desk.jobs.models import PeriodicSlot


@dataclass(frozen=True)
class Sweep:
    """Something done again and again. `run` is the path of a function that takes the worker's name."""

    name: str
    every: timedelta
    run: str
    at_start: bool = False
    """True where each worker runs it when it begins as well: what it looks for comes with a new version."""


SWEEPS: tuple[Sweep, ...] = (
    Sweep("hand_over_letters", timedelta(seconds=1), "reglament.desk.notices.jobs.hand_over_due"),
    Sweep("record_what_fell_due", timedelta(seconds=1), "reglament.desk.decisions.jobs.fall_due"),
    Sweep("read_letters", timedelta(minutes=1), "reglament.desk.channels.email.jobs.read_stored_letters"),
    Sweep("reconcile_mail", timedelta(days=1), "reglament.desk.channels.mailboxes.jobs.reconcile_all"),
    Sweep("erase_expired_secrets", timedelta(minutes=1), "reglament.desk.operations.jobs.erase_expired"),
    Sweep("forget_drafts", timedelta(minutes=10), "reglament.desk.channels.guest_form.jobs.forget_expired"),
    Sweep(
        "recount_preliminary_deadlines",
        timedelta(days=1),
        "reglament.desk.decisions.jobs.recount_preliminary",
        at_start=True,
    ),
    Sweep("forget_finished_jobs", timedelta(hours=1), "reglament.desk.jobs.jobs.forget_finished"),
)


def win_slot(sweep: Sweep, now: datetime) -> bool:
    """Say whether a sweep is due and this worker is the one to run it.

    Slots that were missed while no worker ran are not made up for: one run does what they would have.
    """
    slot, made = PeriodicSlot.objects.get_or_create(
        name=sweep.name, defaults={"next_run_at": now + sweep.every}
    )
    if made:
        return True
    # A slot further away than its period is from before the machine's clock was set back: it is due.
    if now < slot.next_run_at <= now + sweep.every:
        return False
    moved = PeriodicSlot.objects.filter(name=sweep.name, next_run_at=slot.next_run_at)
    return moved.update(next_run_at=now + sweep.every) == 1
