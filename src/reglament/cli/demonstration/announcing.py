"""What the demonstration says of itself once it is there."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING

from reglament.cli.demonstration.home import HOST, Home, Kept

if TYPE_CHECKING:
    from reglament.cli.demonstration.supervising import Supervisor
    from reglament.faces.demo.world import DeskOfWorld

LIMIT = 60.0
"""Seconds after which pages that do not answer are no longer waited for."""


def wait_for_pages(kept: Kept, supervisor: Supervisor) -> bool:
    """Wait until the pages answer; False where the demonstration stops before that."""
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit and not supervisor.stopping:
        connection = http.client.HTTPConnection(HOST, kept.port, timeout=10)
        try:
            connection.request("GET", "/demo/people/")
            connection.getresponse().read()
            return True
        except OSError:
            if not supervisor.look():
                return False
            supervisor.wait(0.1)
        finally:
            connection.close()
    return not supervisor.stopping


def announce(home: Home, kept: Kept) -> str:
    """Say the addresses, the ports, who can sign in, and how to stop it."""
    from reglament.faces.demo.world import read_world

    world = read_world(home.description)
    base = f"http://{HOST}:{kept.port}"
    lines = [
        "",
        f"  Pages        {base}/",
        f"  Letters      {base}/demo/        what the desks send out, and a pen for their clients",
        f"  Who is who   {base}/demo/people/",
        f"  Mail intake  smtp://{HOST}:{kept.mail_port}    letters to the desks",
        f"  Mail sink    smtp://{HOST}:{kept.sink_port}    letters from the desks",
        f"  Data         {home.folder}",
        "",
        f"  Everybody's password: {kept.password}",
        "",
    ]
    for desk in world.desks:
        lines += _desk(desk)
    return "\n".join([*lines, "", "  Ctrl-C stops it."])


def _desk(desk: DeskOfWorld) -> list[str]:
    client = next((person for person in desk.clients if person.signs_in), None)
    people = [(person.email, f"{person.role}: {person.about}") for person in desk.staff]
    if client is not None:
        people.append((client.email, f"client: {client.organisation}"))
    width = max(len(email) for email, _ in people)
    return [
        f"  {desk.name}: {', '.join(desk.addresses)}",
        *(f"    {email:<{width}}  {about}" for email, about in people),
    ]
