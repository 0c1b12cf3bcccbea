"""Writing letters into the outbox, and what a person decides about those that did not leave."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament import clock
from reglament.desk.faults import ActionRefused
from reglament.desk.notices import composing
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.notices.queries import sender_of, thread_of
from reglament.desk.operations import audit
from reglament.desk.people.models import Contact, StaffMember
from reglament.desk.people.roles import Right, demand
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Message, Ticket

AUTOMATIC = "auto-generated"
"""The mark of a letter that a machine wrote of itself (RFC 3834)."""
ANSWERING = "auto-replied"
"""The mark of a letter that a machine wrote in answer to another."""
BY_A_PERSON = ""


def send_letter(
    desk: Desk,
    template: str,
    values: Mapping[str, Any],
    *,
    to: str,
    key: str,
    at: datetime,
    language: str,
    mark: str,
    ticket: Ticket | None = None,
    message: Message | None = None,
    contact: Contact | None = None,
    fulfils: str = "",
) -> OutgoingLetter:
    """Write a letter into the outbox, in the transaction of whatever causes it.

    Takes a template of `letters/` with its values (texts and ids that JSON can hold); the recipient's
    address; a key that says what the letter is for, so that asking for the same one again gives the
    first; the language; the mark of an automatic letter, or `BY_A_PERSON`; the ticket, whose thread the
    letter then continues; the message of the ticket that it carries, with its files; and what handing
    it over fulfils, in the words of obligations.

    A letter to what is no address is kept as refused, so that the ticket shows it. Where there is no
    outgoing server it is held.
    """
    written = OutgoingLetter.objects.filter(key=key).first()
    if written is not None:
        return written
    letter = composing.compose(template, language, {"desk_name": desk.name, **values})
    sender = sender_of(desk)
    in_reply_to, references = thread_of(ticket) if ticket is not None else ("", "")
    fault = _fault_of(to)
    return OutgoingLetter.objects.create(
        desk=desk,
        ticket=ticket,
        message=message,
        contact=contact,
        key=key,
        fulfils=fulfils,
        template=template,
        values=dict(values),
        language=language,
        sender=sender,
        sender_name=composing.one_line(desk.sender_name or desk.name),
        recipient=to.strip()[:254],
        subject=letter.subject[:998],
        text=letter.text,
        html=letter.html,
        internet_message_id=new_message_id(sender),
        in_reply_to=in_reply_to,
        references=references,
        auto_submitted=mark,
        created_at=at,
        state=DeliveryState.REFUSED if fault else _first_state(),
        server_answer=fault,
        next_attempt_at=clock.unmoved(),
    )


def send_account_letter(*, to: str, subject: str, text: str, at: datetime) -> OutgoingLetter:
    """Write a letter about an account into the outbox: it belongs to no desk."""
    fault = _fault_of(to)
    sender = str(settings.DEFAULT_FROM_EMAIL)
    return OutgoingLetter.objects.create(
        key=f"account:{secrets.token_hex(16)}",
        template="account",
        language="",
        sender=sender,
        sender_name="",
        recipient=to.strip()[:254],
        subject=composing.one_line(subject)[:998],
        text=text,
        internet_message_id=new_message_id(sender),
        auto_submitted=AUTOMATIC,
        created_at=at,
        state=DeliveryState.REFUSED if fault else _first_state(),
        server_answer=fault,
        next_attempt_at=clock.unmoved(),
    )


@transaction.atomic
def send_again(by: StaffMember, letter: OutgoingLetter, *, reason: str, at: datetime) -> None:
    """Put a letter that did not leave, or of which that is unknown, into the queue again."""
    if by.desk_id != letter.desk_id:
        raise ActionRefused(_("This letter is not of your desk."))
    demand(by, Right.WORK_TICKETS)
    moved = OutgoingLetter.objects.filter(
        pk=letter.pk, state__in=(DeliveryState.UNKNOWN, DeliveryState.REFUSED, DeliveryState.HELD)
    ).update(
        state=_first_state(), attempts=0, next_attempt_at=clock.unmoved(), sending_by="", server_answer=""
    )
    if not moved:
        raise ActionRefused(_("This letter is on its way, or has arrived; there is nothing to send again."))
    audit.record("send_letter_again", letter, by=by.account, at=at, reason=reason)


def new_message_id(sender: str) -> str:
    """Make a Message-ID that nobody can guess, at the sender's domain (RFC 5322, 3.6.4)."""
    return f"<{secrets.token_hex(20)}@{sender.rpartition('@')[2]}>"


def _first_state() -> DeliveryState:
    return DeliveryState.HELD if settings.REGLAMENT_MAIL_SERVER is None else DeliveryState.QUEUED


def _fault_of(address: str) -> str:
    try:
        validate_email(address.strip())
    except ValidationError:
        return f"'{composing.one_line(address)[:254]}' is not a mail address"
    return ""
