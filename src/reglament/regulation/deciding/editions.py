"""Which edition judges a request: the one in force on the local date of receipt, unless a date is given."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from reglament.regulation.deciding.requests import read_request, received_moment
from reglament.regulation.deciding.zones import zone
from reglament.regulation.model.request import Fault, RequestFaults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from reglament.regulation.model.program import Program
    from reglament.regulation.model.request import Request


def program_on(programs: Sequence[Program], day: date) -> Program | None:
    """The program of the edition in force on a date (editions oldest first); None before the first.

    An edition begins at local midnight of its date.
    """
    fitting = [program for program in programs if date.fromisoformat(program.edition) <= day]
    return fitting[-1] if fitting else None


def program_at(programs: Sequence[Program], received_at: datetime, place: str) -> Program:
    """The program of the edition in force when the request came; RequestFaults before the first."""
    first = programs[0]
    program: Program | None = None
    for candidate in reversed(programs):
        # Each edition begins by its own zone's midnight.
        if date.fromisoformat(candidate.edition) <= _local_date(received_at, candidate.timezone, place):
            program = candidate
            break
    if program is None:
        message = f"is before the first edition of {first.regulation}, in force from {first.edition}"
        raise RequestFaults([Fault(f"{place}.received_at", f"{received_at.isoformat()} {message}")])
    return program


def read_by_edition_in_force(programs: Sequence[Program], raw: object, place: str) -> tuple[Program, Request]:
    """The program that judges a raw request, and the request read by it.

    Raises RequestFaults with everything that is wrong: where no edition can be told, the rest is read by
    the newest one all the same.
    """
    faults: list[Fault] = []
    program, received = programs[-1], None
    try:
        received = received_moment(raw, place)
        program = program_at(programs, received, place)
    except RequestFaults as unplaced:
        faults = list(unplaced.faults)
    try:
        request = read_request(program, raw, place, received=received)
    except RequestFaults as unread:
        raise RequestFaults(list(dict.fromkeys([*faults, *unread.faults]))) from unread
    if faults:
        raise RequestFaults(faults)
    return program, request


def _local_date(moment: datetime, timezone: str, place: str) -> date:
    try:
        return moment.astimezone(zone(timezone)).date()
    except OverflowError as error:
        # Word for word as the reader of requests says it, so that one fault stays one line.
        message = f"{moment.isoformat()} cannot be told in the regulation's time zone"
        raise RequestFaults([Fault(f"{place}.received_at", message)]) from error
