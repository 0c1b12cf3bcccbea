"""One letter while it is judged: what it is, who wrote it, what follows, and in which state it ends."""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from reglament.desk.channels import intake
from reglament.desk.channels.email import ledger, returned, staff_answers
from reglament.desk.channels.email.authentication import Proof
from reglament.desk.channels.email.blocking import is_blocked
from reglament.desk.channels.email.headers import split_headers
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.lookups import copied_to, desk_address, is_of_desk, known_of
from reglament.desk.channels.email.nature import Nature, recognise
from reglament.desk.channels.email.sanitise import sanitised
from reglament.desk.channels.email.scanning import Finding, Scan
from reglament.desk.channels.email.spam import spam_verdict
from reglament.desk.channels.email.threads import Thread, clues_of, thread_of
from reglament.desk.channels.incoming import Incoming, IncomingFile, Outcome, Taken
from reglament.desk.channels.models import LetterState, RawLetter
from reglament.desk.faults import ActionRefused
from reglament.desk.notices import deliverability
from reglament.desk.notices.marks import loop_mark
from reglament.desk.notices.reply_address import thread_key
from reglament.desk.notices.staff_addresses import Invited
from reglament.desk.regulations.queries import compiled, edition_at
from reglament.desk.tickets.models import Ticket

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


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person chose to make of a letter."""

    sender: str
    """Whom it is from, in lower case; empty where nobody knows."""
    name: str
    by: str
    """Who chose."""
    ticket_number: int | None = None
    """The ticket that it becomes a message of; None for a new one."""
    joins: bool = True
    """Whether its sender takes part in that ticket; else it is a note there."""
    source: tuple[IncomingFile, ...] = ()
    """The letter itself as a file, where nothing of it could be read."""


class Judgement:
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
        self._own = own
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
        if (why := self._spam()) and not self._is_of_our_letter():
            return self._end(LetterState.SPAM, why)
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
        if self._proof.proven:
            deliverability.proved_alive(self._desk, self._proof.address, self._at)
        invited = staff_answers.invitation_of(self._desk, self._row.envelope_to, self._letter)
        return self._of_somebody() if invited is None else self._staff_answered(invited)

    def _of_somebody(self) -> Verdict:
        nature = self._recognition.nature
        thread = self._thread()
        if thread is not None and (ticket := self._spam_ticket(thread)) is not None:
            return self._end(LetterState.SPAM, "spam_ticket", ticket=ticket)
        if nature is Nature.REPLIED:
            if thread is None:
                return self._end(LetterState.IGNORE, "automatic")
            return self._take_in(thread, LetterState.RECORD_ONLY, "automatic_to_ticket")
        return self._take_in(thread, LetterState.CREATE, "accepted")

    def take_by_hand(self, choice: ByHand) -> Verdict:
        """Make of the letter what a person chose, in the transaction of the caller.

        Raises `ActionRefused` where the desk cannot take it in so.
        """
        incoming = self._incoming(None)
        same = self._letter.sender is not None and self._letter.sender.address == choice.sender
        proven = self._proof.proven and same
        unfit = self._finding is Finding.INFECTED or (
            self._finding is Finding.UNSCANNED and settings.REGLAMENT_VIRUS_SCANNER_HOLD
        )
        taken = intake.receive(
            replace(
                incoming,
                sender_address=choice.sender,
                sender_name=choice.name or (incoming.sender_name if same else ""),
                proven=proven,
                proof={**incoming.proof, "proven": proven, "by_hand": choice.by},
                ticket_number=choice.ticket_number,
                takes_part=choice.joins,
                automatic=False,
                notice_allowed=self._recognition.unanswerable in ("", "no_sender")
                and bool(choice.sender)
                and not self._row.quiet,
                # What the scanner has not passed stays in the ledger, whoever decides.
                html="" if unfit else incoming.html,
                attachments=() if unfit else (*incoming.attachments, *choice.source),
            ),
            self._at,
        )
        state, reason = {
            Outcome.CREATED: (LetterState.CREATE, "by_hand"),
            Outcome.APPENDED: (LetterState.APPEND, "by_hand"),
            Outcome.NOTED: (LetterState.RECORD_ONLY, "by_hand_note"),
            Outcome.TALK: (LetterState.RECORD_ONLY, "talk"),
            Outcome.DUPLICATE: (LetterState.DUPLICATE, "already_taken"),
        }[taken.outcome]
        return self._end_taken(taken, state, reason)

    def _spam(self) -> str:
        """Say why the letter is spam, by an id of a reason; empty where it is none."""
        if self._row.not_spam:
            return ""
        if self._letter.sender is not None and is_blocked(self._desk, self._letter.sender.address):
            return "blocked_sender"
        border = "" if self._desk.checks_senders else self._desk.trusted_border
        return "border_spam" if spam_verdict(self._letter.headers, border, self._desk.spam_field) else ""

    def _is_of_our_letter(self) -> bool:
        """Say whether it tells what became of a letter of the desk, which nothing may hide."""
        bounce = self._recognition.bounce
        return bounce is not None and returned.original_of(self._desk, bounce) is not None

    def _spam_ticket(self, thread: Thread) -> Ticket | None:
        if self._row.not_spam:
            return None
        return Ticket.objects.filter(desk=self._desk, number=thread.number, spam_at__isnull=False).first()

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
        clues = clues_of(self._letter, self._row.envelope_to, self._desk.number_prefix, thread_key())
        sender = self._letter.sender.address if self._letter.sender is not None else ""
        return thread_of(clues, known_of(self._desk, clues, self._proof, sender, self._row.received_at))

    def _staff_answered(self, invited: Invited) -> Verdict:
        ended = staff_answers.take(
            self._row,
            self._letter,
            invited,
            self._proof,
            self._recognition.nature,
            self._files(),
            self._findings(),
            self._digest,
            self._at,
        )
        return self._end(ended.state, ended.reason, **ended.values)

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
        return self._end_taken(taken, state, reason)

    def _end_taken(self, taken: Taken, state: LetterState, reason: str) -> Verdict:
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
            attachments=self._files(),
            copied=copied_to(letter, self._own),
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

    def _files(self) -> tuple[IncomingFile, ...]:
        return tuple(
            IncomingFile(file.name, file.content_type, file.content, file.content_id)
            for file in (() if self._finding is Finding.INFECTED else self._letter.attachments)
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
