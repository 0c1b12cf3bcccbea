"""What staff write down of something that did not come by itself: who, when, what was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.incoming import Incoming, IncomingFile
from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.people.models import Contact, StaffMember
from reglament.desk.people.roles import Right, may


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What a person of staff writes down, whatever channel it came by."""

    text: str
    """What was said."""
    received_at: datetime
    """When it was, as the person says; not later than now."""
    subject: str = ""
    contact: Contact | None = None
    """The client, where the person recognised one."""
    name: str = ""
    address: str = ""
    phone: str = ""
    kind: str | None = None
    service: str | None = None
    severity: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[IncomingFile, ...] = ()
    ticket_number: int | None = None
    """The ticket that it belongs to; none for a new matter."""
    key: str = ""
    """The same key a second time is the same form, sent twice."""


def incoming_of(
    by: StaffMember,
    channel: str,
    log: Log,
    now: datetime,
    *,
    proven: bool = False,
    proof: Mapping[str, Any] = {},
) -> Incoming:
    """Make what enters the desk of what a person of staff wrote down.

    Raises `NotAllowed`, or `ActionRefused` where nothing was said, or it was said later than now.
    """
    if not may(by, Right.WORK_TICKETS):
        raise NotAllowed(_("Your role at this desk does not allow this; ask a lead or an administrator."))
    if not log.text.strip():
        raise ActionRefused(_("Write down what was said."), field="text")
    if log.received_at > now:
        raise ActionRefused(_("This moment has not come yet."), field="received_at")
    if log.contact is not None and log.contact.desk_id != by.desk_id:
        raise ActionRefused(_("This person is no client of this desk."), field="contact")
    return Incoming(
        desk_id=by.desk_id,
        channel=channel,
        received_at=log.received_at,
        recorded_at=now,
        sender_address=log.address.strip().lower(),
        sender_name=log.name.strip(),
        contact_id=log.contact.pk if log.contact is not None else None,
        phone=log.phone.strip(),
        proven=proven,
        proof=proof,
        subject=log.subject.strip(),
        text=log.text.strip(),
        attachments=log.attachments,
        kind=log.kind or None,
        service=log.service or None,
        severity=log.severity or None,
        fields=log.fields,
        facts=log.facts,
        ticket_number=log.ticket_number,
        idempotency_key=f"log:{by.pk}:{log.key}" if log.key else "",
        recorded_by_id=by.pk,
    )
