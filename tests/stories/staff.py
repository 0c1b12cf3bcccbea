"""What the people of a desk do in a story."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reglament.desk.channels.chat.actions import log_talk
from reglament.desk.channels.incoming import Taken
from reglament.desk.channels.letter.actions import log_letter
from reglament.desk.channels.logged import Log
from reglament.desk.channels.phone.actions import log_call
from reglament.desk.channels.product_ui.actions import log_request
from reglament.desk.operations import vault
from reglament.desk.people.models import StaffMember
from reglament.desk.people.records import add_record
from reglament.desk.regulations import actions as regulations
from reglament.desk.regulations.queries import compiled, edition_at
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Conversation, Ticket
from reglament.desk.tickets.possible import Possible, possible_actions
from tests.stories.cast import LONG_AGO, moscow

if TYPE_CHECKING:
    from tests.stories.stage import Stage


class Colleague:
    """A member of staff at work."""

    def __init__(self, stage: Stage, member: StaffMember) -> None:
        self._stage, self.member = stage, member

    @property
    def _now(self) -> datetime:
        return self._stage.now

    # In a ticket

    def replies(self, ticket: Ticket, text: str) -> None:
        """Answer the client."""
        actions.reply(self.member, ticket, text, at=self._now)

    def asks_for(self, ticket: Ticket, *fields: str, text: str = "") -> None:
        """Ask the client for what is missing, or for fields by name."""
        actions.ask_for_information(self.member, self._stage.request(ticket), fields, at=self._now, text=text)

    def names(self, ticket: Ticket, kind: str, service: str | None = None) -> None:
        """Name the kind of a request."""
        request = self._stage.request(ticket)
        actions.name_kind(self.member, request, kind, at=self._now, service=service)

    def corrects(self, ticket: Ticket, changes: Mapping[str, Any], reason: str = "") -> None:
        """Correct facts."""
        request = self._stage.request(ticket)
        actions.correct_facts(self.member, request, changes, at=self._now, reason=reason)

    def reads_records_anew(self, ticket: Ticket) -> None:
        """Judge by what the client's records say now."""
        actions.read_records_anew(self.member, self._stage.request(ticket), at=self._now)

    def marks_rude(self, ticket: Ticket) -> None:
        """Mark the tone of a request."""
        actions.mark_rude(self.member, self._stage.request(ticket), at=self._now)

    def moves(self, ticket: Ticket, department: str) -> None:
        """Move a ticket to another department."""
        actions.move_department(self.member, ticket, department, at=self._now)

    def proposes(self, ticket: Ticket, severity: str, reason: str) -> None:
        """Ask the client to agree to another severity."""
        request = self._stage.request(ticket)
        actions.propose_severity(self.member, request, severity, reason=reason, at=self._now)

    def sets_severity(self, ticket: Ticket, severity: str, reason: str) -> None:
        """Correct the severity."""
        request = self._stage.request(ticket)
        actions.correct_severity(self.member, request, severity, reason=reason, at=self._now)

    def refuses(self, ticket: Ticket, ground: str, text: str = "") -> None:
        """Refuse a request."""
        actions.refuse(self.member, self._stage.request(ticket), ground, at=self._now, text=text)

    def permits(self, ticket: Ticket, what: str, given_by: str) -> None:
        """Record the permission of a client, by its address, given in the last message of the ticket."""
        actions.record_permission(
            self.member,
            self._stage.request(ticket),
            what=what,
            given_by=self._stage.contact(given_by),
            through=ticket.messages.order_by("-id").first(),
            at=self._now,
        )

    def completes(self, ticket: Ticket) -> None:
        """Mark the work as done."""
        actions.complete(self.member, self._stage.request(ticket), at=self._now)

    def takes(self, ticket: Ticket) -> None:
        """Take a ticket."""
        actions.take(self.member, ticket, at=self._now)

    def tells_number(self, ticket: Ticket) -> None:
        """Record that the client was told the number by phone."""
        actions.record_told_by_phone(self.member, ticket, at=self._now)

    def recognises(self, ticket: Ticket, address: str) -> None:
        """Say which client is asking."""
        actions.recognise_requester(self.member, ticket, self._stage.contact(address), at=self._now)

    def reveals(self, ticket: Ticket, field: str, reason: str) -> str:
        """Look at a secret."""
        secret = self._stage.request(ticket).secrets.get(field=field)
        return vault.reveal(secret, self.member, reason, at=self._now)

    def may(self, ticket: Ticket, action: str) -> Possible:
        """Say whether an act on a ticket is possible, and what forbids it."""
        acts = possible_actions(ticket, self.member, self._now)
        return next(one for one in acts if one.action == action)

    # What did not come by itself

    def logs_call(
        self, text: str, *, of: str = "", line: str = "", told_number: bool = False, **said: Any
    ) -> Ticket:
        """Write a call down, and give the ticket that it became."""
        taken = log_call(
            self.member, self._log(text, of, **said), now=self._now, line=line, told_number=told_number
        )
        return self._ticket(taken)

    def logs_letter(self, text: str, found: Mapping[str, bool], *, of: str = "", **said: Any) -> Ticket:
        """Write an official letter down with what was found on it, and give its ticket."""
        return self._ticket(log_letter(self.member, self._log(text, of, **said), found=found, now=self._now))

    def logs_request(self, text: str, *, of: str = "", **said: Any) -> Ticket:
        """Write down a request that was sent from inside the product, and give its ticket."""
        return self._ticket(log_request(self.member, self._log(text, of, **said), now=self._now))

    def logs_talk(self, channel: str, text: str, *, of: str = "", **said: Any) -> Taken:
        """Write a conversation down."""
        return log_talk(self.member, self._log(text, of, **said), now=self._now, channel=channel)

    def logs_note(self, channel: str, text: str, *, of: str = "", **said: Any) -> Conversation:
        """Write a conversation down that is no request, and give the note of it."""
        if channel == "phone":
            taken = log_call(self.member, self._log(text, of, **said), now=self._now)
        else:
            taken = self.logs_talk(channel, text, of=of, **said)
        assert taken.ticket_id is None
        return Conversation.objects.get(pk=taken.conversation_id or 0)

    def _log(self, text: str, of: str, **said: Any) -> Log:
        contact = self._stage.contact(of) if of else None
        return Log(text=text, received_at=self._now, contact=contact, **said)

    def _ticket(self, taken: Taken) -> Ticket:
        assert taken.ticket_id is not None
        return Ticket.objects.get(pk=taken.ticket_id)

    # The desk and its clients

    def records(self, address: str, fact: str, value: Any, *, since: str = "", until: str = "") -> None:
        """Record what the client of an address holds, between two moments of Moscow; without one: always."""
        contact = self._stage.contact(address)
        add_record(
            self.member,
            contact.organisation,
            fact,
            value,
            declared=compiled(edition_at(self._stage.desk, self._now)).program.facts,
            valid_from=moscow(since) if since else LONG_AGO,
            valid_until=moscow(until) if until else None,
            at=self._now,
        )

    def declares_portal_down(self, reason: str) -> None:
        """Declare that the portal is unavailable."""
        regulations.declare_outage(self.member, self._stage.desk, reason=reason, at=self._now)

    def declares_portal_up(self) -> None:
        """Declare that it is available again."""
        regulations.end_outage(self.member, self._stage.desk, at=self._now)
