"""What is done with a desk's own code around a fault run, in a process of its own on the run's database.

`make` prepares the desk and says in JSON what the outside needs; `tell` says what there is in the end.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

from reglament.site.startup import prepare

prepare()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from reglament import clock  # noqa: E402
from reglament.desk.channels.mailboxes.actions import add_source  # noqa: E402
from reglament.desk.channels.mailboxes.jobs import reconcile_desk  # noqa: E402
from reglament.desk.channels.mailboxes.reconciling import reconcile_desk as compare  # noqa: E402
from reglament.desk.channels.models import MailSource, RawLetter  # noqa: E402
from reglament.desk.notices.models import OutgoingLetter  # noqa: E402
from reglament.desk.regulations.models import Desk  # noqa: E402
from reglament.desk.tickets.models import Message, Request, Ticket  # noqa: E402
from tests.dovecot import PASSWORD  # noqa: E402
from tests.stories.cast import gather  # noqa: E402
from tests.stories.web import BACKEND  # noqa: E402

ON_ITS_WAY = timedelta(minutes=6)
"""Later than this a letter in a mailbox is no longer on its way into the ledger."""


def make(imap_port: int) -> dict[str, Any]:
    """Make a desk with its people, a mailbox (port 0: none), and an agent who is signed in."""
    company = gather("infobox")
    if imap_port:
        add_source(
            None,
            company.desk,
            name="Почта",
            recipient=company.desk.addresses.get(address="help@infobox.example"),
            host="127.0.0.1",
            port=imap_port,
            encryption="none",
            user="support",
            password=PASSWORD,
            at=clock.now() - timedelta(hours=1),
        )
    cookies = []
    for agent in company.agents.values():
        browser = Client()
        browser.force_login(agent.account, backend=BACKEND)
        cookies.append(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    return {
        "session": settings.SESSION_COOKIE_NAME,
        "cookies": cookies,
        "first_number": company.desk.next_number,
    }


def progress() -> dict[str, int]:
    """Give what is still on its way."""
    waiting = RawLetter.objects.filter(state="stored").count()
    sending = OutgoingLetter.objects.filter(state__in=("queued", "sending")).count()
    jobs = DBTaskResult.objects.exclude(status__in=("SUCCESSFUL", "FAILED")).count()
    from_mailboxes = RawLetter.objects.filter(source="imap").count()
    unmarked = sum(source.letters.filter(marked_at=None).count() for source in MailSource.objects.all())
    return {
        "letters": waiting,
        "outgoing": sending,
        "jobs": jobs,
        "from mailboxes": from_mailboxes,
        "unmarked": unmarked,
    }


def compare_as_job() -> dict[str, int]:
    """Ask for a comparison as the page does, in the queue of jobs."""
    for desk in Desk.objects.all():
        reconcile_desk.enqueue(desk.pk)
    return {}


def tell() -> dict[str, Any]:
    """Say all that is there."""
    (desk,) = Desk.objects.all()
    letters = RawLetter.objects.values_list("digest", "state", "reason", "ticket__number", "message_id", "pk")
    return {
        "letters": list(letters),
        "messages": list(Message.objects.values_list("pk", "ticket__number", "kind", "text")),
        "tickets": list(Ticket.objects.order_by("number").values_list("number", flat=True)),
        "next_number": desk.next_number,
        "without_request": list(Ticket.objects.filter(requests=None).values_list("number", flat=True)),
        "undecided": list(Request.objects.filter(current_decision=None).values_list("pk", flat=True)),
        "outgoing": list(
            OutgoingLetter.objects.values_list(
                "internet_message_id", "state", "message_id", "recipient", "server_answer"
            )
        ),
        "jobs": list(DBTaskResult.objects.values_list("status", flat=True)),
        "unmarked": progress()["unmarked"],
        "compared": [
            (str(one.mail_source or "files"), one.seen, one.stored, one.differing, one.fault)
            for one in compare(desk, clock.now() + ON_ITS_WAY)
        ],
    }


def _main(what: str, *arguments: str) -> None:
    done: dict[str, Any] = {
        "make": lambda: make(int(arguments[0])),
        "progress": progress,
        "compare": compare_as_job,
        "tell": tell,
    }[what]()
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    _main(*sys.argv[1:])
