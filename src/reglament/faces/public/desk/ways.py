"""How a desk is reached: each channel of its regulation, and what becomes of a request there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from reglament.desk.decisions.forms import known_of
from reglament.desk.decisions.practices import specialist_of
from reglament.desk.decisions.queries import label, preview
from reglament.desk.people.queries import AUTHORISED
from reglament.desk.regulations.queries import addresses_of
from reglament.faces.public.desk_page import GUEST_FORM, PORTAL, DeskPage
from reglament.regulation.model.words import UNCLASSIFIED

EMAIL = "email"
PERSONAL = "personal_contact"


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
    elsewhere: bool
    """Whether what is asked there must be asked for in another way."""
    clause: str
    """The clause that counts it as no official channel."""


def _ours(page: DeskPage, channel: str) -> list[str]:
    """Give where a channel is on this very installation; what the regulation prints may lie elsewhere."""
    if channel == EMAIL:
        return addresses_of(page.desk)
    pages = {PORTAL: "portal:tickets", GUEST_FORM: "guest:start"}
    if channel not in pages or (channel == GUEST_FORM and not page.takes_guest_form):
        return []
    return [page.request.build_absolute_uri(reverse(pages[channel], args=[page.desk.slug]))]


def ways_for(page: DeskPage) -> list[Way]:
    """Give the channels that are open to the client who is signed in, by what the records say of it.

    Where one of them is the direct contact of a specialist, the one of this client is named.
    """
    assert page.contact is not None
    known = known_of(page.contact, page.edition, page.now)
    ways = [way for way in ways_to(page, known) if not way.informal and not way.elsewhere]
    specialist = specialist_of(page.contact.organisation, page.now)
    if specialist is None:
        return ways
    name, address = specialist.account.name, (specialist.account.email,)
    return [replace(way, addresses=address, note=name) if way.channel == PERSONAL else way for way in ways]


def ways_to(page: DeskPage, known: dict[str, Any] | None = None) -> list[Way]:
    """Give the channels that the regulation names, in its order; `known` is what is known of who asks."""
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
            facts=known,
        ).decision
        informal = seen.outcome == "informal"
        addresses = _ours(page, name)
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
                elsewhere=seen.outcome == "redirect",
                clause=next((row.clause for row in seen.trace if row.rule.effect == "informal"), ""),
            )
        )
    return ways
