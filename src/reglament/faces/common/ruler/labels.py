"""The writing on a ruler: every label where it overlaps no other, or not at all.

There is no way to measure text where the drawing is made, so widths are estimated, a little too wide
for every face that the pages may fall back on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from reglament.faces.common.moments import DAY, clock_reading, day_words, span_words, words_of
from reglament.faces.common.ruler.facts import Ruler
from reglament.faces.common.ruler.geometry import Bar, Cell, Shade
from reglament.faces.common.ruler.wording import days_off_within, days_off_words, ruler_words

TEXT_SIZE = 12.0
INSIDE_SIZE = 11.0
BETWEEN = 9.0
_NARROW = frozenset("ijl.,:;'|!()[] \u00a0IftrГгт")
_BROAD = frozenset("жмфшщыюдЖМФШЩЫЮДmwMW@№–—−+=×")


@dataclass(frozen=True, slots=True)
class Label:
    """A piece of text: its left edge and width by estimate, its row (0 is above the bar), its class.

    `anchor` is the point that stays where the real width differs from the estimate.
    """

    text: str
    x: float
    width: float
    row: int
    style: str
    anchor: str = "start"

    @property
    def end(self) -> float:
        return self.x + self.width

    def meets(self, other: "Label") -> bool:
        """Whether two labels of one row come nearer than a word's space."""
        return self.row == other.row and self.x < other.end + BETWEEN and other.x < self.end + BETWEEN


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the bar at a moment, and its label; where it `leads`, the line goes down to the label."""

    x: float
    style: str
    label: Label
    leads: bool


def text_width(text: str, size: float = TEXT_SIZE, *, bold: bool = False) -> float:
    """Estimate the width of a text in the drawing's units."""
    ems = sum(_em(letter) for letter in text)
    return ems * size * (1.08 if bold else 1.0)


def _em(letter: str) -> float:
    if letter in _NARROW:
        return 0.42
    if letter in _BROAD:
        return 0.86
    return 0.72 if letter.isupper() else 0.6


def marks_of(ruler: Ruler, bar: Bar) -> tuple[Mark, ...]:
    """Place the marks of receipt, of now or of the meeting, and of the due moment, with their labels."""
    wanted = list(_wanted(ruler, bar))
    # Few rows first: the drawing stays low, and little is tried in vain.
    tries = ((True, 1), (True, 2), (True, 3), (False, 3))
    found = ((leads, _place(wanted, bar.width, (), rows=rows, leads=leads)) for leads, rows in tries)
    leads, placed = next((leads, labels) for leads, labels in found if labels is not None)
    marks = [Mark(x, style, label, leads) for (x, style, _), label in zip(wanted, placed, strict=True)]
    return tuple(sorted(marks, key=lambda mark: mark.x))


Wanted = tuple[float, str, str]
"""The place, the class and the text of a mark that has no label yet."""


def _wanted(ruler: Ruler, bar: Bar) -> Iterator[Wanted]:
    """The marks of a ruler, the one whose label must lie best first."""
    words = ruler_words(ruler.language)
    if ruler.due:
        style = "due late" if ruler.late else "due"
        yield bar.at(ruler.due), style, words.due.format(_reading(ruler.due, ruler, due=True))
    yield bar.at(ruler.received), "received", words.received.format(_reading(ruler.received, ruler))
    if ruler.met:
        yield bar.at(ruler.met), "met", words.met.format(_reading(ruler.met, ruler))
    elif not ruler.excused:
        yield bar.at(ruler.stopped), "now", words.now.format(_reading(ruler.stopped, ruler))


def _reading(moment: datetime, ruler: Ruler, *, due: bool = False) -> str:
    """The time, and before it the date where that is not the day of receipt."""
    day, clock = clock_reading(moment, ruler.zone, due=due)
    received = ruler.received.astimezone(ruler.zone).date()
    if day == received:
        return clock
    far = abs(day - received) > DAY * 300
    return f"{day_words(day, ruler.language, short=True, year=far)}, {clock}"


def _place(
    wanted: Sequence[Wanted], width: float, done: tuple[Label, ...], *, rows: int, leads: bool
) -> tuple[Label, ...] | None:
    """Find a place for each label, trying the upper rows first and taking back what blocks the rest.

    With `leads` no line may run through a label, which cannot be had where two marks fall on one
    place; without it there is always a place, as there are as many rows as marks.
    """
    if len(done) == len(wanted):
        return done
    x, style, text = wanted[len(done)]
    size = text_width(text, bold=style.startswith("due"))
    places = dict.fromkeys(_within(left, size, width) for left in (x - size / 2, x, x - size))
    for row in range(1, rows + 1):
        for left in places:
            label = Label(text, left, size, row, style)
            if any(label.meets(other) for other in done) or (leads and _is_crossed(label, x, wanted, done)):
                continue
            whole = _place(wanted, width, (*done, _anchored(label, x, width)), rows=rows, leads=leads)
            if whole is not None:
                return whole
    return None


def _anchored(label: Label, x: float, width: float) -> Label:
    """Hold a label by the edge of the bar that it touches, else by the side that is at its mark."""
    if label.x <= 0 or label.x == x:
        return label
    at_end = label.end >= width or abs(label.end - x) < 0.1
    return replace(label, anchor="end" if at_end else "middle")


