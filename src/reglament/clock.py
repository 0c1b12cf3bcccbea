"""The only reader of "now".

Everything else is given the moment as an argument; `now()` is called at the doors alone: a page, a
job, a command.

For demonstrations and tests the clock can be moved: where the environment variable
`REGLAMENT_CLOCK_FILE` names a file, its content says what time it is, and it is read anew at each
call, so that one file moves the days of several processes at once. The file holds one of

- an ISO 8601 moment with an offset, such as `2026-03-02T10:15:00+03:00`: the time stands still there;
- a signed number of seconds, such as `+86400` or `-90.5`: the time runs, that far from the real one.

Whoever moves the clock writes a new file and renames it over the old one, so that no reader meets a
half-written time.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

VARIABLE = "REGLAMENT_CLOCK_FILE"


class ClockFault(ValueError):
    """The clock file cannot be read, or holds neither a moment nor an offset."""


def now() -> datetime:
    """Give the present moment, aware, in UTC.

    Raises `ClockFault` where `REGLAMENT_CLOCK_FILE` is set to a file that says no time: going on with
    the real time would be a wrong answer that nobody notices.
    """
    file = os.environ.get(VARIABLE)
    if not file:
        return datetime.now(UTC)
    try:
        said = Path(file).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise ClockFault(f"{VARIABLE}: {file} cannot be read ({fault})") from fault
    return _moved(said, file)


def unmoved() -> datetime:
    """Give the real moment, aware, in UTC, whatever the clock file says.

    For the machinery alone: signs of life of a process, who holds a job, when to try again. It must go
    on while a moved clock stands still, and must not take a leap of days for a crash. No moment that a
    regulation or a person speaks of comes from here.
    """
    return datetime.now(UTC)


def _moved(said: str, file: str) -> datetime:
    try:
        if said[:1] in ("+", "-"):
            return datetime.now(UTC) + timedelta(seconds=float(said))
        moment = datetime.fromisoformat(said)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ClockFault(
        f"{VARIABLE}: {file} says '{said}'; write a moment with its offset (2026-03-02T10:15:00+03:00)"
        " or a signed number of seconds (+86400)"
    )
