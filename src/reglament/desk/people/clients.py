"""Lists of clients: found by any word that people know them by, with what each holds today."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from reglament.desk.people.models import Contact, ContactAddress, Organisation, Record
from reglament.desk.regulations.models import Desk

LONGEST_SEARCH = 100
"""Characters of a search that are looked at."""


def organisations_at(desk: Desk, words: str = "") -> QuerySet[Organisation]:
    """Give the clients of a desk by name: all, or those of whom every word of a search is known.

    A word may be part of the name, the tax number, or of a contact's name, address or phone.
    """
    found = Organisation.objects.filter(desk=desk).annotate(
        contact_count=Count("contacts", filter=Q(contacts__left_at=None), distinct=True)
    )
    for word in _words(words):
        people = Contact.objects.filter(_spoken(word), desk=desk, left_at=None)
        found = found.filter(
            _in("name", word) | Q(inn__startswith=word) | Q(pk__in=people.values("organisation"))
        )
    return found.order_by("name", "pk")


def contacts_at(desk: Desk, words: str = "") -> QuerySet[Contact]:
    """Give the people at the clients of a desk: all, or those of whom every word of a search is known."""
    found = Contact.objects.filter(desk=desk, left_at=None).select_related("organisation", "account")
    for word in _words(words):
        found = found.filter(
            _spoken(word) | _in("organisation__name", word) | Q(organisation__inn__startswith=word)
        )
    return found.order_by("name", "pk")


def people_of(organisation: Organisation) -> QuerySet[Contact]:
    """Give the people at a client, those who left last, with their addresses in `known_addresses`."""
    known = ContactAddress.objects.filter(removed_at=None).order_by("recorded_at", "id")
    return organisation.contacts.select_related("account").prefetch_related(
        Prefetch("addresses", queryset=known, to_attr="known_addresses")
    ).order_by("left_at", "name", "pk")  # fmt: skip


def holding_of(
    organisations: Sequence[Organisation], moment: datetime, facts: Collection[str]
) -> dict[int, list[Record]]:
    """Give what each of some clients holds at a moment, by the client's id, in one query."""
    counting: dict[int, dict[str, Record]] = {}
    for record in (
        Record.objects.filter(organisation__in=organisations, fact__in=facts, valid_from__lte=moment)
        .filter(Q(valid_until=None) | Q(valid_until__gt=moment))
        .filter(corrected_by=None, withdrawn=False)
        .order_by("valid_from", "recorded_at", "id")
    ):
        counting.setdefault(record.organisation_id, {})[record.fact] = record
    return {
        organisation: [held[fact] for fact in facts if fact in held]
        for organisation, held in counting.items()
    }


def authorised_addresses(organisation: Organisation, moment: datetime) -> QuerySet[ContactAddress]:
    """Give the addresses that speak for a client at a moment."""
    return (
        ContactAddress.objects.filter(
            contact__organisation=organisation, contact__left_at=None, removed_at=None
        )
        .filter(authorised_from__lte=moment)
        .filter(Q(authorised_until=None) | Q(authorised_until__gt=moment))
    )


def _spoken(word: str) -> Q:
    return _in("name", word) | _in("email", word) | Q(phone__icontains=word) | _in("addresses__address", word)


def _in(field: str, word: str) -> Q:
    """Look for a word in any case: SQLite by itself knows the case of Latin letters only."""
    found = Q(**{f"{field}__icontains": word})
    for written in {word.lower(), word.upper(), word.capitalize()} - {word}:
        found |= Q(**{f"{field}__contains": written})
    return found


def searched(said: str) -> str:
    """Give what a database can look for of what a person typed: so many characters, and no NUL."""
    return said[:LONGEST_SEARCH].replace("\x00", " ").strip()


def _words(said: str) -> list[str]:
    return searched(said).split()
