"""Where a page that was left half-way is taken up again: the address that `next` carries."""

from __future__ import annotations

from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 2000
"""Characters of an address that any server and browser on the way lets through."""


def may_lead_back(address: str) -> bool:
    """Say whether an address may be gone back to: a path of this site, and not too long.

    One that is too long is dropped whole by whoever asks: cut off, it would lead somewhere else.
    """
    # With no host allowed, only what names none passes; two slashes would make a host of the path.
    return (
        len(address) <= LONGEST
        and address.startswith("/")
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )
