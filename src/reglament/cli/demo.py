"""`reglament demo`: everything on one machine, with people and tickets, until it is stopped."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reglament.cli.batch import complain
from reglament.cli.options import UsageFault, read_options

if TYPE_CHECKING:
    from reglament.cli.demonstration.home import Home, Kept

USAGE = """Usage: reglament demo [--port PORT] [--data DIR] [--empty]

Runs the web server, the job worker, the mail intake and a mail sink on this machine, with a database of
their own, five desks, their people and tickets. Ctrl-C stops everything; the next start goes on with the
same data.

  --port PORT   where the pages are (8000, or the next port that is free)
  --data DIR    where the data are kept (reglament/demo in the user's home of data)
  --empty       on the first start, make desks and staff, and no clients and tickets
"""


def run(arguments: list[str]) -> int:
    """Run the demonstration until a signal; give the exit status."""
    if any(argument in ("--help", "-h") for argument in arguments):
        sys.stdout.write(USAGE)
        return 0
    from reglament.cli.demonstration.home import Home, HomeFault, usual_folder

    try:
        port, folder, empty = _read(arguments)
    except UsageFault as fault:
        complain(f"reglament demo: {fault}")
        return 2
    home = Home((folder or usual_folder(os.environ)).expanduser().absolute())
    try:
        kept = _with_ports(home.open(), port)
        home.keep(kept)
        if not home.is_made and (status := _build(home, kept, empty=empty)):
            return status
        return _serve(home, kept)
    except HomeFault as fault:
        complain(f"reglament demo: {fault}")
        return 1


def _read(arguments: list[str]) -> tuple[int | None, Path | None, bool]:
    plain, options = read_options(arguments, values=("port", "data"), flags=("empty",))
    if plain:
        raise UsageFault(f"takes no {plain[0]!r}; `reglament demo --help` says how")
    said = options.get("port")
    if said is not None and not (said.isascii() and said.isdecimal() and 1 <= int(said[:9]) <= 65_535):
        raise UsageFault(f"--port: {said!r} is not a whole number from 1 to 65535")
    if options.get("data") == "":
        raise UsageFault("--data: the folder has no name")
    folder = Path(options["data"]) if "data" in options else None
    return int(said) if said is not None else None, folder, "empty" in options


def _with_ports(kept: Kept, wanted: int | None) -> Kept:
    from reglament.cli.demonstration.home import HomeFault, free_port, is_free

    if wanted is not None and not is_free(wanted):
        raise HomeFault(f"port {wanted} is taken by another program; --port names another one")
    port = wanted or free_port(kept.port)
    mail_port = free_port(kept.mail_port, taken=frozenset({port}))
    sink_port = free_port(kept.sink_port, taken=frozenset({port, mail_port}))
    return replace(kept, port=port, mail_port=mail_port, sink_port=sink_port)


def _build(home: Home, kept: Kept, *, empty: bool) -> int:
    """Make the data in a process of its own, so that nothing of it stays in this one."""
    from reglament.cli.demonstration.building import build
    from reglament.cli.demonstration.supervising import run_once

    print_line(f"Making the demonstration in {home.folder}")
    return run_once(partial(build, home, kept, empty=empty, tell=lambda words: print_line(f"  {words}")))


def _serve(home: Home, kept: Kept) -> int:
    from reglament.cli.demonstration import running
    from reglament.cli.demonstration.announcing import announce, wait_for_pages
    from reglament.cli.demonstration.building import (
        LETTERS,
        bring_up_to_date,
        tables_of_this_version,
        tell_world,
    )
    from reglament.cli.demonstration.home import environment_of
    from reglament.cli.demonstration.supervising import Child, Supervisor, run_once

    os.environ.update(environment_of(kept, home.data))
    if not home.tables.is_file() or home.tables.read_text(encoding="ascii") != tables_of_this_version():
        print_line("Bringing the data up to this version")
        if status := run_once(partial(bring_up_to_date, home)):
            return status
    running.wake_program()
    tell_world(home, kept)
    supervisor = Supervisor(
        [
            Child("the web server", partial(running.pages, kept.port)),
            Child(
                "the mail server",
                partial(running.post, kept.mail_port, kept.sink_port, home.data / LETTERS),
                stops_last=True,
            ),
            Child("the job worker", running.jobs),
        ],
        lambda words: complain(f"reglament demo: {words}"),
    )
    supervisor.start()
    if wait_for_pages(kept, supervisor):
        print_line(announce(home, kept))
    status = supervisor.run()
    print_line("Stopped.")
    return status


def print_line(words: str) -> None:
    """Say something at once, also where the output is a file."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
