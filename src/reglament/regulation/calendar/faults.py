"""What can be wrong with a calendar, or with a question that it is asked."""

from __future__ import annotations


class CalendarFault(ValueError):
    """A definition, an amount or a moment that gives no answer.

    `place` names what is at fault, from the calendar's or the question's point of view (`tz`,
    `weekly.mon[0]`, `amount`, `start`); `message` says what is wrong and how to mend it.
    """

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


class YearNotDecreed(CalendarFault):
    """The answer depends on the days off of a year that nobody has decreed yet (Labour Code art. 112).

    `year` is the first such year that the answer needs, `source` the name of the days off.
    """

    def __init__(self, year: int, source: str, place: str = "start") -> None:
        super().__init__(
            place,
            f"the answer needs the days off of {year}, and {source} has none decreed for that year;"
            " wait for the decree, or go on with the statutory days off and mark the answer preliminary",
        )
        self.year = year
        self.source = source
