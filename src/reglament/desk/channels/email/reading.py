"""From a raw letter to a Letter: pure, bounded in time and memory, never raising."""

import email.utils
import re
from datetime import UTC, datetime

from reglament.desk.channels.email.addresses import addresses, sole_sender
from reglament.desk.channels.email.bodies import Body, body_of
from reglament.desk.channels.email.charsets import codec_named, decode
from reglament.desk.channels.email.headers import Headers, parameterised, split_headers
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.parts import BeyondLimits, Limits, Part, take_apart
from reglament.desk.channels.email.quotes import fragments_of_markup
from reglament.desk.channels.email.replies import Fragment, Kind, fragments_of, text_of_kind

USUAL = Limits()
"""The bounds within which letters are read."""

_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,500}>")
_ANSWER = re.compile(
    r"^\s*(?:re|ha|на|aw|sv|отв|ответ|отв\.)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*:", re.IGNORECASE
)
_FORWARD = re.compile(r"^\s*(?:fwd?|пер|пересл|переслано|wg)\s*(?:\[\d{1,3}\])?\s*:", re.IGNORECASE)
# The sender is not among them: who wrote a letter is told by the outermost From alone.
_PROTECTED = frozenset({"subject", "to", "cc", "reply-to", "date", "message-id", "in-reply-to", "references"})
_NO_BODY = Body("", "", True, (), ())


def read_letter(raw: bytes, limits: Limits = USUAL) -> Letter:
    """Read a raw letter. Takes any octets at all, gives a Letter, and never raises.

    A letter whose body lies beyond the limits is read as far as its fields go and says so in
    `unreadable`. Fields inside what is signed (RFC 9788, header protection) replace those outside, which
    a program may have obscured; the sender is always that of the outermost From.
    """
    root: Part | None = None
    unreadable: str | None = None
    body = _NO_BODY
    try:
        root = take_apart(raw, limits)
        body = body_of(root, limits)
    except BeyondLimits as beyond:
        unreadable = beyond.reason
    except Exception:  # whatever a sender found that we did not: the letter is held, not lost
        unreadable = "failed"
    headers = root.headers if root is not None else _headers_alone(raw)
    sender, fault = sole_sender(headers)
    inner = _protected(root, headers)
    subject = inner.text("subject")
    in_reply_to = _ids(inner, "in-reply-to", 10)
    references = _ids(inner, "references", limits.references)
    answers = not _FORWARD.match(subject) and bool(in_reply_to or references or _ANSWER.match(subject))
    fragments, failed = _fragments(body, answers)
    return Letter(
        headers=headers,
        sender=sender,
        sender_fault=fault,
        reply_to=addresses(inner, "reply-to"),
        to=addresses(inner, "to"),
        cc=addresses(inner, "cc"),
        subject=subject[:1_000],
        date=_date(inner),
        message_id=next(iter(_ids(inner, "message-id", 1)), None),
        in_reply_to=in_reply_to,
        references=references,
        answers=answers,
        text=body.text,
        html=body.html,
        fragments=fragments,
        attachments=body.attachments,
        defects=(*body.defects, *failed),
        unreadable=unreadable,
        root=root,
    )


def _headers_alone(raw: bytes) -> Headers:
    headers, _ = split_headers(raw)
    charset = parameterised(headers.raw("content-type")).parameters.get("charset")
    return headers.hinted(charset if codec_named(charset or "") else None)


def _fragments(body: Body, answers: bool) -> tuple[tuple[Fragment, ...], tuple[str, ...]]:
    """Cut the text into new and quoted: by the marks in the HTML where it bears some, else by lines."""
    try:
        if body.html:
            marked = fragments_of_markup(body.html, answers=answers)
            if marked and (text_of_kind(marked, Kind.NEW) or not body.plain):
                return marked, ()
        return fragments_of(body.text, answers=answers), ()
    except Exception:  # a letter that is not folded is whole, a lost one is not
        return (Fragment(Kind.NEW, body.text),), ("folding_failed",)


def _ids(headers: Headers, name: str, most: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in headers.all(name):
        for one in _MESSAGE_ID.findall(value):
            text = one.decode("ascii") if one.isascii() else decode(one, None)[0]
            found[text] = None
    return tuple(found)[-most:] if most > 1 else tuple(found)[:1]


def _date(headers: Headers) -> datetime | None:
    try:
        written = email.utils.parsedate_to_datetime(headers.bare("date")[:100])
        return (written if written.tzinfo else written.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def _protected(root: Part | None, outer: Headers) -> Headers:
    """Give the fields that count: those inside what is signed where it says that they stand there (RFC 9788).

    Nobody has checked the signature; a field inside is no more believed than one outside.
    """
    if root is None or root.content_type != "multipart/signed" or not root.children:
        return outer
    inner = root.children[0]
    if inner.parameters.get("hp", "").lower() not in {"clear", "cipher"}:
        return outer
    protected = tuple(one for one in inner.headers.fields if one[0] in _PROTECTED)
    replaced = {name for name, _ in protected}
    kept = tuple(one for one in outer.fields if one[0] not in replaced)
    return Headers((*protected, *kept), outer.hint)
