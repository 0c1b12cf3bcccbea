"""What the database itself refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, models, transaction

from reglament.desk.decisions.models import Obligation, Proposal
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import ContactAddress, Record
from reglament.desk.regulations.models import Edition, PortalOutage
from reglament.desk.tests.rows import (
    HOUR,
    MOMENT,
    make_account,
    make_contact,
    make_decision,
    make_desk,
    make_organisation,
    make_request,
    make_staff,
    make_ticket,
)
from reglament.desk.tickets.models import Ticket, TicketState

pytestmark = pytest.mark.django_db


def _refuses(write: Callable[[], object], kind: type[DatabaseError] = IntegrityError) -> None:
    with pytest.raises(kind), transaction.atomic():
        write()


def _written_once() -> dict[str, tuple[models.QuerySet[models.Model], dict[str, object]]]:
    desk = make_desk()
    organisation = make_organisation(desk)
    decision = make_decision(make_request(make_ticket(desk)))
    record = Record.objects.create(
        desk=desk,
        organisation=organisation,
        fact="client.status",
        value="active",
        valid_from=MOMENT,
        recorded_at=MOMENT,
    )
    event = AuditEvent.objects.create(desk=desk, at=MOMENT, what="read", object_type="ticket", object_id="1")
    edition = Edition.objects.get(desk=desk)
    rows: list[tuple[models.Model, dict[str, object]]] = [
        (decision, {"outcome": "redirect"}),
        (record, {"valid_until": MOMENT + HOUR}),
        (event, {"reason": "another"}),
        (edition, {"in_force_from": date(2021, 1, 1)}),
    ]
    return {
        type(row).__name__: (type(row)._default_manager.filter(pk=row.pk), change) for row, change in rows
    }


def test_the_models_and_the_migrations_say_the_same() -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


def test_every_model_stands_on_the_page_about_the_tables() -> None:
    page = (Path(__file__).resolve().parents[4] / "docs" / "developer" / "schema.md").read_text(
        encoding="utf-8"
    )
    told = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    models_of_desk = {
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("reglament.desk") and not model._meta.auto_created
    }
    assert told == models_of_desk


@pytest.mark.parametrize("name", ["DecisionRecord", "Record", "AuditEvent", "Edition"])
def test_a_row_that_is_written_once_cannot_be_changed(name: str) -> None:
    rows, change = _written_once()[name]
    _refuses(lambda: rows.update(**change), DatabaseError)


def test_two_tickets_of_a_desk_cannot_have_one_number_but_those_of_two_desks_can() -> None:
    desk, other = make_desk(), make_desk()
    make_ticket(desk, number=1001)
    make_ticket(other, number=1001)
    _refuses(lambda: make_ticket(desk, number=1001))


def test_a_closed_ticket_has_the_moment_and_an_open_one_has_none() -> None:
    ticket = make_ticket(make_desk())
    rows = Ticket.objects.filter(pk=ticket.pk)
    _refuses(lambda: rows.update(state=TicketState.CLOSED))
    _refuses(lambda: rows.update(closed_at=MOMENT))
    rows.update(state=TicketState.CLOSED, closed_at=MOMENT)


def test_a_request_has_one_first_decision_and_each_is_superseded_once() -> None:
    request = make_request(make_ticket(make_desk()))
    first = make_decision(request)
    _refuses(lambda: make_decision(request))
    make_decision(request, supersedes=first)
    _refuses(lambda: make_decision(request, supersedes=first))


def test_a_request_has_one_open_obligation_of_a_metric() -> None:
    request = make_request(make_ticket(make_desk()))
    decision = make_decision(request)

    def owe(**values: object) -> Obligation:
        return Obligation.objects.create(
            **{
                "desk": request.desk,
                "request": request,
                "decision": decision,
                "metric": "first_response",
                "clause": "X-1",
                "clock": "always",
                "fulfilled_by": "staff_reply",
                "started_at": MOMENT,
                "due_at": MOMENT + HOUR,
            }
            | values
        )

    owe(state="superseded", closed_at=MOMENT)
    owe()
    _refuses(owe)
    owe(metric="processing")
    _refuses(lambda: owe(metric="other", due_at=MOMENT - HOUR))
    _refuses(lambda: owe(metric="other", state="met", closed_at=MOMENT))
    _refuses(lambda: owe(metric="other", state="breached", closed_at=MOMENT))
    _refuses(lambda: owe(metric="other", state="excused", closed_at=MOMENT))
    _refuses(lambda: owe(metric="other", state="met", met_at=MOMENT))


def test_a_refusal_names_the_person_the_ground_and_the_clause() -> None:
    desk = make_desk()
    ticket, staff = make_ticket(desk), make_staff(desk)
    _refuses(lambda: make_request(ticket, refused_at=MOMENT))
    _refuses(lambda: make_request(ticket, refused_at=MOMENT, refused_by=staff, refusal_ground="rudeness"))
    make_request(ticket, refused_at=MOMENT, refused_by=staff, refusal_ground="rudeness", refusal_clause="X-2")


def test_one_thing_is_proposed_once_at_a_time() -> None:
    desk = make_desk()
    request, staff = make_request(make_ticket(desk)), make_staff(desk)

    def propose(**values: object) -> Proposal:
        fixed = {"desk": desk, "request": request, "what": "severity", "to_value": "low", "asked_by": staff}
        return Proposal.objects.create(**{**fixed, "asked_at": MOMENT, **values})

    propose()
    _refuses(propose)
    propose(what="visit")
    _refuses(lambda: propose(answer="agreed"))
    propose(answer="agreed", answered_at=MOMENT)


def test_an_address_names_one_contact_of_a_desk_at_a_time() -> None:
    desk = make_desk()
    first, second = make_contact(make_organisation(desk)), make_contact(make_organisation(desk))

    def known(contact: object, **values: object) -> ContactAddress:
        fixed = {"desk": desk, "contact": contact, "address": "a@example.org", "recorded_at": MOMENT}
        return ContactAddress.objects.create(**{**fixed, **values})

    former = known(first)
    _refuses(lambda: known(second))
    _refuses(lambda: known(second, address="B@example.org"))
    _refuses(lambda: known(second, address="c@example.org", authorised_until=MOMENT))
    ContactAddress.objects.filter(pk=former.pk).update(removed_at=MOMENT)
    known(second)


def test_a_desk_has_one_open_portal_outage() -> None:
    desk, account = make_desk(), make_account()

    def begin() -> PortalOutage:
        return PortalOutage.objects.create(desk=desk, began_at=MOMENT, began_by=account, reason="down")

    outage = begin()
    _refuses(begin)
    PortalOutage.objects.filter(pk=outage.pk).update(ended_at=MOMENT + HOUR, ended_by=account)
    begin()


def test_an_account_has_one_spelling_of_its_address() -> None:
    account = make_account(email="Anna@Example.org")
    assert account.email == "anna@example.org"
    _refuses(lambda: type(account).objects.filter(pk=account.pk).update(email="Anna@example.org"))
