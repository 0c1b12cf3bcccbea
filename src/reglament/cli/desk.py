"""`reglament desk import FILE`: makes or changes a desk by a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from reglament import clock
from reglament.cli.batch import complain
from reglament.cli.options import UsageFault
from reglament.cli.preparing import run_prepared

USAGE = """Usage: reglament desk import FILE

Makes a desk, or changes one, with its people, client records, addresses and tickets: all that the file
says, or nothing. FILE is JSON; docs/owner/desk-file.md describes it. `-` reads standard input.

Exit 0: done. 2: the file is not as it should be; each fault is named with its place.
"""


def run(arguments: list[str]) -> int:
    """Import a desk file; give the exit status."""
    return run_prepared("desk", USAGE, arguments, _read, _import)


def _read(arguments: list[str]) -> str:
    if len(arguments) != 2 or arguments[0] != "import":
        raise UsageFault("takes `import FILE`; `reglament desk --help` says how")
    return arguments[1]


def _import(name: str) -> int:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        data = json.loads(text)
    except OSError as fault:
        complain(f"{name}: cannot be read ({fault.strerror})")
        return 2
    except UnicodeDecodeError:
        complain(f"{name}: is not UTF-8; save it so")
        return 2
    except json.JSONDecodeError as fault:
        complain(f"{name}: line {fault.lineno}, column {fault.colno}: is not JSON ({fault.msg})")
        return 2
    return _apply(data, Path() if name == "-" else Path(name).parent)


def _apply(data: object, folder: Path) -> int:
    from django.utils import translation

    from reglament.desk.deskfile.applying import bring_in
    from reglament.desk.deskfile.form import DeskFileFaults

    try:
        with translation.override("en"):
            applied = bring_in(data, clock.now(), folder=folder)
    except DeskFileFaults as faults:
        for one in faults.faults:
            complain(one)
        return 2
    made = ", ".join(f"{number} × {what}" for what, number in applied.made.items())
    sys.stdout.write(f"Desk {applied.desk}: {made or 'nothing new'}\n")
    return 0
