"""The document holds the whole regulation, in every format, and nothing acts as markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from reglament.regulation.reading.read import read_regulation
from reglament.regulation.reading.tests.small import with_rules
from reglament.regulation.rendering import Document, build_document
from reglament.regulation.rendering.html import as_html, as_html_page
from reglament.regulation.rendering.markdown import as_markdown
from reglament.regulation.rendering.pdf import as_pdf
from reglament.regulation.rendering.tables import Table

TABLE = """
- obligation: answer
  title: {ru: ответ, en: answer}
  clock: always
  fulfilled_by: staff_reply
  within: {by: [severity, client.plan], high: {basic | full: 1 hour}, low: {basic: 8 hours, full: unlimited}}
- obligation: work
  title: {ru: работа, en: work}
  clock: always
  fulfilled_by: completion
  within: [{when: {kind: asking, client.plan: {not: full}}, is: 2 days}, {is: 5 days}]
"""


def _document(text: str, language: str = "en", title: str = "More") -> Document:
    source = (
        with_rules(TABLE).replace('en: "More."', f'en: "{text}"').replace('en: "More"}', f'en: "{title}"}}')
    )
    return build_document(read_regulation(source, "small.yaml").regulation.editions[0], language)


def _blocks(text: str) -> tuple[str | Table, ...]:
    return _document(text).sections[-1].blocks


def test_a_table_by_two_facts_is_printed_as_the_rule_has_it() -> None:
    before, table, after = _blocks("Within: {table.answer} and no later.")
    assert (before, after) == ("Within:", "and no later.")
    assert isinstance(table, Table)
    assert table.head == ("Level", "Basic or full", "Basic", "Full")
    assert table.rows == (("High", "1 hour", "—", "—"), ("Low", "—", "8 hours", "no limit"))


def test_a_table_of_conditions_says_them_in_words() -> None:
    table = _blocks("{table.work}")[0]
    assert isinstance(table, Table)
    assert table.rows == (
        (
            "What is asked for: Question or Other, тариф: not basic".replace(
                "тариф: not basic", "plan: not full"
            ),
            "2 days",
        ),
        ("Otherwise", "5 days"),
    )


@pytest.mark.parametrize(
    ("placeholder", "words"),
    [
        ("{calendar.always}", "around the clock"),
        ("{group.asking}", "question and other"),
        ("{department.support}", "Support"),
        ("{field.login}", "login"),
        ("{severities}", "high (bad); low (bearable)"),
        ("{values.client.plan}", "basic and full"),
        ("{channels}", "e-mail"),
        ("{=2010}", "2010"),
        ("{nothing.here}", "{nothing.here}"),
    ],
)
def test_a_placeholder_is_replaced_by_what_the_edition_says(placeholder: str, words: str) -> None:
    assert _blocks(f"See {placeholder}.") == (f"See {words}.",)


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.ids += [value for name, value in attrs if name == "id" and value]


def test_every_clause_is_an_anchor_and_every_link_leads_to_one() -> None:
    html = as_html(_document("More."))
    parser = _Ids()
    parser.feed(html)
    assert parser.ids == ["SM-1", "SM-2"]
    assert set(re.findall(r'href="#([^"]+)"', html)) == set(parser.ids)


def test_words_of_a_regulation_never_act_as_markup() -> None:
    document = _document("<script>alert(1)</script> #strong[x] | *y* `z`", title="<b>&")
    parser = _Ids()
    parser.feed(as_html_page(document))
    assert parser.scripts == 0
    assert "\\<script\\>" in as_markdown(document)
    assert "\\*y\\*" in as_markdown(document)
    assert as_pdf(document).startswith(b"%PDF-")


def test_the_note_says_how_an_ambiguous_place_is_read() -> None:
    source = with_rules(TABLE).replace(
        '    title: {ru: "Ещё"', '    note: {ru: "Так.", en: "Thus."}\n    title: {ru: "Ещё"'
    )
    document = build_document(read_regulation(source, "small.yaml").regulation.editions[0], "en")
    assert document.sections[-1].note == ("Thus.",)
    assert "How this is read" in as_markdown(document)
