"""The road of a letter: stored, read, proved, threaded, and handed to the one door of the desk.

Storing comes first and is for good. All that follows is one transaction per letter, which also writes
down in which state the letter ended; where that fails the letter stays stored, to be read again.
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from reglament.desk.channels import intake
from reglament.desk.channels.email import ledger, returned
from reglament.desk.channels.email.authentication import Proof, judge, taken_by_border
from reglament.desk.channels.email.headers import Headers, split_headers
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.lookups import desk_address, is_of_desk, known_of
from reglament.desk.channels.email.nature import Nature, recognise
from reglament.desk.channels.email.own_verdict import own_verdict
from reglament.desk.channels.email.reading import read_letter
from reglament.desk.channels.email.resolver import own_resolver
from reglament.desk.channels.email.sanitise import sanitised
from reglament.desk.channels.email.scanning import Finding, Scan, scan
from reglament.desk.channels.email.threads import Thread, clues_of, thread_of
from reglament.desk.channels.incoming import Incoming, IncomingFile, Outcome, Taken
from reglament.desk.channels.models import LetterState, RawLetter
from reglament.desk.faults import ActionRefused
from reglament.desk.notices.marks import loop_mark
from reglament.desk.regulations.models import Desk
from reglament.desk.regulations.queries import compiled, edition_at

MAX_LETTER = 25 * 1024 * 1024
"""Octets of a letter that a desk takes, where nothing else is said."""
KEPT_OF_OVERSIZE = 64 * 1024
"""Octets that are kept of the beginning of a letter that was too large, to show what it was."""

_log = logging.getLogger(__name__)
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a letter."""

    action: LetterState
    reason: str
    """An id; `reasons.reason_in_words` says it."""
    ticket_number: int | None = None
    message_id: int | None = None
    answered: bool = False
    raw_letter_id: int | None = None


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
    letter = read_letter(raw)
    scanned = _scanned(raw, letter)
    proof = _proof(row, raw, letter)
    with transaction.atomic():
        row = RawLetter.objects.select_for_update(of=("self",)).select_related("desk").get(pk=raw_letter_id)
        if row.state != LetterState.STORED:
            return _same_again(row)
        return _Judgement(row, raw, letter, proof, at, scanned).settle()


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


