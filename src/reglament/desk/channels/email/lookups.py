"""What the desk knows that helps to thread a letter: its own letters, its tickets, who takes part in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from reglament.desk.channels.email.addresses import addresses
from reglament.desk.channels.email.authentication import Proof
from reglament.desk.channels.email.headers import split_headers
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.threads import Clues, Known, base_address
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import ContactAddress
from reglament.desk.regulations.models import Desk, DeskAddress
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


def known_of(desk: Desk, clues: Clues, proof: Proof, sender: str, moment: datetime) -> Known:
    """Gather what the desk knows of the tickets that a letter may belong to.

    Takes the clues in the letter, what the border proves, the sender's address and the moment.
    """
    sent = dict(
        OutgoingLetter.objects.filter(
            desk=desk, internet_message_id__in=clues.answered, ticket__isnull=False
        ).values_list("internet_message_id", "ticket__number")
    )
    meant = {*sent.values(), *clues.named} | ({clues.signed} if clues.signed is not None else set())
    tickets = list(Ticket.objects.filter(desk=desk, number__in=meant)) if meant else []
    if not tickets or not sender:
        return Known(sent=sent, existing=frozenset(ticket.number for ticket in tickets))
    return Known(
        sent=sent,
        existing=frozenset(ticket.number for ticket in tickets),
        taking_part=_taking_part(tickets, sender, moment),
        of_proven_domain=_of_proven_domain(tickets, proof, moment),
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


def desk_address(desk: Desk, recipient: str) -> DeskAddress | None:
    """Give the address of the desk that a letter was sent to, its sub-address aside, or None."""
    return DeskAddress.objects.filter(desk=desk, address=base_address(recipient)).first()


def _taking_part(tickets: Collection[Ticket], sender: str, moment: datetime) -> frozenset[int]:
    """Give the tickets whose requester, by any known address, or whose participant the sender is."""
    contacts = set(_known_addresses(moment).filter(address=sender).values_list("contact_id", flat=True))
    invited = set(
        Participant.objects.filter(ticket__in=tickets, address=sender).values_list("ticket_id", flat=True)
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
