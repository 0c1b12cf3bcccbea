"""The guarded doors: every page and every call gets its rows through one of these.

A door takes the account that asks (or none) and gives the row together with the part in which the
account may look at it, or raises `NotThere`, which is the same for what does not exist and for what is
none of the asker's business. What may then be done is a matter of rights (`people.roles`) and of the
actions themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from reglament.desk.channels.models import BlockedSender, MailSource, RawLetter
from reglament.desk.decisions.models import DecisionRecord, Obligation, Proposal
from reglament.desk.faults import NotThere
from reglament.desk.notices.deliverability import any_undeliverable
from reglament.desk.notices.models import OutgoingLetter, UndeliverableAddress
from reglament.desk.operations.models import Secret
from reglament.desk.people.models import Account, Contact, Organisation, StaffMember
from reglament.desk.people.roles import Right, may
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.guests import digest_of
from reglament.desk.tickets.models import INTERNAL, Attachment, Conversation, Message, Request, Ticket

Row = TypeVar("Row")
Asker = Account | AnonymousUser | None
"""Whoever asks; nobody signed in is none or Django's anonymous user."""


@dataclass(frozen=True)
class TicketAccess:
    """A ticket, and on whose side the asker sees it: exactly one of staff, contact and guest."""

    ticket: Ticket
    staff: StaffMember | None = None
    contact: Contact | None = None
    guest: bool = False
    """True where the private link of the ticket was shown: only this ticket, and nothing proven."""

    @property
    def may_work(self) -> bool:
        """True for staff who may act on it: in their own department, or anywhere as a lead."""
        return self.staff is not None and works_in(self.staff, self.ticket.department_id)

    @property
    def sees_internal(self) -> bool:
        """True where internal notes may be shown."""
        return self.staff is not None


def membership(account: Asker, slug: str, right: Right = Right.READ_TICKETS) -> StaffMember:
    """Open a desk to its staff: give the membership of the account that asks, if it has the right."""
    return workplace(account, slug, right)[0]


def workplace(
    account: Asker, slug: str, right: Right = Right.READ_TICKETS
) -> tuple[StaffMember, list[StaffMember]]:
    """Open a desk to its staff: the membership of the account that asks, and its memberships elsewhere."""
    every = list(memberships(_signed_in(account)))
    member = next((one for one in every if one.desk.slug == slug), None)
    if member is None or not may(member, right):
        raise NotThere
    return member, [one for one in every if one is not member]


def memberships(account: Asker) -> QuerySet[StaffMember]:
    """Give every desk at which an account works today."""
    if not isinstance(account, Account) or not account.is_active:
        return StaffMember.objects.none()
    return (
        StaffMember.objects.select_related("desk", "account")
        .filter(account=account, left_at=None, desk__closed_at=None)
        .order_by("desk__name", "id")
    )


def contacts(account: Asker, slug: str | None = None) -> QuerySet[Contact]:
    """Give every client for which an account speaks, at one desk or at all of them."""
    if not isinstance(account, Account) or not account.is_active:
        return Contact.objects.none()
    mine = Contact.objects.filter(account=account, left_at=None, desk__closed_at=None)
    if slug is not None:
        mine = mine.filter(desk__slug=slug)
    return mine.select_related("desk", "organisation").order_by("desk__name", "organisation__name", "id")


def contact_at(account: Asker, slug: str) -> Contact:
    """Open a desk's portal: give the first contact for which an account speaks there."""
    contact = contacts(account, slug).first()
    if contact is None:
        raise NotThere
    return contact


def tickets_of(account: Asker, slug: str) -> QuerySet[Ticket]:
    """Give the tickets that an account may see in the portal of a desk, newest first."""
    visible = Q(pk__in=())
    for contact in contacts(account, slug):
        visible |= _visible_to(contact)
    return Ticket.objects.filter(visible).select_related("desk", "department").order_by("-received_at", "-id")


def access_ticket(account: Asker, slug: str, number: int) -> TicketAccess:
    """Open a ticket to its desk's staff, its requester, and colleagues who may see it.

    Somebody who is both staff of the desk and its client comes as staff.
    """
    person = _signed_in(account)
    ticket = (
        Ticket.objects.select_related("desk", "department", "organisation", "requester", "assignee__account")
        .filter(desk__slug=slug, desk__closed_at=None, number=number)
        .first()
    )
    if ticket is None:
        raise NotThere
    member = memberships(person).filter(desk=ticket.desk_id).first()
    if member is not None and may(member, Right.READ_TICKETS):
        return TicketAccess(ticket, staff=member)
    for contact in contacts(person, slug):
        if _sees(contact, ticket):
            return TicketAccess(ticket, contact=contact)
    raise NotThere


