"""The audit log: who did or saw what, and why. It is only added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import Account
from reglament.desk.regulations.models import Desk


def record(
    what: str,
    of: Model,
    *,
    at: datetime,
    by: Account | None = None,
    desk: Desk | None = None,
    reason: str = "",
    address: str | None = None,
    values: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write down that something was done to, or seen of, a row.

    Takes what was done as `verb_object`; the row; the moment; the account that did it, or none where a
    command or a job did; the desk it concerns (the row's own where it has one); the reason a person
    gave; the network address; and values that say more, which are ids and words of the regulation,
    never the words of a client. Belongs in the transaction of the act itself.
    """
    return AuditEvent.objects.create(
        desk=desk if desk is not None else getattr(of, "desk", None),
        at=at,
        account=by,
        what=what,
        object_type=type(of).__name__.lower(),
        object_id=str(of.pk),
        reason=reason,
        address=address,
        values=values or {},
    )
