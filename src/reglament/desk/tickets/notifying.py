"""Letters to staff about tickets that are theirs or that they follow, which they can answer by mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from reglament.desk import links
from reglament.desk.notices.actions import AUTOMATIC, send_letter
from reglament.desk.notices.marks import STAFF_NOTIFICATION
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.notices.queries import sender_of
from reglament.desk.notices.reply_address import thread_key
from reglament.desk.notices.staff_addresses import staff_address
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right, may
from reglament.desk.tickets.models import Message, Ticket

WINDOW = timedelta(hours=1)
MOST = 10
"""Letters to one member about one ticket in the window; whoever gets so many looks at the ticket itself."""
LONGEST = 10_000
"""Characters of a message that such a letter repeats."""


def client_wrote(ticket: Ticket, message: Message, at: datetime) -> None:
    """Write to whoever works on a ticket, and to whoever follows it, that the client wrote."""
    for member in _concerned(ticket):
        if member.account.email != message.author_address:
            _write(ticket, member, "wrote", f"{message.pk}", at, message)


def assigned(ticket: Ticket, by: StaffMember, at: datetime) -> None:
    """Write to whom a ticket was assigned, unless they took it themselves."""
    member = ticket.assignee
    if member is None or member.pk == by.pk or not _gets_letters(member):
        return
    last = ticket.messages.filter(kind="client").order_by("occurred_at", "pk").last()
    _write(ticket, member, "assigned", f"{at.timestamp():.0f}", at, last, by)


def _concerned(ticket: Ticket) -> list[StaffMember]:
    followers = StaffMember.objects.filter(
        desk_id=ticket.desk_id,
        account__in=ticket.participants.filter(account__isnull=False, gets_replies=True).values("account"),
    )
    members: Iterable[StaffMember] = followers.select_related("account").order_by("pk")
    if ticket.assignee_id is not None:
        mine = StaffMember.objects.select_related("account").get(pk=ticket.assignee_id)
        members = [mine, *(member for member in members if member.pk != mine.pk)]
    return [member for member in members if _gets_letters(member)]


def _gets_letters(member: StaffMember) -> bool:
    return member.notified_by_mail and may(member, Right.READ_TICKETS)


def _write(
    ticket: Ticket,
    member: StaffMember,
    why: str,
    occasion: str,
    at: datetime,
    message: Message | None,
    by: StaffMember | None = None,
) -> None:
    sender = sender_of(ticket.desk)
    address = member.account.email
    # A letter to an address of the desk itself would come back to it.
    if ticket.desk.addresses.filter(address=address).exists() or _told_enough(ticket, address, at):
        return
    reply_to = ""
    if ticket.desk.addresses.filter(address=sender.lower()).exists():
        reply_to = staff_address(sender, ticket.number, member.pk, thread_key())
    values: dict[str, Any] = {
        "number": str(ticket),
        "subject": ticket.subject,
        "name": str(member),
        "why": why,
        "client": _client(ticket),
        "staff_name": str(by) if by is not None else "",
        "text": message.text[:LONGEST] if message is not None else "",
        "files": [file.file_name for file in message.attachments.order_by("pk")] if message else [],
        "answerable": bool(reply_to),
        "ticket_url": links.work_ticket(ticket),
        "member": member.pk,
    }
    send_letter(
        ticket.desk,
        STAFF_NOTIFICATION,
        values,
        to=address,
        key=f"staff:{why}:{ticket.pk}:{member.pk}:{occasion}",
        at=at,
        language=member.account.language,
        mark=AUTOMATIC,
        ticket=ticket,
        reply_to=reply_to,
    )


def _told_enough(ticket: Ticket, address: str, at: datetime) -> bool:
    written = OutgoingLetter.objects.filter(
        ticket=ticket, template=STAFF_NOTIFICATION, recipient=address, created_at__gt=at - WINDOW
    )
    return written.count() >= MOST


def _client(ticket: Ticket) -> str:
    organisation = ticket.organisation.name if ticket.organisation is not None else ""
    who = ticket.requester_name or ticket.requester_address
    return ", ".join(part for part in (who, organisation) if part)
