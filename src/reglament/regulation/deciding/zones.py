"""Time zones by name, each read once: a zone's table is immutable and costs a file to read."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The zone called `name` (IANA); ZoneInfoNotFoundError where there is none."""
    return ZoneInfo(name)
