"""What is read of people: who wrote from an address, what a client holds at a moment, who works here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from reglament.desk.people.models import Contact, ContactAddress, Organisation, Record, StaffMember
from reglament.desk.regulations.models import Desk

ANONYMOUS = "anonymous"
IDENTIFIED = "identified"
AUTHORISED = "authorised"


@dataclass(frozen=True)
class Recognition:
    """Who was recognised behind an address, and how well that is proven."""

    authentication: str
    """`anonymous`, `identified` or `authorised`."""
    contact: Contact | None


def recognise(desk: Desk, address: str, *, proven: bool, moment: datetime) -> Recognition:
    """Say who speaks from a mail address to a desk, and with what authority.

    Takes the address in any case, whether its use was proven (by the verdict of a trusted border, or
    a session), and the moment of receipt. An unknown address is nobody, proven or not; a known one
    names its contact; a known and proven one speaks for the client if it was on the client's list then.
    """
    known = _known(desk, address.strip().lower(), moment)
    if known is None:
        return Recognition(ANONYMOUS, None)
    if proven and is_authorised(known, moment):
        return Recognition(AUTHORISED, known.contact)
    return Recognition(IDENTIFIED, known.contact)


def _known(desk: Desk, address: str, moment: datetime) -> ContactAddress | None:
    rows = list(
        ContactAddress.objects.filter(desk=desk, address=address)
        .filter(Q(removed_at=None) | Q(removed_at__gt=moment))
        .filter(Q(contact__left_at=None) | Q(contact__left_at__gt=moment))
        .select_related("contact__organisation")
        .order_by("recorded_at", "id")
    )
    # Whom the address named at that moment; and where the desk learned of it only later, that contact,
    # since a letter that waits to be read should not stay nobody's.
    at_that_moment = [row for row in rows if row.recorded_at <= moment]
    return at_that_moment[-1] if at_that_moment else rows[0] if rows else None


def is_authorised(address: ContactAddress, moment: datetime) -> bool:
    """Say whether a known address is on its client's list of authorised ones at a moment."""
    return (
        address.authorised_from is not None
        and address.authorised_from <= moment
        and (address.authorised_until is None or moment < address.authorised_until)
    )


def addresses_of(contact: Contact) -> QuerySet[ContactAddress]:
    """Give the addresses of a contact that are known today, in the order in which they were recorded."""
    return contact.addresses.filter(removed_at=None).order_by("recorded_at", "id")


def facts_of(organisation: Organisation, moment: datetime, declared: Collection[str]) -> dict[str, Any]:
    """Give what the client's records say at a moment, as facts.

    Takes the names of the facts that the regulation declares as coming from records; gives those of
    them that a record holds at that moment. Where several hold, the one that began last counts, and of
    those the one recorded last: a package of six months over one without an end gives way to it again.
    """
    return {record.fact: record.value for record in holding(organisation, moment, declared)}


def holding(organisation: Organisation, moment: datetime, facts: Collection[str]) -> list[Record]:
    """Give, for each of the facts that a record holds at a moment, the record that counts."""
    counting: dict[str, Record] = {}
    for record in (
        _standing(organisation)
        .filter(fact__in=facts, valid_from__lte=moment)
        .filter(Q(valid_until=None) | Q(valid_until__gt=moment))
        .order_by("valid_from", "recorded_at", "id")
    ):
        counting[record.fact] = record
    return [counting[fact] for fact in facts if fact in counting]


def all_holding(organisation: Organisation, moment: datetime, fact: str) -> list[Record]:
    """Give every record of a fact that holds at a moment: of a client's services, or its domains."""
    return list(
        _standing(organisation)
        .filter(fact=fact, valid_from__lte=moment)
        .filter(Q(valid_until=None) | Q(valid_until__gt=moment))
        .order_by("valid_from", "recorded_at", "id")
    )


def history_of(organisation: Organisation) -> QuerySet[Record]:
    """Give every record of a client, those that were corrected among them, newest first."""
    return organisation.records.select_related("recorded_by", "corrects", "corrected_by").order_by(
        "-valid_from", "-recorded_at", "-id"
    )


def _standing(organisation: Organisation) -> QuerySet[Record]:
    return organisation.records.filter(corrected_by=None, withdrawn=False)


def staff_of(desk: Desk) -> QuerySet[StaffMember]:
    """Give the people who work at a desk today."""
    return (
        desk.staff.filter(left_at=None, account__is_active=True)
        .select_related("account")
        .prefetch_related("departments")
        .order_by("account__name", "id")
    )


def staff_member(desk: Desk, account_id: int) -> StaffMember | None:
    """Give the membership that an account has at a desk today, if any."""
    return staff_of(desk).filter(account_id=account_id).first()
