"""`reglament migrate`: prepares the database, or brings it up to this version."""

from __future__ import annotations

from reglament.cli.batch import complain
from reglament.cli.preparing import read_nothing, run_prepared

USAGE = """Usage: reglament migrate

Makes or changes the tables of the database that REGLAMENT_DATABASE_URL names. Safe to run again.
"""


def run(arguments: list[str]) -> int:
    """Prepare the database; give the exit status."""
    return run_prepared("migrate", USAGE, arguments, read_nothing("migrate"), _migrate)


def _migrate(_: None) -> int:
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=1, interactive=False)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as fault:
        complain(f"reglament migrate: the database does not answer as it should: {str(fault).strip()}")
        return 1
    return 0
