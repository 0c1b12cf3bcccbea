"""`reglament serve`: a web server, until it is stopped."""

from __future__ import annotations

import os
import socket

from reglament import clock
from reglament.cli.batch import complain
from reglament.cli.options import UsageFault, read_options
from reglament.cli.preparing import run_prepared

USAGE = """Usage: reglament serve [--host HOST] [--port PORT] [--processes N]

Serves the pages and the HTTP interface. Put a server that speaks HTTPS in front of it.

  --host HOST      where to listen (127.0.0.1)
  --port PORT      on which port (8000)
  --processes N    how many processes answer (1)
"""
GRACE = 3
"""How long open streams may go on after a signal to stop, in seconds; they would never end by themselves."""
PORTS = 65_535


def run(arguments: list[str]) -> int:
    """Serve until a signal; give the exit status."""
    return run_prepared("serve", USAGE, arguments, _read, _serve)


def _serve(said: tuple[str, int, int]) -> int:
    host, port, processes = said
    try:
        _demand_free(host, port)
    except OSError as fault:
        complain(
            f"reglament serve: cannot listen on {host}:{port} ({fault.strerror});"
            " --host and --port name another place"
        )
        return 1
    serve(host, port, processes)
    return 0


def serve(host: str, port: int, processes: int = 1) -> None:
    """Serve the site on a host's port with so many processes, until a signal.

    The settings must have been looked at before (`site.startup.prepare`).
    """
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "reglament.site.asgi:application",
        address=host,
        port=port,
        # Without the lifespan protocol, which Django does not speak.
        interface=Interfaces.ASGINL,
        workers=processes,
        workers_kill_timeout=GRACE,
        log_access=False,
        websockets=False,
    ).serve()


def _demand_free(host: str, port: int) -> None:
    # The server shares a port with whatever listens there already, and each would get some of the visits.
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _read(arguments: list[str]) -> tuple[str, int, int]:
    plain, options = read_options(arguments, values=("host", "port", "processes"))
    if plain:
        raise UsageFault(f"takes no {plain[0]!r}; `reglament serve --help` says how")
    port = _number("port", options.get("port", "8000"), PORTS)
    processes = _number("processes", options.get("processes", "1"), 256)
    if os.environ.get(clock.VARIABLE):
        raise UsageFault(f"{clock.VARIABLE} moves the clock, which is for demonstrations and tests; unset it")
    if os.environ.get("REGLAMENT_DEMO"):
        raise UsageFault("REGLAMENT_DEMO opens the pages of a demonstration to everybody; unset it")
    return options.get("host", "127.0.0.1"), port, processes


def _number(name: str, said: str, most: int) -> int:
    if not (said.isascii() and said.isdecimal() and 1 <= int(said[:9]) <= most):
        raise UsageFault(f"--{name}: {said!r} is not a whole number from 1 to {most}")
    return int(said)