def _is_crossed(label: Label, x: float, wanted: Sequence[Wanted], done: tuple[Label, ...]) -> bool:
    """Whether the line of a mark runs through a label that lies above its own."""
    for (other_x, _, _), other in zip(wanted, done, strict=False):
        if other.row > label.row and label.x - 2 < other_x < label.end + 2:
            return True
        if label.row > other.row and other.x - 2 < x < other.end + 2:
            return True
    return False


def labels_above(ruler: Ruler, bar: Bar) -> tuple[Label, ...]:
    """Name the days over the bar: of receipt and due always, then days off, then the others that fit."""
    days = list(_days_shown(ruler, bar))
    ends = [list(_names(day, x, ruler, bar)) for day, x in (days[:1] + days[1:][-1:])]
    gaps = list(_gaps(ruler, bar))
    weekdays = words_of(ruler.language).weekdays
    others = [
        [_day_label(x, f"{weekdays[day.weekday()]}\u00a0{day.day}", bar, "day")] for day, x in days[1:-1]
    ]
    if ruler.due is None:
        text = ruler_words(ruler.language).endless
        ends.insert(0, [_day_label(bar.width - text_width(text), text, bar, "off")])
    placed = _fitted([*gaps, *ends, *others])
    # A date is worth more than the name of a gap: without it the time below could be of any day.
    if all(any(label in placed for label in names) for names in ends):
        return placed
    return _fitted([*ends, *gaps, *others])


def _fitted(wanted: Iterable[Sequence[Label]]) -> tuple[Label, ...]:
    """Take of each list the first label that overlaps none taken before."""
    placed: list[Label] = []
    for candidates in wanted:
        for label in candidates:
            if not any(label.meets(other) for other in placed):
                placed.append(label)
                break
    return tuple(sorted(placed, key=lambda label: label.x))


def _names(day: date, x: float, ruler: Ruler, bar: Bar) -> Iterator[Label]:
    for short in (False, True):
        yield _day_label(x, day_words(day, ruler.language, short=short), bar, "day")


def _gaps(ruler: Ruler, bar: Bar) -> Iterator[list[Label]]:
    for run in days_off_within(ruler):
        begins, ends = (datetime.combine(day, time(), ruler.zone) for day in (run[0], run[1] + DAY))
        if not _is_folded(bar, begins):
            yield list(_over_gap(days_off_words(run, ruler.language), bar.at(begins), bar.at(ends), bar))


def _over_gap(texts: tuple[str, ...], begins: float, ends: float, bar: Bar) -> Iterator[Label]:
    """The places for the name of a gap: over its middle, or moved a little where a neighbour is in the way.

    A name that reached far over the hours beside it would be read as theirs.
    """
    for text in texts:
        size, room = text_width(text), ends - begins
        for left, widest in (((begins + ends - size) / 2, 2.0), (ends - BETWEEN - size, 1.3), (begins, 1.3)):
            if size <= room * widest:
                yield _day_label(left, text, bar, "off")


def _days_shown(ruler: Ruler, bar: Bar) -> Iterator[tuple[date, float]]:
    """The days on which the service works, with the place where each begins."""
    seen: set[date] = set()
    for cell in bar.cells:
        if cell.is_gap or cell.folded or cell.shade is Shade.ENDLESS:
            continue
        opens = cell.opens.astimezone(ruler.zone)
        while opens < cell.closes:
            if opens.date() not in seen:
                seen.add(opens.date())
                yield opens.date(), bar.at(opens)
            opens = datetime.combine(opens.date() + DAY, time(), ruler.zone)


def _is_folded(bar: Bar, moment: datetime) -> bool:
    return any(cell.folded and cell.opens <= moment < cell.closes for cell in bar.cells)


def _day_label(x: float, text: str, bar: Bar, style: str) -> Label:
    size = text_width(text)
    return _anchored(Label(text, _within(x, size, bar.width), size, 0, style), x, bar.width)


def _within(left: float, size: float, width: float) -> float:
    return max(0.0, min(left, width - size))


def labels_inside(ruler: Ruler, bar: Bar) -> tuple[tuple[Cell, Label], ...]:
    """Write into each counted piece how long it is, and into the late one by how much, where it fits."""
    written: list[tuple[Cell, Label]] = []
    late = [cell for cell in bar.cells if cell.shade is Shade.LATE]
    widest_late = max(late, key=lambda cell: cell.width, default=None)
    for cell in bar.cells:
        if cell.shade in (Shade.COUNTED, Shade.LEFT) and not ruler.in_days:
            text = span_words(cell.span, ruler.language, exact=True)
        elif cell is widest_late:
            text = "+" + span_words(ruler.late, ruler.language, days=True)
        else:
            continue
        size = text_width(text, INSIDE_SIZE)
        if size + 8 <= cell.width:
            written.append(
                (cell, Label(text, cell.x + (cell.width - size) / 2, size, 0, f"on-{cell.shade}", "middle"))
            )
    return tuple(written)


def midnights_of(ruler: Ruler, bar: Bar) -> tuple[float, ...]:
    """Where a day begins inside an open piece, for a service that works through the night."""
    return tuple(
        x
        for (day, x), cell in _with_cells(_days_shown(ruler, bar), bar)
        if cell.span > timedelta() and cell.x + 1 < x < cell.x + cell.width - 1
    )


def _with_cells(days: Iterable[tuple[date, float]], bar: Bar) -> Iterator[tuple[tuple[date, float], Cell]]:
    for day, x in days:
        for cell in bar.cells:
            if cell.x <= x < cell.x + cell.width:
                yield (day, x), cell
                break
