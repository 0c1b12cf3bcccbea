"""Letters that say what became of letters of ours: delivery reports (RFC 3464, 6533) and plain bounces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reglament.desk.channels.email.addresses import plain_address
from reglament.desk.channels.email.headers import decode_words, split_headers
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.parts import Part

MAX_RECIPIENTS = 100
"""Recipients of one report that are read."""

_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY_CODE = re.compile(r"\b([45])\d\d[ -]")
_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_SENDERS = re.compile(r"(?:mailer-daemon|mail-daemon|mailerdaemon|postmaster|mailer)(?:[+=-].*)?")
_SUBJECTS = re.compile(
    r"undeliver|delivery (?:status|has failed|failure|delayed|incomplete)|returned mail|mail delivery failed"
    r"|failure notice|message you sent blocked|не\s?достав|недостав|сообщение не может быть доставлено"
    r"|не удалось доставить|возврат письма|задерж",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"delayed|will (?:be retried|keep trying)|still trying|задерж|попытк\w+ продолж", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a letter for one recipient."""

    recipient: str
    action: str
    """`failed`, `delayed`, `delivered`, `relayed` or `expanded`."""
    status: str
    """The enhanced status code (RFC 3463), such as 5.1.1; empty where none is given."""
    diagnostic: str

    @property
    def permanent(self) -> bool:
        """Whether the recipient can never be reached so: a failure of class 5."""
        return self.action == "failed" and not self.status.startswith(("4", "2"))

    def as_json(self) -> dict[str, str | bool]:
        """Give the same, fit for JSON."""
        return {
            "recipient": self.recipient,
            "action": self.action,
            "status": self.status,
            "diagnostic": self.diagnostic,
            "permanent": self.permanent,
        }


@dataclass(frozen=True, slots=True)
class Bounce:
    """A letter about a letter of ours."""

    reports: tuple[DeliveryReport, ...]
    original_ids: tuple[str, ...]
    """Message-IDs that may be that of the letter it speaks of, the likeliest first."""
    formal: bool
    """Whether it is a delivery report in form, not only in words."""


def bounce_in(letter: Letter, *, null_sender: bool) -> Bounce | None:
    """Read a letter as a bounce, or give None where it is none.

    Takes whether its envelope sender was the null path, as that of every bounce should be. A bounce in
    plain words is told by its author, a mail system, and by its subject or a Message-ID that it quotes.
    """
    if letter.root is None:
        return None
    reports = tuple(_reports(letter.root))
    formal = bool(reports) or _is_report(letter.root)
    if formal:
        return Bounce(reports[:MAX_RECIPIENTS], _original_ids(letter), True)
    author = letter.sender.local if letter.sender else ""
    by_system = bool(_SENDERS.fullmatch(author)) or "mail delivery" in (
        letter.sender.name.lower() if letter.sender else ""
    )
    if not (by_system or null_sender) or not _SUBJECTS.search(letter.subject[:300]):
        return None
    return Bounce(tuple(_reports_in_words(letter)), _original_ids(letter), False)


def _is_report(root: Part) -> bool:
    kind = root.parameters.get("report-type", "").lower()
    return root.content_type == "multipart/report" and kind == "delivery-status"


def _reports(root: Part) -> Iterator[DeliveryReport]:
    for part in root.leaves():
        if part.content_type not in {"message/delivery-status", "message/global-delivery-status"}:
            continue
        content, position = part.content[:200_000], 0
        for _ in range(MAX_RECIPIENTS + 1):
            if position >= len(content):
                break
            group, after = split_headers(content, position)
            position = after if after > position else len(content)
            action = group.bare("action").lower().partition(" ")[0].strip(";,. ")[:20]
            recipient = _typed_address(group.raw("final-recipient")) or _typed_address(
                group.raw("original-recipient")
            )
            if not action and not recipient:
                continue
            status = _STATUS.search(group.bare("status")[:100])
            yield DeliveryReport(
                recipient,
                action or "failed",
                status[1] if status else "",
                decode_words(group.raw("diagnostic-code"))[:500],
            )


def _typed_address(value: bytes) -> str:
    """Read 'rfc822; anna@example.org', and the same with the form of RFC 6533."""
    text = decode_words(value.rpartition(b";")[2])
    return plain_address(text.strip().strip("<>")) or ""


def _original_ids(letter: Letter) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in letter.root.leaves() if letter.root else ():
        if part.content_type in _ORIGINALS:
            original, _ = split_headers(part.content[:200_000])
            found.update(dict.fromkeys(_MESSAGE_ID.findall(original.bare("message-id"))))
    found.update(dict.fromkeys((*letter.in_reply_to, *reversed(letter.references))))
    found.update(dict.fromkeys(_MESSAGE_ID.findall(letter.text[:50_000])))
    return tuple(found)[:MAX_RECIPIENTS]


def _reports_in_words(letter: Letter) -> Iterator[DeliveryReport]:
    text = letter.text[:20_000]
    status, code = _STATUS.search(text), _REPLY_CODE.search(text)
    number = status[1] if status else f"{code[1]}.0.0" if code else ""
    delayed = number.startswith("4") or _DELAY.search(letter.subject[:300])
    ours = {one.address for one in (*letter.to, *letter.cc)}
    addresses = (plain_address(one) for one in dict.fromkeys(_ADDRESS.findall(text)))
    named = [one for one in addresses if one and one not in ours and not _SENDERS.match(one)]
    for recipient in named[:1]:
        yield DeliveryReport(
            recipient, "delayed" if delayed else "failed", number, " ".join(text.split())[:500]
        )
