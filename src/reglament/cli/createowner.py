"""`reglament createowner`: makes the first account, or gives one back its rights."""

from __future__ import annotations

import sys
from getpass import getpass

from reglament import clock
from reglament.cli.batch import complain
from reglament.cli.options import UsageFault, read_options
from reglament.cli.preparing import run_prepared

USAGE = """Usage: reglament createowner --email ADDRESS [--name NAME] [--desk DESK] [--password-stdin]

Makes an account that may do everything at a desk, or at every desk that there is.

  --email ADDRESS     the address to sign in by
  --name NAME         how the person is called (the part of the address before the @)
  --desk DESK         the desk, by its name in addresses (every one)
  --password-stdin    take the password from the first line of standard input, without asking

An account that exists gets the rights, and a new password only where one is given.
"""


def run(arguments: list[str]) -> int:
    """Make the account; give the exit status."""
    return run_prepared("createowner", USAGE, arguments, _read, _make)


def _read(arguments: list[str]) -> dict[str, str]:
    plain, options = read_options(arguments, values=("email", "name", "desk"), flags=("password-stdin",))
    if plain:
        raise UsageFault(f"takes no {plain[0]!r}; `reglament createowner --help` says how")
    if "email" not in options:
        raise UsageFault("--email is missing; it is the address to sign in by")
    return options


def _make(options: dict[str, str]) -> int:
    from django.utils import translation

    from reglament.desk.faults import ActionRefused
    from reglament.desk.people.staff import make_owner

    email = options["email"]
    try:
        with translation.override("en"):
            made = make_owner(
                email=email,
                name=options.get("name") or email.partition("@")[0],
                desk=options.get("desk"),
                password=_password("password-stdin" in options),
                at=clock.now(),
            )
    except ActionRefused as fault:
        complain(f"reglament createowner: {fault}")
        return 2
    desks = ", ".join(member.desk.slug for member in made.memberships) or (
        "no desk yet; `reglament desk import` makes one and names its people"
    )
    sys.stdout.write(
        f"{'Made' if made.new else 'Found'} the account {made.account.email}; admin of: {desks}\n"
    )
    return 0


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        return ""
    password = getpass("Password (empty: set later by a letter): ")
    if password and getpass("Once more: ") != password:
        from reglament.desk.faults import ActionRefused

        raise ActionRefused("the two passwords differ")
    return password
