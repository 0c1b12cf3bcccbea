"""The hours of a calendar in words, as the document prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reglament.regulation.wording.spans import listed

if TYPE_CHECKING:
    from reglament.regulation.model.edition import Calendar

_DAYS = {
    "mon": ("понедельник", "Monday"),
    "tue": ("вторник", "Tuesday"),
    "wed": ("среда", "Wednesday"),
    "thu": ("четверг", "Thursday"),
    "fri": ("пятница", "Friday"),
    "sat": ("суббота", "Saturday"),
    "sun": ("воскресенье", "Sunday"),
}


def hours_in_words(calendar: Calendar, language: str) -> str:
    """`рабочие дни, 09:00–17:00`, `круглосуточно`, `Monday to Friday without days off, 10:00–18:00`."""
    english = language == "en"
    round_the_clock = calendar.hours == "always"
    if calendar.days == "every_day" and round_the_clock:
        return "around the clock" if english else "круглосуточно"
    days = {
        "every_day": ("ежедневно", "every day"),
        "working": ("рабочие дни", "working days"),
        "weekdays": ("с понедельника по пятницу, кроме выходных", "Monday to Friday, except days off"),
    }[calendar.days][english]
    if round_the_clock:
        return f"{days}, {'all day' if english else 'весь день'}"
    if isinstance(calendar.hours, dict):
        each = [f"{_DAYS[name][english]} {_spans(hours, language)}" for name, hours in calendar.hours.items()]
        return f"{days}: {'; '.join(each)}" if calendar.days != "every_day" else "; ".join(each)
    return f"{days}, {_spans(calendar.hours, language)}"


def _spans(hours: str | list[str], language: str) -> str:
    written = [hours] if isinstance(hours, str) else hours
    if written == ["always"]:
        return "all day" if language == "en" else "весь день"
    return listed([span.replace("-", "–").replace(" ", "") for span in written], language)
