"""Who speaks from an address, and how well that is proven."""

from __future__ import annotations

from datetime import datetime

import pytest

from reglament.desk.faults import ActionRefused
from reglament.desk.people import actions
from reglament.desk.people.models import Contact
from reglament.desk.people.queries import Recognition, recognise
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import DAY, HOUR, MOMENT, make_contact, make_desk, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def contact(desk: Desk) -> Contact:
    return make_contact(make_organisation(desk))


def _who(desk: Desk, address: str, *, proven: bool = True, moment: datetime = MOMENT) -> Recognition:
    return recognise(desk, address, proven=proven, moment=moment)


def test_an_unknown_address_is_nobody_even_when_proven(desk: Desk) -> None:
    assert _who(desk, "stranger@example.org") == Recognition("anonymous", None)


def test_a_known_address_without_proof_names_its_contact_only(desk: Desk, contact: Contact) -> None:
    actions.add_address(None, contact, "A@Example.org", at=MOMENT - DAY, authorised_from=MOMENT - DAY)
    assert _who(desk, "a@EXAMPLE.org", proven=False) == Recognition("identified", contact)


def test_a_proven_address_that_is_not_on_the_list_names_its_contact_only(
    desk: Desk, contact: Contact
) -> None:
    actions.add_address(None, contact, "a@example.org", at=MOMENT - DAY)
    assert _who(desk, "a@example.org") == Recognition("identified", contact)


@pytest.mark.parametrize(
    ("since", "until", "word"),
    [
        (-DAY, None, "authorised"),
        (0 * DAY, None, "authorised"),
        (HOUR, None, "identified"),
        (-DAY, HOUR, "authorised"),
        (-DAY, 0 * DAY, "identified"),
        (-2 * DAY, -DAY, "identified"),
    ],
)
def test_the_list_counts_at_the_moment_of_receipt(
    desk: Desk, contact: Contact, since: object, until: object, word: str
) -> None:
    actions.add_address(
        None,
        contact,
        "a@example.org",
        at=MOMENT - 3 * DAY,
        authorised_from=MOMENT + since,  # type: ignore[operator]
        authorised_until=None if until is None else MOMENT + until,  # type: ignore[operator]
    )
    assert _who(desk, "a@example.org") == Recognition(word, contact)


def test_an_address_of_one_desk_is_nobody_at_another(contact: Contact) -> None:
    actions.add_address(None, contact, "a@example.org", at=MOMENT - DAY, authorised_from=MOMENT - DAY)
    assert _who(make_desk(), "a@example.org").contact is None


def test_a_removed_address_still_speaks_for_letters_that_came_before(desk: Desk, contact: Contact) -> None:
    address = actions.add_address(
        None, contact, "a@example.org", at=MOMENT - DAY, authorised_from=MOMENT - DAY
    )
    actions.remove_address(None, address, at=MOMENT)
    assert _who(desk, "a@example.org", moment=MOMENT - HOUR).authentication == "authorised"
    assert _who(desk, "a@example.org", moment=MOMENT).authentication == "anonymous"


def test_an_address_that_moved_names_whom_it_named_at_that_moment(desk: Desk, contact: Contact) -> None:
    other = make_contact(make_organisation(desk))
    address = actions.add_address(None, contact, "a@example.org", at=MOMENT - DAY)
    with pytest.raises(ActionRefused, match="already belongs to"):
        actions.add_address(None, other, "a@example.org", at=MOMENT)
    actions.remove_address(None, address, at=MOMENT)
    actions.add_address(None, other, "a@example.org", at=MOMENT)
    assert _who(desk, "a@example.org", moment=MOMENT - HOUR).contact == contact
    assert _who(desk, "a@example.org", moment=MOMENT + HOUR).contact == other


def test_an_address_learned_after_receipt_names_its_contact_without_authority(
    desk: Desk, contact: Contact
) -> None:
    actions.add_address(None, contact, "a@example.org", at=MOMENT + HOUR, authorised_from=MOMENT + HOUR)
    assert _who(desk, "a@example.org") == Recognition("identified", contact)


def test_a_contact_that_left_speaks_for_nobody(desk: Desk, contact: Contact) -> None:
    actions.add_address(None, contact, "a@example.org", at=MOMENT - DAY, authorised_from=MOMENT - DAY)
    actions.end_contact(None, contact, at=MOMENT)
    assert _who(desk, "a@example.org", moment=MOMENT - HOUR).contact == contact
    assert _who(desk, "a@example.org", moment=MOMENT + HOUR).contact is None


def test_a_second_authorisation_leaves_the_first_on_record(desk: Desk, contact: Contact) -> None:
    address = actions.add_address(
        None, contact, "a@example.org", at=MOMENT - 9 * DAY, authorised_from=MOMENT - 9 * DAY
    )
    actions.end_authorisation(None, address, until=MOMENT - 5 * DAY, at=MOMENT - 5 * DAY)
    renewed = actions.authorise_address(None, address, since=MOMENT - DAY, at=MOMENT - DAY)
    assert renewed.pk != address.pk
    words = [_who(desk, "a@example.org", moment=MOMENT - days * DAY).authentication for days in (6, 3, 0)]
    assert words == ["authorised", "identified", "authorised"]
