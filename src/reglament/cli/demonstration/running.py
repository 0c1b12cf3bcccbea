"""What each process of the demonstration runs, from its start to a SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from reglament.cli.demonstration.home import HOST

GRACE = 2
"""How long open streams may go on after a signal to stop, in seconds; they would never end by themselves."""


def pages(port: int) -> int:
    """Serve the pages."""
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "reglament.cli.demonstration.pages:application",
        address=HOST,
        port=port,
        interface=Interfaces.ASGINL,
        workers=1,
        workers_kill_timeout=GRACE,
        # One that crashes is no reason to stop the others.
        respawn_failed_workers=True,
        log_enabled=False,
        websockets=False,
    ).serve()
    return 0


def jobs() -> int:
    """Run jobs."""
    from reglament.cli import worker

    return worker.run([])


def post(mail_port: int, sink_port: int, letters: Path) -> int:
    """Take letters for the desks on one port and out of mailboxes, and on another those that they send."""
    return asyncio.run(_post(mail_port, sink_port, letters))


async def _post(mail_port: int, sink_port: int, letters: Path) -> int:
    from reglament.desk.channels.email.server import MailIntake
    from reglament.desk.channels.email.sink import MailSink
    from reglament.desk.channels.mailboxes.running import MailboxReaders

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    intake, sink = MailIntake(HOST, mail_port), MailSink(HOST, sink_port, letters)
    await sink.begin()
    await intake.begin()
    readers = MailboxReaders()
    readers.begin()
    await stopped.wait()
    await intake.end()
    await asyncio.to_thread(readers.end)
    await sink.end()
    return 0


def wake_program() -> None:
    """Load whatever the processes need, once, before they are forked off.

    Raises `EnvironmentFault`. No database is opened: a connection must not be shared by two processes.
    """
    import gc

    from reglament.site.startup import prepare

    settings = prepare()
    (settings.data / "static").mkdir(exist_ok=True)
    import granian.server  # noqa: F401
    from django.urls import get_resolver

    import reglament.desk.channels.email.server
    import reglament.desk.channels.email.sink
    import reglament.desk.channels.mailboxes.running
    import reglament.desk.jobs.worker  # noqa: F401

    # Reads the address lists, and with them every view.
    _ = get_resolver().url_patterns
    # What lives now lives for ever: the collector need not touch its pages, which so stay shared.
    gc.collect()
    gc.freeze()
    assert os.environ["DJANGO_SETTINGS_MODULE"]
