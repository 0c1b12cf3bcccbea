"""Answers of staff by mail: to the letters that the desk wrote to them about a ticket.

The address that they write to says which ticket and whom the desk invited; it is the proof of the From
address alone that says who writes. What is not proven to be the account's own address is held.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from reglament.desk.channels.email.authentication import Proof
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.nature import Nature
from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.channels.models import IntakeKey, LetterState, RawLetter
from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.notices.marks import STAFF_NOTIFICATION
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.notices.reply_address import thread_key
from reglament.desk.notices.staff_addresses import Invited, invited_by
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right, may
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets import files, timeline
from reglament.desk.tickets.actions import note, reply
from reglament.desk.tickets.merging import merged_into
from reglament.desk.tickets.models import Actor, Message, Ticket

CHANNEL = "email"
_NOTE = re.compile(r"#(?:note|заметка)\b[^\S\n]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of an answer of staff."""

    state: LetterState
    reason: str
    values: dict[str, Any] = field(default_factory=dict)
    """What else is kept with the letter: its ticket, its message."""


def invitation_of(desk: Desk, envelope_to: str, letter: Letter) -> Invited | None:
    """Say which ticket a letter answers as one of staff, and whom the desk had written to; else none.

    By the signed address that it was sent to, or, where a mail program left that out, by the letter to
    staff that it answers.
    """
    invited = invited_by(envelope_to, thread_key())
    if invited is not None:
        return invited
    answered = OutgoingLetter.objects.filter(
        desk=desk,
        template=STAFF_NOTIFICATION,
        internet_message_id__in=letter.in_reply_to,
        ticket__isnull=False,
    ).values_list("ticket__number", "values")
    for number, values in answered[:1]:
        return Invited(number, int(values["member"]))
    return None


def take(
    row: RawLetter,
    letter: Letter,
    invited: Invited,
    proof: Proof,
    nature: Nature,
    enclosed: tuple[IncomingFile, ...],
    findings: dict[str, object],
    digest: str,
    at: datetime,
) -> Ended:
    """Make a public reply or an internal note of a letter of staff, or say why it is held.

    Takes the raw letter and what was read of it; whom its address invites; whose address is proven; what
    kind of letter it is; its files; what is kept of all that; the digest by which it is known again; the
    moment. A held one is told on its ticket. What a machine wrote for a person is no answer.
    """
    # Locked in the order of `intake`, so that a client's letter and an answer never wait for each other.
    desk = Desk.objects.select_for_update(no_key=True).get(pk=row.desk_id)
    ticket = Ticket.objects.filter(desk=desk, number=invited.number).first()
    if nature is not Nature.ORDINARY:
        return Ended(LetterState.IGNORE, "automatic_of_staff", {"ticket": ticket})
    if ticket is None:
        return Ended(LetterState.HOLD, "staff_no_ticket")
    ticket = merged_into(ticket)
    key = f"letter:{digest}"
    if IntakeKey.objects.filter(desk=desk, key=key).exists():
        return Ended(LetterState.DUPLICATE, "already_taken", {"ticket": ticket})
    member = StaffMember.objects.select_related("account").filter(desk=desk, pk=invited.member_id).first()
    reason = _why_held(member, letter, proof)
    if reason or member is None:
        return _held(row, ticket, reason, at)
    text = letter.new_text.strip()
    marked = _NOTE.match(text)
    try:
        with files.taken_back_on_failure(), transaction.atomic():
            verb = note if marked else reply
            message = verb(member, ticket, text[marked.end() :] if marked else text, at=at, attached=enclosed)
    except NotAllowed:
        return _held(row, ticket, "staff_not_allowed", at)
    except ActionRefused:
        return _held(row, ticket, "staff_nothing_written" if not text else "staff_refused", at)
    Message.objects.filter(pk=message.pk).update(
        channel=CHANNEL,
        author_address=member.account.email,
        quoted="\n\n".join(filter(None, (letter.signature, letter.quoted_text))),
        proof=findings,
        internet_message_id=(letter.message_id or "")[:998],
    )
    IntakeKey.objects.create(desk=desk, key=key, ticket=ticket, message=message, recorded_at=at)
    return Ended(
        LetterState.APPEND, "staff_note" if marked else "staff_reply", {"ticket": ticket, "message": message}
    )


def _why_held(member: StaffMember | None, letter: Letter, proof: Proof) -> str:
    """Say why a letter is not taken for a member's answer; empty where it is theirs."""
    if member is None or not may(member, Right.WORK_TICKETS):
        return "staff_gone"
    if letter.sender is None or letter.sender.address != member.account.email:
        return "staff_other_address"
    if not proof.proven or proof.address != member.account.email:
        return "staff_unproven"
    return ""


def _held(row: RawLetter, ticket: Ticket, reason: str, at: datetime) -> Ended:
    timeline.write(ticket, "staff_letter_held", at=at, by=Actor.DESK, letter=row.pk, why=reason)
    return Ended(LetterState.HOLD, reason, {"ticket": ticket})
