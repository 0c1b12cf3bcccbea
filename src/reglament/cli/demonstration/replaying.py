"""Six weeks of a desk in a minute: everything in its order, with the clock moved and the jobs run between."""

from __future__ import annotations

import asyncio
import gc
import heapq
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from reglament import clock
from reglament.cli.demonstration import acts, building, doors
from reglament.cli.demonstration.casting import Stage
from reglament.cli.demonstration.planning import Course, awake, plan
from reglament.cli.demonstration.told import DemonstrationFault
from reglament.desk.channels.email.sink import MailSink
from reglament.desk.channels.guest_form.actions import forget_expired
from reglament.desk.decisions.actions import fall_due, fallen_due_next
from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.notices.jobs import hand_over
from reglament.desk.notices.mail_server import MailServer
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.notices.smtp import Connection
from reglament.desk.tickets.models import Ticket

WORKER = "demonstration"
DELIVERED = timedelta(seconds=2)
"""How long after what causes a letter it is handed over."""
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(m|h|d)")
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
CONFIRM, OPEN = -2, -1
"""The steps before the first: the guest's button, and the beginning."""


@dataclass
class Played:
    """What a replay did."""

    begun: int = 0
    done: int = 0
    refused: list[str] = field(default_factory=list)
    """What the desk refused to do, with the place of the story: on some days a story fits worse."""


def replay(
    stages: list[Stage], folder: Path, *, began: datetime, now: datetime, tell: Callable[[str], None]
) -> Played:
    """Play all stories of all desks up to now, each act at its moment; give what was done.

    Takes the folder of the data, where the clock's file and the letters lie meanwhile.
    """
    played = Played()
    server = settings.REGLAMENT_MAIL_SERVER
    assert server is not None
    # What lives now lives to the end, and little of what comes refers to itself: the collector would
    # look for a tenth of the time and find next to nothing.
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    with (
        moved_clock(folder / "clock") as move,
        _sink(server, folder / building.LETTERS),
        Connection(server) as connection,
    ):
        _Play(stages, began, now, move, played, tell, connection).run()
    return played


@contextmanager
def moved_clock(file: Path) -> Iterator[Callable[[datetime], None]]:
    """Give what moves the clock of this process to a moment, for as long as the block lasts."""

    def move(moment: datetime) -> None:
        file.write_text(moment.isoformat(), encoding="ascii")

    before = os.environ.get(clock.VARIABLE)
    os.environ[clock.VARIABLE] = str(file)
    try:
        yield move
    finally:
        file.unlink(missing_ok=True)
        if before is None:
            del os.environ[clock.VARIABLE]
        else:
            os.environ[clock.VARIABLE] = before


class _Play:
    def __init__(
        self,
        stages: list[Stage],
        began: datetime,
        now: datetime,
        move: Callable[[datetime], None],
        played: Played,
        tell: Callable[[str], None],
        connection: Connection,
    ) -> None:
        self._began, self._now, self._move, self._played, self._tell = began, now, move, played, tell
        self._connection = connection
        self._last_letter = 0
        self._order = count()
        self._coming: list[tuple[datetime, int, Course, int]] = []
        self._seen = began
        for course in plan(stages, began=began, now=now):
            self._await(course.at, course, OPEN)

    def run(self) -> None:
        week = 1
        while self._coming:
            at, _, course, step = heapq.heappop(self._coming)
            if at > self._began + timedelta(weeks=week):
                self._tell(f"week {week}: {Ticket.objects.count()} tickets")
                week += 1
            self._fall_due(at)
            self._move(at)
            self._do(course, step, at)
            self._move(min(at + DELIVERED, self._now))
            self._hand_over()
        self._fall_due(self._now)
        self._move(self._now)
        forget_expired(self._now)
        self._tell(f"week {week}: {Ticket.objects.count()} tickets")

    def _await(self, at: datetime, course: Course, step: int) -> None:
        if at < self._now:
            heapq.heappush(self._coming, (at, next(self._order), course, step))

    def _do(self, course: Course, step: int, at: datetime) -> None:
        try:
            if step == OPEN:
                self._played.begun += 1
                following = doors.open_up(course, at)
                if following is not None:
                    self._await(following, course, CONFIRM)
                    return
            elif step == CONFIRM:
                doors.confirm_draft(course, at)
            else:
                acts.perform(course, course.story.then[step], at)
                self._played.done += 1
        except (ActionRefused, NotThere) as refused:
            said = course.story.then[step] if step >= 0 else course.story.channel
            self._played.refused.append(f"{course.stage.desk.slug}: {course.name}: {said}: {refused}")
            return
        following_step = max(step, OPEN) + 1
        if following_step < len(course.story.then) and not course.story.unconfirmed:
            self._await(self._moment_of(course, following_step, at), course, following_step)

    def _moment_of(self, course: Course, step: int, at: datetime) -> datetime:
        said = course.story.then[step]
        minutes = span_of(said) * course.chance.uniform(0.75, 1.35)
        seconds = timedelta(seconds=course.chance.randrange(1, 59))
        if acts.VERBS[acts.verb_of(said)].by_staff:
            return course.hours.add_working_minutes(at, round(minutes)) + seconds
        zone = ZoneInfo(course.stage.desk.zone)
        return awake(at + timedelta(minutes=minutes), zone, course.chance) + seconds

    def _hand_over(self) -> None:
        """Hand over what lies in the outbox: the job's own way, by one connection for all the weeks."""
        due = OutgoingLetter.objects.filter(pk__gt=self._last_letter, state=DeliveryState.QUEUED)
        for letter in due.order_by("pk").values_list("pk", flat=True):
            hand_over(letter, WORKER, self._connection)
            self._last_letter = letter

    def _fall_due(self, until: datetime) -> None:
        """Let the job see each deadline at the moment at which it runs out."""
        while (due := fallen_due_next(self._seen)) is not None and due < until:
            moment = due + timedelta(seconds=1)
            self._move(moment)
            fall_due(moment)
            self._seen = moment
        self._seen = max(self._seen, until)


def span_of(step: acts.Step) -> float:
    """Give how long after the one before a step comes, in minutes. Raises `DemonstrationFault`."""
    said = _SPAN.fullmatch(str(step.get(acts.AFTER, "10m")))
    if said is None:
        raise DemonstrationFault(f"{step}: `after` is a span such as 40m, 3h or 2d")
    return float(said[1]) * _MINUTES[said[2]]


@contextmanager
def _sink(server: MailServer, folder: Path) -> Iterator[None]:
    """Run the mail sink beside the replay: what is not handed over to a server counts as not sent."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sink", daemon=True)
    thread.start()
    sink = MailSink(server.host, server.port, folder)
    try:
        asyncio.run_coroutine_threadsafe(sink.begin(), loop).result(30)
        yield
        asyncio.run_coroutine_threadsafe(sink.end(), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
