"""Senders that a desk takes no letters of: an address, or a domain with all that lies below it.

A client of the desk is none of them: what is owed to a client cannot be ended by a list.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.email.addresses import plain_address
from reglament.desk.channels.email.lookups import PUBLIC_PROVIDERS
from reglament.desk.channels.models import BlockedSender
from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.people.actions import demand_at
from reglament.desk.people.models import Contact, ContactAddress, StaffMember
from reglament.desk.people.roles import Right
from reglament.desk.regulations.models import Desk


def is_blocked(desk: Desk, address: str) -> bool:
    """Say whether the letters of an address (in lower case) are taken for spam at a desk."""
    return bool(address) and BlockedSender.objects.filter(desk=desk, sender__in=_blocks_of(address)).exists()


def blocks_on(desk: Desk, address: str) -> list[BlockedSender]:
    """Give what blocks an address at a desk, the widest last; nothing where nothing does."""
    rows = BlockedSender.objects.filter(desk=desk, sender__in=_blocks_of(address)) if address else ()
    return sorted(rows, key=lambda row: (row.sender.startswith("@"), -len(row.sender)))


def blocked_at(desk: Desk) -> QuerySet[BlockedSender]:
    """Give every sender that a desk takes no letters of, the newest first."""
    return desk.blocked_senders.select_related("blocked_by__account").order_by("-blocked_at", "-pk")


@transaction.atomic
def block_sender(by: StaffMember, desk: Desk, sender: str, *, reason: str, at: datetime) -> BlockedSender:
    """Take the letters of a sender for spam from now on: of an address, or of a domain and all below it.

    Takes `name@example.com`, or `example.com` with or without an @ before it. Raises `NotAllowed`, or
    `ActionRefused` where it is none of these, too wide, or somebody that the desk owes something.
    """
    demand_at(by, desk, Right.BLOCK_SENDERS)
    named = _named(sender)
    if named is None:
        raise ActionRefused(_("Enter an address, such as name@example.com, or a domain."), field="sender")
    if not reason.strip():
        raise ActionRefused(_("Say why this sender is blocked."), field="reason")
    _demand_nobody_of_ours(desk, named)
    row, is_new = BlockedSender.objects.get_or_create(
        desk=desk,
        sender=named,
        defaults={"reason": reason.strip(), "blocked_at": at, "blocked_by": by},
    )
    if not is_new:
        raise ActionRefused(_("%(sender)s is blocked already.") % {"sender": named}, field="sender")
    audit.record("block_sender", row, by=by.account, at=at, reason=reason.strip(), values={"sender": named})
    return row


@transaction.atomic
def unblock_sender(by: StaffMember, row: BlockedSender, *, at: datetime) -> None:
    """Take the letters of a sender again. Those that came meanwhile stay as they are until brought back."""
    demand_at(by, row.desk, Right.BLOCK_SENDERS)
    audit.record("unblock_sender", row, by=by.account, at=at, values={"sender": row.sender})
    row.delete()


def _blocks_of(address: str) -> list[str]:
    labels = address.rpartition("@")[2].split(".")
    # A domain name has at most 127 labels (RFC 1035, 2.3.4).
    return [address, *(f"@{'.'.join(labels[place:])}" for place in range(min(len(labels), 127)))]


def _named(sender: str) -> str | None:
    said = sender.strip()
    if "@" in said.removeprefix("@"):
        found = plain_address(said)
    else:
        found = plain_address(f"x@{said.removeprefix('@')}")
        found = f"@{found.partition('@')[2]}" if found is not None else None
    if found is None or len(found) > 254 or "." not in found.rpartition("@")[2].strip("[]"):
        return None
    return found


def _demand_nobody_of_ours(desk: Desk, named: str) -> None:
    domain = named.removeprefix("@") if named.startswith("@") else ""
    if domain in PUBLIC_PROVIDERS:
        raise ActionRefused(
            _("Too many people write from this domain; block the address alone."), field="sender"
        )
    if desk.addresses.filter(_at("address", named, domain)).exists():
        raise ActionRefused(_("The desk itself has an address there."), field="sender")
    known = ContactAddress.objects.filter(_at("address", named, domain), desk=desk, removed_at=None)
    contact = Contact.objects.filter(_at("email", named, domain), desk=desk, left_at=None).first()
    address = known.select_related("contact").first()
    client = contact or (address.contact if address is not None else None)
    if client is not None:
        raise ActionRefused(
            _("%(client)s, a client of the desk, writes from there; a client is not blocked.")
            % {"client": client.organisation.name},
            field="sender",
        )


def _at(field: str, named: str, domain: str) -> Q:
    if not domain:
        return Q(**{field: named})
    return Q(**{f"{field}__endswith": f"@{domain}"}) | Q(**{f"{field}__endswith": f".{domain}"})
