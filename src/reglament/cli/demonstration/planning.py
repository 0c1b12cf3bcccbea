"""Who asks for what and when, over the weeks of a demonstration: by chance, and always the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from reglament.cli.demonstration.casting import Party, Stage
from reglament.cli.demonstration.told import DemonstrationFault, Opening, Story
from reglament.regulation.calendar import Calendar, CalendarFault
from reglament.regulation.calendar.reading import read_calendar

SEED = 1001
BY_DAY = (10, 10, 10, 9, 8, 3, 2)
"""How much is asked on each day of the week, from Monday."""
BY_HOUR = (1, 1, 0, 0, 0, 1, 2, 5, 9, 12, 12, 11, 8, 10, 11, 11, 9, 7, 5, 4, 3, 3, 2, 1)
"""The same by the hour of the day."""
WAKING = (8, 23)
"""The hours of the day in which people write privately."""


@dataclass
class Course:
    """One story while it is played: who is in it, and what has come of it so far."""

    stage: Stage
    story: Story
    at: datetime
    opening: Opening
    party: Party | None
    name: str
    email: str
    words: dict[str, str]
    chance: Random
    hours: Calendar
    ticket: int | None = None
    """The row of its ticket, once there is one."""
    conversation: int | None = None
    draft: int | None = None
    secret: str = ""
    """Of a guest: the secret of the private link."""
    raw: bytes = field(default=b"", repr=False)
    """The letter that opened it, to be sent again."""
    agents: dict[int, int] = field(default_factory=dict)
    """Who works on it, by department."""

    @property
    def ticket_row(self) -> int:
        """The row of its ticket, where there must be one."""
        if self.ticket is None:
            raise DemonstrationFault(
                f"{self.stage.told.folder / 'stories.yaml'}: {self.name}: a step needs a ticket, and the"
                f" story that begins by {self.story.channel} has none"
            )
        return self.ticket

    def tell(self, text: str) -> str:
        """Give a text with its names in braces replaced by words. Raises `DemonstrationFault`."""
        try:
            return text.format_map(self.words)
        except (KeyError, IndexError, ValueError) as fault:
            raise DemonstrationFault(
                f"{self.stage.told.folder / 'stories.yaml'}: {text[:60]!r}: {fault} is no word of"
                f" {self.name}; in braces stand words of the client or of `words`"
            ) from fault


def plan(stages: list[Stage], *, began: datetime, now: datetime) -> list[Course]:
    """Give everything that begins in the weeks up to now, in the order in which it does."""
    courses = [
        course
        for stage in stages
        for course in _of_desk(stage, Random(f"{SEED}:{stage.desk.slug}"), began, now)  # noqa: S311
    ]
    return sorted(courses, key=lambda course: (course.at, course.stage.desk.pk))


def _of_desk(stage: Stage, chance: Random, began: datetime, now: datetime) -> Iterator[Course]:
    hours = staffed_hours(stage)
    told = stage.told.stories
    zone = ZoneInfo(stage.desk.zone)
    strangers = list(told.words.get("stranger", []))
    for place, story in enumerate(told.stories):
        parties = parties_for(stage, story)
        if not parties and not story.who.stranger:
            raise DemonstrationFault(
                f"{stage.told.folder / 'stories.yaml'}: stories.{place}: nobody in desk.yaml is such a client"
            )
        chance.shuffle(parties)
        for turn in range(story.times):
            own = Random(f"{SEED}:{stage.desk.slug}:{place}:{turn}")  # noqa: S311
            party = parties[turn % len(parties)] if parties else None
            first = began
            if party is not None:
                wanted = None if story.who.organisation else story.who.holds
                first = max(began, now + timedelta(days=party.client.since_when(wanted)))
            at = _moment(own, zone, first, now, story)
            if story.channel in BY_STAFF:
                at = hours.next_opening(at) + timedelta(minutes=own.randrange(1, 50))
            if at >= now:
                at = now - timedelta(minutes=own.randrange(20, 300))
            name, email = _called(party, strangers, own)
            words = {kind: own.choice(choices) for kind, choices in told.words.items() if kind != "stranger"}
            yield Course(
                stage=stage,
                story=story,
                at=at.replace(microsecond=0),
                opening=story.says[turn % len(story.says)],
                party=party,
                name=name,
                email=email,
                words=words | _words_of(party, name, email),
                chance=own,
                hours=hours,
            )


BY_STAFF = ("phone", "letter", "chat", "personal_contact", "messenger", "forum", "social", "product_ui")
"""Channels of which a person of staff writes down what was said, while they are at work."""


def parties_for(stage: Stage, story: Story) -> list[Party]:
    """Give the people with whom a story may begin."""
    who = story.who
    if who.stranger:
        return []
    return [
        party
        for party in stage.parties
        if party.client.name.startswith(who.organisation)
        and party.client.holds_all(who.holds)
        and (who.picky or not party.client.apart)
        and who.signs_in in (None, party.told.signs_in)
        and who.authorised == party.told.authorised
        and (story.channel not in NEED_ACCOUNT or party.told.signs_in)
        and party.told.language == who.language
    ]


NEED_ACCOUNT = ("portal",)


def staffed_hours(stage: Stage) -> Calendar:
    """Give the hours in which a desk's people answer. Raises `DemonstrationFault`."""
    faults: list[CalendarFault] = []
    calendar = read_calendar(stage.told.cast.staffed, "staffed", faults)
    if calendar is None:
        raise DemonstrationFault(f"{stage.told.folder / 'desk.yaml'}: {faults[0]}")
    return calendar


def awake(moment: datetime, zone: ZoneInfo, chance: Random) -> datetime:
    """Give a moment at which a client is awake: the same, or the next morning."""
    local = moment.astimezone(zone)
    first, last = WAKING
    if first <= local.hour < last:
        return moment
    morning = local.replace(hour=first, minute=chance.randrange(5, 55))
    if local.hour >= last:
        morning += timedelta(days=1)
    return morning.astimezone(moment.tzinfo)


def _moment(chance: Random, zone: ZoneInfo, began: datetime, now: datetime, story: Story) -> datetime:
    if story.lately:
        return now - timedelta(hours=story.lately) * chance.random()
    first = began.astimezone(zone) + timedelta(days=1)
    days = [first + timedelta(days=day) for day in range(max(1, (now - began).days - 1))]
    day = chance.choices(days, [BY_DAY[one.weekday()] for one in days])[0]
    hour = chance.choices(range(24), BY_HOUR)[0]
    local = day.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))
    return local.astimezone(began.tzinfo)


def _called(party: Party | None, strangers: list[str], chance: Random) -> tuple[str, str]:
    if party is not None:
        return party.contact.name, party.contact.email
    if not strangers:
        raise DemonstrationFault("stories.yaml: words.stranger is missing: 'Name <address>' of strangers")
    name, _, email = chance.choice(strangers).partition("<")
    return name.strip(), email.strip(" >")


def _words_of(party: Party | None, name: str, email: str) -> dict[str, Any]:
    words: dict[str, Any] = {"name": name, "first": name.partition(" ")[0], "email": email}
    if party is None:
        return words | {"organisation": "", "inn": "", "phone": ""}
    return words | {
        "organisation": party.organisation.name,
        "inn": party.organisation.inn,
        "phone": party.contact.phone,
        **party.client.words,
    }
