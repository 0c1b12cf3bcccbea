"""A regulation file is read whole or refused with every fault, each with its line and a way to mend it."""

import pytest

from reglament.regulation.reading.faults import FileFault, RegulationUnreadable
from reglament.regulation.reading.read import read_regulation
from reglament.regulation.reading.tests.small import SMALL, read, with_rules

PLACE = "then_by: due_at, says: {ru: а, en: a}"
WORD = "title: {ru: а, en: a}, values: {x: {ru: а, en: a}}"
OWED = "obligation: x, title: {ru: а, en: a}, fulfilled_by: staff_reply"


def _refused(text: str) -> tuple[FileFault, ...]:
    with pytest.raises(RegulationUnreadable) as refused:
        read_regulation(text, "small.yaml")
    return refused.value.faults


def test_the_small_regulation_is_read() -> None:
    regulation = read()
    assert regulation.name == "small"
    assert len(regulation.programs) == 1


def test_an_unknown_key_names_the_nearest_known_one() -> None:
    fault = _refused(SMALL + "timezon: Europe/Moscow\n")[0]
    assert "'timezon' is not known here" in fault.message
    assert fault.mend == "did you mean 'timezone'?"
    assert fault.line == len(SMALL.splitlines()) + 1


def test_a_missing_key_is_named() -> None:
    fault = _refused(SMALL.replace("number_prefix: SM\n", ""))[0]
    assert (fault.code, fault.message) == ("missing-key", "'number_prefix' is missing")


def test_every_fault_is_named_not_only_the_first() -> None:
    faults = _refused(
        SMALL.replace("number_prefix: SM", "number_prefix: sm").replace("hours: always", "hours: late")
    )
    assert len(faults) == 1, "the grammar comes first"
    faults = _refused(with_rules("- {refusal: rudest}", "- {requires: [logn]}", "- {asks: client.paln}"))
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    assert {fault.mend for fault in faults} >= {"did you mean 'rude'?", "did you mean 'client.plan'?"}


def test_a_rule_that_the_language_does_not_have_lists_those_that_it_has() -> None:
    fault = _refused(with_rules("- {obligaton: answer}"))[0]
    assert "obligation" in fault.message
    assert fault.code == "unknown-rule"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            f"- {{{OWED}, clock: alway, within: 1 hour}}",
            "calendar",
        ),
        (
            f"- {{{OWED}, clock: always, within: soon}}",
            "span",
        ),
        (f"- {{queue: [plan], {PLACE}}}", "whole numbers"),
        (f"- {{queue: [[{{when: {{kind: work}}, is: 1}}]], {PLACE}}}", "always holds"),
        ("- {sets: severity, is: hihg}", "among the values"),
        ("- {sets: severity}", "needs either"),
        ("- {requires: [nothing]}", "no field"),
        ("- {not_covered: true, when: {kind: wrk}}", "no value of 'kind'"),
        (
            "- {define: severity, title: {ru: а, en: a}, values: {x: {ru: а, en: a}}, rows: [{is: x}]}",
            "already",
        ),
    ],
)
def test_a_rule_that_names_something_unknown_is_refused_in_words(rule: str, words: str) -> None:
    assert any(words in fault.message for fault in _refused(with_rules(rule)))


def test_rules_that_wait_for_one_another_are_refused() -> None:
    yes_no = "title: {ru: а, en: a}, values: {y: {ru: да, en: y}, n: {ru: нет, en: n}}"
    rules = (
        f"- {{define: one, {yes_no}, rows: [{{when: {{two: y}}, is: y}}, {{is: n}}]}}",
        f"- {{define: two, {yes_no}, rows: [{{when: {{one: y}}, is: y}}, {{is: n}}]}}",
    )
    fault = _refused(with_rules(*rules))[0]
    assert fault.code == "circular"
    assert "wait for one another" in fault.message


def test_editions_stand_from_the_oldest_to_the_newest() -> None:
    later = SMALL.replace("2026-01-01", "2026-06-01")
    regulation = read_regulation(f"{SMALL}---\n{later}", "small.yaml")
    assert [program.edition for program in regulation.programs] == ["2026-01-01", "2026-06-01"]
    fault = _refused(f"{later}---\n{SMALL}")[0]
    assert fault.code == "edition-order"


@pytest.mark.parametrize("text", ["", "# only a comment\n", "- a list\n", "just words\n"])
def test_a_file_that_is_no_regulation_says_so(text: str) -> None:
    assert _refused(text)[0].code in ("empty", "shape")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ('"09:00-08:00"', "before it begins"),
        ('"9 to 5"', "no span of hours"),
        ("{mon: late}", "no span of hours"),
        ("{someday: always}", "not a day"),
        ("{}", "never opens"),
    ],
)
def test_hours_that_cannot_be_are_refused(hours: str, words: str) -> None:
    assert words in _refused(SMALL.replace("hours: always", f"hours: {hours}"))[0].message


def test_a_zone_that_does_not_exist_is_refused() -> None:
    assert "no time zone" in _refused(SMALL.replace("Europe/Moscow", "Europe/Moskow"))[0].message
