"""Lines 'label: value' in letters, by the labels of the regulation."""

from __future__ import annotations

import pytest

from reglament.desk.decisions.letter_lines import read_lines
from reglament.desk.tests.tram import TRAM
from reglament.regulation.reading.read import read_regulation

EDITION = read_regulation(TRAM, "tram").regulation.editions[0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Маршрут: 7", {"fields.route": "7"}),
        ("> * route = 7 bis ", {"fields.route": "7 bis"}),
        ("Критичность: ОСТАНОВКА", {"severity": "halt"}),
        ("Severity: delay", {"severity": "delay"}),
        ("Тариф: золотая", {"client.plan": "gold"}),
        ("plan: gold", {"client.plan": "gold"}),
        ("Severity: dreadful", {}),
        ("Код пропуска: 4711", {}),
        ("золотой тариф подтверждён: да", {}),
        ("Маршрут", {}),
        ("Привет: как дела", {}),
        ("https://example.org", {}),
    ],
)
def test_a_line_says_what_its_label_is_the_title_of(line: str, said: dict[str, object]) -> None:
    assert read_lines(EDITION, f"Добрый день!\n{line}\nСпасибо") == said


def test_of_two_lines_with_one_label_the_first_counts() -> None:
    assert read_lines(EDITION, "Route: 7\nRoute: 8") == {"fields.route": "7"}


def test_a_number_with_more_digits_than_anything_counts_says_nothing() -> None:
    source = TRAM.replace(
        "facts:\n",
        "facts:\n  client.rides: {title: {ru: поездок, en: rides}, type: number, known_from: [form]}\n",
        1,
    )
    edition = read_regulation(source, "tram").regulation.editions[0]
    assert read_lines(edition, "Rides: 17") == {"client.rides": 17}
    assert read_lines(edition, f"Rides: {'9' * 5000}") == {}


def test_a_short_name_of_a_field_leads_to_it_in_both_languages() -> None:
    source = TRAM.replace(
        'en: "route"}, type: text}',
        'en: "route"}, type: text, also_called: {ru: ["№ трамвая"], en: ["Line"]}}',
    )
    edition = read_regulation(source, "tram").regulation.editions[0]
    assert read_lines(edition, "№ Трамвая: 7") == read_lines(edition, "LINE = 7") == {"fields.route": "7"}
