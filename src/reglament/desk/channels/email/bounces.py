"""Letters that say what became of letters of ours: delivery reports (RFC 3464, 6533) and plain bounces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reglament.desk.channels.email.addresses import addresses, plain_address
from reglament.desk.channels.email.headers import decode_words, split_headers
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.parts import Part

MAX_RECIPIENTS = 100
"""Recipients of one report that are read."""

_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_ID_FIELD = re.compile(
    r"^message-id:\s{0,100}(<[^<>\s@]{1,200}@[^<>\s@]{1,200}>)", re.IGNORECASE | re.MULTILINE
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY_CODE = re.compile(r"(?<![.\d])([45])[0-5]\d(?![.\d])")
_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_SENDERS = re.compile(r"(?:mailer-daemon|mail-daemon|mailerdaemon|postmaster|mailer)(?:[+=-].*)?")
_SYSTEM_NAMES = ("mail delivery", "mailer-daemon", "система доставки почты", "почтовая система")
_SUBJECTS = re.compile(
    r"undeliver|delivery (?:status|has failed|failure|delayed|incomplete)|returned mail|mail delivery failed"
    r"|failure notice|mail failure|mail system error|message you sent blocked|message .{1,80} delayed"
    r"|не\s?(?:был[оа] )?достав|не может быть (?:доставлен|отправлен)|не удалось (?:доставить|отправить)"
    r"|(?:ошибка|сбой|отказ)\w* (?:при )?доставк|возвра(?:т|щ[её]н\w*) (?:письм|сообщени|отправител)|задерж"
    r"|успешно доставлен",
    re.IGNORECASE,
)
# What such a letter says of itself where its subject says nothing.
_WORDS = re.compile(
    r"could not be\s+delivered|delivery to the following recipients? failed|undeliverable"
    r"|не\s+(?:может|могло)\s+быть\s+(?:доставлен|отправлен)|не удалось\s+доставить"
    r"|(?:не\s+был[аои]?|пока\s+не)\s+доставлен|доставка .{0,80}не удалась",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"delayed|will be retried|will retry|will keep trying|still trying|attempts will continue"
    r"|warning message only|not yet been delivered|not been delivered .{0,40}yet|задерж|пока не достав"
    r"|попытк\w+ .{0,40}(?:продолж|повтор)|ещ[её] не (?:была? )?достав|будем пытаться|будет повторен",
    re.IGNORECASE,
)
_DELIVERED = re.compile(r"успешно\s+доставлен|successfully\s+delivered", re.IGNORECASE)
# Below such a line stands the letter that came back, with addresses of its own.
_COPY = re.compile(
    r"^[\s>*-]*(?:this is a copy of|below this line is a copy|-{2,} ?(?:original|исходное|копия)|return-path:"
    r"|received:|(?:копия|текст|заголовки)\b.{0,40}(?:сообщения|письма)|original message)",
    re.IGNORECASE,
)
# A recipient stands at the beginning of its line, or in angle brackets.
_NAMED = re.compile(
    r"^\s{0,10}(?:<([\w.+=-]{1,64}@[\w.-]{1,190})>|([\w.+=-]{1,64}@[\w.-]{1,190}))\s{0,3}(?:[:,;(]|$|-{1,2}\s|\*)"
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
    name = letter.sender.name.lower() if letter.sender else ""
    by_system = bool(_SENDERS.fullmatch(author)) or any(one in name for one in _SYSTEM_NAMES)
    says_so = bool(_SUBJECTS.search(letter.subject[:300])) and (by_system or null_sender)
    if not says_so and not (by_system and _WORDS.search(letter.text[:3_000])):
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
            # The original one is whom we wrote to; the final one may be where that is forwarded.
            recipient = _typed_address(group.raw("original-recipient")) or _typed_address(
                group.raw("final-recipient")
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
        elif part.file_name:  # some servers attach the letter as a plain file
            lines = part.content[:50_000].decode("ascii", "replace")
            found.update(dict.fromkeys(_ID_FIELD.findall(lines)))
    found.update(dict.fromkeys((*letter.in_reply_to, *reversed(letter.references))))
    found.update(dict.fromkeys(_MESSAGE_ID.findall(letter.text[:50_000])))
    return tuple(found)[:MAX_RECIPIENTS]


def _reports_in_words(letter: Letter) -> Iterator[DeliveryReport]:
    lines = _own_lines(letter.text[:20_000])
    text = "\n".join(lines)
    said = " ".join(f"{letter.subject[:300]} {text[:5_000]}".split())
    action = "delayed" if _DELAY.search(said) else "delivered" if _DELIVERED.search(said) else "failed"
    ours = {one.address for one in (*letter.to, *letter.cc)}
    for recipient, words in _recipients(letter, lines, ours):
        status, code = _STATUS.search(words), _REPLY_CODE.search(words)
        number = status[1] if status else f"{code[1]}.0.0" if code else ""
        yield DeliveryReport(recipient, action, number, " ".join(words.split())[:500])


def _own_lines(text: str) -> list[str]:
    """Give the lines of a bounce above the letter that it returns."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and _COPY.match(line[:200]):
            break
        lines.append(line[:1_000])
    return lines


def _recipients(letter: Letter, lines: list[str], ours: set[str]) -> Iterator[tuple[str, str]]:
    """Give each recipient that a bounce in words speaks of, with what it says of that one.

    Exim names them in a field; others give each a line of its own and the reason beside or below it; the
    rest mention one address somewhere.
    """
    text = "\n".join(lines)
    said: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines:
        found = _NAMED.match(line)
        recipient = plain_address((found[1] or found[2]).rstrip(".")) if found else None
        if recipient and recipient not in ours and not _SENDERS.match(recipient):
            current = said.setdefault(recipient, [])
        if current is not None:
            current.append(line)
    in_field = addresses(letter.headers, "x-failed-recipients")
    if in_field:
        for one in in_field[:MAX_RECIPIENTS]:
            yield one.address, "\n".join(said.get(one.address, lines))
        return
    if said:
        for recipient, words in list(said.items())[:MAX_RECIPIENTS]:
            yield recipient, "\n".join(words)
        return
    mentioned = (plain_address(one) for one in dict.fromkeys(_ADDRESS.findall(text)))
    for recipient in mentioned:
        if recipient and recipient not in ours and not _SENDERS.match(recipient):
            yield recipient, text
            return
