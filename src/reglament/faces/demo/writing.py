"""A letter of somebody of the demonstration's world, by SMTP through its border to a desk."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum

from reglament.desk.channels.email.border import taken_by
from reglament.desk.notices.mime import WIRE
from reglament.faces.demo.world import BORDER

TIMEOUT = 10.0


class Verdict(StrEnum):
    """What the border finds out about a letter's sender."""

    PASS = "pass"  # noqa: S105  a result of RFC 8601
    """The sender's domain vouches for it: signature and server are right."""
    FAIL = "fail"
    """It disowns it: somebody else wrote under its name."""
    NONE = "none"
    """It says nothing."""


@dataclass(frozen=True)
class File:
    """A file that goes with a letter."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter as its author wrote it."""

    sender: str
    sender_name: str = ""
    recipient: str
    subject: str
    text: str
    files: tuple[File, ...] = ()
    in_reply_to: str = ""
    """The Message-ID of the letter that it answers, with angle brackets."""
    references: str = ""


def message_of(written: Written, at: datetime, *, message_id: str = "") -> EmailMessage:
    """Write a letter down as a mail program would."""
    message = EmailMessage(policy=WIRE)
    message["From"] = Address(written.sender_name, addr_spec=written.sender)
    message["To"] = written.recipient
    message["Subject"] = " ".join(written.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id or make_msgid(domain=written.sender.rpartition("@")[2])
    if written.in_reply_to:
        message["In-Reply-To"] = written.in_reply_to
        message["References"] = f"{written.references} {written.in_reply_to}".strip()
    message.set_content(written.text)
    for file in written.files:
        main, _, sub = file.content_type.partition("/")
        message.add_attachment(
            file.content, maintype=main or "application", subtype=sub or "octet-stream", filename=file.name
        )
    return message


def through_border(
    raw: bytes, verdict: Verdict, *, mail_from: str, recipient: str, at: datetime, border: str = BORDER
) -> bytes:
    """Give a letter as the border of the demonstration hands it on to a desk."""
    return taken_by(
        border,
        raw,
        mail_from=mail_from,
        recipient=recipient,
        proven=verdict is Verdict.PASS,
        forged=verdict is Verdict.FAIL,
        at=at,
    )


def send(written: Written, verdict: Verdict, at: datetime, *, host: str, port: int) -> None:
    """Hand a letter to the border, and from there by SMTP to the desk.

    Takes what the border finds out about the sender. Raises OSError or `smtplib.SMTPException` where the
    desk does not take it.
    """
    raw = message_of(written, at).as_bytes()
    taken = through_border(raw, verdict, mail_from=written.sender, recipient=written.recipient, at=at)
    with smtplib.SMTP(host, port, timeout=TIMEOUT) as session:
        session.sendmail(written.sender, [written.recipient], taken)
