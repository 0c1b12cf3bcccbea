"""Making or changing a desk by a desk file. Read twice, a file changes nothing the second time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from reglament import packs
from reglament.desk.channels import intake
from reglament.desk.channels.incoming import Incoming, Outcome
from reglament.desk.deskfile.form import (
    ContactPart,
    DeskFile,
    DeskFileFaults,
    DeskPart,
    OrganisationPart,
    StaffPart,
    TicketPart,
    read,
    readable,
)
from reglament.desk.faults import ActionRefused
from reglament.desk.people import actions as people
from reglament.desk.people import records, staff
from reglament.desk.people.models import Contact, ContactAddress, Organisation, Role, StaffMember
from reglament.desk.regulations import actions as regulations
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.regulations.queries import compiled, edition_at
from reglament.desk.tickets import actions as tickets
from reglament.desk.tickets.models import Ticket
from reglament.regulation.reading.faults import RegulationUnreadable


@dataclass(slots=True)
class Applied:
    """What a desk file made, and what of it was there already."""

    desk: str = ""
    made: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """What cannot be done, each with its place."""
    unmade: set[str] = field(default_factory=set)
    """Addresses of people whom a fault kept from being made: what names them cannot be judged."""

    def count(self, what: str) -> None:
        """Count one more thing that was made."""
        self.made[what] = self.made.get(what, 0) + 1


def bring_in(data: Any, now: datetime, *, folder: Path = Path()) -> Applied:
    """Make or change a desk by what a desk file holds, as it was read from JSON: all of it or nothing.

    Takes what `apply` does. Raises `DeskFileFaults` with every fault of its form and, as far as the rest
    can be read, of what it says.
    """
    try:
        file = read(data)
    except DeskFileFaults as unread:
        rest, unmade = readable(data)
        if rest is None:
            raise
        try:
            with transaction.atomic():
                _apply(rest, now, folder, Applied(unmade=set(unmade)))
                transaction.set_rollback(True)
        except DeskFileFaults as others:
            raise DeskFileFaults([*unread.faults, *others.faults]) from others
        raise
    return apply(file, now, folder=folder)


def apply(file: DeskFile, now: datetime, *, folder: Path = Path()) -> Applied:
    """Make or change the desk of a file, all of it or nothing.

    Takes the folder from which a path to a regulation is seen. Tickets go the one road, each judged at
    its own moment of receipt. Raises `DeskFileFaults` with everything that cannot be done and its place.
    """
    with transaction.atomic():
        return _apply(file, now, folder, Applied())


def _apply(file: DeskFile, now: datetime, folder: Path, applied: Applied) -> Applied:
    applied.desk = file.desk.slug
    desk = _at(applied, "desk", lambda: _desk(file.desk, now, folder, applied))
    # Without its regulation nothing else can be judged, but by that of the desk that is there already.
    desk = desk or Desk.objects.filter(slug=file.desk.slug).first()
    if desk is not None:
        for number, person in enumerate(file.staff):
            place, do = f"staff[{number}]", lambda person=person: _staff(desk, person, now, applied)
            _at(applied, place, do, of=person.email)
        for number, client in enumerate(file.organisations):
            _organisation(desk, client, now, applied, f"organisations[{number}]")
        # Numbers follow the order in which things came in, whatever order the file has.
        for number, ticket in sorted(enumerate(file.tickets), key=lambda pair: pair[1].received_at):
            if not _people_of(ticket) & applied.unmade:
                _at(applied, f"tickets[{number}]", lambda ticket=ticket: _ticket(desk, ticket, now, applied))
    if applied.faults:
        raise DeskFileFaults(applied.faults)
    return applied


def _people_of(ticket: TicketPart) -> set[str | None]:
    return {
        ticket.contact,
        ticket.recorded_by,
        ticket.closed_by,
        *(message.by for message in ticket.messages),
    }


def _at(applied: Applied, place: str, do: Any, *, of: str = "") -> Any:
    """Do one thing, or note why it cannot be done and go on, so that every fault is named at once."""
    try:
        with transaction.atomic():
            return do()
    except ActionRefused as refused:
        where = f"{place}.{refused.field}" if refused.field else place
        applied.faults.append(f"{where}: {refused}")
    except RegulationUnreadable as unreadable:
        applied.faults += [f"{place}.pack: {fault}" for fault in unreadable.faults]
    except (OSError, UnicodeDecodeError) as fault:
        applied.faults.append(f"{place}.pack: {fault}")
    applied.unmade.add(of)
    return None


def _desk(part: DeskPart, now: datetime, folder: Path, applied: Applied) -> Desk:
    source = _source(part.pack, folder)
    desk = Desk.objects.filter(slug=part.slug).first()
    if desk is None:
        desk = regulations.create_desk(
            source,
            slug=part.slug,
            at=now,
            name=part.name,
            number_prefix=part.number_prefix,
            language=part.language,
            sender_name=part.sender_name,
            trusted_border=part.trusted_border,
        )
        applied.count("desk")
    else:
        _changed(desk, part)
        if not desk.editions.filter(source=source).exists():
            regulations.add_editions(None, desk, source, at=now)
            applied.count("edition")
    for position, address in enumerate(part.addresses):
        _row, made = DeskAddress.objects.update_or_create(
            address=address.address,
            desk=desk,
            defaults={"kind": address.kind, "department": address.department, "position": position},
        )
        if made:
            applied.count("desk address")
    return desk


def _source(pack: str, folder: Path) -> str:
    if (folder / pack).exists():
        pack = str(folder / pack)
    return packs.source(pack)


def _changed(desk: Desk, part: DeskPart) -> None:
    if part.number_prefix and part.number_prefix != desk.number_prefix:
        raise ActionRefused(
            f"the numbers of this desk begin with {desk.number_prefix}; that cannot be changed",
            field="number_prefix",
        )
    desk.name = part.name or desk.name
    desk.language, desk.sender_name, desk.trusted_border = (
        part.language,
        part.sender_name,
        part.trusted_border,
    )
    people.save_checked(desk)


def _staff(desk: Desk, part: StaffPart, now: datetime, applied: Applied) -> None:
    rows = list(desk.departments.order_by("id"))
    unknown = set(part.departments) - {row.name for row in rows}
    if unknown:
        raise ActionRefused(
            f"'{min(unknown)}' is no department; one of {', '.join(row.name for row in rows)}",
            field="departments",
        )
    chosen = [row for row in rows if not part.departments or row.name in part.departments]
    member = StaffMember.objects.filter(desk=desk, account__email=part.email, left_at=None).first()
    values: dict[str, Any] = {
        "role": Role(part.role), "departments": chosen, "phone": part.phone, "at": now,
    }  # fmt: skip
    if member is None:
        member = staff.add_staff(None, desk, email=part.email, name=part.name, **values)
        applied.count("member of staff")
    else:
        staff.change_staff(None, member, **values)
    if part.password and not member.account.has_usable_password():
        member.account.set_password(part.password)
        member.account.save(update_fields=["password"])


def _organisation(desk: Desk, part: OrganisationPart, now: datetime, applied: Applied, place: str) -> None:
    organisation = Organisation.objects.filter(desk=desk, name=part.name).first()
    values: dict[str, Any] = {"name": part.name, "inn": part.inn, "kpp": part.kpp, "at": now}
    if organisation is None:
        organisation = _at(applied, place, lambda: people.create_organisation(None, desk, **values))
        if organisation is None:
            applied.unmade.update(contact.email for contact in part.contacts)
            return
        applied.count("organisation")
    elif (organisation.inn, organisation.kpp) != (part.inn, part.kpp):
        _at(applied, place, lambda: people.change_organisation(None, organisation, **values))
    declared = compiled(edition_at(desk, now)).program.facts
    for number, record in enumerate(part.records):
        known = organisation.records.filter(
            fact=record.fact, value=record.value, valid_from=record.since, withdrawn=False
        )
        if known.exists():
            continue
        _at(
            applied,
            f"{place}.records[{number}]",
            lambda record=record: records.add_record(
                None,
                organisation,
                record.fact,
                record.value,
                declared=declared,
                valid_from=record.since,
                valid_until=record.until,
                reason=record.reason,
                at=now,
            ),
        )
        applied.count("record")
    for number, contact in enumerate(part.contacts):
        _at(
            applied,
            f"{place}.contacts[{number}]",
            lambda contact=contact: _contact(organisation, contact, now, applied),
            of=contact.email,
        )


def _contact(organisation: Organisation, part: ContactPart, now: datetime, applied: Applied) -> None:
    contact = Contact.objects.filter(organisation=organisation, email=part.email, left_at=None).first()
    values: dict[str, Any] = {
        "name": part.name,
        "email": part.email,
        "phone": part.phone,
        "language": part.language or "",
        "sees_colleagues_tickets": part.sees_colleagues_tickets,
        "at": now,
    }
    if contact is None:
        contact = people.create_contact(None, organisation, **values)
        applied.count("contact")
    else:
        people.change_contact(None, contact, **values)
    if (part.account or part.password) and contact.account is None:
        account = people.give_account(None, contact, at=now)
        if part.password and not account.has_usable_password():
            account.set_password(part.password)
            account.save(update_fields=["password"])
    for address in part.addresses:
        row = ContactAddress.objects.filter(
            desk=contact.desk, contact=contact, address=address.address, removed_at=None
        ).first()
        if row is None:
            row = people.add_address(None, contact, address.address, at=now)
        if address.authorised_from is None:
            continue
        span = (address.authorised_from, address.authorised_until)
        if (row.authorised_from, row.authorised_until) != span:
            people.authorise_address(None, row, since=span[0], until=span[1], at=now)


def _ticket(desk: Desk, part: TicketPart, now: datetime, applied: Applied) -> None:
    if part.received_at > now:
        raise ActionRefused("has not come yet", field="received_at")
    contact = None
    if part.contact is not None:
        contact = Contact.objects.filter(desk=desk, email=part.contact, left_at=None).first()
        if contact is None:
            raise ActionRefused(f"no client of this desk has the address {part.contact}", field="contact")
    taken = intake.receive(
        Incoming(
            desk_id=desk.pk,
            channel=part.channel,
            received_at=part.received_at,
            recorded_at=now,
            sender_address=part.sender or part.contact or "",
            contact_id=contact.pk if contact is not None else None,
            proven=part.proven,
            proof={"desk_file": part.key},
            subject=part.subject,
            text=part.text,
            kind=part.kind,
            service=part.service,
            severity=part.severity,
            fields=part.fields,
            facts=part.facts,
            notice_allowed=False,
            recorded_by_id=_member(desk, part.recorded_by).pk if part.recorded_by else None,
            idempotency_key=f"file:{part.key}",
        ),
        # What came before counts from then: the desk does as if it had been there.
        part.received_at,
    )
    if taken.outcome != Outcome.CREATED or taken.ticket_id is None:
        return
    applied.count("ticket")
    ticket = Ticket.objects.get(pk=taken.ticket_id)
    for number, message in enumerate(part.messages):
        if message.by == "client":
            intake.receive(
                Incoming(
                    desk_id=desk.pk,
                    channel=part.channel,
                    received_at=message.at,
                    recorded_at=now,
                    sender_address=part.sender or part.contact or "",
                    contact_id=contact.pk if contact is not None else None,
                    text=message.text,
                    ticket_number=ticket.number,
                    idempotency_key=f"file:{part.key}:{number}",
                ),
                message.at,
            )
            continue
        by = _member(desk, message.by)
        if message.internal:
            tickets.note(by, ticket, message.text, at=message.at)
        else:
            # The client has read it long ago: it stands in the portal, and no letter is sent.
            tickets.reply(by, ticket, message.text, at=message.at, by_mail=False)
    if part.closed_at is not None:
        by = _member(desk, part.closed_by or "")
        tickets.close(by, ticket, at=part.closed_at, reason=f"desk file, {part.key}")


def _member(desk: Desk, email: str) -> StaffMember:
    member = StaffMember.objects.filter(desk=desk, account__email=email, left_at=None).first()
    if member is None:
        raise ActionRefused(f"'{email}' does not work at this desk; name somebody of its staff")
    return member
