"""What every command of the desk does before its work: tells its use, reads its arguments, wakes the desk."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from reglament.cli.batch import complain
from reglament.cli.options import UsageFault

Said = TypeVar("Said")


def run_prepared(
    command: str,
    usage: str,
    arguments: list[str],
    read: Callable[[list[str]], Said],
    work: Callable[[Said], int],
) -> int:
    """Run a command of the desk, and give its exit status.

    `read` makes of the arguments what `work` takes, and raises UsageFault where they are wrong; nothing of
    the desk is loaded then. `work` finds the settings looked at and Django awake, and gives the status.
    Faults of the arguments and of the settings give 2. A database that does not answer, or has no tables
    yet, gives 1.
    """
    if any(argument in ("--help", "-h") for argument in arguments):
        sys.stdout.write(usage)
        return 0
    try:
        said = read(arguments)
    except UsageFault as fault:
        complain(f"reglament {command}: {fault}")
        return 2
    from reglament.site.environment import EnvironmentFault
    from reglament.site.startup import prepare

    try:
        prepare()
    except EnvironmentFault as fault:
        complain(str(fault))
        return 2
    from django.db import DatabaseError

    try:
        return work(said)
    except DatabaseError as fault:
        complain(f"reglament {command}: {str(fault).strip()}; `reglament migrate` prepares the database")
        return 1


def read_nothing(command: str) -> Callable[[list[str]], None]:
    """Give the reader of a command that takes no arguments."""

    def read(arguments: list[str]) -> None:
        if arguments:
            raise UsageFault(f"takes no {arguments[0]!r}; `reglament {command} --help` says how")

    return read
