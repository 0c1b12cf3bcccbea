"""Which process reads which mailbox: a lease in its row, taken and prolonged by compare-and-set.

A process that was killed lets its lease run out, and another takes over. Two that read one mailbox all the
same, because one was frozen, do no harm: the ledger and what is noted of the mailbox take nothing twice.
All times here are the machine's own (`clock.unmoved`).
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db.models import F, Q

from reglament.desk.channels.models import MailSource

LEASE = timedelta(seconds=20)
"""How long a process may be silent before another takes its mailboxes over."""
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)


def free(now: datetime) -> list[int]:
    """Give the mailboxes that somebody should read now and nobody does, the longest waiting first."""
    rows = MailSource.objects.filter(_may_be_taken(now), paused_at=None, desk__closed_at=None)
    return list(rows.order_by(F("held_until").asc(nulls_first=True), "pk").values_list("pk", flat=True))


def take(source: int, holder: str, now: datetime) -> bool:
    """Take a mailbox; False where another was faster, or nobody is to read it now."""
    rows = MailSource.objects.filter(_may_be_taken(now), pk=source, paused_at=None)
    return rows.update(held_by=holder, held_until=now + LEASE) == 1


def prolong(source: int, holder: str, now: datetime) -> bool:
    """Keep a mailbox for another while; False where it is no longer this process's."""
    return MailSource.objects.filter(pk=source, held_by=holder).update(held_until=now + LEASE) == 1


def give_back(source: int, holder: str) -> None:
    """Let others read a mailbox at once."""
    MailSource.objects.filter(pk=source, held_by=holder).update(held_by="", held_until=None)


def answered(source: int, holder: str, at: datetime) -> None:
    """Write down that the server answered at a moment (`clock.now`): all is well from here on."""
    MailSource.objects.filter(pk=source, held_by=holder).update(
        last_contact_at=at, attempts=0, next_attempt_at=None, last_fault=""
    )


def failed(source: int, holder: str, fault: str, now: datetime) -> None:
    """Write down a failed attempt and when the next one is, and give the mailbox back."""
    row = MailSource.objects.filter(pk=source, held_by=holder).first()
    if row is not None:
        attempts = row.attempts + 1
        MailSource.objects.filter(pk=source, held_by=holder).update(
            attempts=attempts,
            next_attempt_at=now + pause_after(attempts, random.random()),  # noqa: S311 - no secret
            last_fault=fault,
            held_by="",
            held_until=None,
        )


def pause_after(attempts: int, chance: float) -> timedelta:
    """Give how long to wait after so many failed attempts.

    It doubles from 15 seconds to 15 minutes; `chance`, from 0 to 1, makes it up to a fifth shorter, so that
    many mailboxes of one server do not come back in one moment.
    """
    doubled: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
    return max(FIRST_PAUSE, doubled * (1 - chance / 5))


def _may_be_taken(now: datetime) -> Q:
    """Say which mailboxes are nobody's and due. A moment too far away is from before a clock was set back."""
    unheld = Q(held_until=None) | Q(held_until__lte=now) | Q(held_until__gt=now + LEASE * 2)
    due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + LONGEST_PAUSE)
    return unheld & due
