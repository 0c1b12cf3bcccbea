"""Addresses of a desk with a ticket in them that nobody else can make (RFC 5233), written and read."""

import base64
import hashlib
import hmac
import re

_SUB_ADDRESS = re.compile(
    r"(?P<base>[^+@]{1,64})\+(?P<number>\d{1,12})\.(?P<sign>[a-z2-7]{16})@(?P<domain>.+)"
)


def signed_address(address: str, number: int, key: bytes) -> str:
    """Give the desk's address with a ticket in it that nobody else can make (RFC 5233 sub-address)."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local}+{number}.{_signature(f'{local}@{domain}', number, key)}@{domain}"


def base_address(address: str) -> str:
    """Give an address in lower case without its sub-address."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def signed_number(address: str, key: bytes) -> int | None:
    """Give the ticket in a signed sub-address, or None where there is none or the signature is false."""
    found = _SUB_ADDRESS.fullmatch(address.strip().lower())
    if found is None:
        return None
    number = int(found["number"])
    expected = _signature(f"{found['base']}@{found['domain']}", number, key)
    return number if hmac.compare_digest(expected, found["sign"]) else None


def _signature(address: str, number: int, key: bytes) -> str:
    digest = hmac.new(key, f"sub-address:{address}:{number}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode("ascii").lower()
