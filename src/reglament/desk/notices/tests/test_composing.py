"""Letters from their templates."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reglament.desk.notices.composing import FOLDER, LANGUAGES, compose, one_line, templates, to_html

CLAUSE = {"id": "X-3", "text": "Only through the portal."}
ITEMS = [{"label": "login or id", "text": "An answer by 11:15 (Moscow)", "clause": "X-2"}]
LEAST: dict[str, Any] = {"number": "X-1042", "desk_name": "Support of X"}
NEEDED: dict[str, dict[str, Any]] = {
    "registration_notice": {},
    "staff_reply": {"text": "It works again.\n\nTry it."},
    "missing_information": {"missing": ITEMS},
    "judged_again": {"parts": [{"outcome": "The request is accepted."}]},
    "staff_notification": {
        "why": "wrote",
        "text": "It fails again.",
        "ticket_url": "https://desk.example.org/t",
    },
    "refusal": {"ground": "the services are suspended", "clause": CLAUSE},
    "severity_proposal": {
        "from_label": "critical",
        "to_label": "medium",
        "clause": CLAUSE,
        "answer_url": "https://desk.example.org/a",
    },
    "support_stopped": {
        "reason": "insults",
        "clause": CLAUSE,
        "cure": "Write politely.",
        "staff_name": "Boris",
    },
    "support_restored": {"clause": CLAUSE, "staff_name": "Boris"},
    "guest_confirmation": {"confirm_url": "https://desk.example.org/c"},
}
MORE: dict[str, Any] = {
    "name": "Anna",
    "subject": "A file",
    "owed": ITEMS,
    "missing": ITEMS,
    "asked": ITEMS,
    "redirect": {
        "channels": ["the portal", "phone"],
        "clauses": [CLAUSE],
        "confirm_url": "https://desk.example.org/confirm",
    },
    "stopped": {"clause": CLAUSE, "cure": "Write politely."},
    "client": "Romashka",
    "notes": [{"clause": "X-9", "text": "Mail services are not ours."}],
    "ticket_url": "https://desk.example.org/t",
    "secrets_url": "https://desk.example.org/s",
    "secret_url": "https://desk.example.org/s",
    "guide_url": "https://desk.example.org/g",
    "confirm_url": "https://desk.example.org/confirm",
    "staff_name": "Boris",
    "reason": "The main functions work.",
    "due": "the answer is due by 18:00",
    "cure": "Pay the invoice.",
    "text": "A word from us.",
    "asked_for": "to replace a file",
}


def test_every_letter_is_there_in_every_language() -> None:
    assert templates() == set(NEEDED)
    for language in LANGUAGES:
        assert {file.stem for file in (FOLDER / language).iterdir()} == set(NEEDED)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(NEEDED))
def test_a_letter_reads_well_with_the_least_and_with_all_that_can_be_said(name: str, language: str) -> None:
    for values in ({**LEAST, **NEEDED[name]}, {**LEAST, **MORE, **NEEDED[name]}):
        letter = compose(name, language, values)
        # What a visitor sent by the form has no number until the address is confirmed.
        assert letter.subject.startswith("[X-1042] ") == (name != "guest_confirmation")
        assert letter.text.rstrip().endswith("Support of X")
        assert "\n\n\n" not in letter.text
        assert not re.search(r"[{}]|None|\[\]| ,|,,|\(\)|[^-\n] $", letter.text, re.MULTILINE)
        assert "<script" not in letter.html
        assert "{%" not in letter.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(NEEDED))
def test_both_languages_use_the_same_values(name: str, language: str) -> None:
    def used(spoken: str) -> set[str]:
        text = (FOLDER / spoken / f"{name}.txt").read_text(encoding="utf-8")
        tags = re.findall(r"\{[{%] (.*?) [%}]\}", text)
        return {word for tag in tags for word in re.sub(r'".*?"', "", tag).replace("|", " ").split()}

    assert used(language) == used("ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_that_tells_a_decision_again_says_all_that_the_notice_of_it_would(language: str) -> None:
    said = {name: MORE[name] for name in ("owed", "missing", "asked", "redirect", "notes", "guide_url")}
    told = compose("judged_again", language, {**LEAST, "parts": [{"outcome": "So.", **said}] * 2}).text
    noticed = compose("registration_notice", language, {**LEAST, **said}).text

    lines = [line for line in noticed.splitlines() if line.startswith(("•", "§", "http"))]
    assert len(lines) == 7
    assert [told.splitlines().count(line) for line in lines] == [2 * lines.count(line) for line in lines]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_to_an_address_that_nobody_confirmed_repeats_no_word_of_the_visitor(language: str) -> None:
    said = {**LEAST, **MORE, **NEEDED["guest_confirmation"], "subject": "Cheap pills", "name": "Cheap Anna"}
    letter = compose("guest_confirmation", language, said)
    assert "Cheap" not in letter.subject + letter.text + letter.html


def test_the_registration_notice_says_everything_at_once() -> None:
    text = compose("registration_notice", "ru", {**LEAST, **MORE}).text
    for words in (
        "Здравствуйте, Anna!",
        "• An answer by 11:15 (Moscow) (X-2)",
        "• login or id (X-2)",
        "§ X-3 — Only through the portal.",
        "the portal, phone",
        "https://desk.example.org/confirm",
        "§ X-9 — Mail services are not ours.",
        "https://desk.example.org/t",
    ):
        assert words in text


def test_a_language_that_is_not_spoken_is_answered_in_russian() -> None:
    assert "Здравствуйте" in compose("registration_notice", "de", LEAST).text


def test_a_letter_that_does_not_exist_is_named() -> None:
    with pytest.raises(KeyError, match="farewell"):
        compose("farewell", "ru", LEAST)


def test_the_marks_become_html() -> None:
    html = to_html(
        "One\ntwo\n\n• a\n• b\n\n§ X-1 — words\n\nhttps://desk.example.org/t?a=1&b=2\n\n-- \nUs\nAll\n", "en"
    )
    for part in (
        "One<br>two</p>",
        ">a</li>",
        ">X-1</b> — words</blockquote>",
        'href="https://desk.example.org/t?a=1&amp;b=2"',
        ">Us<br>All</footer>",
        "style=",
    ):
        assert part in html, part
    assert "<style" not in html


def test_an_address_within_a_line_is_no_link() -> None:
    assert "<a" not in to_html("see https://evil.example.net now", "en")


def test_values_are_neither_html_nor_templates() -> None:
    letter = compose(
        "staff_reply", "en", {**LEAST, "text": "<b>x</b> & {{ number }} {% now %}", "subject": "<i>"}
    )
    assert "<b>x</b> & {{ number }} {% now %}" in letter.text
    assert "&lt;b&gt;x&lt;/b&gt; &amp; {{ number }} {% now %}" in letter.html


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


@given(st.text(alphabet=st.sampled_from("<>&\"'• §—-\n/:hyptsx "), max_size=200))
def test_no_text_of_a_client_becomes_a_tag(text: str) -> None:
    html = to_html(text, "en")
    tags = set(re.findall(r"<(/?[a-zA-Z!]+)", html))
    usual = {"p", "br", "ul", "li", "blockquote", "b", "a", "footer", "main", "body", "html", "head", "meta"}
    assert tags <= {"!DOCTYPE"} | usual | {f"/{tag}" for tag in usual}
