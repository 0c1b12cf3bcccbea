"""What the desk knows that helps to thread a letter: its own letters, its tickets, who takes part in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from reglament.desk.channels.email.addresses import addresses
from reglament.desk.channels.email.authentication import Proof
from reglament.desk.channels.email.headers import split_headers
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.threads import Clues, Known, base_address
from reglament.desk.notices.marks import STAFF_NOTIFICATION
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import ContactAddress
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.tickets.merging import merged_into
from reglament.desk.tickets.models import Participant, Ticket

# A proven address at one of these says nothing of whose people its owner is.
PUBLIC_PROVIDERS = frozenset(
    {
        *("mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru", "yandex.ru", "yandex.com", "ya.ru"),
        *("rambler.ru", "lenta.ru", "ro.ru", "autorambler.ru", "myrambler.ru", "tut.by", "ukr.net", "i.ua"),
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com"),
        *("icloud.com", "me.com", "mac.com", "aol.com", "gmx.com", "gmx.net", "mail.com", "zoho.com"),
        *("proton.me", "protonmail.com", "fastmail.com"),
    }
)

MOST_COPIED = 50
"""Addresses of one letter that are kept of those it was also sent to."""


def known_of(desk: Desk, clues: Clues, proof: Proof, sender: str, moment: datetime) -> Known:
    """Gather what the desk knows of the tickets that a letter may belong to.

    Takes the clues in the letter, what the border proves, the sender's address and the moment.
    """
    sent = dict(
        OutgoingLetter.objects.filter(desk=desk, internet_message_id__in=clues.answered, ticket__isnull=False)
        # Letters to staff are nobody's but theirs; their answers go another road.
        .exclude(template=STAFF_NOTIFICATION)
        .values_list("internet_message_id", "ticket__number")
    )
    meant = {*sent.values(), *clues.named} | ({clues.signed} if clues.signed is not None else set())
    found = (
        list(Ticket.objects.filter(desk=desk, number__in=meant).select_related("merged_into"))
        if meant
        else []
    )
    last = {ticket.number: merged_into(ticket) for ticket in found}
    tickets = list({ticket.pk: ticket for ticket in (*found, *last.values())}.values())
    existing = frozenset(ticket.number for ticket in tickets)
    merged = {number: ticket.number for number, ticket in last.items() if ticket.number != number}
    if not tickets or not sender:
        return Known(sent=sent, existing=existing, merged=merged)
    taking_part = _taking_part(tickets, sender, moment)
    return Known(
        sent=sent,
        existing=existing,
        # Whoever took part in a ticket takes part in the one that it was merged into.
        taking_part=taking_part | {merged[number] for number in taking_part if number in merged},
        of_proven_domain=_of_proven_domain(tickets, proof, moment),
        merged=merged,
    )


def is_of_desk(desk: Desk, message_id: str | None) -> bool:
    """Say whether a Message-ID is that of a letter which the desk itself wrote."""
    return (
        bool(message_id) and OutgoingLetter.objects.filter(desk=desk, internet_message_id=message_id).exists()
    )


def envelope_of(desk: Desk, raw: bytes, mail_from: str | None, recipient: str | None) -> Envelope:
    """Give the envelope of a letter that came by a way which need not say it, such as a pipe.

    Takes what was said of it: an empty sender (or `<>`) is the null path, None is not said. Then the
    letter's Return-Path stands for its sender, else its From; and for its recipient the first address of
    the desk that it names, else the desk's first.
    """
    headers, _ = split_headers(raw)
    if mail_from is None:
        said = headers.bare("return-path") if headers.has("return-path") else None
        author = next((one.address for one in addresses(headers, "from")), "")
        mail_from = said if said is not None else author
    if not recipient:
        own = list(desk.addresses.order_by("position", "pk").values_list("address", flat=True))
        named = [
            one.address
            for name in ("delivered-to", "x-original-to", "to", "cc")
            for one in addresses(headers, name)
        ]
        recipient = next((one for one in named if base_address(one) in own), own[0] if own else "")
    return Envelope(mail_from.strip().strip("<>"), recipient.strip().strip("<>").lower())


def copied_to(letter: Letter, own: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Give to whom else a letter was sent, in To and Cc: address and name of each, up to MOST_COPIED.

    Takes the desk's own addresses, which are left out with all their sub-addresses, as is its sender.
    """
    sender = letter.sender.address if letter.sender is not None else ""
    found: dict[str, str] = {}
    for name in ("to", "cc"):
        for one in addresses(letter.headers, name):
            if one.address != sender and base_address(one.address) not in own and len(one.address) <= 254:
                found.setdefault(one.address, one.name[:200])
    return tuple(found.items())[:MOST_COPIED]


def desk_address(desk: Desk, recipient: str) -> DeskAddress | None:
    """Give the address of the desk that a letter was sent to, its sub-address aside, or None."""
    return DeskAddress.objects.filter(desk=desk, address=base_address(recipient)).first()


def _taking_part(tickets: Collection[Ticket], sender: str, moment: datetime) -> frozenset[int]:
    """Give the tickets whose requester, by any known address, or whose participant the sender is."""
    contacts = set(_known_addresses(moment).filter(address=sender).values_list("contact_id", flat=True))
    invited = set(
        Participant.objects.filter(ticket__in=tickets, address=sender, account=None).values_list(
            "ticket_id", flat=True
        )
    )
    return frozenset(
        ticket.number
        for ticket in tickets
        if ticket.requester_address.lower() == sender
        or (ticket.requester_id is not None and ticket.requester_id in contacts)
        or ticket.pk in invited
    )


def _of_proven_domain(tickets: Collection[Ticket], proof: Proof, moment: datetime) -> frozenset[int]:
    domain = proof.address.rpartition("@")[2]
    if not proof.proven or domain in PUBLIC_PROVIDERS:
        return frozenset()
    organisations = {ticket.organisation_id for ticket in tickets if ticket.organisation_id is not None}
    theirs = set(
        _known_addresses(moment)
        .filter(contact__organisation__in=organisations, address__endswith=f"@{domain}")
        .values_list("contact__organisation_id", flat=True)
    )
    return frozenset(ticket.number for ticket in tickets if ticket.organisation_id in theirs)


def _known_addresses(moment: datetime) -> QuerySet[ContactAddress]:
    return ContactAddress.objects.filter(recorded_at__lte=moment).filter(
        Q(removed_at=None) | Q(removed_at__gt=moment)
    )
