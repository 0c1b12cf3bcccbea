"""`reglament apikey`: makes or ends keys by which programs use the HTTP interface."""

from __future__ import annotations

import sys

from reglament import clock
from reglament.cli.options import UsageFault, read_options
from reglament.cli.preparing import run_prepared

USAGE = """Usage: reglament apikey NAME [--revoke]

Makes a key for a program called NAME and prints it, once. A program sends it as
`Authorization: Bearer KEY`.

  --revoke   end every key of that name instead
"""


def run(arguments: list[str]) -> int:
    """Make or end keys; give the exit status."""
    return run_prepared("apikey", USAGE, arguments, _read, _change)


def _read(arguments: list[str]) -> tuple[str, bool]:
    plain, options = read_options(arguments, flags=("revoke",))
    if len(plain) != 1 or not plain[0].strip() or len(plain[0]) > 100:
        raise UsageFault("takes one NAME of at most 100 characters; `reglament apikey --help` says how")
    return plain[0], "revoke" in options


def _change(said: tuple[str, bool]) -> int:
    from reglament.desk.operations.api_keys import make_key, revoke_keys

    name, revoked = said
    if revoked:
        ended = revoke_keys(name, at=clock.now())
        sys.stdout.write(f"keys of {name} that ended: {ended}\n")
    else:
        sys.stdout.write(make_key(name, at=clock.now()) + "\n")
    return 0
