"""A calendar's definition as JSON-able data, read into a Calendar with every fault in it named."""

from __future__ import annotations

from reglament.regulation.calendar.calendar import Calendar
from reglament.regulation.calendar.faults import CalendarFault
from reglament.regulation.calendar.hours import WEEKDAYS, check_interval, read_clock
from reglament.regulation.calendar.moments import read_date, shown
from reglament.regulation.calendar.offsets import zone_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date
    from typing import TypeVar

    from reglament.regulation.calendar.hours import Interval

    Key = TypeVar("Key")

KEYS = ("tz", "weekly", "holidays", "working_days")


def read_calendar(definition: object, place: str, faults: list[CalendarFault]) -> Calendar | None:
    """The calendar that a definition states, as in the fixed interface of `calc`.

    Takes `{"tz": "Europe/Moscow", "weekly": {"mon": [["09:00", "17:00"]]}}` and the like; `holidays` is a
    list of dates, `working_days` an object of dates with their intervals; they and days of the week may
    be left out. What is wrong is added to `faults`, each with its place below `place`; then there is no
    calendar.
    """
    before = len(faults)
    if not isinstance(definition, dict):
        faults.append(
            CalendarFault(place, f"{shown(definition)} is not an object; it has the keys {', '.join(KEYS)}")
        )
        return None
    check_keys(definition, KEYS, place, faults)
    if "tz" not in definition:
        faults.append(CalendarFault(f"{place}.tz", "is missing; write an IANA name, such as Europe/Moscow"))
    else:
        _check_zone(definition["tz"], place, faults)
    weekly = _read_days(definition.get("weekly", {}), f"{place}.weekly", _weekday, faults)
    working_days = _read_days(definition.get("working_days", {}), f"{place}.working_days", read_date, faults)
    holidays = _read_holidays(definition.get("holidays", []), f"{place}.holidays", faults)
    if len(faults) > before:
        return None
    try:
        return Calendar(definition["tz"], [weekly.get(name, []) for name in WEEKDAYS], holidays, working_days)
    except CalendarFault as fault:
        faults.append(CalendarFault(f"{place}.{fault.place}", fault.message))
        return None


def _check_zone(name: object, place: str, faults: list[CalendarFault]) -> None:
    # Asked apart from the calendar, which stops at its first fault.
    try:
        zone_named(name)  # type: ignore[arg-type]
    except CalendarFault as fault:
        faults.append(CalendarFault(f"{place}.{fault.place}", fault.message))


def check_keys(
    value: dict[str, object], known: Collection[str], place: str, faults: list[CalendarFault]
) -> None:
    """Add a fault, with the nearest known name, for each key that is not known."""
    for key in value:
        if key not in known:
            faults.append(CalendarFault(below(place, key), f"is not a key here; {nearest(key, known)}"))


def below(place: str, key: str) -> str:
    """The place of a key of the object at a place."""
    plain = len(key) <= 40 and key.replace("-", "").replace("_", "").isalnum()
    return f"{place}.{key}" if plain else f"{place}[{shown(key)}]"


def nearest(name: str, known: Collection[str]) -> str:
    """Advice on a name that is not known: the nearest one that is, else all of them."""
    from difflib import get_close_matches

    near = get_close_matches(name[:64], known, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else "one of " + ", ".join(known)


def _weekday(name: object, place: str) -> str:
    if name not in WEEKDAYS:
        raise CalendarFault(place, f"{shown(name)} is not a day of the week; {nearest(str(name), WEEKDAYS)}")
    return str(name)


def _read_days(
    value: object, place: str, read_key: Callable[[object, str], Key], faults: list[CalendarFault]
) -> dict[Key, list[Interval]]:
    result: dict[Key, list[Interval]] = {}
    if not isinstance(value, dict):
        faults.append(CalendarFault(place, f"{shown(value)} is not an object of days with their intervals"))
        return result
    for key, intervals in value.items():
        try:
            result[read_key(key, below(place, key))] = _read_intervals(intervals, below(place, key), faults)
        except CalendarFault as fault:
            faults.append(fault)
    return result


def _read_intervals(value: object, place: str, faults: list[CalendarFault]) -> list[Interval]:
    if not isinstance(value, list):
        raise CalendarFault(place, f'{shown(value)} is not a list of intervals, such as [["09:00", "17:00"]]')
    result: list[Interval] = []
    for number, pair in enumerate(value):
        here = f"{place}[{number}]"
        try:
            result.append(_read_pair(pair, here))
        except CalendarFault as fault:
            faults.append(fault)
    return result


def _read_pair(value: object, place: str) -> Interval:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(time, str) for time in value):
        raise CalendarFault(
            place, f'{shown(value)} is not an interval; write two times, such as ["09:00", "17:00"]'
        )
    interval = read_clock(value[0], f"{place}[0]"), read_clock(value[1], f"{place}[1]")
    check_interval(interval, place)
    return interval


def _read_holidays(value: object, place: str, faults: list[CalendarFault]) -> list[date]:
    result: list[date] = []
    if not isinstance(value, list):
        faults.append(CalendarFault(place, f"{shown(value)} is not a list of dates"))
        return result
    for number, day in enumerate(value):
        try:
            result.append(read_date(day, f"{place}[{number}]"))
        except CalendarFault as fault:
            faults.append(fault)
    return result
