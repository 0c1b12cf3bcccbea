"""Spans of time, numbers and lists in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_RUSSIAN = {
    "minutes": ("минута", "минуты", "минут"),
    "hours": ("час", "часа", "часов"),
    "working_minutes": ("рабочая минута", "рабочие минуты", "рабочих минут"),
    "working_hours": ("рабочий час", "рабочих часа", "рабочих часов"),
    "days": ("день", "дня", "дней"),
    "working_days": ("рабочий день", "рабочих дня", "рабочих дней"),
    "weeks": ("неделя", "недели", "недель"),
    "years": ("год", "года", "лет"),
}


def plural(number: int, one: str, few: str, many: str) -> str:
    """The Russian form that goes with a number: 1 час, 2 часа, 5 часов, 21 час."""
    if number % 10 == 1 and number % 100 != 11:
        return one
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return few
    return many


def span(amount: int, unit: str, language: str) -> str:
    """A budget in words: `4 рабочих часа`, `4 working hours`; the unit `unlimited` is `без ограничения`."""
    if unit == "unlimited":
        return "no limit" if language == "en" else "без ограничения"
    if language == "en":
        name = unit.replace("_", " ")
        return f"{amount} {name.removesuffix('s') if amount == 1 else name}"
    return f"{amount} {plural(amount, *_RUSSIAN[unit])}"


def minutes(amount: float, language: str) -> str:
    """Minutes as hours and minutes: `2 ч 42 мин`, `2 h 42 min`; fractions of a minute are dropped."""
    hours, rest = divmod(int(amount), 60)
    hour, minute = ("h", "min") if language == "en" else ("ч", "мин")
    parts = [f"{hours} {hour}"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} {minute}")
    return " ".join(parts)


def listed(words: Sequence[str], language: str, *, last: str = "") -> str:
    """`a, b и c`; `last` replaces the word before the last item (`или`)."""
    if len(words) < 2:
        return "".join(words)
    join = last or ("and" if language == "en" else "и")
    return f"{', '.join(words[:-1])} {join} {words[-1]}"


def sentence(text: str) -> str:
    """The text with a capital letter at the start."""
    return text[:1].upper() + text[1:]
