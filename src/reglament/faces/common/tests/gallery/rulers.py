"""Deadlines of every shape that a ruler must draw well."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reglament.faces.common.ruler import Interval, Ruler

MOSCOW = ZoneInfo("Europe/Moscow")
HOUR = timedelta(hours=1)
NEW_YEAR = frozenset(date(2026, 1, day) for day in range(1, 12)) | {date(2025, 12, 31)}
SPRING = frozenset({date(2026, 3, 9)})


def at(text: str) -> datetime:
    """Read a moment of Moscow: `2026-03-06 14:18`."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def office(first: date, days: int, opens: int, closes: int, off: frozenset[date]) -> tuple[Interval, ...]:
    """The hours of a service that works on weekdays but for the days off."""
    worked = (first + timedelta(days=number) for number in range(days))
    return tuple(
        (datetime.combine(day, time(opens), MOSCOW), datetime.combine(day, time(), MOSCOW) + closes * HOUR)
        for day in worked
        if day.weekday() < 5 and day not in off
    )


def spent(open_hours: tuple[Interval, ...], received: datetime, budget: timedelta) -> tuple[Interval, ...]:
    """The first of the open hours after the receipt that make up the budget."""
    counted, left = [], budget
    for opens, closes in open_hours:
        begins = max(opens, received)
        ends = min(closes, begins + left)
        if begins < ends:
            counted.append((begins, ends))
            left -= ends - begins
        if not left:
            break
    return tuple(counted)


def office_ruler(
    received: str,
    now: str,
    hours: float,
    *,
    opens: int = 9,
    closes: int = 17,
    off: frozenset[date] = SPRING,
    language: str = "ru",
    met: str = "",
    name: str = "Ответ человека",
    budget: str = "",
) -> Ruler:
    """A deadline in working hours."""
    start = at(received)
    open_hours = office(start.date() - timedelta(days=1), 400, opens, closes, off)
    counted = spent(open_hours, start, hours * HOUR)
    return Ruler(
        name=name, received=start, due=counted[-1][1], now=at(now), counted=counted, open=open_hours,
        zone=MOSCOW, language=language, met=at(met) if met else None,
        budget=budget or f"{hours:g} рабочих часа",
    )  # fmt: skip


def always_ruler(received: str, now: str, hours: float) -> Ruler:
    """A deadline of a service that never closes."""
    start = at(received)
    span = ((start, start + hours * HOUR),)
    return Ruler(
        name="Первый ответ", received=start, due=span[0][1], now=at(now), counted=span,
        open=((start - 30 * HOUR, start + 10000 * HOUR),), zone=MOSCOW, budget=f"{hours:g} ч круглосуточно",
    )  # fmt: skip


def days_ruler(received: str, now: str, days: int, off: frozenset[date] = SPRING) -> Ruler:
    """A deadline in whole working days of a service that never closes."""
    start = at(received)
    counted = office(start.date() + timedelta(days=1), 60, 0, 24, off)[:days]
    return Ruler(
        name="Замена компонента", received=start, due=counted[-1][1], now=at(now), counted=counted,
        open=office(start.date(), 90, 0, 24, off), zone=MOSCOW, budget=f"{days} рабочих дней", in_days=True,
    )  # fmt: skip


def unlimited_ruler(received: str, now: str) -> Ruler:
    """A request for which no limit is promised."""
    start = at(received)
    open_hours = office(start.date(), 60, 9, 17, SPRING)
    return Ruler(
        name="Исправление", received=start, due=None, now=at(now), counted=(), open=open_hours, zone=MOSCOW
    )


RULERS: dict[str, Ruler] = {
    "1 час круглосуточно": always_ruler("2026-03-02 10:00", "2026-03-02 10:36", 1),
    "1 час, только что": always_ruler("2026-03-02 10:00", "2026-03-02 10:00", 1),
    "3 часа через полночь": always_ruler("2026-03-02 22:30", "2026-03-03 00:40", 3),
    "4 рабочих часа через длинные выходные": office_ruler(
        "2026-03-06 14:18", "2026-03-10 07:30", 4, opens=7, closes=17
    ),
    "4 часа, получено в выходной": office_ruler("2026-03-07 12:00", "2026-03-08 12:00", 4),
    "24 рабочих часа через Новый год": office_ruler(
        "2025-12-30 14:00", "2026-01-03 12:00", 24, off=NEW_YEAR, budget="24 рабочих часа"
    ),
    "5 рабочих дней": days_ruler("2026-03-03 16:00", "2026-03-05 11:00", 5),
    "Срок не установлен": unlimited_ruler("2026-03-03 16:00", "2026-03-05 11:00"),
    "Просрочено на 12 минут": office_ruler("2026-03-05 11:00", "2026-03-05 15:12", 4),
    "Просрочено на ночь": office_ruler("2026-03-05 11:00", "2026-03-06 10:00", 4),
    "Просрочено месяц назад": office_ruler("2026-03-05 11:00", "2026-04-08 15:12", 4),
    "30 дней круглосуточно": always_ruler("2026-03-02 10:00", "2026-03-12 18:00", 720),
    "80 рабочих часов": office_ruler("2026-03-02 10:00", "2026-03-11 18:00", 80, budget="80 рабочих часов"),
    "240 рабочих часов": office_ruler(
        "2026-03-02 10:00", "2026-03-21 18:00", 240, budget="240 рабочих часов"
    ),
    "Выполнено в срок": office_ruler("2026-03-05 11:00", "2026-03-09 15:12", 4, met="2026-03-05 12:40"),
    "Выполнено с опозданием": office_ruler("2026-03-05 15:00", "2026-03-11 15:12", 4, met="2026-03-06 13:05"),
    "15 минут": office_ruler("2026-03-05 11:00", "2026-03-05 11:05", 0.25, budget="15 минут"),
    "In English": office_ruler(
        "2026-03-06 14:18",
        "2026-03-10 10:30",
        4,
        language="en",
        name="A person's reply",
        budget="4 working hours",
    ),
}
