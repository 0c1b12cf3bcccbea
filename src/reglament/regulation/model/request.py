"""A request as the regulation sees it, after every word of it was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Nothing:
    """Says that a request carries no id, which differs from every id that it may carry."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = Nothing()


class Request(NamedTuple):
    """What one edition was told about a request; `values` stand in the order of its slots."""

    id: object
    place: str
    received_at: datetime
    """In the regulation's zone, seconds dropped."""
    completed_at: datetime | None
    """When the request became complete and proper, likewise; None: at receipt."""
    channel: str
    authentication: str
    kind: str
    values: tuple[object, ...]
    facts: Mapping[str, object]
    """The stated facts by path (`client.status`), fields only by their state."""


class Fault(NamedTuple):
    """One thing wrong with what came in: where, and what to do about it."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class RequestFaults(ValueError):
    """A request that cannot be decided, with every fault that was found in it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
