"""The address by which a member of staff answers a ticket by mail: the desk's own, with both in it, signed.

It differs from the one that clients answer to, so that neither opens what the other does. It says whom
the desk wrote to, and proves nothing: whoever it was passed on to knows it as well.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

LONGEST_LOCAL_PART = 64
"""Octets before the @ of an address (RFC 5321, 4.5.3.1.1)."""
_STAFF_ADDRESS = re.compile(
    r"(?P<base>[^+@]{1,64})\+(?P<number>\d{1,12})\.m(?P<member>\d{1,12})\.(?P<sign>[a-z2-7]{16})@(?P<domain>.+)"
)


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited to answer which ticket."""

    number: int
    """The ticket's, without its prefix."""
    member_id: int


def staff_address(address: str, number: int, member_id: int, key: bytes) -> str:
    """Give the desk's address with a ticket and a member of staff in it (RFC 5233 sub-address).

    Takes the desk's address, the ticket's number, the id of the membership and the key. Empty where
    they do not fit before the @: then answers cannot come by mail.
    """
    local, _, domain = address.lower().rpartition("@")
    sign = _signature(f"{local}@{domain}", number, member_id, key)
    extended = f"{local}+{number}.m{member_id}.{sign}"
    return f"{extended}@{domain}" if len(extended) <= LONGEST_LOCAL_PART else ""


def invited_by(address: str, key: bytes) -> Invited | None:
    """Give who is invited by an address to answer what; None where it is no such address of ours."""
    found = _STAFF_ADDRESS.fullmatch(address.strip().lower())
    if found is None:
        return None
    number, member_id = int(found["number"]), int(found["member"])
    expected = _signature(f"{found['base']}@{found['domain']}", number, member_id, key)
    return Invited(number, member_id) if hmac.compare_digest(expected, found["sign"]) else None


def _signature(address: str, number: int, member_id: int, key: bytes) -> str:
    said = f"staff-sub-address:{address}:{number}:{member_id}".encode()
    digest = hmac.new(key, said, hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode("ascii").lower()
