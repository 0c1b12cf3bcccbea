"""How often a visitor may do what costs the desk something."""

from __future__ import annotations

from hashlib import sha256
from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

HOUR, DAY = 3600, 86400
"""In seconds."""
IPV6_SITE = 64
"""Bits of an address that stand for one place: whoever has one IPv6 address has the whole /64 (RFC 4291)."""


def too_often(request: HttpRequest, act: str, at_most: int, *, span: int = HOUR) -> HttpResponse | None:
    """Count one act of a visitor, and give the page that asks for patience once there were too many.

    Takes the name of the act, and how many one network address may do in a span of seconds. The address
    itself is not kept, only its digest, for that span.
    """
    place = _place_of(str(get_adapter(request).get_client_ip(request)))
    key = f"rate:{act}:{span}:{sha256(place.encode()).hexdigest()[:32]}"
    cache.add(key, 0, timeout=span)
    try:
        count = cache.incr(key)
    except ValueError:
        # It expired between the two calls: the span begins anew.
        return None
    if count <= at_most:
        return None
    return render(request, "429.html", {"until_tomorrow": span >= DAY}, status=429)


def _place_of(said: str) -> str:
    try:
        address = ip_address(said.partition("%")[0])
    except ValueError:
        # Such as the name of a local socket.
        return said
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, IPV6_SITE), strict=False))
