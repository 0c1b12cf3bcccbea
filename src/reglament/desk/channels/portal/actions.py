"""Requests and answers of clients who are signed in to the portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from reglament.desk.access import TicketAccess
from reglament.desk.channels import intake
from reglament.desk.channels.incoming import IncomingFile, Taken
from reglament.desk.channels.written import Writer, answer_from, incoming_from
from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.people.models import Contact
from reglament.desk.tickets.models import Conversation

CHANNEL = "portal"


def send_request(
    contact: Contact,
    *,
    proven: bool,
    now: datetime,
    subject: str,
    text: str,
    kind: str | None = None,
    service: str | None = None,
    severity: str | None = None,
    fields: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    attachments: tuple[IncomingFile, ...] = (),
    key: str = "",
) -> Taken:
    """Take in a request that a client sends from the portal.

    Takes whether the session is proven: signed in with a password or another proof, not by a mailed
    link alone; and a key of the form, so that sending it twice makes one ticket.
    """
    if not text.strip():
        raise ActionRefused(_("Say what you need."), field="text")
    return intake.receive(
        incoming_from(
            _writer(contact, proven),
            now,
            subject=subject,
            text=text,
            kind=kind,
            service=service,
            severity=severity,
            fields=fields or {},
            facts=facts or {},
            attachments=attachments,
            key=_key(contact, key),
        ),
        now,
    )


def answer(
    access: TicketAccess,
    *,
    proven: bool,
    now: datetime,
    text: str = "",
    service: str | None = None,
    fields: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    attachments: tuple[IncomingFile, ...] = (),
    key: str = "",
) -> Taken:
    """Take in what a client writes in a ticket of theirs, and what they give of what was asked for."""
    contact = access.contact
    if contact is None:
        raise NotAllowed(_("Only the client may answer here."))
    writer = _writer(contact, proven)
    written = answer_from(
        writer,
        access.ticket,
        now,
        text=text,
        service=service,
        fields=fields,
        facts=facts,
        attachments=attachments,
        key=_key(contact, key),
    )
    return intake.receive(written, now)


def make_request(
    contact: Contact, conversation: Conversation, *, proven: bool, now: datetime, kind: str | None = None
) -> Taken:
    """Turn the note of a talk into a request, because the client presses so in the portal."""
    if conversation.desk_id != contact.desk_id or conversation.organisation_id != contact.organisation_id:
        raise NotAllowed(_("This conversation is not yours."))
    written = incoming_from(
        _writer(contact, proven), now, subject=conversation.subject, text=conversation.text, kind=kind
    )
    return intake.turn_into_request(conversation, written, now)


def _writer(contact: Contact, proven: bool) -> Writer:
    return Writer(
        desk_id=contact.desk_id,
        channel=CHANNEL,
        address=contact.email,
        name=contact.name,
        contact_id=contact.pk,
        proven=proven,
        proof={"session": "proven" if proven else "link", "account": contact.account_id},
    )


def _key(contact: Contact, key: str) -> str:
    return f"{CHANNEL}:{contact.pk}:{key}" if key else ""
