"""Letters that machines write: a report of abuse, and one that a letter came back."""

from __future__ import annotations

from email.message import EmailMessage


def arf(source_ip: str = "192.0.2.17") -> bytes:
    """Give a report of abuse as the mailbox of a provider sends it (RFC 5965)."""
    report = (
        "Feedback-Type: abuse\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n"
        f"Source-IP: {source_ip}\r\nOriginal-Mail-From: <spam@client.example>\r\n"
    )
    original = "From: spam@client.example\r\nTo: victim@provider.example\r\nSubject: Buy\r\n\r\nBuy now\r\n"
    return _report(
        "feedback-report",
        "fbl@provider.example",
        ("text/plain", "This is an email abuse report."),
        ("message/feedback-report", report),
        ("message/rfc822", original),
    )


def bounce(letter: EmailMessage) -> bytes:
    """Give the report that a letter of the desk could not be delivered (RFC 3464)."""
    recipient = letter["To"].addresses[0].addr_spec
    report = (
        "Reporting-MTA: dns; mx.other.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such mailbox\r\n"
    )
    return _report(
        "delivery-status",
        "mailer-daemon@other.example",
        ("text/plain", "Your letter could not be delivered."),
        ("message/delivery-status", report),
        ("text/rfc822-headers", f"Message-ID: {letter['Message-ID']}\r\n"),
    )


def _report(kind: str, sender: str, *parts: tuple[str, str]) -> bytes:
    head = (
        f"From: {sender}\r\nTo: help@desk.example\r\nSubject: report\r\nMIME-Version: 1.0\r\n"
        f"Message-ID: <{kind}.1@machine.example>\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="part"\r\n\r\n'
    )
    body = "".join(f"--part\r\nContent-Type: {type_}\r\n\r\n{text}\r\n" for type_, text in parts)
    return f"{head}{body}--part--\r\n".encode()
