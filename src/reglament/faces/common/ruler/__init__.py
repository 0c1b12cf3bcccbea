"""The ruler of working time: a deadline drawn between its receipt and its due moment.

Hours that are counted stand solid, those that are left lighter, nights and days off are pressed
together and hatched, what is late is red. Everything here is a pure function of plain values; the
drawing is SVG without inline style, ids or scripts, coloured by the classes in `ruler.css`, with the
whole arithmetic in words for those who do not see it.
"""

from reglament.faces.common.ruler.drawing import MIDDLE, NARROW, WIDE, draw, draw_bar
from reglament.faces.common.ruler.facts import Interval, Ruler
from reglament.faces.common.ruler.wording import arithmetic, ruler_description, ruler_title

__all__ = [
    "MIDDLE",
    "NARROW",
    "WIDE",
    "Interval",
    "Ruler",
    "arithmetic",
    "draw",
    "draw_bar",
    "ruler_description",
    "ruler_title",
]
