"""What staff change of clients: organisations, contacts, their addresses. Records: see `records.py`.

Each action takes who does it (`by`; none where a command of the machine's owner does), checks that
their role lets them, changes what is asked and writes the audit log, in one transaction.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.operations import audit
from reglament.desk.people.models import Account, Contact, ContactAddress, Organisation, StaffMember
from reglament.desk.people.roles import Right, demand
from reglament.desk.regulations.models import Desk

INN_LENGTHS = (10, 12)
"""Of a company, of a sole proprietor (order ЕД-7-14/559@ of the Federal Tax Service, 26.06.2025)."""
KPP_LENGTH = 9


@transaction.atomic
def create_organisation(
    by: StaffMember | None, desk: Desk, *, name: str, at: datetime, inn: str = "", kpp: str = ""
) -> Organisation:
    """Make a client of a desk."""
    demand_at(by, desk, Right.CHANGE_CLIENTS)
    organisation = Organisation(desk=desk, name=name.strip(), inn=_inn(inn), kpp=_kpp(kpp), created_at=at)
    save_checked(organisation)
    audit.record("create_organisation", organisation, by=account_of(by), at=at)
    return organisation


@transaction.atomic
def change_organisation(
    by: StaffMember | None, organisation: Organisation, *, name: str, inn: str, kpp: str, at: datetime
) -> Organisation:
    """Change how a client is called and its numbers."""
    demand_at(by, organisation.desk, Right.CHANGE_CLIENTS)
    organisation.name, organisation.inn, organisation.kpp = name.strip(), _inn(inn), _kpp(kpp)
    save_checked(organisation)
    audit.record("change_organisation", organisation, by=account_of(by), at=at)
    return organisation


@transaction.atomic
def create_contact(
    by: StaffMember | None,
    organisation: Organisation,
    *,
    name: str,
    at: datetime,
    email: str = "",
    phone: str = "",
    language: str = "",
    sees_colleagues_tickets: bool = False,
) -> Contact:
    """Make a person at a client. Their address is known from now on, and not authorised."""
    demand_at(by, organisation.desk, Right.CHANGE_CLIENTS)
    contact = Contact(
        desk=organisation.desk,
        organisation=organisation,
        name=name.strip(),
        email=email.strip().lower(),
        phone=phone.strip(),
        language=language,
        sees_colleagues_tickets=sees_colleagues_tickets,
        created_at=at,
    )
    save_checked(contact)
    audit.record("create_contact", contact, by=account_of(by), at=at)
    if contact.email:
        add_address(by, contact, contact.email, at=at)
    return contact


@transaction.atomic
def change_contact(
    by: StaffMember | None,
    contact: Contact,
    *,
    name: str,
    email: str,
    phone: str,
    language: str,
    sees_colleagues_tickets: bool,
    at: datetime,
) -> Contact:
    """Change a contact. A new address of theirs becomes known; the former one stays known."""
    demand_at(by, contact.desk, Right.CHANGE_CLIENTS)
    contact.name, contact.email, contact.phone = name.strip(), email.strip().lower(), phone.strip()
    contact.language, contact.sees_colleagues_tickets = language, sees_colleagues_tickets
    save_checked(contact)
    if contact.email and not contact.addresses.filter(address=contact.email, removed_at=None).exists():
        add_address(by, contact, contact.email, at=at)
    audit.record(
        "change_contact",
        contact,
        by=account_of(by),
        at=at,
        values={"sees_colleagues": sees_colleagues_tickets},
    )
    return contact


@transaction.atomic
def end_contact(by: StaffMember | None, contact: Contact, *, at: datetime) -> None:
    """Record that a person left the client: neither addresses nor sign-in speak for it now."""
    demand_at(by, contact.desk, Right.CHANGE_CLIENTS)
    if contact.left_at is not None:
        raise ActionRefused(_("This person has already left."))
    contact.left_at = at
    contact.save(update_fields=["left_at"])
    contact.addresses.filter(removed_at=None).update(removed_at=at, removed_by=account_of(by))
    audit.record("end_contact", contact, by=account_of(by), at=at)


@transaction.atomic
def give_account(by: StaffMember | None, contact: Contact, *, at: datetime) -> Account:
    """Let a contact sign in by their address: with the account of that address, or a new one.

    A new account has no password until its owner sets one by a letter.
    """
    demand_at(by, contact.desk, Right.CHANGE_CLIENTS)
    if not contact.email:
        raise ActionRefused(_("Give the contact an address first: people sign in by it."), field="email")
    if contact.left_at is not None:
        raise ActionRefused(_("This person has already left."))
    account = Account.objects.filter(email=contact.email).first()
    if account is None:
        account = Account.objects.create_user(
            contact.email,
            name=contact.name,
            language=contact.language or contact.desk.language,
            created_at=at,
        )
    contact.account = account
    save_checked(contact)
    audit.record("give_account", contact, by=account_of(by), at=at, values={"account": account.pk})
    return account


@transaction.atomic
def add_address(
    by: StaffMember | None,
    contact: Contact,
    address: str,
    *,
    at: datetime,
    authorised_from: datetime | None = None,
    authorised_until: datetime | None = None,
) -> ContactAddress:
    """Make an address of a contact known; with `authorised_from`, on the client's list as well.

    The list counts at the moment of receipt of a letter, from that moment up to `authorised_until`,
    exclusive, or without an end.
    """
    demand_at(by, contact.desk, Right.CHANGE_CLIENTS)
    row = ContactAddress(
        desk=contact.desk,
        contact=contact,
        address=address.strip().lower(),
        authorised_from=authorised_from,
        authorised_until=authorised_until,
        recorded_at=at,
        recorded_by=account_of(by),
    )
    namesake = ContactAddress.objects.filter(desk=contact.desk, address=row.address, removed_at=None).first()
    if namesake is not None:
        raise ActionRefused(
            _("%(address)s already belongs to %(contact)s (%(organisation)s); remove it there first.")
            % {
                "address": row.address,
                "contact": namesake.contact.name,
                "organisation": namesake.contact.organisation.name,
            },
            field="address",
        )
    save_checked(row)
    audit.record(
        "add_address", row, by=account_of(by), at=at, values={"authorised": authorised_from is not None}
    )
    return row


@transaction.atomic
def authorise_address(
    by: StaffMember | None,
    address: ContactAddress,
    *,
    since: datetime,
    at: datetime,
    until: datetime | None = None,
    reason: str = "",
) -> ContactAddress:
    """Put a known address on the client's list. Former authorisations stay on record."""
    demand_at(by, address.desk, Right.CHANGE_CLIENTS)
    _demand_known(address)
    if address.authorised_from is None:
        address.authorised_from, address.authorised_until = since, until
        save_checked(address)
    else:
        address.removed_at, address.removed_by = at, account_of(by)
        address.save(update_fields=["removed_at", "removed_by"])
        address = add_address(
            by, address.contact, address.address, at=at, authorised_from=since, authorised_until=until
        )
    audit.record("authorise_address", address, by=account_of(by), at=at, reason=reason)
    return address


