"""`reglament receive`: takes one raw letter on standard input, as a mail server's pipe hands it over."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from reglament.cli.batch import complain
from reglament.cli.options import UsageFault, read_options
from reglament.cli.preparing import run_prepared

if TYPE_CHECKING:
    from reglament.desk.channels.email.receiving import Verdict
    from reglament.desk.regulations.models import Desk

USAGE = """Usage: reglament receive --desk DESK [--envelope-from ADDRESS] [--envelope-to ADDRESS] [--at ISO]
                         [--max-size BYTES]

Takes one raw letter on standard input, stores it, does what it asks, and writes one line of JSON.

  --desk DESK          the desk, by its name in addresses
  --envelope-from A    the reverse path; empty or <> where there was none (Return-Path, else From)
  --envelope-to A      the recipient (the desk's address in Delivered-To or To, else its first one)
  --at ISO             the moment of arrival, with its offset (now)
  --max-size BYTES     the largest letter (26214400)

Exit status: 0 after the letter is safely stored; 69 where it is refused; 75 where it could not be stored
and is to be tried later; 2 for a fault in these arguments or in the settings.
"""

REFUSED = 69
"""EX_UNAVAILABLE of sysexits.h: the mail server returns the letter to its sender."""
TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the letter and tries again."""


def run(arguments: list[str]) -> int:
    """Take one letter; give the exit status."""
    return run_prepared("receive", USAGE, arguments, _read, _receive)


def _read(arguments: list[str]) -> tuple[dict[str, str], datetime | None, int | None]:
    plain, options = read_options(
        arguments, values=("desk", "envelope-from", "envelope-to", "at", "max-size")
    )
    if plain:
        raise UsageFault(f"takes no {plain[0]!r}; the letter comes on standard input")
    if not options.get("desk"):
        raise UsageFault("--desk is missing; `reglament receive --help` says how")
    at = _moment(options["at"]) if "at" in options else None
    most = _size(options["max-size"]) if "max-size" in options else None
    return options, at, most


def _moment(said: str) -> datetime:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageFault(f"--at: {said!r} is no moment with an offset, such as 2026-03-02T10:15:00+03:00")
    return moment


def _size(said: str) -> int:
    if not (said.isascii() and said.isdecimal() and 0 < len(said) < 12 and int(said)):
        raise UsageFault(f"--max-size: {said!r} is not a number of bytes")
    return int(said)


def _receive(said: tuple[dict[str, str], datetime | None, int | None]) -> int:
    from django.db import DatabaseError
    from django.utils import translation

    from reglament import clock
    from reglament.desk.channels.email.lookups import envelope_of
    from reglament.desk.channels.email.receiving import MAX_LETTER, receive_letter
    from reglament.desk.regulations.models import Desk

    # What goes wrong inside stands in the ledger and in the line of JSON; a pipe's errors go into bounces.
    logging.getLogger("reglament").setLevel(logging.CRITICAL)
    options, at, most = said
    most = most or MAX_LETTER
    raw = sys.stdin.buffer.read(most + 1)
    while sys.stdin.buffer.read(1024 * 1024):
        pass  # the mail server must not find its pipe closed
    try:
        desk = Desk.objects.filter(slug=options["desk"], closed_at=None).first()
        if desk is None:
            complain(f"reglament receive: --desk: {_unknown(options['desk'])}")
            return 2
        envelope = envelope_of(desk, raw, options.get("envelope-from"), options.get("envelope-to"))
        verdict = receive_letter(desk, raw, envelope, "pipe", at or clock.now(), most=most)
    except (OSError, DatabaseError) as fault:
        complain(f"reglament receive: could not be stored ({type(fault).__name__}), to be tried again later")
        return TRY_LATER
    with translation.override("en"):
        sys.stdout.write(json.dumps(_line(desk, verdict), ensure_ascii=False) + "\n")
    return REFUSED if verdict.action in ("reject", "oversize") else 0


def _unknown(slug: str) -> str:
    from reglament.desk.regulations.models import Desk

    slugs = Desk.objects.filter(closed_at=None).order_by("slug").values_list("slug", flat=True)
    return f"{slug!r} is not a desk; " + (f"one of {', '.join(slugs)}" if slugs else "there is none yet")


def _line(desk: Desk, verdict: Verdict) -> dict[str, str | bool | None]:
    from reglament.desk.channels.email.reasons import reason_in_words

    number = verdict.ticket_number
    return {
        "action": str(verdict.action),
        "ticket": f"{desk.number_prefix}-{number}" if number is not None else None,
        "message": str(verdict.message_id) if verdict.message_id is not None else None,
        "reason": reason_in_words(verdict.reason),
        "answered": verdict.answered,
    }
