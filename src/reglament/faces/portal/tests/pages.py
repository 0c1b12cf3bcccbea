"""How the tests of the portal open and read its pages."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from django.test import Client

from reglament.desk.tests.tram import arrive

if TYPE_CHECKING:
    from reglament.desk.people.models import Contact
    from reglament.desk.regulations.models import Desk
    from reglament.desk.tickets.models import Request, Ticket

RIDER = "rider@example.org"


def signed_in(contact: Contact) -> Client:
    """Give the browser of a client who reads English in the zone of the desk."""
    assert contact.account is not None
    contact.account.language = "en"
    contact.account.zone = contact.desk.zone
    contact.account.save()
    client = Client()
    client.force_login(contact.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def get(client: Client, address: str) -> str:
    """Open a page that must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def page_of(ticket: Ticket) -> str:
    """Give the address of a ticket."""
    return f"/d/{ticket.desk.slug}/portal/tickets/{ticket.number}/"


def from_rider(desk: Desk, **values: Any) -> tuple[Ticket, Request]:
    """Let something arrive from the client who rides."""
    return arrive(desk, sender_address=RIDER, **values)


def words(page: str) -> str:
    """Give what a person reads on a page, in one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page))).replace("\u00a0", " ")
