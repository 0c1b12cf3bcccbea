"""An outgoing letter as the message that goes over the wire (RFC 5322, 2045)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from reglament.desk.notices.composing import one_line
from reglament.desk.notices.marks import LOOP_FIELD, loop_mark
from reglament.desk.notices.models import OutgoingLetter

# Types that hold other parts, or text in an unknown character set, go as plain bytes.
_CONTENT_TYPE = re.compile(r"(application|audio|font|image|model|video)/([a-z0-9][a-z0-9.+-]*)")


class WholeWords(EmailPolicy):
    """Folds fields in other letters than ASCII so that no space is lost between encoded words.

    The folding of Python's own policy drops a space where it splits a text (RFC 2047, 6.2: white space
    between two encoded words is not shown), so «сайт после» would arrive as «сайтпосле».
    """

    def fold(self, name: str, value: Any) -> str:
        text = str(value)
        # The parameters of a field, such as the name of a file, have an encoding of their own (RFC 2231).
        if text.isascii() or hasattr(value, "params"):
            return str(super().fold(name, value))
        addresses = getattr(value, "addresses", None)
        if addresses is None:
            return f"{name}: {_encoded(text, name)}{self.linesep}"
        words = [f"{_encoded(one.display_name, name)} <{one.addr_spec}>" for one in addresses]
        separator = f",{self.linesep} "
        return f"{name}: {separator.join(words)}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


WIRE = WholeWords(linesep="\r\n")


class LetterFault(ValueError):
    """A letter that cannot be written down as a message; its words say why."""


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a letter."""

    file_name: str
    content_type: str
    content: bytes


def message_of(letter: OutgoingLetter, enclosures: Iterable[Enclosure] = ()) -> EmailMessage:
    """Build the message of a letter: text and HTML, our Message-ID, the marks of an automatic letter.

    An automatic letter carries `Auto-Submitted` (RFC 3834), so that no other machine answers it, and a
    mark for mail systems that look for theirs only. Raises `LetterFault` where an address cannot be
    written: no part of a letter can bring in a field of its own.
    """
    message = EmailMessage(policy=WIRE)
    message["Date"] = format_datetime(letter.created_at)
    message["From"] = _address(letter.sender, letter.sender_name)
    message["To"] = _address(letter.recipient)
    message["Subject"] = one_line(letter.subject)
    message["Message-ID"] = letter.internet_message_id
    if letter.in_reply_to:
        message["In-Reply-To"] = one_line(letter.in_reply_to)
    if letter.references:
        message["References"] = one_line(letter.references)
    if letter.reply_to:
        message["Reply-To"] = _address(letter.reply_to, letter.sender_name)
    if letter.desk is not None:
        message[LOOP_FIELD] = loop_mark(letter.desk.slug, letter.sender)
    if letter.auto_submitted:
        message["Auto-Submitted"] = letter.auto_submitted
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for enclosure in enclosures:
        kind = _CONTENT_TYPE.fullmatch(enclosure.content_type.lower())
        main, sub = kind.groups() if kind else ("application", "octet-stream")
        message.add_attachment(
            enclosure.content, maintype=main, subtype=sub, filename=one_line(enclosure.file_name)
        )
    return message


def _encoded(text: str, name: str) -> str:
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n")


def _address(address: str, name: str = "") -> Address:
    try:
        return Address(display_name=one_line(name), addr_spec=address)
    except (ValueError, IndexError) as fault:
        raise LetterFault(f"'{one_line(address)}' is not a mail address") from fault