@transaction.atomic
def end_authorisation(
    by: StaffMember | None, address: ContactAddress, *, until: datetime, at: datetime, reason: str = ""
) -> None:
    """Take an address off the client's list from a moment on; it stays known."""
    demand_at(by, address.desk, Right.CHANGE_CLIENTS)
    _demand_known(address)
    if address.authorised_from is None:
        raise ActionRefused(_("This address is not authorised."))
    address.authorised_until = max(until, address.authorised_from)
    address.save(update_fields=["authorised_until"])
    audit.record("end_authorisation", address, by=account_of(by), at=at, reason=reason)


@transaction.atomic
def remove_address(by: StaffMember | None, address: ContactAddress, *, at: datetime) -> None:
    """Let an address no longer name its contact: whoever writes from it is unknown from now on."""
    demand_at(by, address.desk, Right.CHANGE_CLIENTS)
    _demand_known(address)
    address.removed_at, address.removed_by = at, account_of(by)
    address.save(update_fields=["removed_at", "removed_by"])
    audit.record("remove_address", address, by=account_of(by), at=at)


def demand_at(by: StaffMember | None, desk: Desk, right: Right) -> None:
    """Raise `NotAllowed` where a person is not staff of this very desk, or their role lacks the right."""
    if by is None:
        return
    if by.desk_id != desk.pk:
        raise NotAllowed(_("You do not work at this desk."))
    demand(by, right)


def account_of(by: StaffMember | None) -> Account | None:
    """Give the account behind who does something, for the logs."""
    return by.account if by is not None else None


def save_checked(row: models.Model) -> None:
    """Save a row; where a value does not fit, raise `ActionRefused` that names the first such field."""
    try:
        row.full_clean()
    except ValidationError as fault:
        field, messages = next(iter(fault.message_dict.items()))
        raise ActionRefused(" ".join(messages), field=field) from fault
    row.save()


def _demand_known(address: ContactAddress) -> None:
    if address.removed_at is not None:
        raise ActionRefused(_("This address was removed; add it again."))


def _inn(said: str) -> str:
    digits = said.strip()
    if digits and not (digits.isascii() and digits.isdecimal() and len(digits) in INN_LENGTHS):
        raise ActionRefused(
            _("A tax number (ИНН) has 10 digits, or 12 of a sole proprietor; '%s' has not.") % digits,
            field="inn",
        )
    return digits


def _kpp(said: str) -> str:
    code = said.strip().upper()
    if code and not (code.isascii() and code.isalnum() and len(code) == KPP_LENGTH):
        raise ActionRefused(_("A КПП has 9 characters; '%s' has not.") % code, field="kpp")
    return code
