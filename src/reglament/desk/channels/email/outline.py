"""What a list of letters says of each: its sender and its subject, as its outer fields have them."""

from __future__ import annotations

import re

from reglament.desk.channels.email.addresses import addresses
from reglament.desk.channels.email.headers import split_headers

LONGEST_SENDER = 320
LONGEST_SUBJECT = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def outline_of(raw: bytes) -> tuple[str, str]:
    """Give the addresses that a letter names as its senders, and its subject; nothing of it is proven.

    Takes any octets, or their beginning alone, and never raises: what cannot be read is empty.
    """
    try:
        headers, _start = split_headers(raw)
        senders = ", ".join(dict.fromkeys(one.address for one in addresses(headers, "from")))
        subject = headers.text("subject")
    except Exception:  # a list that says less is better than a letter that is not stored
        return "", ""
    return _plain(senders)[:LONGEST_SENDER], _plain(subject)[:LONGEST_SUBJECT]


def _plain(text: str) -> str:
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode().strip()
