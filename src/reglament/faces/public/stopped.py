"""What a client reads where its support was stopped: what is stopped, by which clause, whom to turn to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reglament.desk.decisions.words import cure_of_stop
from reglament.desk.people.support import support_stopped
from reglament.desk.regulations.queries import Compiled, addresses_of

if TYPE_CHECKING:
    from reglament.desk.people.models import Contact, SupportStop


@dataclass(frozen=True, slots=True)
class Stopped:
    """A decision to support a client no longer, as the client reads it."""

    client: str
    """The organisation, or the address, that it stands for."""
    since: datetime
    clause: str
    cure: str
    """What the clause says of how it can be mended."""
    addresses: tuple[str, ...]
    """The mail addresses of the desk."""


def stopped_for(contact: Contact, rules: Compiled, now: datetime, language: str) -> Stopped | None:
    """Give the decision by which a contact is not supported at a moment, if there is one."""
    stop = support_stopped(contact.desk, now, organisation=contact.organisation, address=contact.email)
    return in_words(stop, rules, language) if stop is not None else None


def in_words(stop: SupportStop, rules: Compiled, language: str) -> Stopped:
    """Put a decision to support a client no longer into words."""
    return Stopped(
        client=stop.organisation.name if stop.organisation is not None else stop.address,
        since=stop.stopped_at,
        clause=stop.clause,
        cure=cure_of_stop(rules, stop.clause, language),
        addresses=tuple(addresses_of(stop.desk)),
    )
