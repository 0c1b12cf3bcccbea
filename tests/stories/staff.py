"""What the people of a desk do in a story, at the pages of their workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.urls import reverse

from reglament.desk.people.models import StaffMember
from reglament.desk.tickets.models import Conversation, Ticket
from tests.stories.web import Browser, Page

if TYPE_CHECKING:
    from tests.stories.stage import Stage

ALWAYS = "2025-01-09"
"""The first day of records that hold from the beginning."""
OF_TICKET = ("move_department", "mark_spam", "mark_not_spam")
"""Acts that are about the whole ticket; the others are about a request of it."""
Value = str | bool | int


class Declined(Exception):
    """A page did not do what was asked; its words say why."""

    def __init__(self, page: Page) -> None:
        super().__init__(f"{page.address}: {page.words[:1500]}")
        self.words = page.words


class Colleague:
    """A member of staff at work."""

    def __init__(self, stage: Stage, member: StaffMember) -> None:
        self._stage, self.member = stage, member
        self.browser = Browser(member.account)

    # In a ticket

    def ticket(self, ticket: Ticket) -> Page:
        """Open a ticket."""
        return self.browser.open(self._address("ticket", ticket.number))

    def replies(self, ticket: Ticket, text: str) -> None:
        """Answer the client."""
        self._says(ticket, "reply", {"text": text})

    def asks_for(self, ticket: Ticket, *fields: str, text: str = "") -> None:
        """Ask the client for what is missing, or for fields by name."""
        said: dict[str, Any] = {"text": text} | ({"fields": list(fields)} if fields else {})
        self._says(ticket, "ask", said)

    def _says(self, ticket: Ticket, what: str, said: Mapping[str, Any]) -> None:
        address = self._address("say", ticket.number)
        page = self.ticket(ticket)
        self._done(self.browser.send(page, address, said, having={"what": what}, follow=False))

    def names(self, ticket: Ticket, kind: str, service: str | None = None) -> None:
        """Name the kind of a request."""
        said = {"kind": kind} | ({"service": service} if service is not None else {})
        self._acts(ticket, "name_kind", said)

    def corrects(self, ticket: Ticket, changes: Mapping[str, Value], reason: str = "") -> None:
        """Correct facts."""
        self._acts(
            ticket,
            "correct_facts",
            {name: str(value) for name, value in changes.items()} | {"reason": reason},
        )

    def reads_records_anew(self, ticket: Ticket) -> None:
        """Judge by what the client's records say now."""
        self._presses(ticket, "read_records_anew")

    def marks_rude(self, ticket: Ticket) -> None:
        """Mark the tone of a request."""
        self._presses(ticket, "mark_rude")

    def marks_spam(self, ticket: Ticket, reason: str = "") -> None:
        """Mark a ticket as spam."""
        self._acts(ticket, "mark_spam", {"reason": reason})

    def brings_back(self, ticket: Ticket) -> None:
        """Bring a ticket back from the spam."""
        self._presses(ticket, "mark_not_spam")

    def moves(self, ticket: Ticket, department: str) -> None:
        """Move a ticket to another department: by one press where there is only one other."""
        if self.ticket(ticket).offers("/act/move_department/"):
            self._presses(ticket, "move_department")
            assert self._stage.desk.tickets.get(pk=ticket.pk).department.name == department
        else:
            self._acts(ticket, "move_department", {"department": department})

    def proposes(self, ticket: Ticket, severity: str, reason: str) -> None:
        """Ask the client to agree to another severity."""
        self._acts(ticket, "propose_severity", {"severity": severity, "reason": reason})

    def sets_severity(self, ticket: Ticket, severity: str, reason: str) -> None:
        """Correct the severity."""
        self._acts(ticket, "correct_severity", {"severity": severity, "reason": reason})

    def refuses(self, ticket: Ticket, ground: str, text: str = "") -> None:
        """Refuse a request."""
        self._acts(ticket, "refuse", {"ground": ground, "text": text})

    def grounds(self, ticket: Ticket) -> dict[str, str]:
        """Give the grounds of refusal that the page offers, each with the clause beside it."""
        if not self.offered(ticket, "refuse"):
            return {}
        choices = self._act_page(ticket, "refuse").document.xpath("//input[@name='ground']/ancestor::label")
        found = {}
        for choice in choices:
            clause = re.search(r"\(([A-Z]+-\d+)\)", choice.text_content())
            assert clause is not None, choice.text_content()
            found[str(choice.xpath(".//input/@value")[0])] = clause[1]
        return found

    def permits(self, ticket: Ticket, what: str) -> None:
        """Record that the requester permits something by the last message."""
        self._acts(ticket, "record_permission", {"what": what})

    def completes(self, ticket: Ticket) -> None:
        """Mark the work as done."""
        self._presses(ticket, "complete")

    def takes(self, ticket: Ticket) -> None:
        """Take a ticket."""
        self._presses(ticket, "take")

    def tells_number(self, ticket: Ticket) -> None:
        """Record that the client was told the number by phone."""
        self._presses(ticket, "record_told_by_phone")

    def reveals(self, ticket: Ticket, field: str, reason: str) -> str:
        """Look at a secret, and give it."""
        secret = self._stage.request(ticket).secrets.get(field=field)
        page = self.browser.open(self._address("secret", ticket.number, secret.pk))
        shown = self.browser.send(page, "", {"reason": reason})
        if shown.status != 200:
            raise Declined(shown)
        return str(shown.document.xpath("string(//pre)"))

    def offered(self, ticket: Ticket, action: str) -> bool:
        """Say whether the page of a ticket offers an act."""
        page = self.ticket(ticket)
        if action == "reply":
            return page.offers(self._address("say", ticket.number), having={"what": "reply"})
        ending = f"/act/{action}/"
        return page.offers(ending) or page.leads_to(ending)

    def kept_from(self, ticket: Ticket, action: str) -> str:
        """Give why the page does not offer an act: the words of everything that it greys out."""
        assert not self.offered(ticket, action), f"{action} is offered"
        return self.ticket(ticket).greyed

    def _acts(self, ticket: Ticket, name: str, said: Mapping[str, Any]) -> None:
        page = self._act_page(ticket, name)
        if page.status != 200:
            raise Declined(page)
        self._done(self.browser.send(page, f"/act/{name}/", said, follow=False))

    def _act_page(self, ticket: Ticket, name: str) -> Page:
        query = {} if name in OF_TICKET else {"request": "1"}
        return self.browser.open(self._address("act", ticket.number, name), **query)

    def _presses(self, ticket: Ticket, name: str) -> None:
        self._done(self.browser.send(self.ticket(ticket), f"/act/{name}/", follow=False))

    def _done(self, page: Page) -> None:
        if page.status not in (302, 303):
            raise Declined(page)

    # What did not come by itself

    def logs_call(
        self, text: str, *, of: str = "", line: str = "", told_number: bool = False, **said: Any
    ) -> Ticket:
        """Write a call down, and give the ticket that it became."""
        more = ({"line": line} if line else {}) | ({"told_number": "on"} if told_number else {})
        return self._ticket(self._logs("phone", text, of, {**said, **more}))

    def logs_letter(self, text: str, found: Mapping[str, bool], *, of: str = "", **said: Any) -> Ticket:
        """Write an official letter down with what was found on it, and give its ticket."""
        ticked = {f"found.{word}": "on" for word, there in found.items() if there}
        return self._ticket(self._logs("letter", text, of, {**said, **ticked}))

    def logs_request(self, text: str, *, of: str = "", **said: Any) -> Ticket:
        """Write down a request that was sent from inside the product, and give its ticket."""
        return self._ticket(self._logs("product_ui", text, of, said))

    def logs_talk(self, channel: str, text: str, *, of: str = "", **said: Any) -> Ticket:
        """Write down a conversation that is a request, and give its ticket."""
        return self._ticket(self._logs(channel, text, of, said))

    def logs_note(self, channel: str, text: str, *, of: str = "", **said: Any) -> Conversation:
        """Write a conversation down that is no request, and give the note of it."""
        page = self._logs(channel, text, of, said)
        assert "/talks/" in page.address, page.address
        return Conversation.objects.get(pk=_number_in(page.address))

    def _logs(self, channel: str, text: str, of: str, said: Mapping[str, Any]) -> Page:
        contact = {"contact": str(self._stage.contact(of).pk)} if of else {}
        page = self.browser.open(self._address("new"), channel=channel, **contact)
        values = {name: value for name, value in said.items() if name != "fields"} | {"text": text}
        fields = {f"fields.{name}": value for name, value in said.get("fields", {}).items()}
        if fields:
            # The questions of a kind stand there once the regulation was asked about it.
            page = self.browser.send(page, "", {**values, "check": "1"})
        taken = self.browser.send(page, "", {**values, **fields}, follow=False)
        self._done(taken)
        return taken

    def _ticket(self, page: Page) -> Ticket:
        assert "/tickets/" in page.address, page.address
        return self._stage.desk.tickets.get(number=_number_in(page.address))

    # The desk and its clients

    def records(self, address: str, fact: str, value: Value, *, since: str = ALWAYS) -> None:
        """Record what the client of an address holds, from a day on."""
        organisation = self._stage.contact(address).organisation
        page = self.browser.open(self._address("add_record", organisation.pk), fact=fact)
        self._done(self.browser.send(page, "", {"value": str(value), "valid_from": since}, follow=False))

    def record_page(self, address: str) -> Page:
        """Open the page on which something is recorded of the client of an address."""
        organisation = self._stage.contact(address).organisation
        return self.browser.open(self._address("add_record", organisation.pk))

    def proposed_for(self, address: str, fact: str) -> str:
        """Give the value that the page proposes for a record of the client of an address."""
        organisation = self._stage.contact(address).organisation
        page = self.browser.open(self._address("add_record", organisation.pk), fact=fact)
        return str(page.form("").fields["value"] or "")

    def declares_portal_down(self, reason: str) -> None:
        """Declare that the portal is unavailable."""
        page = self.browser.open(self._address("desk"))
        self._done(self.browser.send(page, "/portal/down/", {"reason": reason}, follow=False))

    def declares_portal_up(self) -> None:
        """Declare that it is available again."""
        page = self.browser.open(self._address("desk"))
        self._done(self.browser.send(page, "/portal/up/", follow=False))

    def _address(self, name: str, *arguments: object) -> str:
        return reverse(f"workspace:{name}", args=[self._stage.desk.slug, *arguments])


def _number_in(address: str) -> int:
    return int(urlsplit(address).path.rstrip("/").rpartition("/")[2])
