"""What machines on the clients' side answer to the desk's letters: nobody is there, it came back."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from reglament.cli.demonstration.doors import post
from reglament.cli.demonstration.planning import Course
from reglament.desk.notices.models import OutgoingLetter

NOBODY = ""
"""The sender in the envelope of what a machine writes (RFC 5321, 4.5.5)."""


def be_absent(course: Course, text: str, at: datetime) -> None:
    """Answer the desk's last letter as a mail program does whose owner is away (RFC 3834)."""
    last = _last_letter(course)
    message = EmailMessage(policy=SMTP)
    message["From"] = course.email
    message["To"] = last.sender
    message["Subject"] = f"Automatic reply: {last.subject}"
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<absent.{course.chance.getrandbits(64):016x}@{_domain(course.email)}>"
    message["In-Reply-To"] = last.internet_message_id
    message["Auto-Submitted"] = "auto-replied"
    message.set_content(text)
    post(course, message.as_bytes(), at, envelope_from=NOBODY)


def return_letter(course: Course, text: str, at: datetime) -> None:
    """Return the desk's last letter as a mail server does that cannot deliver it (RFC 3464)."""
    last = _last_letter(course)
    domain = _domain(course.email)
    lines = [
        f"From: Mail Delivery System <MAILER-DAEMON@{domain}>",
        f"To: <{last.sender}>",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <bounce.{course.chance.getrandbits(64):016x}@{domain}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"',
        "",
        "--edge",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
        "",
        "--edge",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; mx.{domain}",
        "",
        f"Final-Recipient: rfc822; {last.recipient}",
        "Action: failed",
        "Status: 5.2.2",
        "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full",
        "",
        "--edge",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {last.internet_message_id}",
        f"To: {last.recipient}",
        "",
        "--edge--",
        "",
    ]
    post(course, "\r\n".join(lines).encode(), at, envelope_from=NOBODY)


def _last_letter(course: Course) -> OutgoingLetter:
    found = OutgoingLetter.objects.filter(ticket=course.ticket_row).order_by("created_at", "pk").last()
    assert found is not None
    return found


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
