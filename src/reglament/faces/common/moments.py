"""Moments and spans of time in the words of a page, in Russian and English.

Pure functions: the present moment, the zone and the language are arguments. Numbers and their units
are joined by no-break spaces, so that "2 h 42 min" never ends a line after the 2.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from reglament.regulation.wording.zones import zone_words

NBSP = "\u00a0"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TimeWords:
    """The words for time of one language."""

    weekdays: tuple[str, ...]
    weekdays_whole: tuple[str, ...]
    months: tuple[str, ...]
    months_short: tuple[str, ...]
    day: str
    hour: str
    minute: str
    under_a_minute: str
    yesterday: str
    today: str
    tomorrow: str
    at: str
    left: str
    left_working: str
    late: str


_WORDS = {
    "ru": TimeWords(
        weekdays=("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
        weekdays_whole=("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
        months=(
            "января", "февраля", "марта", "апреля", "мая", "июня",
            "июля", "августа", "сентября", "октября", "ноября", "декабря",
        ),
        months_short=("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
        day="дн.",
        hour="ч",
        minute="мин",
        under_a_minute="меньше минуты",
        yesterday="вчера",
        today="сегодня",
        tomorrow="завтра",
        at="в",
        left="осталось {}",
        left_working="осталось {} рабочего времени, по календарю {}",
        late="просрочено на {}",
    ),
    "en": TimeWords(
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        weekdays_whole=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        months=(
            "January", "February", "March", "April", "May", "June",
            "July", "August", "September", "October", "November", "December",
        ),
        months_short=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        day="d",
        hour="h",
        minute="min",
        under_a_minute="under a minute",
        yesterday="yesterday",
        today="today",
        tomorrow="tomorrow",
        at="at",
        left="{} left",
        left_working="{} of working time left, {} by the calendar",
        late="late by {}",
    ),
}  # fmt: skip


def base_language(language: str) -> str:
    """Give the code of a language that the pages speak: `ru` for `ru-RU`, `en` for any other."""
    code = language.partition("-")[0].lower()
    return code if code in _WORDS else "en"


def words_of(language: str) -> TimeWords:
    """Give the words of a language code such as `ru` or `en-gb`."""
    return _WORDS[base_language(language)]


def span_words(span: timedelta, language: str, *, days: bool = False, exact: bool = False) -> str:
    """Say how long a span is, by its size: `2 ч 42 мин`; with `days`, `1 дн. 4 ч`.

    A day is 24 hours, so `days` is for calendar time only: what a working day is worth differs from
    service to service. Seconds are dropped: never is more promised than there is. Unless `exact`,
    minutes are left out from 24 hours on, and hours from ten days on.
    """
    words = words_of(language)
    minutes = abs(span) // MINUTE
    if not minutes:
        return f"0{NBSP}{words.minute}" if exact else words.under_a_minute
    parts = [(minutes // 60, words.hour), (minutes % 60, words.minute)]
    if days and minutes >= 24 * 60:
        parts = [(minutes // 1440, words.day), (minutes // 60 % 24, words.hour), (minutes % 60, words.minute)]
    if not exact and minutes >= 24 * 60:
        parts = parts[: 1 if minutes >= 14400 or not days else 2]
    return NBSP.join(f"{count}{NBSP}{unit}" for count, unit in parts if count)


def day_words(day: date, language: str, *, year: bool = False, short: bool = False) -> str:
    """Say a date with its weekday: `пт 6 марта`; `short` cuts the month, `year` adds the year."""
    words = words_of(language)
    month = (words.months_short if short else words.months)[day.month - 1]
    said = f"{words.weekdays[day.weekday()]} {day.day} {month}"
    return (f"{said} {day.year}" if year else said).replace(" ", NBSP)


def moment_words(
    moment: datetime, language: str, zone: tzinfo, *, now: datetime | None = None, due: bool = False
) -> str:
    """Say a moment as a reader in `zone` would: `сегодня в 13:00`, `пт 6 марта, 14:18`.

    Yesterday, today and tomorrow are said by name where `now` is given; the year is said where it is
    another than that of `now`. `due` says a midnight as 24:00 of the day that it ends, because
    "by 00:00 on the tenth" is read by half of the people as a day later.
    """
    words = words_of(language)
    day, clock = clock_reading(moment, zone, due=due)
    if now is None:
        return f"{day_words(day, language, year=True)}, {clock}"
    today = now.astimezone(zone).date()
    named = {-1: words.yesterday, 0: words.today, 1: words.tomorrow}.get((day - today).days)
    if named:
        return f"{named} {words.at}{NBSP}{clock}"
    return f"{day_words(day, language, year=day.year != today.year)}, {clock}"


def date_words(moment: datetime, language: str, zone: tzinfo, *, now: datetime | None = None) -> str:
    """Say the date of a moment: `сегодня`, `пт 6 марта`, with the year where it is not the present one."""
    words = words_of(language)
    day = moment.astimezone(zone).date()
    if now is None:
        return day_words(day, language, year=True)
    today = now.astimezone(zone).date()
    named = {-1: words.yesterday, 0: words.today, 1: words.tomorrow}.get((day - today).days)
    return named or day_words(day, language, year=day.year != today.year)


def whole_moment_words(moment: datetime, language: str, zone: tzinfo) -> str:
    """Say a moment with nothing left out: weekday, date, year, time, zone."""
    words = words_of(language)
    local = moment.astimezone(zone)
    weekday = words.weekdays_whole[local.weekday()]
    return (
        f"{weekday}, {local.day} {words.months[local.month - 1]} {local.year}, "
        f"{local:%H:%M} ({zone_words(moment, language, zone)})"
    )


def clock_reading(moment: datetime, zone: tzinfo, *, due: bool = False) -> tuple[date, str]:
    """Give the local date and the `HH:MM` of a moment; with `due`, a midnight is 24:00 of the day before."""
    local = moment.astimezone(zone)
    if due and (local.hour, local.minute) == (0, 0):
        return local.date() - DAY, "24:00"
    return local.date(), f"{local:%H:%M}"


def left_words(left: timedelta, language: str, *, working: timedelta | None = None) -> str:
    """Say how much time is left, or by how much the deadline was missed.

    `left` is calendar time, negative once the deadline has passed. `working` is what is left of the
    service's own hours, or None where it never closes; both are said where they differ.
    """
    words = words_of(language)
    said = span_words(left, language, days=True)
    if left < timedelta():
        return words.late.format(said)
    if working is None or working == left:
        return words.left.format(said)
    return words.left_working.format(span_words(working, language), said)
