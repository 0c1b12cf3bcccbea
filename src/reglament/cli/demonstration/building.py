"""Making the data of a demonstration: the tables, the desks and their people, and six weeks of work."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from reglament.cli.demonstration.home import HOST, Home, Kept, environment_of

WEEKS = 6
LETTERS = "sink"

Tell = Callable[[str], None]


def build(home: Home, kept: Kept, *, empty: bool, tell: Tell) -> int:
    """Make the data in a process of its own, whose clock runs through the weeks; give its exit status.

    Takes the folder, and what to call with each line of progress. Where it is cut off, nothing counts.
    """
    folder = home.begin_making()
    os.environ.update(environment_of(kept, folder))
    from reglament import clock

    now = clock.now()
    os.environ.pop(clock.VARIABLE, None)
    from reglament.cli.demonstration.told import DemonstrationFault, told_by_packs
    from reglament.site.startup import prepare

    prepare()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import translation

    from reglament.cli.demonstration.casting import let_everybody_in, set_stage
    from reglament.faces.demo.world import World, write_world

    began = time.monotonic()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    # What is cut off is made anew, so no row need survive a power cut before it is whole.
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    tell("tables made")
    try:
        stories = told_by_packs()
        opened = now - timedelta(weeks=WEEKS, days=1)
        with translation.override("ru"):
            stages = []
            for told in stories:
                stages.append(set_stage(told, began=opened, now=now, with_clients=not empty))
                tell(f"desk {told.pack}: {len(told.cast.staff)} staff, {len(stages[-1].parties)} people")
            let_everybody_in(kept.password)
            if not empty:
                from reglament.cli.demonstration.replaying import replay

                replay(stages, folder, began=opened, now=now, tell=tell)
    except DemonstrationFault as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    world = World(
        password=kept.password,
        mail_host=HOST,
        mail_port=kept.mail_port,
        letters=str(home.data / LETTERS),
        desks=tuple(stage.described("ru") for stage in stages),
    )
    _leave(connection.close)
    write_world(folder / home.description.name, world)
    home.end_making()
    tell(f"made in {time.monotonic() - began:.0f} s")
    return 0


def _leave(close: Callable[[], None]) -> None:
    """Leave one whole file of the database behind, with nothing in its log."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    close()


def tell_world(home: Home, kept: Kept) -> None:
    """Let the description of the world say the ports of this start."""
    from reglament.faces.demo.world import read_world, write_world

    world = read_world(home.description)
    letters = str(Path(home.data) / LETTERS)
    write_world(
        home.description,
        replace(world, mail_port=kept.mail_port, password=kept.password, letters=letters),
    )
