"""How a desk is reached: each channel of its regulation, and what becomes of a request there."""

from __future__ import annotations

from dataclasses import dataclass

from reglament.desk.decisions.queries import label, preview
from reglament.desk.people.queries import AUTHORISED
from reglament.desk.regulations.queries import addresses_of
from reglament.faces.public.desk_page import DeskPage
from reglament.regulation.model.words import UNCLASSIFIED

EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Way:
    """One channel: what it is called, where it is, and whether what is said there is a request."""

    channel: str
    title: str
    addresses: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]
    """Phone numbers, each with whom it is for."""
    note: str
    informal: bool
    clause: str
    """The clause that counts it as no official channel."""


def ways_to(page: DeskPage) -> list[Way]:
    """Give the channels that the regulation names, in its order."""
    written, language = page.rules.written, page.language
    ways = []
    for name, entry in written.channels.items():
        seen = preview(
            page.edition,
            UNCLASSIFIED,
            channel=name,
            authentication=AUTHORISED,
            at=page.now,
            language=language,
        ).decision
        informal = seen.outcome == "informal"
        addresses = addresses_of(page.desk) if name == EMAIL else []
        if not addresses and entry.address:
            addresses = [entry.address]
        ways.append(
            Way(
                channel=name,
                title=label(page.edition, "channel", name, language),
                addresses=tuple(addresses),
                lines=tuple((line.number, line.title.in_language(language)) for line in entry.lines),
                note=entry.note.in_language(language) if entry.note is not None else "",
                informal=informal,
                clause=next((row.clause for row in seen.trace if row.rule.effect == "informal"), ""),
            )
        )
    return ways