def staff_ticket(member: StaffMember, number: int) -> TicketAccess:
    """Open a ticket in the workspace to a member of its desk, who came by `membership` or `workplace`."""
    ticket = (
        Ticket.objects.select_related("department", "organisation", "requester", "assignee__account")
        .filter(desk=member.desk_id, number=number)
        .annotate(unreachable=any_undeliverable())
        .first()
    )
    if ticket is None or not may(member, Right.READ_TICKETS):
        raise NotThere
    ticket.desk = member.desk
    return TicketAccess(ticket, staff=member)


def portal_ticket(account: Asker, slug: str, number: int) -> TicketAccess:
    """Open a ticket in the portal: to a contact who may see it, even one who is staff as well."""
    mine = list(contacts(_signed_in(account), slug))
    visible = Q(pk__in=())
    for contact in mine:
        visible |= _visible_to(contact)
    related = ("desk", "department", "organisation", "requester")
    ticket = Ticket.objects.filter(visible, number=number).select_related(*related).first()
    if ticket is None:
        raise NotThere
    seen_by = mine if len(mine) == 1 else [contact for contact in mine if _sees(contact, ticket)]
    return TicketAccess(ticket, contact=seen_by[0])


def talks_of(account: Asker, slug: str) -> QuerySet[Conversation]:
    """Give the notes of an account's own talks at a desk that no ticket was made of, newest first."""
    mine = contacts(account, slug)
    return Conversation.objects.filter(desk__slug=slug, contact__in=mine, ticket=None).order_by(
        "-occurred_at", "-id"
    )


def portal_conversation(account: Asker, slug: str, conversation: int) -> Conversation:
    """Open the note of a talk to the contact who talked."""
    mine = contacts(_signed_in(account), slug)
    row = Conversation.objects.select_related("ticket", "desk").filter(
        desk__slug=slug, contact__in=mine, pk=conversation
    )
    return _there(row.first())


def guest_ticket(slug: str, secret: str) -> TicketAccess:
    """Open a ticket to whoever shows the secret of its private link."""
    ticket = (
        Ticket.objects.select_related("desk", "department")
        .filter(desk__slug=slug, desk__closed_at=None, access_digest=digest_of(secret), spam_at=None)
        .first()
    )
    if not secret or ticket is None:
        raise NotThere
    return TicketAccess(ticket, guest=True)


def messages_in(access: TicketAccess) -> QuerySet[Message]:
    """Give the messages of a ticket that the asker may read: notes and strangers' to staff only."""
    messages = access.ticket.messages.select_related("author", "contact").prefetch_related("attachments")
    if not access.sees_internal:
        messages = messages.exclude(kind__in=INTERNAL)
    return messages.order_by("occurred_at", "id")


def access_attachment(access: TicketAccess, attachment: UUID) -> Attachment:
    """Open a file of a ticket, if the message that carries it may be read."""
    row = Attachment.objects.filter(pk=attachment, message__in=messages_in(access)).first()
    return _there(row)


def access_message(access: TicketAccess, message: int) -> Message:
    """Open one message of a ticket."""
    return _there(messages_in(access).filter(pk=message).first())


def access_request(access: TicketAccess, position: int) -> Request:
    """Open one request of a ticket by its place in it."""
    return _there(
        access.ticket.requests.select_related("edition", "current_decision").filter(position=position).first()
    )


def access_proposal(access: TicketAccess, proposal: int) -> Proposal:
    """Open a proposal made in a ticket."""
    return _there(Proposal.objects.filter(pk=proposal, request__ticket=access.ticket).first())


def access_decision(access: TicketAccess, decision: int) -> DecisionRecord:
    """Open a decision on a request of a ticket, also one that was superseded."""
    return _there(
        DecisionRecord.objects.select_related("edition")
        .filter(pk=decision, request__ticket=access.ticket)
        .first()
    )


def access_obligation(access: TicketAccess, obligation: int) -> Obligation:
    """Open something that is or was owed in a ticket."""
    return _there(
        Obligation.objects.select_related("decision__edition")
        .filter(pk=obligation, request__ticket=access.ticket)
        .first()
    )


def access_secret(access: TicketAccess, secret: int) -> Secret:
    """Open the envelope of a secret of a ticket to staff; its content only `vault.reveal` gives."""
    if access.staff is None:
        raise NotThere
    return _there(Secret.objects.filter(pk=secret, request__ticket=access.ticket).first())


