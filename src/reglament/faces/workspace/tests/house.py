"""A desk with its people for the tests of the workspace, and browsers that they sit at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from reglament.desk.people.models import Account, Contact, Role, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.tram import client_of, staff_at, tram_desk
from reglament.desk.tickets.models import Ticket

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class House:
    """A desk by a regulation of no pack, with somebody of every role, and somebody of another desk."""

    desk: Desk
    agent: StaffMember
    """Of the depot only."""
    clerk: StaffMember
    """Of the office only."""
    lead: StaffMember
    owner: StaffMember
    admin: StaffMember
    foreign: StaffMember
    client: Contact
    clock: Path

    def at(self, moment: datetime) -> None:
        """Move the clock."""
        self.clock.write_text(moment.isoformat(), encoding="ascii")

    def url(self, name: str, *arguments: object) -> str:
        """Give the address of a page."""
        return reverse(f"workspace:{name}", args=[self.desk.slug, *arguments])

    def ticket_url(self, name: str, ticket: Ticket, *more: object, **query: object) -> str:
        """Give the address of a page about a ticket."""
        words = "&".join(f"{key}={value}" for key, value in query.items())
        return self.url(name, ticket.number, *more) + (f"?{words}" if words else "")


def make_house(clock: Path) -> House:
    """Make the desk and everybody."""
    desk = tram_desk()
    other = tram_desk(slug="other", name="Other", number_prefix="OT")
    return House(
        desk=desk,
        agent=staff_at(desk, Role.AGENT, "depot"),
        clerk=staff_at(desk, Role.AGENT, "office"),
        lead=staff_at(desk, Role.LEAD, "depot"),
        owner=staff_at(desk, Role.OWNER),
        admin=staff_at(desk, Role.ADMIN),
        foreign=staff_at(other, Role.ADMIN),
        client=client_of(desk),
        clock=clock,
    )


def sit(person: StaffMember | Contact | None, language: str = "en") -> Client:
    """Give a browser in which a person is signed in, or nobody."""
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if person is not None:
        account = person.account
        assert isinstance(account, Account)
        browser.force_login(account, backend=BACKEND)
    return browser


def text(answer: Any) -> str:
    """Give a page as text, with its white space made plain."""
    return " ".join(answer.content.decode().replace("\xa0", " ").split())
