"""Support that was stopped for a client, and resumed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import Role, SupportStop
from reglament.desk.people.support import restore_support, stop_support, stops_of, support_stopped
from reglament.desk.tests.rows import HOUR, MOMENT, make_desk, make_organisation, make_staff

pytestmark = pytest.mark.django_db


def test_support_is_stopped_from_one_moment_up_to_another_and_both_decisions_stay_on_record() -> None:
    desk = make_desk()
    client, lead = make_organisation(desk), make_staff(desk, Role.LEAD)

    stop = stop_support(lead, desk, organisation=client, clause="X-1", reason=" Insults ", at=MOMENT)
    restore_support(lead, stop, reason="They apologised", at=MOMENT + HOUR)

    at = {hours: support_stopped(desk, MOMENT + hours * HOUR, organisation=client) for hours in (-1, 0, 1)}
    assert at == {-1: None, 0: stop, 1: None}
    row = stops_of(client).get()
    assert (row.clause, row.reason, row.stopped_by) == ("X-1", "Insults", lead)
    assert (row.restored_because, row.restored_by) == ("They apologised", lead)
    logged = AuditEvent.objects.values_list("what", "reason", "account")
    assert list(logged) == [
        ("stop_support", "Insults", lead.account_id),
        ("restore_support", "They apologised", lead.account_id),
    ]


def test_an_agent_and_staff_of_another_desk_stop_and_resume_nothing() -> None:
    desk = make_desk()
    client, lead = make_organisation(desk), make_staff(desk, Role.LEAD)
    stop = stop_support(lead, desk, organisation=client, clause="X-1", reason="Insults", at=MOMENT)
    other = make_organisation(desk)

    for stranger in (make_staff(desk), make_staff(make_desk(), Role.ADMIN)):
        with pytest.raises(NotAllowed):
            stop_support(stranger, desk, organisation=other, clause="X-1", reason="Insults", at=MOMENT)
        with pytest.raises(NotAllowed):
            restore_support(stranger, stop, reason="So", at=MOMENT)


def test_without_an_organisation_it_stands_for_the_address_in_any_case_of_letters() -> None:
    desk, other = make_desk(), make_desk()
    lead = make_staff(desk, Role.LEAD)

    stop = stop_support(lead, desk, address="Vera@Example.org ", clause="X-1", reason="Insults", at=MOMENT)

    assert support_stopped(desk, MOMENT, address="vera@example.ORG") == stop
    assert support_stopped(desk, MOMENT, organisation=make_organisation(desk), address=stop.address) == stop
    assert support_stopped(other, MOMENT, address=stop.address) is None
    assert support_stopped(desk, MOMENT, address="") is None


@pytest.mark.parametrize(("known", "reason"), [(False, "Insults"), (True, " ")])
def test_somebody_and_a_reason_must_be_named(known: bool, reason: str) -> None:
    desk = make_desk()
    client = make_organisation(desk) if known else None

    with pytest.raises(ActionRefused):
        stop_support(
            make_staff(desk, Role.LEAD), desk, organisation=client, clause="X-1", reason=reason, at=MOMENT
        )

    assert not SupportStop.objects.exists()


def test_what_is_stopped_is_not_stopped_again_nor_resumed_twice() -> None:
    desk = make_desk()
    client, lead = make_organisation(desk), make_staff(desk, Role.LEAD)
    stop = stop_support(lead, desk, organisation=client, clause="X-1", reason="Insults", at=MOMENT)

    with pytest.raises(ActionRefused):
        stop_support(lead, desk, organisation=client, clause="X-1", reason="Again", at=MOMENT)
    restore_support(lead, stop, reason="So", at=MOMENT)
    with pytest.raises(ActionRefused):
        restore_support(lead, stop, reason="So", at=MOMENT)
    stop_support(lead, desk, organisation=client, clause="X-1", reason="Insults again", at=MOMENT + HOUR)

    assert stops_of(client).count() == 2


def test_the_database_refuses_a_stop_of_nobody_of_both_or_without_its_grounds() -> None:
    desk = make_desk()
    client, lead = make_organisation(desk), make_staff(desk, Role.LEAD)
    sound = {"desk": desk, "organisation": client, "clause": "X-1", "reason": "So", "stopped_by": lead}

    for wrong in (
        {"organisation": None},
        {"address": "vera@example.org"},
        {"organisation": None, "address": "Vera@example.org"},
        {"clause": ""},
        {"reason": ""},
        {"restored_at": MOMENT},
        {"restored_at": MOMENT, "restored_by": lead},
        {"restored_at": MOMENT - HOUR, "restored_by": lead, "restored_because": "So"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportStop.objects.create(**{**sound, "stopped_at": MOMENT, **wrong})
    SupportStop.objects.create(**{**sound, "stopped_at": MOMENT})
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportStop.objects.create(**{**sound, "stopped_at": MOMENT})
