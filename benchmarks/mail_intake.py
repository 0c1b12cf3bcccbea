"""Our own intake, measured on the corpus that the peer takes in: stored, read, proved, judged, noticed.

Takes how many tickets lie there before and how many letters to take in; writes one line of JSON. The
database and the folder of data come from the environment, as for any process of the desk.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from pathlib import Path

from benchmarks.filling import multiply
from benchmarks.mail_corpus import letters
from reglament import clock
from reglament.site.startup import prepare

PACK = "infobox"
SEED_LETTERS = 125


def main(before: int, count: int) -> None:
    """Make a desk, fill it, take the letters in, and say how long that took and what memory it grew by."""
    prepare()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    logging.disable(logging.CRITICAL)
    from reglament.desk.channels.email.ledger import Envelope
    from reglament.desk.channels.email.receiving import receive_letter
    from reglament.desk.regulations.actions import create_desk_from_pack
    from reglament.desk.tickets.models import Ticket

    desk = create_desk_from_pack(PACK, slug="bench", at=clock.now(), number_prefix="B")
    desk.addresses.create(address="bench@desk.example.org")
    if before:
        fill(desk.pk, before)
    desk.refresh_from_db()
    first = desk.next_number
    folder = Path(str(_data())) / "corpus"
    folder.mkdir()
    senders = []
    for number, (raw, sender) in enumerate(
        letters(count, 7, "bench@desk.example.org", lambda matter: f"B-{first + matter}")
    ):
        (folder / f"{number}.eml").write_bytes(raw)
        senders.append(sender)
    memory = []
    there = Ticket.objects.count()
    start = time.perf_counter()
    for number, sender in enumerate(senders):
        raw = (folder / f"{number}.eml").read_bytes()
        receive_letter(desk, raw, Envelope(sender, "bench@desk.example.org"), "pipe", clock.now())
        if number in (count // 10, count - 1):
            memory.append(_resident())
    seconds = time.perf_counter() - start
    tickets = Ticket.objects.count() - there
    print(json.dumps({"seconds": seconds, "letters": count, "tickets": tickets, "memory": memory}))


def fill(desk_id: int, tickets: int) -> None:
    """Bring a desk to about so many tickets, as letters would have made them."""
    from django.db.models import Max

    from reglament.desk.channels.email.ledger import Envelope
    from reglament.desk.channels.email.receiving import receive_letter
    from reglament.desk.channels.models import IntakeKey, RawLetter
    from reglament.desk.decisions.models import DecisionRecord, Obligation
    from reglament.desk.notices.models import OutgoingLetter
    from reglament.desk.regulations.models import Desk
    from reglament.desk.tickets.models import Message, Request, Ticket, TimelineEvent

    desk = Desk.objects.get(pk=desk_id)
    for raw, sender in letters(SEED_LETTERS, 1, "bench@desk.example.org", lambda n: f"B-{1001 + n}"):
        if len(raw) < 50_000:
            receive_letter(desk, raw, Envelope(sender, "bench@desk.example.org"), "pipe", clock.now())
    times = tickets // Ticket.objects.count()
    multiply(
        (
            Ticket,
            Request,
            DecisionRecord,
            Obligation,
            Message,
            TimelineEvent,
            OutgoingLetter,
            RawLetter,
            IntakeKey,
        ),
        times,
    )
    highest = Ticket.objects.aggregate(highest=Max("number"))["highest"]
    Desk.objects.filter(pk=desk_id).update(next_number=highest + 1)


def _data() -> Path:
    from django.conf import settings

    return Path(settings.REGLAMENT_DATA)


def _resident() -> int:
    """Give the memory of this process at its highest, in KB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
