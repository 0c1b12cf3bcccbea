"""`reglament migrate`: prepares the database, or brings it up to this version."""

from __future__ import annotations

import sys

from reglament.cli.batch import complain

USAGE = """Usage: reglament migrate

Makes or changes the tables of the database that REGLAMENT_DATABASE_URL names. Safe to run again.
"""


def run(arguments: list[str]) -> int:
    """Prepare the database; give the exit status."""
    if any(argument in ("--help", "-h") for argument in arguments):
        sys.stdout.write(USAGE)
        return 0
    if arguments:
        complain(f"reglament migrate: takes no {arguments[0]!r}; `reglament migrate --help` says how")
        return 2
    from reglament.site.environment import EnvironmentFault
    from reglament.site.startup import prepare

    try:
        prepare()
    except EnvironmentFault as fault:
        complain(str(fault))
        return 2
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=1, interactive=False)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as fault:
        complain(f"reglament migrate: the database does not answer as it should: {str(fault).strip()}")
        return 1
    return 0
