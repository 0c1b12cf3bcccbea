"""Making the data of a demonstration: the tables, the desks and their people, and six weeks of work."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import reglament
from reglament.cli.demonstration.home import HOST, Home, HomeFault, Kept, environment_of

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

                played = replay(stages, folder, began=opened, now=now, tell=tell)
                for refused in played.refused:
                    tell(f"refused: {refused}")
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
    (folder / home.tables.name).write_text(tables_of_this_version(), encoding="ascii")
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


def bring_up_to_date(home: Home) -> int:
    """Bring the tables of data that an earlier version made up to this one; give the exit status."""
    from reglament.site.startup import prepare

    prepare()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    home.tables.write_text(tables_of_this_version(), encoding="ascii")
    return 0


def tables_of_this_version() -> str:
    """Give what tells the tables of this version from another's: a digest of the names of all migrations."""
    package = Path(reglament.__file__).parent
    names = sorted(path.relative_to(package).as_posix() for path in package.glob("desk/*/migrations/0*.py"))
    return sha256("\n".join([reglament.__version__, *names]).encode()).hexdigest()


def tell_world(home: Home, kept: Kept) -> None:
    """Let the description of the world say the ports of this start. Raises `HomeFault`."""
    from reglament.faces.demo.world import read_world, write_world

    try:
        world = read_world(home.description)
    except (ValueError, TypeError, KeyError) as fault:
        raise HomeFault(
            f"{home.description} was written by another version; remove {home.folder} to begin anew, or name"
            " another folder by --data"
        ) from fault
    letters = str(Path(home.data) / LETTERS)
    write_world(
        home.description,
        replace(world, mail_port=kept.mail_port, password=kept.password, letters=letters),
    )
