"""The geometry of the ruler, its words, and that nothing unsafe gets into the drawing."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reglament.faces.common.ruler import (
    MIDDLE,
    NARROW,
    WIDE,
    Ruler,
    arithmetic,
    draw,
    draw_bar,
    ruler_description,
    ruler_title,
)
from reglament.faces.common.ruler.geometry import Shade, lay_out
from reglament.faces.common.ruler.labels import labels_above, labels_inside, marks_of, text_width
from reglament.faces.common.tests.gallery.rulers import RULERS, always_ruler, at, office_ruler

EVERY = pytest.mark.parametrize("ruler", RULERS.values(), ids=RULERS.keys())
EVERY_WIDTH = pytest.mark.parametrize("width", [WIDE, MIDDLE, NARROW])

moments = st.integers(0, 90 * 24 * 60).map(
    lambda minutes: f"{at('2026-01-20 00:00') + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"
)
rulers = st.one_of(
    st.builds(office_ruler, moments, moments, st.sampled_from([0.25, 1, 4, 8, 24, 80, 200])),
    st.builds(always_ruler, moments, moments, st.sampled_from([0.5, 1, 3, 24, 100, 720])),
)


@EVERY
@EVERY_WIDTH
def test_the_cells_follow_each_other_and_fill_the_bar(ruler: Ruler, width: int) -> None:
    check_bar(ruler, width)


@given(rulers, st.sampled_from([WIDE, MIDDLE, NARROW]))
def test_the_cells_fill_the_bar_for_any_deadline(ruler: Ruler, width: int) -> None:
    check_bar(ruler, width)
    check_labels(ruler, width)


def check_bar(ruler: Ruler, width: int) -> None:
    bar = lay_out(ruler, width)
    assert bar.cells[0].x == 0
    assert all(cell.width > 0 for cell in bar.cells)
    for before, after in pairwise(bar.cells):
        assert before.x + before.width == pytest.approx(after.x)
        assert before.closes == after.opens
    assert bar.cells[-1].x + bar.cells[-1].width == pytest.approx(width)
    moments = [bar.cells[0].opens + number * timedelta(minutes=97) for number in range(200)]
    assert [bar.at(moment) for moment in moments] == sorted(bar.at(moment) for moment in moments)


@EVERY
@EVERY_WIDTH
def test_no_label_overlaps_another_or_leaves_the_drawing(ruler: Ruler, width: int) -> None:
    check_labels(ruler, width)


def check_labels(ruler: Ruler, width: int) -> None:
    bar = lay_out(ruler, width)
    marks = marks_of(ruler, bar)
    assert len(marks) == (2 if ruler.due is None else 3)
    labels = [*labels_above(ruler, bar), *(mark.label for mark in marks)]
    for label in labels:
        assert label.x >= -0.01
        assert label.end <= width + 0.01
    for number, label in enumerate(labels):
        assert not any(label.meets(other) for other in labels[number + 1 :])
    for cell, label in labels_inside(ruler, bar):
        assert cell.x < label.x
        assert label.end < cell.x + cell.width


@EVERY
def test_what_is_counted_is_drawn_and_nothing_else(ruler: Ruler) -> None:
    cells = lay_out(ruler, WIDE).cells
    drawn = sum((cell.span for cell in cells if cell.shade in (Shade.COUNTED, Shade.LEFT)), timedelta())
    assert drawn == sum((closes - opens for opens, closes in ruler.counted), timedelta())


@EVERY
def test_what_is_counted_but_still_to_come_is_drawn_as_left(ruler: Ruler) -> None:
    cells = lay_out(ruler, WIDE).cells
    left = sum((cell.span for cell in cells if cell.shade is Shade.LEFT), timedelta())
    assert left == (ruler.counted_within(ruler.stopped, ruler.due) if ruler.due else timedelta())


def test_a_night_takes_less_room_than_the_hours_beside_it() -> None:
    ruler = office_ruler("2026-03-05 15:00", "2026-03-05 16:00", 4)
    cells = lay_out(ruler, WIDE).cells
    (night,) = [cell for cell in cells if cell.shade is Shade.SHUT]
    counted = [cell for cell in cells if cell.shade in (Shade.COUNTED, Shade.LEFT)]
    assert night.span > max(cell.span for cell in counted)
    assert night.width < min(cell.width for cell in counted)


def test_a_late_deadline_has_its_late_part_between_due_and_now() -> None:
    ruler = RULERS["Просрочено на 12 минут"]
    (late,) = [cell for cell in lay_out(ruler, WIDE).cells if cell.shade is Shade.LATE]
    assert (late.opens, late.closes) == (ruler.due, ruler.now)


def test_a_deadline_missed_long_ago_leaves_half_of_the_bar_to_the_counting() -> None:
    cells = lay_out(RULERS["Просрочено месяц назад"], WIDE).cells
    late = sum(cell.width for cell in cells if cell.shade is Shade.LATE)
    assert 0 < late < WIDE / 2


def test_time_runs_to_the_meeting_and_not_on_to_the_present() -> None:
    met = office_ruler("2026-03-05 11:00", "2026-06-01 09:00", 4, met="2026-03-05 12:40")
    shades = {cell.shade for cell in lay_out(met, WIDE).cells}
    assert Shade.LATE not in shades
    assert "выполнено 12:40" in draw(met)
    assert "сейчас" not in draw(met)


def test_a_piece_that_has_room_says_how_long_it_is() -> None:
    ruler = RULERS["4 рабочих часа через длинные выходные"]
    assert "2 ч 42 мин" in plain([label.text for _, label in labels_inside(ruler, lay_out(ruler, WIDE))])


@pytest.mark.parametrize("width", [WIDE, MIDDLE])
@pytest.mark.parametrize(
    ("name", "gap"),
    [
        ("24 рабочих часа через Новый год", "31 дек – 11 янв"),
        ("4 рабочих часа через длинные выходные", "сб 7 – пн 9"),
    ],
)
def test_the_gap_is_named_with_its_days_off(name: str, gap: str, width: int) -> None:
    ruler = RULERS[name]
    bar = lay_out(ruler, width)
    (label,) = [label for label in labels_above(ruler, bar) if plain([label.text]) == [gap]]
    (longest,) = [cell for cell in bar.cells if cell.is_gap and cell.span > timedelta(days=2)]
    assert longest.x - label.width / 2 < label.x < longest.x + longest.width


def test_a_gap_is_said_in_full_to_those_who_read() -> None:
    (told,) = plain([ruler_description(RULERS["24 рабочих часа через Новый год"])])
    assert "Не считается: ср 31 декабря – вс 11 января, нерабочие дни." in told


@pytest.mark.parametrize(
    ("name", "sum_in_words"),
    [
        ("1 час круглосуточно", "1 ч (пн 2 марта)"),
        ("4 рабочих часа через длинные выходные", "2 ч 42 мин (пт 6 марта) + 1 ч 18 мин (вт 10 марта) = 4 ч"),
        (
            "24 рабочих часа через Новый год",
            "3 ч (вт 30 декабря) + 2 × 8 ч (пн 12 – вт 13 января) + 5 ч (ср 14 января) = 24 ч",
        ),
        ("5 рабочих дней", "3 дн. (ср 4 – пт 6 марта) + 2 дн. (вт 10 – ср 11 марта) = 5 дн."),
        ("30 дней круглосуточно", "720 ч (пн 2 марта – ср 1 апреля)"),
        ("In English", "2 h 42 min (Fri 6 March) + 1 h 18 min (Tue 10 March) = 4 h"),
    ],
)
def test_the_arithmetic_is_a_sum_of_days(name: str, sum_in_words: str) -> None:
    assert plain([arithmetic(RULERS[name])]) == [sum_in_words]


def test_the_description_tells_the_whole_way_from_receipt_to_the_due_moment() -> None:
    (told,) = plain([ruler_description(RULERS["4 рабочих часа через длинные выходные"])])
    assert told == (
        "Получено: пт 6 марта 2026, 14:18. "
        "Засчитано: 2 ч 42 мин (пт 6 марта) + 1 ч 18 мин (вт 10 марта) = 4 ч. "
        "Не считается: сб 7 – пн 9 марта, нерабочие дни. Срок: вт 10 марта 2026, 08:18. "
        "Сейчас вт 10 марта 2026, 07:30: осталось 48 мин."
    )


def test_the_description_says_by_how_much_it_is_late() -> None:
    assert "просрочено на 12 мин" in plain([ruler_description(RULERS["Просрочено на 12 минут"])])[0]


def test_an_end_of_the_day_is_said_as_24_00_of_that_day() -> None:
    assert "ср 11 марта 2026, 24:00" in plain([ruler_title(RULERS["5 рабочих дней"])])[0]


def test_without_a_limit_the_drawing_says_so() -> None:
    ruler = RULERS["Срок не установлен"]
    assert "без срока" in draw(ruler)
    assert "Срок регламентом не установлен." in ruler_title(ruler)
    assert lay_out(ruler, WIDE).cells[-1].shade is Shade.ENDLESS


@EVERY
def test_the_drawing_is_well_formed_named_and_free_of_style(ruler: Ruler) -> None:
    figure = parsed(draw(ruler))
    drawings = figure.findall("svg")
    assert [drawing.get("viewBox", "").split()[2] for drawing in drawings] == [
        str(WIDE),
        str(MIDDLE),
        str(NARROW),
    ]
    for drawing in [*drawings, parsed(draw_bar(ruler))]:
        assert drawing.get("role") == "img"
        assert drawing.findtext("title")
        assert "Получено" in (told := drawing.findtext("desc") or "") or "Received" in told
        assert not {"style", "id", "fill", "stroke"} & {
            key for element in drawing.iter() for key in element.attrib
        }


def test_every_text_from_outside_is_escaped() -> None:
    hostile = '</svg><script>alert("1")</script>&'
    ruler = replace(RULERS["1 час круглосуточно"], name=hostile, budget=hostile)
    for drawn in (draw(ruler), draw_bar(ruler)):
        assert "<script" not in drawn
        parsed(drawn)


def test_a_moment_without_a_zone_is_refused() -> None:
    ruler = RULERS["1 час круглосуточно"]
    with pytest.raises(ValueError, match="aware"):
        replace(ruler, now=datetime(2026, 3, 2))  # noqa: DTZ001


def test_a_due_moment_before_the_receipt_is_refused() -> None:
    with pytest.raises(ValueError, match="before it was received"):
        replace(RULERS["1 час круглосуточно"], due=at("2026-03-01 10:00"))


def test_the_bar_of_a_list_is_filled_by_what_has_gone() -> None:
    bar = parsed(draw_bar(RULERS["1 час круглосуточно"]))
    assert [(box.get("class"), box.get("width")) for box in bar.findall("rect")] == [
        ("left", "120"),
        ("counted", "72"),
    ]


def test_wide_letters_are_taken_for_wider_than_narrow_ones() -> None:
    assert text_width("жшщ") > text_width("рок") > text_width("ili")


def parsed(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 - it is our own drawing


def plain(texts: list[str]) -> list[str]:
    return [text.replace("\u00a0", " ") for text in texts]
