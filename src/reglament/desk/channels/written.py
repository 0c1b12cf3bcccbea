"""What somebody outside writes on a page of ours: signed in to the portal, or behind a private link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.incoming import Incoming, IncomingFile
from reglament.desk.faults import ActionRefused
from reglament.desk.tickets.models import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes: at which desk, through which channel, how well it is proven that it is they."""

    desk_id: int
    channel: str
    address: str
    name: str = ""
    contact_id: int | None = None
    """The contact, where a session says so; none: recognised by the address."""
    proven: bool = False
    proof: Mapping[str, Any] = field(default_factory=dict)


def incoming_from(
    writer: Writer,
    now: datetime,
    *,
    subject: str,
    text: str,
    kind: str | None = None,
    service: str | None = None,
    severity: str | None = None,
    key: str = "",
    **more: Any,
) -> Incoming:
    """Make what enters the desk of what somebody wrote at a moment; `more` goes by the names of `Incoming`.

    What was left blank counts as not said. The same key a second time is the same thing, sent twice.
    """
    return Incoming(
        desk_id=writer.desk_id,
        channel=writer.channel,
        received_at=now,
        recorded_at=now,
        sender_address=writer.address,
        sender_name=writer.name,
        contact_id=writer.contact_id,
        proven=writer.proven,
        proof=writer.proof,
        subject=subject.strip(),
        text=text.strip(),
        kind=kind or None,
        service=service or None,
        severity=severity or None,
        idempotency_key=key,
        **more,
    )


def answer_from(
    writer: Writer,
    ticket: Ticket,
    now: datetime,
    *,
    text: str,
    service: str | None,
    fields: Mapping[str, Any] | None,
    facts: Mapping[str, Any] | None,
    attachments: tuple[IncomingFile, ...],
    key: str = "",
) -> Incoming:
    """Make what joins a ticket of what its client answers there.

    Raises `ActionRefused` where nothing was written, filled in or attached.
    """
    filled = {name: value for name, value in (fields or {}).items() if value}
    if not text.strip() and not service and not filled and not facts and not attachments:
        raise ActionRefused(_("Write something first."), field="text")
    return incoming_from(
        writer,
        now,
        subject=ticket.subject,
        text=text,
        service=service,
        fields=filled,
        facts=facts or {},
        attachments=attachments,
        ticket_number=ticket.number,
        key=key,
    )
