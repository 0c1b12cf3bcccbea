"""The ruler as SVG: coloured by classes, readable without them, with every text escaped."""

from collections.abc import Iterator
from datetime import timedelta
from html import escape

from reglament.faces.common.ruler.facts import Ruler
from reglament.faces.common.ruler.geometry import Bar, Cell, Shade, lay_out
from reglament.faces.common.ruler.labels import (
    INSIDE_SIZE,
    TEXT_SIZE,
    Label,
    Mark,
    labels_above,
    labels_inside,
    marks_of,
    midnights_of,
)
from reglament.faces.common.ruler.wording import arithmetic, ruler_description, ruler_title

WIDE, MIDDLE, NARROW = 640, 480, 340
TOP = 22.0
TALL = 22.0
ROW = 16.0
HATCH = 6.0


def draw(ruler: Ruler) -> str:
    """Draw the ruler: a `figure` with a wide, a middle and a narrow drawing, and the sum below.

    The style sheet shows the one that fits its container; the others are hidden from everybody.
    """
    counted = (
        f'<figcaption class="ruler-sum">{escape(arithmetic(ruler))}</figcaption>' if ruler.counted else ""
    )
    sizes = ((WIDE, "ruler-wide"), (MIDDLE, "ruler-middle"), (NARROW, "ruler-narrow"))
    drawings = "".join(draw_svg(ruler, width, style) for width, style in sizes)
    return f'<figure class="ruler">{drawings}{counted}</figure>'


def draw_svg(ruler: Ruler, width: int, style: str) -> str:
    """Draw the ruler `width` units wide as one `svg` element of that class."""
    bar = lay_out(ruler, width)
    marks = marks_of(ruler, bar)
    height = TOP + TALL + 8 + ROW * max((mark.label.row for mark in marks), default=0) + 2
    pieces = [
        f'<svg class="ruler-drawing {style}" viewBox="0 0 {width} {_number(height)}"',
        f' role="img" font-size="{_number(TEXT_SIZE)}">',
        _named(ruler),
        *(_text(label, TOP - 8) for label in labels_above(ruler, bar)),
        *(_cell(cell) for cell in bar.cells),
        *(_line(x, TOP, TOP + 5, "midnight") for x in midnights_of(ruler, bar)),
        *(_text(label, TOP + TALL / 2 + 4, INSIDE_SIZE) for _, label in labels_inside(ruler, bar)),
        *(piece for mark in marks for piece in _mark(mark, bar)),
        "</svg>",
    ]
    return "".join(pieces)


def draw_bar(ruler: Ruler) -> str:
    """Draw the compact bar of a list: how much of the counted time has gone, red where it is over."""
    whole = sum((closes - opens for opens, closes in ruler.counted), timedelta())
    gone = ruler.counted_within(ruler.received, ruler.stopped)
    share = min(gone / whole, 1.0) if whole else 0.0
    if ruler.due is None:
        pieces = '<path class="endless" d="M0 3H120"/>'
    else:
        shade = Shade.LATE if ruler.late else Shade.COUNTED
        pieces = '<rect class="left" width="120" height="6"/>'
        pieces += f'<rect class="{shade}" width="{_number(120 * share)}" height="6"/>'
    box = 'class="ruler-bar" viewBox="0 0 120 6" role="img" preserveAspectRatio="none"'
    return f"<svg {box}>{_named(ruler)}{pieces}</svg>"


def _named(ruler: Ruler) -> str:
    return f"<title>{escape(ruler_title(ruler))}</title><desc>{escape(ruler_description(ruler))}</desc>"


def _cell(cell: Cell) -> str:
    box = f'x="{_number(cell.x)}" y="{_number(TOP)}" width="{_number(cell.width)}" height="{_number(TALL)}"'
    drawn = f'<rect class="{cell.shade}" {box}/>'
    if cell.is_gap:
        drawn += f'<path class="hatch" d="{"".join(_hatches(cell))}"/>'
    return drawn


def _hatches(cell: Cell) -> Iterator[str]:
    """Slanted lines, cut to the cell by arithmetic: a pattern would need an id, and ids must be unique."""
    start = cell.x - TALL
    while start < cell.x + cell.width:
        left, right = max(start, cell.x), min(start + TALL, cell.x + cell.width)
        if left < right:
            low, high = TOP + TALL - (left - start), TOP + TALL - (right - start)
            yield f"M{_number(left)} {_number(low)}L{_number(right)} {_number(high)}"
        start += HATCH


def _mark(mark: Mark, bar: Bar) -> Iterator[str]:
    x = min(max(mark.x, 1.0), bar.width - 1.0)
    foot = TOP + TALL + 6 + ROW * (mark.label.row - 1)
    yield _line(x, TOP - 5, foot if mark.leads else TOP + TALL + 5, f"mark {mark.style}")
    if mark.style.startswith("due"):
        flag = -11 if x + 12 > bar.width else 11
        yield f'<path class="flag {mark.style}" d="M{_number(x)} {_number(TOP - 7)}l{flag} 5l{-flag} 5z"/>'
    elif mark.style == "met":
        yield f'<circle class="met" cx="{_number(x)}" cy="{_number(TOP - 4)}" r="4"/>'
    yield _text(mark.label, foot + 12)


def _text(label: Label, y: float, size: float = TEXT_SIZE) -> str:
    x = label.x + label.width * {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
    sized = f' font-size="{_number(size)}"' if size != TEXT_SIZE else ""
    return (
        f'<text class="{escape(label.style)}" x="{_number(x)}" y="{_number(y)}"'
        f' text-anchor="{label.anchor}"{sized}>{escape(label.text)}</text>'
    )


def _line(x: float, top: float, foot: float, style: str) -> str:
    return f'<path class="{escape(style)}" d="M{_number(x)} {_number(top)}V{_number(foot)}"/>'


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
