"""Clients, their people, and the people of a desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people import actions, staff
from reglament.desk.people.models import Account, Role, StaffMember
from reglament.desk.people.queries import addresses_of, staff_member, staff_of
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import (
    DAY,
    MOMENT,
    make_account,
    make_contact,
    make_desk,
    make_organisation,
    make_staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def lead(desk: Desk) -> StaffMember:
    return make_staff(desk, Role.LEAD)


def test_a_lead_makes_a_client_with_a_person_whose_address_is_known(desk: Desk, lead: StaffMember) -> None:
    organisation = actions.create_organisation(lead, desk, name=" ООО «Ель» ", inn=" 7707083893 ", at=MOMENT)
    assert (organisation.name, organisation.inn) == ("ООО «Ель»", "7707083893")
    contact = actions.create_contact(
        lead, organisation, name="Анна", email="Anna@Example.org", phone="+7 495 000-00-00", at=MOMENT
    )
    (address,) = addresses_of(contact)
    assert (address.address, address.authorised_from) == ("anna@example.org", None)
    assert list(AuditEvent.objects.values_list("what", "account")) == [
        ("create_organisation", lead.account.pk),
        ("create_contact", lead.account.pk),
        ("add_address", lead.account.pk),
    ]


def test_a_changed_client_keeps_its_identity_and_a_new_address_is_known_beside_the_old(
    desk: Desk, lead: StaffMember
) -> None:
    organisation = actions.create_organisation(lead, desk, name="One", at=MOMENT)
    actions.change_organisation(lead, organisation, name="Two", inn="", kpp="770701001", at=MOMENT)
    contact = actions.create_contact(lead, organisation, name="A", email="a@example.org", at=MOMENT)
    for _ in range(2):
        actions.change_contact(
            lead,
            contact,
            name="B",
            email="b@example.org",
            phone="",
            language="en",
            sees_colleagues_tickets=True,
            at=MOMENT + DAY,
        )
    organisation.refresh_from_db()
    contact.refresh_from_db()
    assert (organisation.name, organisation.kpp) == ("Two", "770701001")
    assert (contact.name, contact.language, contact.sees_colleagues_tickets) == ("B", "en", True)
    assert [row.address for row in addresses_of(contact)] == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("name", lambda desk: actions.create_organisation(None, desk, name=" ", at=MOMENT)),
        ("inn", lambda desk: actions.create_organisation(None, desk, name="x", inn="77070838", at=MOMENT)),
        ("inn", lambda desk: actions.create_organisation(None, desk, name="x", inn="770708389٣", at=MOMENT)),
        ("kpp", lambda desk: actions.create_organisation(None, desk, name="x", kpp="1", at=MOMENT)),
        (
            "email",
            lambda desk: actions.create_contact(
                None, make_organisation(desk), name="x", email="nobody", at=MOMENT
            ),
        ),
        ("name", lambda desk: actions.create_contact(None, make_organisation(desk), name="", at=MOMENT)),
        (
            "address",
            lambda desk: actions.add_address(None, make_contact(make_organisation(desk)), "x y@z", at=MOMENT),
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(
    desk: Desk, field: str, make: Callable[[Desk], object]
) -> None:
    with pytest.raises(ActionRefused) as refused:
        make(desk)
    assert refused.value.field == field
    assert str(refused.value)


def test_an_agent_and_the_lead_of_another_desk_change_no_client(desk: Desk) -> None:
    organisation = make_organisation(desk)
    contact = make_contact(organisation)
    address = actions.add_address(None, contact, "a@example.org", at=MOMENT)
    for by in (make_staff(desk), make_staff(make_desk(), Role.LEAD)):
        acts: list[Callable[[], object]] = [
            lambda by=by: actions.create_organisation(by, desk, name="x", at=MOMENT),  # type: ignore[misc]
            lambda by=by: actions.change_organisation(by, organisation, name="x", inn="", kpp="", at=MOMENT),  # type: ignore[misc]
            lambda by=by: actions.create_contact(by, organisation, name="x", at=MOMENT),  # type: ignore[misc]
            lambda by=by: actions.end_contact(by, contact, at=MOMENT),  # type: ignore[misc]
            lambda by=by: actions.give_account(by, contact, at=MOMENT),  # type: ignore[misc]
            lambda by=by: actions.add_address(by, contact, "b@example.org", at=MOMENT),  # type: ignore[misc]
            lambda by=by: actions.authorise_address(by, address, since=MOMENT, at=MOMENT),  # type: ignore[misc]
            lambda by=by: actions.end_authorisation(by, address, until=MOMENT, at=MOMENT),  # type: ignore[misc]
            lambda by=by: actions.remove_address(by, address, at=MOMENT),  # type: ignore[misc]
        ]
        for act in acts:
            with pytest.raises(NotAllowed):
                act()


def test_a_contact_signs_in_with_the_account_of_the_address_or_a_new_one(desk: Desk) -> None:
    organisation = make_organisation(desk)
    known = make_account(email="a@example.org")
    first, second, nameless = (
        make_contact(organisation, email=email) for email in ("a@example.org", "b@example.org", "")
    )
    assert actions.give_account(None, first, at=MOMENT) == known
    made = actions.give_account(None, second, at=MOMENT)
    assert (made.email, made.has_usable_password()) == ("b@example.org", False)
    with pytest.raises(ActionRefused, match="address first"):
        actions.give_account(None, nameless, at=MOMENT)


def test_what_was_ended_is_not_ended_again(desk: Desk) -> None:
    contact = make_contact(make_organisation(desk), email="a@example.org")
    address = actions.add_address(None, contact, "a@example.org", at=MOMENT)
    with pytest.raises(ActionRefused, match="not authorised"):
        actions.end_authorisation(None, address, until=MOMENT, at=MOMENT)
    actions.end_contact(None, contact, at=MOMENT)
    address.refresh_from_db()
    assert address.removed_at == MOMENT
    for act in (
        lambda: actions.end_contact(None, contact, at=MOMENT),
        lambda: actions.give_account(None, contact, at=MOMENT),
        lambda: actions.remove_address(None, address, at=MOMENT),
    ):
        with pytest.raises(ActionRefused):
            act()


def test_staff_join_change_leave_and_come_back(desk: Desk) -> None:
    admin = make_staff(desk, Role.ADMIN)
    support = desk.departments.get()
    member = staff.add_staff(
        admin, desk, email="New@example.org", name="N", role=Role.AGENT, departments=[support], at=MOMENT
    )
    assert list(member.departments.all()) == [support]
    assert not member.account.has_usable_password()
    with pytest.raises(ActionRefused, match="already works"):
        staff.add_staff(
            admin, desk, email="new@example.org", name="N", role=Role.AGENT, departments=[], at=MOMENT
        )
    staff.change_staff(admin, member, role=Role.LEAD, departments=[], phone="1", at=MOMENT)
    assert staff_member(desk, member.account.pk) == member
    staff.end_staff(admin, member, at=MOMENT)
    assert list(staff_of(desk)) == [admin]
    assert staff_member(desk, member.account.pk) is None
    back = staff.add_staff(
        admin, desk, email="new@example.org", name="N", role=Role.AGENT, departments=[support], at=MOMENT
    )
    assert (back.pk, back.left_at, back.role) == (member.pk, None, "agent")


def test_the_last_administrator_stays(desk: Desk) -> None:
    admin = make_staff(desk, Role.ADMIN)
    with pytest.raises(ActionRefused, match="last administrator"):
        staff.end_staff(admin, admin, at=MOMENT)
    with pytest.raises(ActionRefused, match="last administrator"):
        staff.change_staff(admin, admin, role=Role.OWNER, departments=[], phone="", at=MOMENT)
    make_staff(desk, Role.ADMIN)
    staff.end_staff(admin, admin, at=MOMENT)


def test_only_an_administrator_changes_staff_and_only_with_departments_of_the_desk(desk: Desk) -> None:
    foreign = make_desk().departments.get()
    with pytest.raises(NotAllowed):
        staff.add_staff(
            make_staff(desk, Role.OWNER),
            desk,
            email="n@e.org",
            name="N",
            role=Role.AGENT,
            departments=[],
            at=MOMENT,
        )
    with pytest.raises(ActionRefused, match="another desk"):
        staff.add_staff(
            None, desk, email="n@example.org", name="N", role=Role.AGENT, departments=[foreign], at=MOMENT
        )


def test_the_owner_of_the_machine_is_made_admin_of_every_desk_or_of_one(desk: Desk) -> None:
    other = make_desk()
    made = staff.make_owner(email="O@example.org", name="O", desk=None, password="", at=MOMENT)
    assert made.new
    assert {member.desk for member in made.memberships} == {desk, other}
    again = staff.make_owner(
        email="o@example.org", name="", desk=other.slug, password="correct horse battery", at=MOMENT
    )
    assert (again.new, again.account.pk) == (False, made.account.pk)
    assert Account.objects.get(pk=made.account.pk).check_password("correct horse battery")
    with pytest.raises(ActionRefused, match="no desk 'nope'"):
        staff.make_owner(email="o@example.org", name="", desk="nope", password="", at=MOMENT)
    with pytest.raises(ActionRefused, match="15 characters"):
        staff.make_owner(email="o@example.org", name="", desk=None, password="short", at=MOMENT)
    with pytest.raises(ActionRefused) as refused:
        staff.make_owner(email="nobody", name="N", desk=None, password="", at=MOMENT)
    assert refused.value.field == "email"
