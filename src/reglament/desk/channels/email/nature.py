"""What kind of letter it is, and whether the desk may answer it by itself (RFC 3834, 5230).

Automatic is not worthless: a monitor's letter makes a ticket; a notice of absence is noted. What may
never happen is that two machines answer each other, so a doubt forbids the answer, never the ticket.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from reglament.desk.channels.email.bounces import Bounce, bounce_in
from reglament.desk.channels.email.complaints import Complaint, complaint_in
from reglament.desk.channels.email.headers import Headers
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.threads import base_address
from reglament.desk.notices.marks import LOOP_FIELD

MAX_HOPS = 50
"""Received fields beyond which a letter goes round in circles; honest ones have fewer than 20."""

_LIST_FIELDS = (
    "list-id", "list-help", "list-subscribe", "list-unsubscribe", "list-post", "list-owner", "list-archive",
)  # fmt: skip
_UNANSWERED = re.compile(
    r"mailer-daemon.*|postmaster|owner-.*|.*-request|no-?_?reply.*|do-?_?not-?_?reply.*|.*[._-]no-?_?reply|bounces?[+=-].*"
)
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(?:автоматический ответ|автоответ|automatic reply|auto(?:matic)?[- ]?(?:reply|response)"
    r"|out of (?:the )?office(?: auto-?reply| reply)?)\s*(?::|$)",
    re.IGNORECASE,
)
_SUPPRESS = {"all", "autoreply", "oof"}


class Nature(StrEnum):
    """What kind of letter it is."""

    ORDINARY = "ordinary"
    GENERATED = "generated"
    """Written by a machine from an event of its own: worth a ticket, never an answer."""
    REPLIED = "replied"
    """Written by a machine because a letter came: a notice of absence, a receipt."""
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    LOOP = "loop"
    """A letter of our own that came back."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What kind of letter it is, by which mark, and what follows for answers."""

    nature: Nature
    reason: str
    """The mark that decided; empty for an ordinary letter."""
    unanswerable: str = ""
    """Why no automatic answer may go to it; empty where one may."""
    bounce: Bounce | None = None
    complaint: Complaint | None = None

    @property
    def may_answer(self) -> bool:
        """Whether an automatic answer may go to it."""
        return not self.unanswerable


def recognise(
    letter: Letter, *, envelope_from: str, own_addresses: Collection[str], loop_mark: str
) -> Recognition:
    """Say what kind of letter it is.

    Takes the envelope sender (empty is the null path), the desk's own addresses in lower case and its
    own value of LOOP_FIELD.
    """
    looping = _loop(letter, own_addresses, loop_mark)
    if looping:
        return Recognition(Nature.LOOP, looping, looping)
    complaint = complaint_in(letter)
    if complaint is not None:
        return Recognition(Nature.COMPLAINT, complaint.format, "complaint", complaint=complaint)
    bounce = bounce_in(letter, null_sender=not envelope_from)
    if bounce is not None:
        return Recognition(Nature.BOUNCE, "report" if bounce.formal else "words", "bounce", bounce=bounce)
    nature, reason = _automatic(letter, envelope_from)
    unanswerable = reason or _unanswerable(letter, envelope_from, own_addresses)
    return Recognition(nature, reason, unanswerable)


def _loop(letter: Letter, own_addresses: Collection[str], loop_mark: str) -> str:
    marks = {
        value.decode("utf-8", "replace").strip().lower() for value in letter.headers.all(LOOP_FIELD.lower())
    }
    if loop_mark and loop_mark.lower() in marks:
        return "loop_mark"
    if letter.sender is not None and _is_own(letter.sender.address, own_addresses):
        return "own_address"
    if len(letter.headers.all("received")) > MAX_HOPS:
        return "too_many_hops"
    return ""


def _automatic(letter: Letter, envelope_from: str) -> tuple[Nature, str]:
    headers = letter.headers
    submitted = _word(headers, "auto-submitted")
    if submitted == "auto-replied":
        return Nature.REPLIED, "auto_submitted"
    if letter.root is not None and letter.root.content_type == "multipart/report":
        kind = letter.root.parameters.get("report-type", "").lower()
        return (Nature.REPLIED if kind == "disposition-notification" else Nature.GENERATED), "report"
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply"):
        if headers.has(name) and _word(headers, name) != "no":
            return Nature.REPLIED, "autoreply_field"
    if _word(headers, "precedence") == "auto_reply":
        return Nature.REPLIED, "precedence"
    if _AUTOMATIC_SUBJECT.match(letter.subject[:200]):
        return Nature.REPLIED, "subject"
    if submitted not in {"", "no"}:
        return Nature.GENERATED, "auto_submitted"
    if not envelope_from:
        return Nature.GENERATED, "null_sender"
    return Nature.ORDINARY, ""


def _unanswerable(letter: Letter, envelope_from: str, own_addresses: Collection[str]) -> str:
    headers = letter.headers
    if any(headers.has(name) for name in _LIST_FIELDS):
        return "mailing_list"
    if _word(headers, "precedence") in {"bulk", "list", "junk"}:
        return "precedence"
    suppressed = {word.strip().lower() for word in headers.bare("x-auto-response-suppress").split(",")}
    if suppressed & _SUPPRESS:
        return "suppressed"
    if letter.sender is None:
        return "no_sender"
    for address in (letter.sender.address, envelope_from.lower(), *(one.address for one in letter.reply_to)):
        if _UNANSWERED.fullmatch(address.rpartition("@")[0]):
            return "unattended_address"
        if _is_own(address, own_addresses):
            return "own_address"
    return ""


def _is_own(address: str, own_addresses: Collection[str]) -> bool:
    """Say whether an address is one of the desk's own, or that of a ticket below one of them."""
    return address in own_addresses or base_address(address) in own_addresses


def _word(headers: Headers, name: str) -> str:
    """Give the first word of a field without parameters and comments."""
    text = re.sub(r"\([^()]*\)", " ", headers.bare(name)[:500])
    return (text.split(";", 1)[0].split() or [""])[0].lower()