class _Judgement:
    """One letter while it is judged: what it is, who wrote it, and what follows."""

    def __init__(
        self,
        row: RawLetter,
        raw: bytes,
        letter: Letter,
        proof: Proof,
        at: datetime,
        scanned: Scan | None = None,
    ) -> None:
        self._row = row
        self._desk = row.desk
        self._letter = letter
        self._at = at
        self._scanned = scanned
        self._finding = scanned.finding if scanned is not None else None
        self._digest = content_digest(raw, letter)
        self._proof = proof
        own = list(row.desk.addresses.order_by("position", "pk").values_list("address", flat=True))
        self._recognition = recognise(
            letter,
            envelope_from=row.envelope_from,
            own_addresses=own,
            loop_mark=loop_mark(row.desk.slug, own[0]) if own else "",
        )

    def settle(self) -> Verdict:
        """Do what the letter asks and write down its state, in the transaction of the caller."""
        nature = self._recognition.nature
        if nature is Nature.LOOP:
            return self._end(LetterState.LOOP, self._recognition.reason)
        if is_of_desk(self._desk, self._letter.message_id):
            return self._end(LetterState.LOOP, "loop_mark")
        if self._finding is Finding.INFECTED:
            return self._end(LetterState.HOLD, "infected")
        if self._letter.unreadable is not None:
            return self._end(LetterState.HOLD, self._letter.unreadable)
        if self._finding is Finding.UNSCANNED and settings.REGLAMENT_VIRUS_SCANNER_HOLD:
            return self._end(LetterState.HOLD, "unscanned")
        if nature is Nature.BOUNCE:
            verdict = self._bounced()
            if verdict is not None:
                return verdict
        if nature is Nature.COMPLAINT:
            return self._take_in(None, LetterState.COMPLAINT, "abuse_report")
        if self._letter.sender is None:
            return self._end(LetterState.HOLD, self._letter.sender_fault or "from_unreadable")
        thread = self._thread()
        if nature is Nature.REPLIED:
            if thread is None:
                return self._end(LetterState.IGNORE, "automatic")
            return self._take_in(thread, LetterState.RECORD_ONLY, "automatic_to_ticket")
        return self._take_in(thread, LetterState.CREATE, "accepted")

    def _bounced(self) -> Verdict | None:
        """Note a bounce at the letter that it speaks of; None where it only looked like one."""
        bounce = self._recognition.bounce
        assert bounce is not None
        original = returned.original_of(self._desk, bounce)
        if original is None:
            return self._end(LetterState.IGNORE, "returned_unknown") if bounce.formal else None
        returned.note(original, bounce, self._at)
        return self._end(
            LetterState.BOUNCE,
            "returned",
            ticket=original.ticket,
            verdict=self._findings() | {"bounced_letter": original.pk},
        )

    def _thread(self) -> Thread | None:
        key = f"mail-threads:{settings.SECRET_KEY}".encode()
        clues = clues_of(self._letter, self._row.envelope_to, self._desk.number_prefix, key)
        sender = self._letter.sender.address if self._letter.sender is not None else ""
        return thread_of(clues, known_of(self._desk, clues, self._proof, sender, self._row.received_at))

    def _take_in(self, thread: Thread | None, state: LetterState, reason: str) -> Verdict:
        try:
            taken = intake.receive(self._incoming(thread), self._at)
        except ActionRefused as refused:
            _log.warning("letter %s is held: %s", self._row.pk, refused)
            return self._end(LetterState.HOLD, "not_judged")
        if state is LetterState.CREATE:
            state, reason = _became(taken, thread)
        elif taken.outcome is Outcome.DUPLICATE:
            state, reason = LetterState.DUPLICATE, "already_taken"
        own_message = None if taken.outcome is Outcome.DUPLICATE else taken.message_id
        verdict = self._end(
            state, reason, ticket_id=taken.ticket_id, message_id=own_message, answered=taken.answered
        )
        return Verdict(
            verdict.action, reason, taken.ticket_number, taken.message_id, taken.answered, self._row.pk
        )

    def _incoming(self, thread: Thread | None) -> Incoming:
        letter, row = self._letter, self._row
        is_complaint = self._recognition.nature is Nature.COMPLAINT
        address = desk_address(self._desk, row.envelope_to)
        kind = (address.kind if address is not None else "") or None
        return Incoming(
            desk_id=row.desk_id,
            channel="email",
            received_at=row.received_at,
            recorded_at=self._at,
            sender_address=letter.sender.address[:254] if letter.sender is not None else "",
            sender_name=letter.sender.name[:200] if letter.sender is not None else "",
            proven=self._proof.proven,
            proof=self._findings(),
            subject=letter.subject[:500],
            text=letter.new_text,
            quoted="\n\n".join(filter(None, (letter.signature, letter.quoted_text))),
            # What a complaint shows is evidence: it is kept as a file, and never rendered.
            html=sanitised(letter.html) if letter.html and not is_complaint else "",
            attachments=tuple(
                IncomingFile(file.name, file.content_type, file.content, file.content_id)
                for file in (() if self._finding is Finding.INFECTED else letter.attachments)
            ),
            language=language_of(f"{letter.subject} {letter.new_text}"),
            kind=(kind or self._kind_of_complaints()) if is_complaint else kind,
            department=(address.department if address is not None else "") or None,
            ticket_number=thread.number if thread is not None else None,
            takes_part=thread.takes_part if thread is not None else True,
            automatic=self._recognition.nature is Nature.REPLIED,
            notice_allowed=self._recognition.may_answer and not row.quiet,
            idempotency_key=f"letter:{self._digest}",
            raw_letter_id=row.pk,
            internet_message_id=letter.message_id or "",
        )

    def _kind_of_complaints(self) -> str | None:
        """Give the kind that the regulation in force names for reports of abuse, if it names one."""
        edition = compiled(edition_at(self._desk, self._row.received_at)).written
        kinds = [practice.terms.get("kind") for _, practice in edition.practices("abuse_reports")]
        return next((str(kind) for kind in kinds if kind), None)

    def _findings(self) -> dict[str, object]:
        """Give what was found out about the letter, fit for JSON: kept with it and with its message."""
        found: dict[str, object] = dict(self._proof.as_json())
        recognition = self._recognition
        found["nature"] = str(recognition.nature)
        if recognition.unanswerable:
            found["unanswerable"] = recognition.unanswerable
        if self._scanned is not None:
            found["scan"] = self._scanned.as_json()
        if self._letter.defects:
            found["defects"] = list(self._letter.defects)
        if recognition.bounce is not None:
            found["bounce"] = [report.as_json() for report in recognition.bounce.reports]
        if recognition.complaint is not None:
            found["complaint"] = recognition.complaint.as_json()
        return found

    def _end(self, state: LetterState, reason: str, **values: object) -> Verdict:
        values.setdefault("verdict", self._findings())
        ledger.settle(
            self._row,
            state,
            reason,
            self._at,
            internet_message_id=(self._letter.message_id or "")[:998],
            content_digest=self._digest,
            **values,
        )
        number = self._row.ticket.number if self._row.ticket is not None else None
        return Verdict(state, reason, number, self._row.message_id, raw_letter_id=self._row.pk)


def _became(taken: Taken, thread: Thread | None) -> tuple[LetterState, str]:
    """Say in which state a letter of a person ended, by what the desk made of it."""
    if taken.outcome is Outcome.DUPLICATE:
        return LetterState.DUPLICATE, "already_taken"
    if taken.outcome is Outcome.NOTED:
        return LetterState.RECORD_ONLY, "stranger"
    if taken.outcome is Outcome.TALK:
        return LetterState.RECORD_ONLY, "talk"
    if taken.outcome is Outcome.APPENDED and thread is not None:
        reasons = {"sub_address": "answers_address", "references": "answers_letter"}
        return LetterState.APPEND, reasons.get(thread.matched_by, "names_ticket")
    return LetterState.CREATE, "accepted"


def content_digest(raw: bytes, letter: Letter) -> str:
    """Give what tells a letter from its copies: Message-ID, From, Date and body, whatever the way it came.

    Line ends and white space at the end of the body are the servers' business and do not count.
    """
    _, start = split_headers(raw)
    body = raw[start:].replace(b"\r\n", b"\n").rstrip()
    digest = hashlib.sha256((letter.message_id or "").encode())
    for value in (*letter.headers.all("from"), *letter.headers.all("date")):
        digest.update(b"\0" + b" ".join(value.split()))
    digest.update(b"\0\0" + body)
    return digest.hexdigest()


def language_of(text: str) -> str:
    """Give the language that a text is written in, as far as its letters tell: `ru`, `en` or unknown."""
    sample = text[:5_000]
    cyrillic, latin = len(_CYRILLIC.findall(sample)), len(_LATIN.findall(sample))
    if cyrillic * 3 >= latin and cyrillic:
        return "ru"
    return "en" if latin > 20 else ""
