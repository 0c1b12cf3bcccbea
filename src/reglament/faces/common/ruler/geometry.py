"""Where each moment of a ruler lies: time to length, with the closed hours pressed together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from reglament.faces.common.ruler.facts import Interval, Ruler, time_within, united

NOTHING = timedelta()
NIGHT = timedelta(hours=24)
LEAD = timedelta(hours=16)
HALF_AN_HOUR = timedelta(minutes=30)
LATE_IN_FULL = timedelta(hours=36)
LEAST_WIDTH = 2.0
ENDLESS_WIDTH = 40.0
GAPS_AT_MOST = 0.45
LATE_AT_MOST = 0.5


class Shade(StrEnum):
    """How a cell is drawn; each value is a class in `ruler.css`."""

    OPEN = "open"
    SHUT = "shut"
    COUNTED = "counted"
    LEFT = "left"
    LATE = "late"
    LATE_SHUT = "late-shut"
    ENDLESS = "endless"


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of the bar: a span of time in one shade. A `folded` one stands for many days and nights."""

    opens: datetime
    closes: datetime
    shade: Shade
    x: float = 0.0
    width: float = 0.0
    folded: bool = False

    @property
    def span(self) -> timedelta:
        return self.closes - self.opens

    @property
    def is_gap(self) -> bool:
        return self.shade in (Shade.SHUT, Shade.LATE_SHUT)


@dataclass(frozen=True, slots=True)
class Bar:
    """The cells of a ruler, in order and without holes, from 0 to `width`."""

    cells: tuple[Cell, ...]
    width: float

    def at(self, moment: datetime) -> float:
        """Give the place of a moment; one outside the bar is at the nearer end."""
        for cell in self.cells:
            if moment < cell.opens:
                return cell.x
            if moment < cell.closes and cell.shade is not Shade.ENDLESS:
                return cell.x + cell.width * ((moment - cell.opens) / cell.span)
        timed = [cell for cell in self.cells if cell.shade is not Shade.ENDLESS]
        return timed[-1].x + timed[-1].width


def lay_out(ruler: Ruler, width: float) -> Bar:
    """Divide a bar of that width among the spans of the ruler's time.

    Open time is drawn to one scale. A closed gap takes a small width that grows slowly with its
    length; together the gaps take less than half. Lateness of more than a day and a half is folded
    into one cell, so that a deadline missed long ago still shows how it was counted.
    """
    cells = _shaded(ruler)
    if ruler.due is None:
        end = cells[-1].closes
        cells.append(Cell(end, end, Shade.ENDLESS))
    return Bar(tuple(_placed(cells, _widths(cells, width))), width)


def _shaded(ruler: Ruler) -> list[Cell]:
    opened = united((*ruler.open, *ruler.counted))
    start, end = _shown(ruler, opened)
    opened = tuple(pair for pair in opened if start < pair[1] and pair[0] < end)
    folds_at = ruler.due if ruler.due and ruler.late > LATE_IN_FULL else None
    edges = {start, end, ruler.received, ruler.stopped}
    edges |= {ruler.due} if ruler.due else set()
    edges |= {edge for pair in (*opened, *united(ruler.counted)) for edge in pair}
    inside = sorted(edge for edge in edges if start <= edge <= end)
    cells = [
        Cell(opens, closes, _shade(ruler, opened, opens, closes))
        for opens, closes in pairwise(inside)
        if folds_at is None or opens < folds_at
    ]
    if folds_at:
        cells.append(Cell(folds_at, ruler.stopped, Shade.LATE, folded=True))
    return _joined(cells)


def _shade(ruler: Ruler, opened: tuple[Interval, ...], opens: datetime, closes: datetime) -> Shade:
    works = time_within(opened, opens, closes) > NOTHING
    if ruler.late and ruler.due and ruler.due <= opens < ruler.stopped:
        return Shade.LATE if works else Shade.LATE_SHUT
    if not works:
        return Shade.SHUT
    if ruler.counted_within(opens, closes) > NOTHING:
        return Shade.COUNTED if opens < ruler.stopped else Shade.LEFT
    return Shade.OPEN


def _shown(ruler: Ruler, opened: tuple[Interval, ...]) -> Interval:
    """From a little before the receipt to a little after the last thing that happens."""
    last = max(
        ruler.due or ruler.received,
        ruler.stopped if ruler.late or ruler.met or not ruler.due else ruler.received,
    )
    if last <= ruler.received:
        last = ruler.received + HALF_AN_HOUR
    margin = max(HALF_AN_HOUR, time_within(opened, ruler.received, last) / 2)
    start, end = ruler.received, last
    for opens, closes in opened:
        if closes - opens > LEAD:
            continue
        if opens <= ruler.received < closes:
            start = max(opens, ruler.received - margin)
        if opens < last <= closes:
            end = min(closes, last + margin)
    return start, end


def _joined(cells: Sequence[Cell]) -> list[Cell]:
    """Join neighbours of one shade that only a mark divides: a gap stays one gap."""
    joined: list[Cell] = []
    for cell in cells:
        if joined and joined[-1].shade is cell.shade and cell.is_gap:
            joined[-1] = replace(joined[-1], closes=cell.closes)
        else:
            joined.append(cell)
    return joined


def _widths(cells: Sequence[Cell], width: float) -> list[float]:
    weights = _weights(cells)
    timed = sum(weight > 0 for weight in weights)
    ends = [ENDLESS_WIDTH if cell.shade is Shade.ENDLESS else 0.0 for cell in cells]
    nights = sum(cell.is_gap and cell.span <= NIGHT for cell in cells)
    gaps = [_gap_width(cell, nights, width) if cell.is_gap else 0.0 for cell in cells]
    room = (width - sum(ends)) * (GAPS_AT_MOST if timed else 1.0)
    if sum(gaps) > room or not timed:
        gaps = [gap * room / sum(gaps) for gap in gaps]
    free = width - sum(ends) - sum(gaps)
    least = min(LEAST_WIDTH, free / (2 * max(timed, 1)))
    shared = (free - least * timed) / (sum(weights) or 1.0)
    return [
        gap + end + (least + shared * weight if weight else 0.0)
        for gap, end, weight in zip(gaps, ends, weights, strict=True)
    ]


def _gap_width(gap: Cell, nights: int, width: float) -> float:
    if gap.span <= NIGHT:
        return 10.0 if nights <= 6 else 5.0
    days = gap.span / timedelta(days=1)
    return min(width * 0.22, width * 0.12 + 8.0 * days)


def _weights(cells: Sequence[Cell]) -> list[float]:
    """The open time of each cell in seconds, that of late ones lessened where they would take the bar."""
    raw = [0.0 if cell.is_gap or cell.shade is Shade.ENDLESS else cell.span.total_seconds() for cell in cells]
    late = sum(weight for cell, weight in zip(cells, raw, strict=True) if cell.shade is Shade.LATE)
    allowed = LATE_AT_MOST * (sum(raw) - late)
    if late <= allowed or not allowed:
        return raw
    return [
        weight * allowed / late if cell.shade is Shade.LATE else weight
        for cell, weight in zip(cells, raw, strict=True)
    ]


def _placed(cells: Iterable[Cell], widths: Iterable[float]) -> Iterable[Cell]:
    x = 0.0
    for cell, width in zip(cells, widths, strict=True):
        yield replace(cell, x=x, width=width)
        x += width
