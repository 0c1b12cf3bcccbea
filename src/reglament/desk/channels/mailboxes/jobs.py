"""The comparison of mailboxes and files with the ledger: each night, and when a person asks."""

from __future__ import annotations

from django_tasks import task

from reglament import clock
from reglament.desk.channels.mailboxes import reconciling
from reglament.desk.channels.models import MailSource
from reglament.desk.regulations.models import Desk


def reconcile_all(worker: str) -> None:
    """Compare every mailbox and every desk's files with the ledger."""
    del worker
    for desk in Desk.objects.filter(closed_at=None).order_by("pk"):
        reconciling.reconcile_desk(desk, clock.now())


@task()
def reconcile_desk(desk: int) -> None:
    """Compare the mailboxes and the files of one desk with the ledger."""
    reconciling.reconcile_desk(Desk.objects.get(pk=desk), clock.now())


@task()
def reconcile_source(source: int) -> None:
    """Compare one mailbox with the ledger; one that was removed meanwhile is none."""
    row = MailSource.objects.filter(pk=source).first()
    if row is not None:
        reconciling.reconcile_source(row, clock.now())
