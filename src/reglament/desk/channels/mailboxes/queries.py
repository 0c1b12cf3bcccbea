"""What is read of the mailboxes of a desk: which there are, how each fares, what comparisons found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from reglament.desk.channels.mailboxes.faults import fault_in_words
from reglament.desk.channels.models import MailSource, Reconciliation
from reglament.desk.faults import NotThere
from reglament.desk.regulations.models import Desk


class SourceState(StrEnum):
    """How a mailbox fares."""

    READ = "read"
    """A process reads it now, and the server answers."""
    WAITING = "waiting"
    """Nobody reads it yet: no mail process runs, or one is about to begin."""
    FAILING = "failing"
    """The last attempt failed; it is tried again."""
    PAUSED = "paused"
    """A person paused it."""


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """A mailbox and how it fares at a moment."""

    row: MailSource
    state: SourceState
    fault: str
    """What went wrong last, in words; empty where nothing did."""
    remark: str
    """What the server does not let the desk do, in words; empty where nothing."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison of a mailbox, or of the ledger's files, with the ledger."""

    row: Reconciliation
    name: str
    """The name of the mailbox; of the files, what they are."""
    fault: str
    """Why the comparison could not be made, in words; empty where it was."""
    differing: tuple[dict[str, Any], ...]
    """Each letter that differed: `what` (see `reconciling`) and `uid`, `message_id`, `date`, `subject`
    of one in a mailbox; `what` and `file` of one of the ledger."""


def sources_of(desk: Desk, at: datetime) -> list[SourceSeen]:
    """Give the mailboxes of a desk in the order of their names; takes the real moment (`clock.unmoved`)."""
    rows = desk.mail_sources.select_related("recipient").order_by("name", "pk")
    return [seen(row, at) for row in rows]


def source_at(desk: Desk, number: int) -> MailSource:
    """Give a mailbox of a desk by its row's number; raises `NotThere`."""
    row = desk.mail_sources.select_related("desk", "recipient", "password").filter(pk=number).first()
    if row is None:
        raise NotThere
    return row


def seen(row: MailSource, at: datetime) -> SourceSeen:
    """Say how a mailbox fares at the real moment (`clock.unmoved`)."""
    held = bool(row.held_by) and row.held_until is not None and row.held_until > at
    if row.paused_at is not None:
        state = SourceState.PAUSED
    elif row.last_fault and row.attempts:
        state = SourceState.FAILING
    else:
        state = SourceState.READ if held and row.last_contact_at is not None else SourceState.WAITING
    return SourceSeen(row, state, fault_in_words(row.last_fault), fault_in_words(row.remark))


def reconciliations_of(desk: Desk, *, most: int = 100) -> list[Compared]:
    """Give the latest comparisons of a desk, the newest first."""
    rows = desk.reconciliations.select_related("mail_source").order_by("-at", "-pk")[:most]
    return [
        Compared(
            row,
            row.mail_source.name if row.mail_source is not None else _("Files of the ledger"),
            fault_in_words(row.fault),
            tuple(row.differing),
        )
        for row in rows
    ]
