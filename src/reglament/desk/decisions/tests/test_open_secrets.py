"""Secrets that lie open in a text, by the labels of the regulation."""

from __future__ import annotations

import pytest

from reglament.desk.decisions.open_secrets import hide, hide_in_html
from reglament.desk.tests.tram import TRAM
from reglament.regulation.reading.read import read_regulation

EDITION = read_regulation(TRAM, "tram").regulation.editions[0]


@pytest.mark.parametrize(
    ("text", "left", "secret"),
    [
        ("Pass code: 4711", "Pass code: ••• в сейфе", "4711"),
        ("> * КОД ПРОПУСКА = 47 11\r\nThanks", "> * КОД ПРОПУСКА = ••• в сейфе\r\nThanks", "47 11"),
        ("Pass code (gate): 4711", "Pass code (gate): ••• в сейфе", "4711"),
        ("Pass code:\n4711\n\nIt rains", "Pass code:\n••• в сейфе\n\nIt rains", "4711"),
        ("Pass code: a\nlogin: b\nHi", "Pass code: ••• в сейфе\n••• в сейфе\nHi", "a\nlogin: b"),
        ("Pass code: a\nIt rains", "Pass code: ••• в сейфе\nIt rains", "a"),
    ],
)
def test_the_value_of_a_line_that_names_a_secret_is_taken_out(text: str, left: str, secret: str) -> None:
    hidden = hide(EDITION, text, "ru")
    assert (hidden.text, hidden.secrets) == (left, {"pass_code": secret})


@pytest.mark.parametrize("text", ["Route: 7", "The pass code is lost", "Pass code:", ""])
def test_other_words_stay_as_they_are(text: str) -> None:
    hidden = hide(EDITION, text, "en")
    assert (hidden.text, hidden.secrets) == (text, {})


def test_html_loses_the_value_however_it_is_escaped() -> None:
    source = "<p>Pass code: a&amp;b &lt;c&gt;</p>"
    assert hide_in_html(source, ["a&b <c>"], "en") == "<p>Pass code: ••• in the vault</p>"


def test_html_that_breaks_the_value_up_is_not_kept() -> None:
    assert hide_in_html("<p>Pass code: 47<b>11</b></p>", ["4711"], "en") == ""
