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
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reglament import clock
from reglament.desk.faults import ActionRefused
from reglament.desk.notices import budget, composing
from reglament.desk.notices.deliverability import undeliverable
from reglament.desk.notices.events import letter_handed_over
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.notices.queries import sender_of, thread_of
from reglament.desk.notices.reply_address import reply_address
from reglament.desk.notices.wording import composed
from reglament.desk.operations import audit
from reglament.desk.people.models import Contact, StaffMember
from reglament.desk.people.roles import Right, demand
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets import timeline
from reglament.desk.tickets.models import Message, Ticket
from reglament.desk.tickets.working import demand_work

AUTOMATIC = "auto-generated"
"""The mark of a letter that a machine wrote of itself (RFC 3834)."""
ANSWERING = "auto-replied"
"""The mark of a letter that a machine wrote in answer to another."""
BY_A_PERSON = ""
UNDELIVERABLE = "letters to this address come back"
"""What is kept at a letter that is held for its address."""
WITHHELD = "letter_withheld"
"""The event of an automatic letter that was not written, because too many were."""


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
    reply_to: str | None = None,
) -> OutgoingLetter | None:
    """Write a letter into the outbox, in the transaction of whatever causes it.

    Takes a template of `letters/` with its values (texts and ids that JSON can hold); the recipient's
    address; a key that says what the letter is for, so that asking for the same one again gives the
    first; the language; the mark of an automatic letter, or `BY_A_PERSON`; the ticket, whose thread the
    letter then continues; the message of the ticket that it carries, with its files; and what handing
    it over fulfils, in the words of obligations; and where answers go, if elsewhere than to its ticket's
    own address: such a letter is to staff, and whoever writes it bounds how many there are.

    A letter to what is no address is kept as refused, so that the ticket shows it. Where there is no
    outgoing server it is held, and so is an automatic one to an address from which letters come back. An
    automatic letter beyond the budget is not written: its ticket says so, and None is given.
    """
    written = OutgoingLetter.objects.filter(key=key).first()
    if written is not None:
        return written
    bounded = mark and ticket is not None and reply_to is None
    if bounded and ticket and (over := budget.exceeded(desk, to.strip(), ticket, contact, at)):
        timeline.write(ticket, WITHHELD, at=at, template=template, recipient=to.strip()[:254], budget=over)
        return None
    letter, words_fault = composed(desk, template, language, values)
    sender = sender_of(desk)
    in_reply_to, references = thread_of(ticket) if ticket is not None else ("", "")
    if reply_to is None:
        reply_to = reply_address(ticket, sender) if ticket is not None else ""
    state, answer = _beginning(desk, to, mark)
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
        reply_to=reply_to,
        auto_submitted=mark,
        created_at=at,
        state=state,
        server_answer=answer,
        words_fault=words_fault,
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


def send_again(by: StaffMember, letter: OutgoingLetter, *, reason: str, at: datetime) -> None:
    """Put a letter that did not leave, or came back, or of which that is unknown, into the queue again.

    A person decides so, who has a reason: also where letters came back from the address before.
    """
    _decide(
        by,
        letter,
        "send_letter_again",
        (*UNDECIDED, DeliveryState.BOUNCED, DeliveryState.GIVEN_UP),
        _("This letter is on its way, or has arrived; there is nothing to send again."),
        reason=reason,
        at=at,
        state=_first_state(),
        attempts=0,
        next_attempt_at=clock.unmoved(),
        first_attempt_at=None,
        handed_over_at=None,
        bounced_at=None,
        sending_by="",
        server_answer="",
    )


@transaction.atomic
def did_arrive(by: StaffMember, letter: OutgoingLetter, *, reason: str, at: datetime) -> None:
    """Write down, on the word of a person, that a letter of which that was unknown was handed over.

    What it fulfils is met at the moment of the attempt, which is when the server took it, if it did.
    """
    letter.refresh_from_db()
    moment = letter.attempted_at or letter.created_at
    _decide(
        by,
        letter,
        "letter_did_arrive",
        (DeliveryState.UNKNOWN,),
        _("Only of a letter of which it is unknown whether it was sent can this be said."),
        reason=reason,
        at=at,
        state=DeliveryState.HANDED_OVER,
        handed_over_at=moment,
        sending_by="",
    )
    letter.refresh_from_db()
    letter_handed_over.send(OutgoingLetter, letter=letter, moment=moment)


def give_up(by: StaffMember, letter: OutgoingLetter, *, reason: str, at: datetime) -> None:
    """Decide that a letter which has not left is not to be sent."""
    _decide(
        by,
        letter,
        "give_up_letter",
        (*UNDECIDED, DeliveryState.QUEUED, DeliveryState.BOUNCED),
        _("This letter is on its way, or has arrived; there is nothing to give up."),
        reason=reason,
        at=at,
        state=DeliveryState.GIVEN_UP,
        sending_by="",
    )


UNDECIDED = (DeliveryState.UNKNOWN, DeliveryState.REFUSED, DeliveryState.HELD)
"""States of a letter in which a person says what becomes of it."""


@transaction.atomic
def _decide(
    by: StaffMember,
    letter: OutgoingLetter,
    what: str,
    states: tuple[DeliveryState, ...],
    otherwise: Promise,
    *,
    reason: str,
    at: datetime,
    **values: Any,
) -> None:
    """Let a person decide about a letter, where it is in one of some states, and keep who did and why."""
    if by.desk_id != letter.desk_id:
        raise ActionRefused(_("This letter is not of your desk."))
    if letter.ticket is not None:
        demand_work(by, letter.ticket)
    demand(by, Right.WORK_TICKETS)
    if not reason.strip():
        raise ActionRefused(_("Say why; whoever reads of it later will want to know."), field="reason")
    if not OutgoingLetter.objects.filter(pk=letter.pk, state__in=states).update(**values):
        raise ActionRefused(otherwise)
    audit.record(what, letter, by=by.account, at=at, reason=reason.strip())


def new_message_id(sender: str) -> str:
    """Make a Message-ID that nobody can guess, at the sender's domain (RFC 5322, 3.6.4)."""
    return f"<{secrets.token_hex(20)}@{sender.rpartition('@')[2]}>"


def _beginning(desk: Desk, to: str, mark: str) -> tuple[DeliveryState, str]:
    """Give the first state of a letter, and why it is that one where that must be said."""
    if fault := _fault_of(to):
        return DeliveryState.REFUSED, fault
    if mark and undeliverable(desk, [to]):
        return DeliveryState.HELD, UNDELIVERABLE
    return _first_state(), ""


def _first_state() -> DeliveryState:
    return DeliveryState.HELD if settings.REGLAMENT_MAIL_SERVER is None else DeliveryState.QUEUED


def _fault_of(address: str) -> str:
    try:
        validate_email(address.strip())
    except ValidationError:
        return f"'{composing.one_line(address)[:254]}' is not a mail address"
    return ""
