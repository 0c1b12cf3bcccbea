"""The words of a ruler: what stands on it, and the arithmetic for those who read rather than look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from reglament.faces.common.moments import (
    DAY,
    base_language,
    day_words,
    left_words,
    moment_words,
    span_words,
    words_of,
)
from reglament.faces.common.ruler.facts import Ruler

SATURDAY = 5
RESOLUTION = timedelta(microseconds=1)


class DayCounted(NamedTuple):
    """Time counted on one day, or without a break from the first day to the last."""

    first: date
    last: date
    span: timedelta


@dataclass(frozen=True, slots=True)
class RulerWords:
    """What a ruler says in one language; each phrase is filled in by `str.format`."""

    received: str
    due: str
    now: str
    met: str
    endless: str
    weekend: str
    days_off: str
    counted: str
    counted_whole: str
    uncounted: str
    received_long: str
    due_long: str
    now_long: str
    met_long: str
    met_late: str
    no_limit: str
    days: str
    excused: str


_RULER_WORDS = {
    "ru": RulerWords(
        received="получено {}",
        due="срок {}",
        now="сейчас {}",
        met="выполнено {}",
        endless="без срока",
        weekend="выходные",
        days_off="нерабочие дни",
        counted="Засчитано: {}.",
        counted_whole="{} = {}",
        uncounted="Не считается: {}.",
        received_long="Получено: {}.",
        due_long="Срок: {}.",
        now_long="Сейчас {}: {}.",
        met_long="Выполнено: {}.",
        met_late="Выполнено: {}, {}.",
        no_limit="Срок регламентом не установлен.",
        days="{} дн.",
        excused="Срок прошёл по причине, которую регламент не считает нарушением.",
    ),
    "en": RulerWords(
        received="received {}",
        due="due {}",
        now="now {}",
        met="met {}",
        endless="no limit",
        weekend="weekend",
        days_off="days off",
        counted="Counted: {}.",
        counted_whole="{} = {}",
        uncounted="Not counted: {}.",
        received_long="Received: {}.",
        due_long="Due: {}.",
        now_long="Now, {}: {}.",
        met_long="Met: {}.",
        met_late="Met: {}, {}.",
        no_limit="The regulation sets no limit.",
        days="{} d",
        excused="Its time passed for a reason that the regulation counts as no breach.",
    ),
}


def ruler_words(language: str) -> RulerWords:
    """Give the phrases of a language code."""
    return _RULER_WORDS[base_language(language)]


def ruler_title(ruler: Ruler) -> str:
    """Name the drawing in one line: what is owed, how long there is, until when."""
    words = ruler_words(ruler.language)
    until = words.no_limit if ruler.due is None else words.due_long.format(_long(ruler, ruler.due, due=True))
    named = ": ".join(part for part in (ruler.name, ruler.budget) if part)
    return f"{named}. {until}" if named else until


def ruler_description(ruler: Ruler) -> str:
    """Tell the whole arithmetic: receipt, what was counted, what was not, the due moment, where we are."""
    words = ruler_words(ruler.language)
    told = [words.received_long.format(_long(ruler, ruler.received))]
    if ruler.counted:
        told.append(words.counted.format(arithmetic(ruler)))
    if off := days_off_within(ruler):
        told.append(words.uncounted.format("; ".join(days_off_words(run, ruler.language)[0] for run in off)))
    if ruler.due is None:
        told.append(words.no_limit)
    else:
        told.append(words.due_long.format(_long(ruler, ruler.due, due=True)))
    return " ".join([*told, _where_we_are(ruler, words)])


def arithmetic(ruler: Ruler) -> str:
    """Write the budget as the sum of its days: `2 ч 42 мин (пт 6 марта) + 1 ч 18 мин (вт 10 марта) = 4 ч`.

    A run of days that give the same is said once, with how many they are.
    """
    counted = _by_day(ruler)
    runs = _runs(counted, ruler.in_days)
    parts = [_run_words(run, ruler) for run in runs]
    if len(parts) == 1 and len(runs[0]) == 1:
        return parts[0]
    whole = sum((one.span for one in counted), timedelta())
    words = ruler_words(ruler.language)
    said = words.days.format(len(counted)) if ruler.in_days else span_words(whole, ruler.language, exact=True)
    return words.counted_whole.format(" + ".join(parts), said)


def days_off_within(ruler: Ruler) -> list[tuple[date, date]]:
    """Give the runs of whole days, first and last, that lie between receipt and due and were not worked."""
    end = ruler.due or ruler.stopped
    first, last = ruler.received.astimezone(ruler.zone).date(), end.astimezone(ruler.zone).date()
    worked = {
        day
        for opens, closes in (*ruler.open, *ruler.counted)
        if opens < end and ruler.received < closes
        for day in _days(opens.astimezone(ruler.zone), closes.astimezone(ruler.zone))
    }
    off = [day for day in _from_to(first, last) if day not in worked]
    runs: list[tuple[date, date]] = []
    for day in off:
        if runs and day - runs[-1][1] == DAY:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def days_off_words(run: tuple[date, date], language: str) -> tuple[str, str]:
    """Say a run of days off in full and in short: `сб 7 – пн 9 марта, выходные`, `сб 7 – пн 9`."""
    words = ruler_words(language)
    plain = all(day.weekday() >= SATURDAY for day in _from_to(*run))
    said = _range_words(run, language)
    if run[0].month == run[1].month:
        short = _range_words(run, language, month=False)
    else:
        months = words_of(language).months_short
        short = " – ".join(f"{day.day}\u00a0{months[day.month - 1]}" for day in run)
    return f"{said}, {words.weekend if plain else words.days_off}", short


def _where_we_are(ruler: Ruler, words: RulerWords) -> str:
    if ruler.met:
        if ruler.late:
            return words.met_late.format(_long(ruler, ruler.met), left_words(-ruler.late, ruler.language))
        return words.met_long.format(_long(ruler, ruler.met))
    if ruler.excused:
        return words.excused
    moment = _long(ruler, ruler.now)
    if ruler.due is None:
        return words.now_long.format(moment, words.endless)
    left = ruler.due - ruler.now
    always = ruler.counted_within(ruler.now, ruler.due) == max(left, timedelta())
    working = None if always or ruler.in_days else ruler.counted_within(ruler.now, ruler.due)
    return words.now_long.format(moment, left_words(left, ruler.language, working=working))


def _long(ruler: Ruler, moment: datetime, *, due: bool = False) -> str:
    return moment_words(moment, ruler.language, ruler.zone, due=due)


def _by_day(ruler: Ruler) -> list[DayCounted]:
    """The counted time by the local date on which it begins; a span of several days stays one."""
    spans: dict[tuple[date, date], timedelta] = {}
    for opens, closes in ruler.counted:
        first, last = (
            (days := _days(opens.astimezone(ruler.zone), closes.astimezone(ruler.zone)))[0],
            days[-1],
        )
        if ruler.in_days:
            spans |= {(day, day): DAY for day in days}
        else:
            key = (first, last if closes - opens > DAY else first)
            spans[key] = spans.get(key, timedelta()) + (closes - opens)
    return [DayCounted(first, last, span) for (first, last), span in sorted(spans.items())]


def _runs(counted: Sequence[DayCounted], in_days: bool) -> list[list[DayCounted]]:
    """Put together what reads as one: days that follow each other, or days that give the same time."""
    if not in_days:
        return [list(run) for _, run in groupby(counted, key=lambda one: (one.span, one.first == one.last))]
    runs: list[list[DayCounted]] = []
    for one in counted:
        if runs and one.first - runs[-1][-1].first == DAY:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _run_words(run: Sequence[DayCounted], ruler: Ruler) -> str:
    when = _range_words((run[0].first, run[-1].last), ruler.language)
    if ruler.in_days:
        return f"{ruler_words(ruler.language).days.format(len(run))} ({when})"
    said = span_words(run[0].span, ruler.language, exact=True)
    return f"{said} ({when})" if len(run) == 1 else f"{len(run)} × {said} ({when})"


def _range_words(run: tuple[date, date], language: str, *, month: bool = True) -> str:
    first, last = run
    words = words_of(language)
    if not month:
        one = f"{words.weekdays[first.weekday()]}\u00a0{first.day}"
        return one if first == last else f"{one} – {words.weekdays[last.weekday()]}\u00a0{last.day}"
    if first == last:
        return day_words(first, language)
    if first.month == last.month:
        return f"{words.weekdays[first.weekday()]}\u00a0{first.day} – {day_words(last, language)}"
    return f"{day_words(first, language)} – {day_words(last, language)}"


def _days(opens: datetime, closes: datetime) -> list[date]:
    """The local dates that a span touches; one that ends at midnight does not touch the next."""
    return _from_to(opens.date(), (closes - RESOLUTION).date())


def _from_to(first: date, last: date) -> list[date]:
    return [first + DAY * number for number in range((last - first).days + 1)]
