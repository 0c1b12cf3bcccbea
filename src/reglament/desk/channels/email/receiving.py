"""The road of a letter: stored, read, proved, threaded, and handed to the one door of the desk.

Storing comes first and is for good. All that follows is one transaction per letter, which also writes
down in which state the letter ended; where that fails the letter stays stored, to be read again.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from reglament.desk.channels.email import ledger
from reglament.desk.channels.email.authentication import Proof, judge, taken_by_border
from reglament.desk.channels.email.headers import Headers, split_headers
from reglament.desk.channels.email.judgement import Judgement, Verdict
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.own_verdict import own_verdict
from reglament.desk.channels.email.reading import read_letter
from reglament.desk.channels.email.resolver import own_resolver
from reglament.desk.channels.email.scanning import Scan, scan
from reglament.desk.channels.models import LetterState, RawLetter
from reglament.desk.regulations.models import Desk

__all__ = [
    "KEPT_OF_OVERSIZE",
    "MAX_LETTER",
    "Verdict",
    "keep_letter",
    "moment_of_receipt",
    "read_stored",
    "read_waiting",
    "receive_letter",
    "taken_apart",
]

MAX_LETTER = 25 * 1024 * 1024
"""Octets of a letter that a desk takes, where nothing else is said."""
KEPT_OF_OVERSIZE = 64 * 1024
"""Octets that are kept of the beginning of a letter that was too large, to show what it was."""

_log = logging.getLogger(__name__)


def receive_letter(
    desk: Desk, raw: bytes, envelope: Envelope, source: str, at: datetime, *, most: int = MAX_LETTER
) -> Verdict:
    """Take one letter: store it for good, then read it and do what it asks.

    Takes the octets, the envelope, the door that took it (`smtp`, `lmtp`, `pipe`), the present moment
    and the largest size. Raises OSError or a database error only where the letter could not be stored:
    then nobody may be told that it was taken. Whatever goes wrong later, it is kept and shown.
    """
    if len(raw) > most:
        return _too_large(desk, raw, envelope, source, at)
    letter, is_new = keep_letter(desk, raw, envelope, source, at)
    if not is_new and letter.state != LetterState.STORED:
        return _same_again(letter)
    return read_stored(letter.pk, at)


def keep_letter(
    desk: Desk, raw: bytes, envelope: Envelope, source: str, at: datetime
) -> tuple[RawLetter, bool]:
    """Store a letter for good, unread; give its row, and whether it is new. Raises as `receive_letter`."""
    # Where no border stands before the desk, whoever names one in a letter made it up.
    border = "" if desk.checks_senders else desk.trusted_border
    received_at = moment_of_receipt(split_headers(raw)[0], border, at)
    return ledger.store(desk, raw, envelope, source, received_at=received_at, recorded_at=at)


def read_stored(raw_letter_id: int, at: datetime) -> Verdict:
    """Read a stored letter and do what it asks, once, however often and wherever this is called.

    Never raises: where the database or the disk fails, the letter stays stored and is read later; where
    the letter itself is beyond us, or its file is gone, it is held for a person.
    """
    try:
        return _read_stored(raw_letter_id, at)
    except FileNotFoundError:
        _log.exception("the file of letter %s is gone", raw_letter_id)
        return _held(raw_letter_id, "file_gone", at)
    except (OperationalError, InterfaceError, OSError):
        _log.exception("letter %s could not be read now and stays stored", raw_letter_id)
        return Verdict(LetterState.HOLD, "to_be_read", raw_letter_id=raw_letter_id)
    except Exception:
        _log.exception("letter %s could not be taken in and is held", raw_letter_id)
        return _held(raw_letter_id, "not_judged", at)


def read_waiting(at: datetime, age: timedelta = timedelta(minutes=1)) -> None:
    """Read the letters that were stored that long ago and never read, each once."""
    for raw_letter_id in ledger.waiting(at, age):
        read_stored(raw_letter_id, at)


def moment_of_receipt(headers: Headers, border: str, at: datetime) -> datetime:
    """Give the moment that the desk counts from: when its border took the letter, else the present one.

    The date of the top Received counts where the border wrote it, and where it is not in the future.
    """
    received = taken_by_border(headers, border)
    if received is None:
        return at
    try:
        said = parsedate_to_datetime(received.rpartition(";")[2].strip()[:100])
        moment = said.astimezone(UTC) if said.tzinfo is not None else None
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return at
    return moment if moment is not None and moment <= at else at


def _read_stored(raw_letter_id: int, at: datetime) -> Verdict:
    row = RawLetter.objects.select_related("desk").get(pk=raw_letter_id)
    if row.state != LetterState.STORED:
        return _same_again(row)
    raw = ledger.raw_of(row)
    if len(raw) < row.size:
        # Its beginning alone was kept, by a process that ended before it could say so.
        return _held(raw_letter_id, "too_large", at, LetterState.OVERSIZE)
    # Outside the transaction: reading is pure, and on SQLite nobody else can write meanwhile.
    letter, proof, scanned = taken_apart(row, raw)
    with transaction.atomic():
        row = RawLetter.objects.select_for_update(of=("self",)).select_related("desk").get(pk=raw_letter_id)
        if row.state != LetterState.STORED:
            return _same_again(row)
        return Judgement(row, raw, letter, proof, at, scanned).settle()


def taken_apart(row: RawLetter, raw: bytes) -> tuple[Letter, Proof, Scan | None]:
    """Read a letter, find out who wrote it, and show it to the scanner: all that asks no database.

    Must not be called inside a transaction: the scanner and the DNS may take their time.
    """
    letter = read_letter(raw)
    return letter, _proof(row, raw, letter), _scanned(raw, letter)


def _scanned(raw: bytes, letter: Letter) -> Scan | None:
    """Show a letter and its files to the virus scanner that is set; None where there is none."""
    scanner = settings.REGLAMENT_VIRUS_SCANNER
    if scanner is None:
        return None
    return scan((raw, *(file.content for file in letter.attachments)), scanner)


def _proof(row: RawLetter, raw: bytes, letter: Letter) -> Proof:
    """Find out who wrote a letter. Asks the DNS where the desk checks senders itself."""
    if not row.desk.checks_senders:
        return judge(letter.headers, letter.sender, row.desk.trusted_border)
    return own_verdict(
        raw, row.envelope_from, row.helo, row.client_address, letter.sender, own_resolver(), row.received_at
    )


def _held(raw_letter_id: int, reason: str, at: datetime, state: LetterState = LetterState.HOLD) -> Verdict:
    try:
        with transaction.atomic():
            row = RawLetter.objects.select_for_update().get(pk=raw_letter_id)
            if row.state == LetterState.STORED:
                ledger.settle(row, state, reason, at)
    except DatabaseError:
        _log.exception("letter %s could not be held and stays stored", raw_letter_id)
    return Verdict(state, reason, raw_letter_id=raw_letter_id)


def _same_again(row: RawLetter) -> Verdict:
    number = row.ticket.number if row.ticket is not None else None
    return Verdict(LetterState.DUPLICATE, "already_taken", number, row.message_id, raw_letter_id=row.pk)


def _too_large(desk: Desk, raw: bytes, envelope: Envelope, source: str, at: datetime) -> Verdict:
    """Keep the beginning of a letter that is refused for its size, so that it can be seen what it was."""
    row, is_new = ledger.store(
        desk, raw[:KEPT_OF_OVERSIZE], envelope, source, received_at=at, recorded_at=at, size=len(raw)
    )
    if is_new:
        ledger.settle(row, LetterState.OVERSIZE, "too_large", at)
    return Verdict(LetterState.OVERSIZE, "too_large", raw_letter_id=row.pk)
