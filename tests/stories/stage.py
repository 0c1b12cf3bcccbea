"""What a story is told with: a desk and its cast, real mail in and out, the workers' jobs, the clock."""

from __future__ import annotations

import asyncio
import smtplib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

from django.utils.module_loading import import_string

from reglament.desk.channels.email.border import taken_by
from reglament.desk.channels.email.server import MailIntake
from reglament.desk.channels.models import RawLetter
from reglament.desk.decisions.models import Obligation, ObligationState
from reglament.desk.jobs.schedule import SWEEPS
from reglament.desk.jobs.worker import JobWorker
from reglament.desk.notices.tests.servers import Server
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import Contact
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Request, Ticket
from tests.stories.cast import BORDER, MOSCOW, Company, moscow
from tests.stories.clients import Customer, Visitor
from tests.stories.staff import Colleague

IN_TIME = 10.0
"""How long a story waits for a letter to be read, in seconds."""


@dataclass
class Stage:
    """A desk in the middle of a story."""

    company: Company
    clock_file: Path
    intake: int
    """The port of the desk's mail intake."""
    outgoing: Server
    """The server that the desk hands its letters to."""
    last_letter: RawLetter | None = field(default=None, init=False)

    @property
    def desk(self) -> Desk:
        """The desk."""
        return self.company.desk

    # The people

    @property
    def agent(self) -> Colleague:
        """The agent of the first department."""
        return Colleague(self, next(iter(self.company.agents.values())))

    def agent_of(self, department: str) -> Colleague:
        """Give the agent of a department."""
        return Colleague(self, self.company.agents[department])

    @property
    def lead(self) -> Colleague:
        """The lead."""
        return Colleague(self, self.company.lead)

    def contact(self, address: str) -> Contact:
        """Give the contact of the desk's records with an address."""
        return self.company.contacts[address]

    def signed_in(self, address: str) -> Customer:
        """Let a client sign in to the portal."""
        return Customer(self, self.contact(address))

    def visitor(self, address: str) -> Visitor:
        """Let somebody open the pages of the site."""
        return Visitor(self, address)

    # The clock

    def at(self, said: str) -> datetime:
        """Let it be a moment of Moscow from now on, and give it."""
        moment = moscow(said)
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(moment.isoformat(), encoding="ascii")
        fresh.rename(self.clock_file)
        return moment

    def later(self, **span: float) -> datetime:
        """Let some time pass, and give the moment."""
        return self.at((self.now + timedelta(**span)).strftime("%Y-%m-%d %H:%M:%S"))

    @property
    def now(self) -> datetime:
        """The present moment of the story."""
        return datetime.fromisoformat(self.clock_file.read_text(encoding="ascii"))

    # Letters

    def mail(
        self,
        sender: str,
        text: str,
        *,
        subject: str = "Вопрос",
        proven: bool | None = None,
        to: str = "",
        answers: EmailMessage | None = None,
        files: tuple[tuple[str, bytes], ...] = (),
    ) -> Ticket:
        """Let somebody write a letter, and give the ticket in which it is.

        The sender's domain vouches for it unless told otherwise, which only says something of those
        whose address is on a list.
        """
        letter = EmailMessage(policy=SMTP)
        letter["From"], letter["Subject"] = sender, subject
        letter["To"] = to or self._address
        letter["Date"], letter["Message-ID"] = format_datetime(self.now), make_msgid(domain="mail.example")
        if answers is not None:
            letter["In-Reply-To"] = letter["References"] = answers["Message-ID"]
        letter.set_content(text)
        for name, content in files:
            letter.add_attachment(content, maintype="image", subtype="png", filename=name)
        self.post(letter.as_bytes(), sender, to=to, proven=True if proven is None else proven)
        assert self.last_letter is not None
        assert self.last_letter.ticket is not None, (self.last_letter.state, self.last_letter.reason)
        return self.last_letter.ticket

    def post(self, raw: bytes, sender: str, *, to: str = "", proven: bool = False) -> RawLetter:
        """Hand a letter over to the desk's border and by SMTP to the desk, and wait until it is read."""
        recipient = to or self._address
        taken = taken_by(
            BORDER, raw, mail_from=sender, recipient=recipient, proven=proven, at=self.now, forged=not proven
        )
        with smtplib.SMTP("127.0.0.1", self.intake) as session:
            session.sendmail(sender, [recipient], taken)
        row = RawLetter.objects.order_by("-pk").first()
        assert row is not None
        self.last_letter = self._read(row)
        return self.last_letter

    def _read(self, row: RawLetter) -> RawLetter:
        until = time.monotonic() + IN_TIME
        while row.state == "stored" and time.monotonic() < until:
            time.sleep(0.005)
            row.refresh_from_db()
        assert row.state != "stored", "the letter was not read"
        return row

    @property
    def _address(self) -> str:
        return f"help@{self.desk.slug}.example"

    def letters_to(self, address: str) -> list[EmailMessage]:
        """Let the workers work, and give the letters that reached somebody, the first one first."""
        self.work()
        return [letter for letter in self.outgoing.read() if letter["To"].addresses[0].addr_spec == address]

    def words_to(self, address: str) -> str:
        """Give the words of the last letter that reached somebody."""
        return words_of(self.letters_to(address)[-1])

    # The workers

    def work(self) -> None:
        """Let a worker run the jobs that wait and every sweep once."""
        worker = JobWorker()
        while worker.take_one():
            pass
        for sweep in SWEEPS:
            import_string(sweep.run)(worker.name)

    # What came of it

    def request(self, ticket: Ticket, position: int = 1) -> Request:
        """Give a request of a ticket as it is now."""
        return ticket.requests.select_related("edition", "current_decision", "ticket__desk").get(
            position=position
        )

    def decision(self, ticket: Ticket, position: int = 1) -> dict[str, Any]:
        """Give the decision in force for a request of a ticket, as it is on record."""
        record = self.request(ticket, position).current_decision
        assert record is not None
        said: dict[str, Any] = record.decision
        return said

    def cites(self, ticket: Ticket, position: int = 1) -> set[str]:
        """Give the clauses that the decision in force cites."""
        return {cite["clause"] for cite in self.decision(ticket, position)["cites"]}

    def owed(self, ticket: Ticket, metric: str, position: int = 1) -> Obligation:
        """Give what is or was owed by the decisions in force."""
        rows = self.request(ticket, position).obligations.filter(metric=metric)
        return rows.exclude(state=ObligationState.SUPERSEDED).get()

    def owes(self, ticket: Ticket) -> dict[str, str]:
        """Give what is open in a ticket: its metrics with their due times of Moscow."""
        rows = Obligation.objects.filter(request__ticket=ticket, state=ObligationState.OPEN)
        return {row.metric: local(row.due_at) for row in rows}

    def history(self, ticket: Ticket) -> list[str]:
        """Give the kinds of what happened to a ticket, in order."""
        return list(ticket.timeline.values_list("kind", flat=True))

    def audited(self, what: str) -> AuditEvent:
        """Give the last entry of the audit log that says what was done."""
        event = AuditEvent.objects.filter(desk=self.desk, what=what).order_by("-id").first()
        assert event is not None, f"nothing in the audit log says {what}"
        return event

    def queue(self, department: str = "support") -> list[Ticket]:
        """Give the tickets of a department in the order in which its agents see them."""
        from reglament.desk.tickets.queries import queue

        return list(queue(self.desk.departments.get(name=department)))


def local(moment: datetime | None) -> str:
    """Give a moment in Moscow's time, as stories write it; empty for none."""
    return moment.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M") if moment is not None else ""


def words_of(letter: EmailMessage) -> str:
    """Give the plain words of a letter, subject first, in one line."""
    body = letter.get_body(("plain",))
    assert body is not None
    return " ".join(f"{letter['Subject']} {body.get_content()}".split())


@contextmanager
def mail_intake() -> Iterator[int]:
    """Run the desk's mail server in a loop and thread of its own; give its port."""
    loop = asyncio.new_event_loop()
    begun: Future[int] = Future()
    stopped = asyncio.Event()

    async def serve() -> None:
        server = MailIntake("127.0.0.1", 0)
        try:
            await server.begin()
        except BaseException as fault:
            begun.set_exception(fault)
            raise
        begun.set_result(server.port)
        await stopped.wait()
        await server.end()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        yield begun.result(10)
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(10)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
