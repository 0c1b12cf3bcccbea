"""What a person does with a letter of the ledger: run it again, make something of it, call it spam or not.

Each verb takes who does it and the letter, checks that their role and the letter's state let them, and
writes the audit log in the transaction of the act. A letter keeps its moment of receipt whatever is done
with it, so deadlines count from then, and what it made before is never made twice: the key of its content
stands in the ledger of the intake.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.email import ledger
from reglament.desk.channels.email.addresses import plain_address
from reglament.desk.channels.email.judgement import ByHand, Judgement, Verdict
from reglament.desk.channels.email.receiving import read_stored, taken_apart
from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.channels.models import LetterState, RawLetter
from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.people.actions import demand_at
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right
from reglament.desk.tickets.actions.spam import mark_not_spam as bring_ticket_back
from reglament.desk.tickets.actions.spam import mark_spam as mark_ticket
from reglament.desk.tickets.models import Ticket
from reglament.desk.tickets.working import demand_work

RUN_AGAIN, MAKE, MARK, BRING_BACK = "run_again", "make", "mark_spam", "bring_back"

_MADE_NOTHING = (
    LetterState.HOLD,
    LetterState.IGNORE,
    LetterState.LOOP,
    LetterState.REJECT,
    LetterState.SPAM,
)
_WHY_NOT: dict[str, Promise] = {
    "oversize": _("Only the beginning of this letter was kept; ask its sender for a smaller one."),
    "file_gone": _("The file of this letter is gone; nothing can be made of it."),
    "taken": _("This letter has made what it could; nothing is made twice."),
    "stored": _("This letter has not been read yet; run it first."),
    "is_spam": _("This letter is among the spam already."),
    "no_spam": _("This letter is not among the spam."),
    "message": _("It is a message of a ticket, which stays; block its sender, or mark the whole ticket."),
    "of_machine": _("It says what became of a letter of the desk, and asks for nothing."),
    "bring_back_first": _("It belongs to a ticket that was marked as spam: bring it back."),
}


def why_not(letter: RawLetter, verb: str) -> Promise | None:
    """Say why one of the verbs (`RUN_AGAIN`, `MAKE`, `MARK`, `BRING_BACK`) cannot be done to a letter."""
    state = letter.state
    key = ""
    if verb == BRING_BACK:
        key = "" if state == LetterState.SPAM else "no_spam"
    elif verb == MARK:
        if state == LetterState.SPAM:
            key = "is_spam"
        elif state == LetterState.STORED:
            key = "stored"
        elif state in (LetterState.BOUNCE, LetterState.DUPLICATE):
            key = "of_machine" if state == LetterState.BOUNCE else "taken"
        elif letter.message_id is not None and not _opened_its_ticket(letter):
            key = "message"
    elif state == LetterState.OVERSIZE:
        key = "oversize"
    elif verb == MAKE and letter.reason == "file_gone":
        key = "file_gone"
    elif state == LetterState.SPAM and letter.message_id is not None:
        key = "bring_back_first"
    elif state == LetterState.STORED:
        key = "stored" if verb == MAKE else ""
    elif state not in _MADE_NOTHING:
        key = "taken"
    return _WHY_NOT[key] if key else None


def run_again(by: StaffMember, letter: RawLetter, *, at: datetime) -> Verdict:
    """Lead a letter the whole road again, from the beginning; for use after what was wrong is mended.

    Must not be called inside a transaction. Where the process ends in between, the letter is read by the
    next sweep of the intake.
    """
    queue_again(by, letter, at=at)
    return read_stored(letter.pk, at)


@transaction.atomic(durable=True)
def queue_again(by: StaffMember, letter: RawLetter, *, at: datetime) -> None:
    """Put a letter back among those that are to be read; `read_stored`, or a worker in a minute, reads it."""
    row = _locked(by, letter, RUN_AGAIN)
    _log("run_letter_again", row, by, at)
    _put_back(row)


def make_ticket(
    by: StaffMember, letter: RawLetter, *, sender: str, name: str = "", reason: str, at: datetime
) -> Verdict:
    """Make a new ticket of a letter that the road made nothing of.

    Takes whom it is from, which the letter itself may not say in a way that can be relied upon; empty is
    nobody known. Must not be called inside a transaction.
    """
    return _make(by, letter, sender, name, None, True, reason, at)


def make_message(
    by: StaffMember,
    letter: RawLetter,
    *,
    number: int,
    sender: str,
    joins: bool,
    name: str = "",
    reason: str,
    at: datetime,
) -> Verdict:
    """Make a letter a message of a ticket of the desk, by its number.

    `joins`: it counts as the client's, and its sender takes part from now on; else it is kept there as an
    internal note. Must not be called inside a transaction.
    """
    return _make(by, letter, sender, name, number, joins, reason, at)


def mark_spam(by: StaffMember, letter: RawLetter, *, at: datetime, reason: str = "") -> None:
    """Say that a letter is spam. The ticket that it opened, if it did, is spam with it."""
    with transaction.atomic():
        row = _locked(by, letter, MARK)
        _log("mark_letter_spam", row, by, at, reason)
        if row.ticket is not None and row.message_id is not None:
            mark_ticket(by, row.ticket, at=at, reason=reason)
        else:
            ledger.settle(row, LetterState.SPAM, "marked_spam", at, not_spam=False)


def bring_back(by: StaffMember, letter: RawLetter, *, at: datetime) -> Verdict:
    """Say that a letter is no spam: its ticket is restored, or it goes the road that it did not go.

    Neither the border's word nor a block counts for it any more. Must not be called inside a transaction.
    """
    with transaction.atomic(durable=True):
        row = _locked(by, letter, BRING_BACK)
        _log("bring_letter_back", row, by, at)
        if row.ticket is not None and row.ticket.spam_at is not None:
            bring_ticket_back(by, row.ticket, at=at)
        else:
            row.not_spam = True
            _put_back(row)
    row.refresh_from_db()
    if row.state == LetterState.STORED:
        return read_stored(row.pk, at)
    number = row.ticket.number if row.ticket is not None else None
    return Verdict(LetterState(row.state), row.reason, number, row.message_id, raw_letter_id=row.pk)


def _make(
    by: StaffMember,
    letter: RawLetter,
    sender: str,
    name: str,
    number: int | None,
    joins: bool,
    reason: str,
    at: datetime,
) -> Verdict:
    demand_at(by, letter.desk, Right.WORK_TICKETS)
    _stop(letter, MAKE)
    if not reason.strip():
        raise ActionRefused(
            _("Say why: this is not what the desk made of the letter itself."), field="reason"
        )
    address = plain_address(sender) if sender.strip() else ""
    if address is None or len(address) > 254:
        raise ActionRefused(_("This is no mail address."), field="sender")
    if number is not None and joins and not address:
        raise ActionRefused(
            _("Say whose letter it is: nobody without an address takes part."), field="sender"
        )
    raw = ledger.raw_of(letter)
    read, proof, scanned = taken_apart(letter, raw)
    source = (IncomingFile("letter.eml", "message/rfc822", raw),) if read.unreadable is not None else ()
    with transaction.atomic():
        row = _locked(by, letter, MAKE)
        if number is not None:
            demand_work(by, _ticket(row, number))
        what = "make_letter_ticket" if number is None else "make_letter_message"
        _log(what, row, by, at, reason, ticket=number, joins=joins if number is not None else None)
        choice = ByHand(address, name.strip()[:200], by.account.name, number, joins, source)
        return Judgement(row, raw, read, proof, at, scanned).take_by_hand(choice)


def _ticket(letter: RawLetter, number: int) -> Ticket:
    found = Ticket.objects.filter(desk=letter.desk_id, number=number).first()
    if found is None:
        raise ActionRefused(_("The desk has no ticket with this number."), field="number")
    if found.spam_at is not None:
        raise ActionRefused(_("This ticket was marked as spam; bring it back first."), field="number")
    return found


def _locked(by: StaffMember, letter: RawLetter, verb: str) -> RawLetter:
    demand_at(by, letter.desk, Right.READ_LETTERS)
    row = RawLetter.objects.select_for_update(of=("self",)).select_related("desk", "ticket").get(pk=letter.pk)
    _stop(row, verb)
    return row


def _stop(letter: RawLetter, verb: str) -> None:
    obstacle = why_not(letter, verb)
    if obstacle is not None:
        raise ActionRefused(obstacle)


def _put_back(row: RawLetter) -> None:
    row.state, row.reason, row.read_at, row.ticket = LetterState.STORED, "", None, None
    row.save(update_fields=["state", "reason", "read_at", "ticket", "not_spam"])


def _opened_its_ticket(letter: RawLetter) -> bool:
    return letter.state in (LetterState.CREATE, LetterState.COMPLAINT)


def _log(what: str, row: RawLetter, by: StaffMember, at: datetime, reason: str = "", **values: Any) -> None:
    was = {"was": row.state, "because": row.reason}
    said = {name: value for name, value in values.items() if value is not None}
    audit.record(what, row, by=by.account, at=at, reason=reason.strip(), values=was | said)


def verbs_for(letter: RawLetter, among: Collection[str] = (RUN_AGAIN, MAKE, MARK, BRING_BACK)) -> set[str]:
    """Give those of the verbs that can be done to a letter."""
    return {verb for verb in among if why_not(letter, verb) is None}
