"""`reglament apikey`: makes or ends keys by which programs use the HTTP interface."""

from __future__ import annotations

import sys

from reglament import clock
from reglament.cli.batch import complain
from reglament.cli.options import UsageFault, read_options

USAGE = """Usage: reglament apikey NAME [--revoke]

Makes a key for a program called NAME and prints it, once. A program sends it as
`Authorization: Bearer KEY`.

  --revoke   end every key of that name instead
"""


def run(arguments: list[str]) -> int:
    """Make or end keys; give the exit status."""
    if any(argument in ("--help", "-h") for argument in arguments):
        sys.stdout.write(USAGE)
        return 0
    try:
        plain, options = read_options(arguments, flags=("revoke",))
        if len(plain) != 1 or not plain[0].strip() or len(plain[0]) > 100:
            raise UsageFault("takes one NAME of at most 100 characters; `reglament apikey --help` says how")
    except UsageFault as fault:
        complain(f"reglament apikey: {fault}")
        return 2
    from reglament.site.environment import EnvironmentFault
    from reglament.site.startup import prepare

    try:
        prepare()
    except EnvironmentFault as fault:
        complain(str(fault))
        return 2
    from django.db import DatabaseError

    from reglament.desk.operations.api_keys import make_key, revoke_keys

    try:
        if "revoke" in options:
            ended = revoke_keys(plain[0], at=clock.now())
            sys.stdout.write(f"keys of {plain[0]} that ended: {ended}\n")
        else:
            sys.stdout.write(make_key(plain[0], at=clock.now()) + "\n")
    except DatabaseError as fault:
        complain(f"reglament apikey: {str(fault).strip()}; `reglament migrate` prepares the database")
        return 1
    return 0
