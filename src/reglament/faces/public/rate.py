"""How often a visitor may do what costs the desk something."""

from __future__ import annotations

from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

HOUR = 3600
"""In seconds."""


def too_often(request: HttpRequest, act: str, at_most: int) -> HttpResponse | None:
    """Count one act of a visitor, and give the page that asks for patience once there were too many.

    Takes the name of the act and how many an hour one network address may do. The address itself is
    not kept, only its digest, for that hour.
    """
    address = get_adapter(request).get_client_ip(request)
    key = f"rate:{act}:{sha256(str(address).encode()).hexdigest()[:32]}"
    cache.add(key, 0, timeout=HOUR)
    try:
        count = cache.incr(key)
    except ValueError:
        # It expired between the two calls: the hour begins anew.
        return None
    return render(request, "429.html", status=429) if count > at_most else None
