"""`reglament mail`: takes letters by SMTP or LMTP, and out of mailboxes, until it is stopped."""

from __future__ import annotations

import asyncio
import signal
import sys

from reglament.cli.batch import complain
from reglament.cli.options import UsageFault, read_options
from reglament.cli.preparing import run_prepared

USAGE = """Usage: reglament mail [--host HOST] [--port PORT] [--protocol smtp|lmtp] [--max-size BYTES]

Takes letters for the addresses of all desks, from a mail server that checks senders and stands in front.
Says yes only after a letter is safely stored. Reads the mailboxes that desks have set up, as well; several
of these processes share them.

  --host HOST        where to listen (127.0.0.1)
  --port PORT        on which port (2525; 2424 for lmtp; 0: any that is free, which is printed)
  --protocol NAME    smtp or lmtp (smtp)
  --max-size BYTES   the largest letter (26214400)
"""
_PORTS = {"smtp": 2525, "lmtp": 2424}


def run(arguments: list[str]) -> int:
    """Take letters until a signal; give the exit status."""
    return run_prepared("mail", USAGE, arguments, _read, _take_letters)


def _take_letters(said: tuple[str, int, str, int | None]) -> int:
    host, port, protocol, most = said
    try:
        asyncio.run(_serve(host, port, protocol, most))
    except OSError as fault:
        complain(
            f"reglament mail: cannot listen on {host}:{port} ({fault.strerror}); --port names another port"
        )
        return 1
    return 0


def _read(arguments: list[str]) -> tuple[str, int, str, int | None]:
    plain, options = read_options(arguments, values=("host", "port", "protocol", "max-size"))
    if plain:
        raise UsageFault(f"takes no {plain[0]!r}; `reglament mail --help` says how")
    protocol = options.get("protocol", "smtp")
    if protocol not in _PORTS:
        raise UsageFault(f"--protocol: {protocol!r} is not known; one of smtp, lmtp")
    port = _number("port", options.get("port", str(_PORTS[protocol])))
    if port > 65_535:
        raise UsageFault(f"--port: {port} is no port; ports end at 65535")
    size = options.get("max-size")
    return options.get("host", "127.0.0.1"), port, protocol, _number("max-size", size) if size else None


def _number(name: str, said: str) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) < 12):
        raise UsageFault(f"--{name}: {said!r} is not a whole number")
    return int(said)


async def _serve(host: str, port: int, protocol: str, most: int | None) -> None:
    from reglament.desk.channels.email.receiving import MAX_LETTER
    from reglament.desk.channels.email.server import MailIntake
    from reglament.desk.channels.mailboxes.running import MailboxReaders

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    intake = MailIntake(host, port, protocol=protocol, most=most or MAX_LETTER)
    await intake.begin()
    readers = MailboxReaders(most=most or MAX_LETTER)
    readers.begin()
    sys.stdout.write(f"Taking letters by {protocol.upper()} on {host}:{intake.port}\n")
    sys.stdout.flush()
    await stopped.wait()
    await intake.end()
    await asyncio.to_thread(readers.end)
