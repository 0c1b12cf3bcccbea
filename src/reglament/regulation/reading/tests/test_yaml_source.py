"""YAML is read for what it says, with the line of everything; what hides a meaning is refused."""

import pytest

from reglament.regulation.reading.faults import RegulationUnreadable
from reglament.regulation.reading.yaml_source import read_documents


def test_words_that_other_readers_turn_into_something_else_stay_texts() -> None:
    value = read_documents("country: no\nhours: 12:30\nwhen: 2026-01-02\n", "a.yaml")[0].value
    assert value == {"country": "no", "hours": "12:30", "when": "2026-01-02"}


def test_plain_values_have_their_types() -> None:
    value = read_documents("a: 12\nb: true\nc: ~\nd: [1, x]\n", "a.yaml")[0].value
    assert value == {"a": 12, "b": True, "c": None, "d": [1, "x"]}


def test_every_path_knows_its_line() -> None:
    document = read_documents("a:\n  b:\n    - x\n    - c: 1\n", "a.yaml")[0]
    assert document.line(("a", "b", 1, "c")) == 4
    assert document.line(("a", "b", 1, "missing")) == 4
    assert document.line(("nowhere",)) == 1


def test_a_stream_holds_several_documents() -> None:
    assert [document.value for document in read_documents("a: 1\n---\na: 2\n", "a.yaml")] == [
        {"a": 1},
        {"a": 2},
    ]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2\n", "duplicate-key", 2),
        ("a: 1\nb: &x [1]\nc: *x\n", "anchor", 2),
        ("a: 1\nb: 1.5\n", "number", 2),
        ("a: !!binary aGk=\n", "tag", 1),
        ("a: 1\nb: [1\n", "yaml", 3),
        ("? [a, b]\n: 1\n", "key", 1),
        ("[" * 60 + "]" * 60, "too-deep", 1),
        ("a: 0x1F\n", "number", 1),
        ("a: 1\nb: 1\tc: 2\n", "yaml", 2),
    ],
)
def test_what_hides_a_meaning_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(RegulationUnreadable) as refused:
        read_documents(text, "a.yaml")
    fault = refused.value.faults[0]
    assert (fault.code, fault.line) == (code, line)


def test_a_file_without_end_of_nesting_is_a_sentence_and_no_traceback() -> None:
    with pytest.raises(RegulationUnreadable):
        read_documents("[" * 20_000, "a.yaml")
    with pytest.raises(RegulationUnreadable, match="over 2000000 characters"):
        read_documents("a" * 2_000_001, "a.yaml")
