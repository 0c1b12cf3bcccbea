"""What a ruler is drawn from."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

Interval = tuple[datetime, datetime]
"""A half-open span of time `[open, close)`, both aware."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """The plain values of one deadline.

    `counted` are the intervals that make up the budget, from the receipt to the due moment; `open`
    the hours in which the service works, over the same span or more. Both in order of time; neither
    need be cut to the other. `due` is None where the regulation promises no limit. `met` is when the
    obligation was met, `budget` the promise in words ("4 working hours"), `in_days` says that it is
    one of whole days, so that the arithmetic counts days and not hours.
    """

    name: str
    received: datetime
    due: datetime | None
    now: datetime
    counted: tuple[Interval, ...]
    open: tuple[Interval, ...]
    zone: tzinfo
    language: str = "ru"
    budget: str = ""
    met: datetime | None = None
    in_days: bool = False
    excused: bool = False
    """True where its passing counts as no breach: it is not drawn as late."""

    def __post_init__(self) -> None:
        moments = [self.received, self.now, *(edge for pair in (*self.counted, *self.open) for edge in pair)]
        moments += [moment for moment in (self.due, self.met) if moment]
        if any(moment.tzinfo is None for moment in moments):
            raise ValueError("a ruler takes aware moments only")
        if self.due and self.due < self.received:
            raise ValueError("a ruler cannot be due before it was received")

    @property
    def stopped(self) -> datetime:
        """The moment up to which time ran: when it was met, else the present; excused, the due moment."""
        if self.excused and not self.met and self.due:
            return min(max(self.now, self.received), self.due)
        return max(self.met or self.now, self.received)

    @property
    def late(self) -> timedelta:
        """By how much the due moment was passed; nothing where it was not, or that is excused."""
        if self.due is None or self.excused:
            return timedelta()
        return max(self.stopped - self.due, timedelta())

    def counted_within(self, begin: datetime, end: datetime) -> timedelta:
        """How much of the counted time lies between two moments."""
        return time_within(self.counted, begin, end)


def time_within(intervals: tuple[Interval, ...], begin: datetime, end: datetime) -> timedelta:
    """Sum what of the intervals lies between two moments."""
    spans = (min(closes, end) - max(opens, begin) for opens, closes in intervals)
    return sum((span for span in spans if span > timedelta()), timedelta())


def united(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Give the union of intervals, in order, with touching ones joined and empty ones left out."""
    joined: list[Interval] = []
    for opens, closes in sorted(pair for pair in intervals if pair[0] < pair[1]):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return tuple(joined)
