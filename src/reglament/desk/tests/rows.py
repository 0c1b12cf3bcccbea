"""Rows that tests of the desk begin with: a desk, its people, a client, a ticket with a request.

Only tests import this. Each function makes one row (and those it cannot stand without), with values
that mean nothing to any regulation, and takes what the test cares about by keyword.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from reglament.desk.decisions.models import DecisionRecord
from reglament.desk.people.models import Account, Contact, Department, Organisation, Role, StaffMember
from reglament.desk.regulations.models import Desk, Edition
from reglament.desk.tickets.models import Message, MessageKind, Request, Ticket

MOMENT = datetime(2026, 3, 2, 7, 15, tzinfo=UTC)
"""A Monday morning, the present of most tests."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

_serial = count(1)


def make_desk(**values: Any) -> Desk:
    """Make a desk with one department, `support`, and one edition that is in force."""
    serial = next(_serial)
    desk = Desk.objects.create(
        **{
            "slug": f"desk-{serial}",
            "name": f"Desk {serial}",
            "regulation": "invented",
            "number_prefix": f"D{serial}",
            "created_at": MOMENT - 30 * DAY,
        }
        | values
    )
    Department.objects.create(desk=desk, name="support")
    Edition.objects.create(
        desk=desk,
        regulation=desk.regulation,
        in_force_from=datetime(2020, 1, 1, tzinfo=UTC).date(),
        source="regulation: invented",
        digest="0" * 64,
        installed_at=desk.created_at,
    )
    return desk


def make_account(**values: Any) -> Account:
    """Make an account without a password."""
    serial = next(_serial)
    said: dict[str, Any] = {
        "email": f"person-{serial}@example.org",
        "name": f"Person {serial}",
        "created_at": MOMENT - 30 * DAY,
    } | values
    return Account.objects.create_user(**said)


def make_staff(desk: Desk, role: Role = Role.AGENT, **values: Any) -> StaffMember:
    """Make a member of staff of the desk's first department, with an account."""
    account = values.pop("account", None) or make_account()
    member = StaffMember.objects.create(
        **{"desk": desk, "account": account, "role": role, "joined_at": MOMENT - 20 * DAY} | values
    )
    member.departments.set(desk.departments.all()[:1])
    return member


def make_organisation(desk: Desk, **values: Any) -> Organisation:
    """Make a client organisation."""
    return Organisation.objects.create(
        **{"desk": desk, "name": f"Client {next(_serial)}", "created_at": MOMENT - 10 * DAY} | values
    )


def make_contact(organisation: Organisation, **values: Any) -> Contact:
    """Make a person at a client, without an account and without a known address."""
    return Contact.objects.create(
        **{
            "desk": organisation.desk,
            "organisation": organisation,
            "name": f"Contact {next(_serial)}",
            "created_at": MOMENT - 10 * DAY,
        }
        | values
    )


def make_ticket(desk: Desk, **values: Any) -> Ticket:
    """Make an open ticket in the desk's first department, with the desk's next number."""
    number = desk.next_number
    Desk.objects.filter(pk=desk.pk).update(next_number=number + 1)
    desk.next_number = number + 1
    return Ticket.objects.create(
        **{
            "desk": desk,
            "number": number,
            "subject": "A question",
            "channel": "email",
            "language": "en",
            "department": desk.departments.first(),
            "received_at": MOMENT,
            "recorded_at": MOMENT,
            "changed_at": MOMENT,
            "queue_key": f"{number:044d}",
        }
        | values
    )


def make_request(ticket: Ticket, **values: Any) -> Request:
    """Make a request of a ticket, without a decision."""
    return Request.objects.create(
        **{
            "desk": ticket.desk,
            "ticket": ticket,
            "position": ticket.requests.count() + 1,
            "edition": ticket.desk.editions.first(),
            "channel": "email",
            "authentication": "identified",
            "kind": "unclassified",
            "received_at": MOMENT,
            "recorded_at": MOMENT,
        }
        | values
    )


def make_decision(request: Request, **values: Any) -> DecisionRecord:
    """Record a first decision on a request; its request does not point to it yet."""
    return DecisionRecord.objects.create(
        **{
            "desk": request.desk,
            "request": request,
            "edition": request.edition,
            "edition_digest": request.edition.digest,
            "calendar_digest": "0" * 64,
            "facts": {},
            "outcome": "accept",
            "decision": {},
            "cause": "received",
            "made_at": MOMENT,
        }
        | values
    )


def make_message(ticket: Ticket, **values: Any) -> Message:
    """Make a message of the client in a ticket."""
    return Message.objects.create(
        **{
            "desk": ticket.desk,
            "ticket": ticket,
            "kind": MessageKind.CLIENT,
            "channel": "email",
            "text": "Words",
            "occurred_at": MOMENT,
            "recorded_at": MOMENT,
        }
        | values
    )
