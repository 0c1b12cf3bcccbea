"""The desk that sample letters are fed to: the state that `expected.json` names `setup`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.people.models import Contact, ContactAddress, Organisation
from reglament.desk.regulations.actions import create_desk_from_pack
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.tickets.models import Ticket, TicketState

SAID: dict[str, Any] = json.loads((Path(__file__).parent / "expected.json").read_text(encoding="utf-8"))
SETUP = SAID["setup"]
NOW = datetime.fromisoformat(SETUP["now"]).astimezone(UTC)


def make_desk_of_letters() -> Desk:
    """Make the desk of `setup`: addresses, border, contact, two tickets and what was sent in them."""
    made = create_desk_from_pack("infobox", slug="desk", at=NOW - timedelta(days=60), number_prefix="SD")
    made.trusted_border = SETUP["trusted_authserv_id"]
    made.save()
    DeskAddress.objects.filter(desk=made).delete()
    for position, address in enumerate(SETUP["desk_addresses"]):
        DeskAddress.objects.create(desk=made, address=address, position=position)
    for position, address in enumerate(SETUP["abuse_addresses"], 10):
        DeskAddress.objects.create(desk=made, address=address, position=position, kind="abuse_report")
    then = NOW - timedelta(days=30)
    client = Organisation.objects.create(desk=made, name="ООО «Ромашка»", created_at=then)
    for address in SETUP["authorised_contacts"]:
        contact = Contact.objects.create(
            desk=made, organisation=client, name="Анна Петрова", email=address, created_at=then
        )
        ContactAddress.objects.create(
            desk=made, contact=contact, address=address, authorised_from=then, recorded_at=then
        )
    for number, (reference, said) in enumerate(SETUP["tickets"].items(), 1042):
        assert reference == f"SD-{number}"
        _ticket(made, number, said, Contact.objects.filter(email=said["requester"]).first())
    return made


def _ticket(desk: Desk, number: int, said: dict[str, Any], requester: Contact | None) -> None:
    waits = said["state"].startswith("waiting")
    ticket = Ticket.objects.create(
        desk=desk,
        number=number,
        subject=said["subject"],
        state=TicketState.WAITING_CLIENT if waits else TicketState.OPEN,
        waiting_since=NOW - timedelta(hours=1) if waits else None,
        channel="email",
        language="ru",
        requester=requester,
        organisation=requester.organisation if requester else None,
        requester_address=said["requester"],
        department=desk.departments.get(name="support"),
        received_at=NOW - timedelta(hours=3),
        recorded_at=NOW - timedelta(hours=3),
        changed_at=NOW - timedelta(hours=3),
        queue_key=str(number),
    )
    for place, sent in enumerate(said["outgoing"]):
        OutgoingLetter.objects.create(
            desk=desk,
            ticket=ticket,
            key=f"sample:{number}:{place}",
            template="sample",
            language="ru",
            sender=SETUP["desk_addresses"][0],
            recipient=said["requester"],
            subject=said["subject"],
            text="…",
            internet_message_id=sent["message_id"],
            auto_submitted="auto-replied" if sent["automatic"] else "",
            created_at=NOW - timedelta(hours=2),
            next_attempt_at=NOW,
            state=DeliveryState.HANDED_OVER,
            handed_over_at=NOW - timedelta(hours=2),
        )
