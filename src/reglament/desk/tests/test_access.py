"""The guarded doors, branch by branch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from reglament.desk import access
from reglament.desk.channels.models import RawLetter
from reglament.desk.decisions.models import Obligation, Proposal
from reglament.desk.faults import NotThere
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.operations import vault
from reglament.desk.people.models import Account, Contact, Department, Role, StaffMember
from reglament.desk.people.roles import Right
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import (
    MOMENT,
    make_account,
    make_contact,
    make_decision,
    make_desk,
    make_message,
    make_organisation,
    make_request,
    make_staff,
    make_ticket,
)
from reglament.desk.tickets.guests import digest_of, new_secret
from reglament.desk.tickets.models import Attachment, Conversation, MessageKind, Ticket

pytestmark = pytest.mark.django_db


@dataclass
class House:
    """A desk with a ticket of a client, its people, and strangers of every sort."""

    desk: Desk
    ticket: Ticket
    agent: StaffMember
    requester: Contact
    colleague: Contact
    chief: Contact
    link: str


@pytest.fixture
def house() -> House:
    desk = make_desk()
    organisation = make_organisation(desk)
    requester = make_contact(organisation, account=make_account())
    colleague = make_contact(organisation, account=make_account())
    chief = make_contact(organisation, account=make_account(), sees_colleagues_tickets=True)
    link = new_secret()
    ticket = make_ticket(desk, requester=requester, organisation=organisation, access_digest=digest_of(link))
    return House(desk, ticket, make_staff(desk), requester, colleague, chief, link)


def _account(person: Contact | StaffMember) -> Account:
    assert person.account is not None
    return person.account


def _closed(door: Callable[[], object]) -> None:
    with pytest.raises(NotThere):
        door()


def _open(house: House, account: access.Asker) -> access.TicketAccess:
    return access.access_ticket(account, house.desk.slug, house.ticket.number)


def test_staff_of_the_desk_see_the_ticket_with_its_notes(house: House) -> None:
    opened = _open(house, _account(house.agent))
    assert (opened.staff, opened.contact, opened.guest) == (house.agent, None, False)
    assert opened.sees_internal
    assert opened.may_work


def test_the_requester_and_a_colleague_with_the_right_see_it_without_notes(house: House) -> None:
    for contact in (house.requester, house.chief):
        opened = _open(house, _account(contact))
        assert (opened.staff, opened.contact, opened.guest) == (None, contact, False)
        assert not opened.sees_internal
        assert not opened.may_work


def test_others_see_nothing(house: House) -> None:
    other = make_desk()
    make_ticket(other, number=house.ticket.number)
    strangers: list[access.Asker] = [
        None,
        AnonymousUser(),
        make_account(),
        _account(house.colleague),
        make_staff(other, Role.ADMIN).account,
        make_contact(
            make_organisation(house.desk), account=make_account(), sees_colleagues_tickets=True
        ).account,
        make_contact(make_organisation(other), account=make_account(), sees_colleagues_tickets=True).account,
    ]
    for account in strangers:
        _closed(lambda account=account: _open(house, account))  # type: ignore[misc]


def test_a_wrong_number_or_desk_is_not_there(house: House) -> None:
    account = _account(house.agent)
    _closed(lambda: access.access_ticket(account, house.desk.slug, house.ticket.number + 1))
    _closed(lambda: access.access_ticket(account, "elsewhere", house.ticket.number))


def test_whoever_left_or_was_switched_off_sees_nothing(house: House) -> None:
    for person in (house.agent, house.requester):
        person.left_at = MOMENT
        person.save()
        _closed(lambda person=person: _open(house, _account(person)))  # type: ignore[misc]
    account = _account(house.chief)
    account.is_active = False
    account.save()
    _closed(lambda: _open(house, account))
    assert not access.contacts(account).exists()
    assert not access.memberships(account).exists()


def test_a_closed_desk_is_not_there(house: House) -> None:
    Desk.objects.filter(pk=house.desk.pk).update(closed_at=MOMENT)
    for account in (_account(house.agent), _account(house.requester)):
        _closed(lambda account=account: _open(house, account))  # type: ignore[misc]
    _closed(lambda: access.guest_ticket(house.desk.slug, house.link))
    _closed(lambda: access.open_desk(house.desk.slug))
    _closed(lambda: access.membership(_account(house.agent), house.desk.slug))


def test_someone_who_is_staff_and_client_comes_as_staff_but_in_the_portal_as_client(house: House) -> None:
    both = make_staff(house.desk, account=_account(house.requester))
    assert _open(house, both.account).staff == both
    number = house.ticket.number
    assert access.portal_ticket(both.account, house.desk.slug, number).contact == house.requester
    _closed(lambda: access.portal_ticket(_account(house.agent), house.desk.slug, number))
    _closed(lambda: access.portal_ticket(_account(house.colleague), house.desk.slug, number))
    _closed(lambda: access.portal_ticket(None, house.desk.slug, number))


def test_the_workspace_opens_to_staff_only(house: House) -> None:
    number = house.ticket.number
    elsewhere = make_staff(make_desk())
    assert access.staff_ticket(house.agent, number).staff == house.agent
    _closed(lambda: access.staff_ticket(elsewhere, number))
    house.agent.left_at = MOMENT
    _closed(lambda: access.staff_ticket(house.agent, number))


def test_a_workplace_is_the_desk_that_is_asked_for_and_the_others_stand_beside_it(house: House) -> None:
    account = _account(house.agent)
    other = make_staff(make_desk(), account=account)
    assert access.workplace(account, house.desk.slug) == (house.agent, [other])
    _closed(lambda: access.workplace(_account(house.requester), house.desk.slug))
    _closed(lambda: access.workplace(account, "nowhere"))


def test_an_agent_works_in_the_own_departments_and_a_lead_in_all(house: House) -> None:
    elsewhere = Department.objects.create(desk=house.desk, name="elsewhere")
    Ticket.objects.filter(pk=house.ticket.pk).update(department=elsewhere)
    assert not _open(house, _account(house.agent)).may_work
    assert _open(house, make_staff(house.desk, Role.LEAD).account).may_work
    house.agent.departments.add(elsewhere)
    assert _open(house, _account(house.agent)).may_work
    house.agent.left_at = MOMENT
    assert not access.works_in(house.agent, elsewhere.pk)


def test_a_private_link_opens_its_ticket_and_nothing_else(house: House) -> None:
    other = make_ticket(house.desk)
    opened = access.guest_ticket(house.desk.slug, house.link)
    assert (opened.ticket, opened.guest, opened.sees_internal) == (house.ticket, True, False)
    for slug, secret in (
        (house.desk.slug, ""),
        (house.desk.slug, "guess"),
        (house.desk.slug, digest_of(house.link)),
        (make_desk().slug, house.link),
    ):
        _closed(lambda slug=slug, secret=secret: access.guest_ticket(slug, secret))  # type: ignore[misc]
    assert other.access_digest is None


def test_the_portal_lists_own_tickets_and_those_of_colleagues_by_right(house: House) -> None:
    second = make_ticket(house.desk, requester=house.colleague, organisation=house.requester.organisation)
    make_ticket(make_desk())
    slug = house.desk.slug
    assert set(access.tickets_of(_account(house.requester), slug)) == {house.ticket}
    assert set(access.tickets_of(_account(house.colleague), slug)) == {second}
    assert set(access.tickets_of(_account(house.chief), slug)) == {house.ticket, second}
    assert not access.tickets_of(_account(house.agent), slug).exists()
    assert not access.tickets_of(None, slug).exists()


def test_notes_and_their_files_are_for_staff(house: House) -> None:
    words = make_message(house.ticket)
    note = make_message(house.ticket, kind=MessageKind.NOTE)
    files = {
        message: Attachment.objects.create(
            desk=house.desk,
            message=message,
            file_name="a.txt",
            content_type="text/plain",
            size=1,
            sha256="0" * 64,
            storage_path="x",
        )
        for message in (words, note)
    }
    staff, client = _open(house, _account(house.agent)), _open(house, _account(house.requester))
    assert list(access.messages_in(staff)) == [words, note]
    assert list(access.messages_in(client)) == [words]
    assert access.access_attachment(client, files[words].pk) == files[words]
    assert access.access_attachment(staff, files[note].pk) == files[note]
    assert access.access_message(staff, note.pk) == note
    _closed(lambda: access.access_attachment(client, files[note].pk))
    _closed(lambda: access.access_attachment(client, uuid4()))
    _closed(lambda: access.access_message(client, note.pk))


def test_what_belongs_to_another_ticket_is_not_there(house: House) -> None:
    def furnished(ticket: Ticket) -> dict[str, int]:
        request = make_request(ticket)
        decision = make_decision(request)
        owed = Obligation.objects.create(
            desk=ticket.desk,
            request=request,
            decision=decision,
            metric="m",
            clause="c",
            clock="k",
            fulfilled_by="staff_reply",
            started_at=MOMENT,
        )
        proposal = Proposal.objects.create(
            desk=ticket.desk,
            request=request,
            what="severity",
            to_value="low",
            asked_at=MOMENT,
            asked_by=house.agent,
        )
        secret = vault.seal(ticket.desk, "f", "s", at=MOMENT, request=request)
        return {
            "decision": decision.pk,
            "obligation": owed.pk,
            "proposal": proposal.pk,
            "secret": secret.pk,
            "message": make_message(ticket).pk,
        }

    mine, others = furnished(house.ticket), furnished(make_ticket(house.desk))
    opened = _open(house, _account(house.agent))
    for name in mine:
        door = getattr(access, f"access_{name}")
        assert door(opened, mine[name]).pk == mine[name]
        _closed(lambda door=door, name=name: door(opened, others[name]))  # type: ignore[misc]
    assert access.access_request(opened, 1).ticket == house.ticket
    _closed(lambda: access.access_request(opened, 2))


def test_a_client_does_not_even_see_the_envelope_of_a_secret(house: House) -> None:
    secret = vault.seal(house.desk, "f", "s", at=MOMENT, request=make_request(house.ticket))
    _closed(lambda: access.access_secret(_open(house, _account(house.requester)), secret.pk))


def test_what_belongs_to_a_desk_opens_to_its_staff_only(house: House) -> None:
    conversation = Conversation.objects.create(
        desk=house.desk,
        channel="phone",
        text="t",
        edition=house.desk.editions.get(),
        occurred_at=MOMENT,
        recorded_at=MOMENT,
    )
    letter = RawLetter.objects.create(
        desk=house.desk,
        digest="0" * 64,
        envelope_to="a@example.org",
        source="pipe",
        size=1,
        storage_path="x",
        received_at=MOMENT,
        recorded_at=MOMENT,
    )
    outgoing = OutgoingLetter.objects.create(
        desk=house.desk,
        key="k",
        template="t",
        language="ru",
        sender="a@example.org",
        recipient="b@example.org",
        subject="s",
        text="t",
        internet_message_id="<1@example.org>",
        created_at=MOMENT,
        next_attempt_at=MOMENT,
    )
    rows = {
        "organisation": house.requester.organisation,
        "contact": house.requester,
        "conversation": conversation,
        "letter": letter,
        "outgoing_letter": outgoing,
    }
    elsewhere = make_staff(make_desk(), Role.ADMIN)
    for name, row in rows.items():
        door = getattr(access, f"access_{name}")
        assert door(_account(house.agent), house.desk.slug, row.pk) == (house.agent, row)
        for account, slug in (
            (_account(house.requester), house.desk.slug),
            (elsewhere.account, house.desk.slug),
            (elsewhere.account, elsewhere.desk.slug),
            (None, house.desk.slug),
        ):
            _closed(lambda door=door, account=account, slug=slug, row=row: door(account, slug, row.pk))  # type: ignore[misc]


def test_a_desk_opens_by_right(house: House) -> None:
    account, slug = _account(house.agent), house.desk.slug
    assert access.membership(account, slug) == house.agent
    _closed(lambda: access.membership(account, slug, Right.CHANGE_REGULATION))
    assert access.open_desk(slug) == house.desk
    assert access.contact_at(_account(house.requester), slug) == house.requester
    _closed(lambda: access.contact_at(account, slug))
