"""What a mail border does to a letter, for the demonstration and for tests, where there is none.

It takes away whatever pretends to be its own verdict and writes what it found itself, as RFC 8601
section 5 demands. A real desk stands behind a real one.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from reglament.desk.channels.email.headers import split_headers
from reglament.desk.channels.email.threads import base_address


def taken_by(
    border: str,
    raw: bytes,
    *,
    mail_from: str,
    recipient: str,
    proven: bool,
    at: datetime,
    forged: bool = False,
) -> bytes:
    """Give a letter as the border hands it on.

    Takes the border's name, the letter as its sender wrote it, the envelope, whether the sender's domain
    vouches for it (a signature that is right, or none), the moment, and whether the domain disowns it: a
    signature that is wrong, and a server that may not send for it.
    """
    headers, start = split_headers(raw)
    kept = [
        name.encode() + b": " + value
        for name, value in headers.fields
        if not (name == "authentication-results" and border.lower().encode() in value.lower())
    ]
    domain = base_address(mail_from).rpartition("@")[2] or "unknown.invalid"
    if proven:
        verdict = (
            f"dkim=pass header.d={domain}; spf=pass smtp.mailfrom={domain}; dmarc=pass header.from={domain}"
        )
    elif forged:
        verdict = (
            f"dkim=fail header.d={domain}; spf=fail smtp.mailfrom={domain}; dmarc=fail header.from={domain}"
        )
    else:
        verdict = "dkim=none; spf=none; dmarc=none"
    own = [
        f"Received: from {domain} by {border} with ESMTP for <{recipient}>; {format_datetime(at)}".encode(),
        f"Authentication-Results: {border}; {verdict}".encode(),
    ]
    return b"\r\n".join([*own, *kept, b"", raw[start:]])
