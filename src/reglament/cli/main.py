"""The door of the command line: finds the command and calls it.

Answering one request takes little longer than starting Python, so this module imports nothing that
it does not need: each command is a module of its own, imported when it is called.
"""

import sys

from reglament import __version__

COMMANDS: dict[str, str] = {
    "demo": "Five desks with people and tickets, web, jobs and mail, in one process.",
    "decide": "Read requests, write the decisions that a regulation gives.",
    "calc": "Read calendar problems, write the working-time answers.",
    "check": "Prove a regulation sound, or say where it is not.",
    "render": "Write a regulation as a document for people.",
    "packs": "List the regulations at hand.",
    "serve": "Run a web server.",
    "worker": "Run a job worker.",
    "mail": "Run a mail intake.",
    "receive": "Take one raw letter on standard input.",
    "migrate": "Prepare the database.",
    "createowner": "Make the first account.",
    "apikey": "Make or end a key by which a program uses the HTTP interface.",
    "desk": "Create or change a desk from a file (desk import FILE).",
}
"""Every command's name and what it does, in one line. Its module is `reglament.cli.<name>`."""


def main(argv: list[str] | None = None) -> int:
    """Run one command.

    Takes the arguments after the program's name (those of this run when absent) and gives the exit
    status: that of the command; 0 for `--help` and `--version`; 2 for a command that does not exist;
    130 when interrupted; 1 when the reader of the output has gone.
    """
    try:
        status = _dispatch(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has gone (`reglament render … | head`). Python flushes once more at its end, and
        # would complain there, so the rest goes nowhere.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("--help", "-h", "help"):
        sys.stdout.write(_overview())
        return 0
    name, *rest = arguments
    if name == "--version":
        sys.stdout.write(f"reglament {__version__}\n")
        return 0
    if name not in COMMANDS:
        sys.stderr.write(f"reglament: '{name}' is not a command; {_advice(name)}\n")
        return 2
    from importlib import import_module

    status: int = import_module(f"reglament.cli.{name}").run(rest)
    return status


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {purpose}" for name, purpose in COMMANDS.items()]
    return "\n".join(["Usage: reglament COMMAND [ARGUMENTS]", "", *lines, "", "reglament --version", ""])


def _advice(name: str) -> str:
    from difflib import get_close_matches

    nearest = get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
    if nearest:
        return f"did you mean '{nearest[0]}'? `reglament --help` lists them all"
    return "`reglament --help` lists them all"


if __name__ == "__main__":
    raise SystemExit(main())