def access_organisation(account: Asker, slug: str, organisation: int) -> tuple[StaffMember, Organisation]:
    """Open a client to staff of its desk; gives the membership as well."""
    member = membership(account, slug, Right.READ_CLIENTS)
    return member, _there(Organisation.objects.filter(pk=organisation, desk=member.desk).first())


def access_contact(account: Asker, slug: str, contact: int) -> tuple[StaffMember, Contact]:
    """Open a person at a client to staff of its desk; gives the membership as well."""
    member = membership(account, slug, Right.READ_CLIENTS)
    return member, _there(
        Contact.objects.select_related("organisation", "desk").filter(pk=contact, desk=member.desk).first()
    )


def access_conversation(account: Asker, slug: str, conversation: int) -> tuple[StaffMember, Conversation]:
    """Open the note of a talk to staff of its desk; gives the membership as well."""
    member = membership(account, slug)
    return member, _there(
        Conversation.objects.select_related("contact", "organisation", "edition")
        .filter(pk=conversation, desk=member.desk)
        .first()
    )


def access_letter(account: Asker, slug: str, letter: int) -> tuple[StaffMember, RawLetter]:
    """Open a raw letter to staff of its desk; gives the membership as well."""
    member = membership(account, slug, Right.READ_LETTERS)
    row = RawLetter.objects.select_related("ticket", "mail_source").filter(pk=letter, desk=member.desk)
    found = _there(row.first())
    found.desk = member.desk
    if found.ticket is not None:
        found.ticket.desk = member.desk
    return member, found


def access_blocked_sender(account: Asker, slug: str, sender: int) -> tuple[StaffMember, BlockedSender]:
    """Open a block on a sender to whoever may lift it; gives the membership as well."""
    member = membership(account, slug, Right.BLOCK_SENDERS)
    row = BlockedSender.objects.select_related("desk").filter(pk=sender, desk=member.desk)
    return member, _there(row.first())


def access_mailbox(account: Asker, slug: str, mailbox: int) -> tuple[StaffMember, MailSource]:
    """Open a mailbox that a desk reads to whoever may change the desk; gives the membership as well."""
    member = membership(account, slug, Right.CHANGE_DESK)
    row = MailSource.objects.select_related("desk", "recipient", "password")
    return member, _there(row.filter(pk=mailbox, desk=member.desk).first())


def access_outgoing_letter(account: Asker, slug: str, letter: int) -> tuple[StaffMember, OutgoingLetter]:
    """Open a letter that the desk wrote to its staff; gives the membership as well."""
    member = membership(account, slug, Right.READ_LETTERS)
    return member, _there(
        OutgoingLetter.objects.select_related("ticket__desk").filter(pk=letter, desk=member.desk).first()
    )


def access_undeliverable(account: Asker, slug: str, row: int) -> tuple[StaffMember, UndeliverableAddress]:
    """Open an address from which letters come back to staff of its desk; gives the membership as well."""
    member = membership(account, slug)
    return member, _there(UndeliverableAddress.objects.filter(pk=row, desk=member.desk).first())


def audit_log(account: Asker, slug: str) -> StaffMember:
    """Open the audit log of a desk to those of its staff who may read it: gives the membership."""
    return membership(account, slug, Right.READ_AUDIT)


def open_desk(slug: str) -> Desk:
    """Open a desk's public pages: its regulation, its guest form."""
    return _there(Desk.objects.filter(slug=slug, closed_at=None).first())


def works_in(member: StaffMember, department_id: int, own: Collection[int] | None = None) -> bool:
    """Say whether a member of staff may act on tickets of a department.

    `own` are the ids of the member's departments, where they were read already.
    """
    if not may(member, Right.WORK_TICKETS):
        return False
    if may(member, Right.WORK_OTHER_DEPARTMENTS):
        return True
    if own is not None:
        return department_id in own
    return member.departments.filter(pk=department_id).exists()


def _signed_in(account: Asker) -> Account:
    if not isinstance(account, Account) or not account.is_active:
        raise NotThere
    return account


def _visible_to(contact: Contact) -> Q:
    # A client asks for nothing in what was marked as spam, and is not told of the mark.
    at_desk = Q(desk=contact.desk_id, spam_at=None)
    own = at_desk & Q(requester=contact.pk)
    if not contact.sees_colleagues_tickets:
        return own
    return own | at_desk & Q(organisation=contact.organisation_id)


def _sees(contact: Contact, ticket: Ticket) -> bool:
    return Ticket.objects.filter(_visible_to(contact), pk=ticket.pk).exists()


def _there(row: Row | None) -> Row:
    if row is None:
        raise NotThere
    return row
