"""What clients and visitors do in a story, at their pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.urls import reverse

from reglament.desk.people.models import Contact
from reglament.desk.tickets.models import Conversation, Ticket
from tests.stories.web import Browser, Page

if TYPE_CHECKING:
    from tests.stories.stage import Stage

Said = str | Mapping[str, str]
"""What is said of one thing in a form, or of a group of them, such as `fields`, by name."""


def filled_in(said: Mapping[str, Said]) -> dict[str, str]:
    """Give what is said by the names of the controls of a form."""
    values: dict[str, str] = {}
    for name, value in said.items():
        if isinstance(value, str):
            values[name] = value
        else:
            values |= {f"{name}.{one}": words for one, words in value.items()}
    return values


class Customer:
    """A client who is signed in to the portal."""

    def __init__(self, stage: Stage, contact: Contact) -> None:
        assert contact.account is not None, f"{contact} has no account to sign in with"
        self._stage, self.contact = stage, contact
        self.browser = Browser(contact.account)

    def asks(
        self,
        kind: str,
        text: str = "Помогите, пожалуйста.",
        *,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        incomplete: bool = False,
        **said: Said,
    ) -> Ticket:
        """Send a request from the portal, by the form of its kind, and give its ticket.

        What is said goes into the controls of the form; a group such as `fields` by its names. With
        `incomplete`, it is sent without what the form found missing.
        """
        values = {"text": text, **filled_in(said)}
        page = self.form(kind)
        if incomplete:
            page = self.browser.send(page, "", values, files=files, follow=False)
            values["incomplete"] = "1"
        page = self.browser.send(page, "", values, files=files, follow=False)
        assert "/portal/tickets/" in page.address, f"the form was not taken:\n{page.words}"
        return self._stage.desk.tickets.get(number=page.address.rstrip("/").rpartition("/")[2])

    def form(self, kind: str, **query: str) -> Page:
        """Open the form of a kind of request, with what its address names, such as a `service`."""
        return self.browser.open(self._address("form", kind), **query)

    def ticket(self, ticket: Ticket) -> Page:
        """Open a ticket."""
        return self.browser.open(self._address("ticket", ticket.number))

    def why(self, ticket: Ticket) -> Page:
        """Open the page that says why it was decided so."""
        return self.browser.open(self._address("why", ticket.number, 1))

    def writes(self, ticket: Ticket, text: str) -> Page:
        """Write in a ticket."""
        page = self.ticket(ticket)
        return self.browser.send(page, self._address("ticket", ticket.number), {"text": text})

    def confirms(self, ticket: Ticket) -> Page:
        """Press the button that confirms a request."""
        return self.browser.send(self.ticket(ticket), self._address("confirm", ticket.number, 1))

    def supplies(self, ticket: Ticket, **values: str) -> Page:
        """Fill in what is missing."""
        page = self.browser.open(self._address("supply", ticket.number, 1))
        return self.browser.send(page, "", {f"fields.{name}": value for name, value in values.items()})

    def tells(self, ticket: Ticket, **said: Said) -> Page:
        """Answer what is asked of a request, by the groups of its facts."""
        page = self.browser.open(self._address("supply", ticket.number, 1))
        return self.browser.send(page, "", filled_in(said))

    def agrees(self, ticket: Ticket, *, agreed: bool = True) -> Page:
        """Answer the question that stands in a ticket."""
        (proposal,) = self._stage.request(ticket).proposals.filter(answer="")
        address = self._address("proposal", ticket.number, proposal.pk)
        return self.browser.send(self.ticket(ticket), address, {"answer": "agree" if agreed else "decline"})

    def closes(self, ticket: Ticket) -> Page:
        """Close a ticket."""
        return self.browser.send(self.ticket(ticket), self._address("close", ticket.number))

    def tickets(self) -> Page:
        """Open the list of tickets."""
        return self.browser.open(self._address("tickets"))

    def new(self) -> Page:
        """Open the kinds of requests that the portal takes."""
        return self.browser.open(self._address("new"))

    def entitlements(self) -> Page:
        """Open the page of what the client is entitled to."""
        return self.browser.open(self._address("entitlements"))

    def makes_a_request_of(self, talk: Conversation) -> Ticket:
        """Make a request of a talk, and give its ticket."""
        page = self.browser.send(self.tickets(), self._address("make_request", talk.pk))
        return self._stage.desk.tickets.get(number=page.address.rstrip("/").rpartition("/")[2])

    def _address(self, name: str, *arguments: object) -> str:
        return reverse(f"portal:{name}", args=[self._stage.desk.slug, *arguments])


class Visitor:
    """Somebody at the pages of the site, signed in to nothing."""

    def __init__(self, stage: Stage, address: str) -> None:
        self._stage, self.address = stage, address
        self.browser = Browser()

    def reads(self, page: str) -> Page:
        """Open a public page of the desk, by the name of its address."""
        return self.browser.open(reverse(page, args=[self._stage.desk.slug]))

    def asks(
        self, kind: str, text: str = "Помогите, пожалуйста.", *, name: str = "Вера", **said: Said
    ) -> Ticket:
        """Send the guest form of a kind, open the link that came by mail, and press its button."""
        form = self.browser.open(reverse("guest:form", args=[self._stage.desk.slug, kind]))
        sent = self.browser.send(
            form, "", {"text": text, "address": self.address, "name": name, **filled_in(said)}
        )
        assert sent.address.endswith("/guest/sent/"), sent.words
        link = re.search(r"https?://\S+/guest/\S+/", self._stage.words_to(self.address))
        assert link is not None
        self.browser.send(self.browser.open(link[0]))
        ticket = self._stage.desk.tickets.order_by("-number").first()
        assert ticket is not None
        return ticket

    def answers(self, letter: str, *, agreed: bool) -> Page:
        """Follow the link of a letter to a question, and answer it."""
        link = re.search(r"https?://\S+/proposals/\S+/", letter)
        assert link is not None, letter
        answer = {"answer": "agree" if agreed else "decline", "name": "Вера"}
        return self.browser.send(self.browser.open(link[0]), "", answer)
