# ruff: noqa: E501  (a table of cases reads best with a case in a line)
"""`reglament calc` as a process: what goes in, what comes out, what is refused and how."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reglament.regulation.calendar import tests as calendar_tests

VECTORS = [
    json.loads(line) for line in (Path(calendar_tests.__path__[0]) / "vectors.jsonl").read_text().splitlines()
]
WEEKDAYS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
PROBLEM: dict[str, Any] = {
    "calendar": {"tz": "Europe/Moscow", "weekly": WEEKDAYS},
    "start": "2026-03-02T10:15:00+03:00",
    "op": "add_working_minutes",
    "amount": 480,
}
ANSWER = {"result": "2026-03-03T10:15:00+03:00"}


def calc(given: object, *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error; what is not bytes is written as JSON."""
    content = given if isinstance(given, bytes) else json.dumps(given).encode()
    command = [sys.executable, "-m", "reglament.cli.main", "calc", *arguments]
    done = subprocess.run(command, input=content, capture_output=True, check=False, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def changed(**changes: object) -> dict[str, Any]:
    """The problem with some keys set, or left out where None."""
    return {key: value for key, value in {**PROBLEM, **changes}.items() if value is not None}


def with_calendar(**changes: object) -> dict[str, Any]:
    return changed(calendar={**PROBLEM["calendar"], **changes})


@pytest.mark.parametrize(
    ("content", "output"),
    [
        (json.dumps(PROBLEM), [ANSWER]),
        (json.dumps(PROBLEM, indent=2), [ANSWER]),
        ("\n".join(["", json.dumps(PROBLEM), "", json.dumps(PROBLEM), ""]), [ANSWER, ANSWER]),
    ],
)
def test_an_object_and_lines_are_answered_line_by_line(content: str, output: list[object]) -> None:
    status, out, err = calc(content.encode())
    assert (status, err) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == output


@pytest.mark.parametrize(
    ("problems", "output"), [([], []), ([PROBLEM], [ANSWER]), ([PROBLEM] * 3, [ANSWER] * 3)]
)
def test_an_array_is_answered_as_an_array(problems: list[object], output: list[object]) -> None:
    status, out, err = calc(problems)
    assert (status, err) == (0, "")
    assert json.loads(out) == output


def test_the_agreed_vectors_can_be_piped_in_as_they_are() -> None:
    status, out, err = calc(VECTORS)
    assert (status, err) == (0, "")
    for vector, answer in zip(VECTORS, json.loads(out), strict=True):
        result, expected = answer["result"], vector["expect"]
        if isinstance(expected, str):
            result, expected = datetime.fromisoformat(result), datetime.fromisoformat(expected)
        assert result == expected, vector["id"]


def test_many_answers_are_spooled_and_come_out_whole() -> None:
    status, out, err = calc([PROBLEM] * 40_000)
    assert (status, err) == (0, "")
    assert json.loads(out) == [ANSWER] * 40_000


def test_a_fraction_of_a_minute_is_told_only_for_seconds() -> None:
    measured = changed(op="working_minutes_between", amount=None)
    assert calc(measured | {"end": "2026-03-02T11:15:00+03:00"})[1] == '{"result": 60}\n'
    assert calc(measured | {"end": "2026-03-02T11:15:30+03:00"})[1] == '{"result": 60.5}\n'
    assert calc(measured | {"end": "2026-03-02T09:15:30+03:00"})[1] == '{"result": 0}\n'


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert json.loads(calc(changed(amount=480.0))[1]) == ANSWER


FAULTS: list[tuple[object, str]] = [
    (5, "problem: 5 is not an object; it has the keys calendar, start, op, amount, end"),
    (changed(op="foo"), "problem.op: 'foo' is not an operation; one of add_working_minutes, working_minutes_between, nth_working_day_close"),
    (changed(op=None), "problem.op: is missing; one of add_working_minutes, working_minutes_between, nth_working_day_close"),
    (changed(amount=None), "problem.amount: is missing; add_working_minutes takes a whole number from 0"),
    (changed(amount=-1), "problem.amount: -1 is less than 0"),
    (changed(amount=1.5), "problem.amount: 1.5 is not a whole number"),
    (changed(amount=True), "problem.amount: True is not a whole number"),
    (changed(amount="480"), "problem.amount: '480' is not a whole number"),
    (changed(op="nth_working_day_close", amount=0), "problem.amount: 0 is less than 1"),
    (changed(amount=10**12), "problem.amount: leads out of the years 1 to 9999; ask for less"),
    (changed(ammount=1), "problem.ammount: is not a key here; did you mean 'amount'?"),
    (changed(end="2026-03-02T10:15:00+03:00"), "problem.end: add_working_minutes has no use for it; leave it out"),
    (changed(start=None), "problem.start: is missing; write a moment such as 2026-03-02T10:15:00+03:00"),
    (changed(start="2026-03-02T10:15:00"), "problem.start: '2026-03-02T10:15:00' has no offset; add one, such as 2026-03-02T10:15:00+03:00"),
    (changed(start="2026-03-02"), "problem.start: '2026-03-02' is not a moment; write it as 2026-03-02T10:15:00+03:00"),
    (changed(start="2026-02-30T10:15:00Z"), "problem.start: '2026-02-30T10:15:00Z' is no moment that exists; check its date, time and offset"),
    (changed(calendar=None), "problem.calendar: is missing; say when it is open"),
    (changed(calendar=[]), "problem.calendar: [] is not an object; it has the keys tz, weekly, holidays, working_days"),
    (with_calendar(tz="Europe/Moskow"), "problem.calendar.tz: 'Europe/Moskow' is not a time zone; did you mean Europe/Moscow"),
    (with_calendar(weekly={}), "problem.calendar.weekly: the calendar never opens; give a weekday or a date its hours"),
    (with_calendar(weekly={"monday": []}), "problem.calendar.weekly.monday: 'monday' is not a day of the week; did you mean 'mon'?"),
    (with_calendar(weekly={"mon": [["17:00", "09:00"]]}), "problem.calendar.weekly.mon[0]: 17:00 to 09:00 ends before it begins; past midnight write 33:00"),
    (with_calendar(weekly={"mon": [["09:00", "09:00"]]}), "problem.calendar.weekly.mon[0]: 09:00 to 09:00 is empty; leave it out, or close later"),
    (with_calendar(weekly={"mon": [["09:00", "9h"]]}), "problem.calendar.weekly.mon[0][1]: '9h' is not a time; write hours and minutes, such as 09:00 or 24:00"),
    (with_calendar(weekly={"mon": "09:00"}), "problem.calendar.weekly.mon: '09:00' is not a list of intervals"),
    (with_calendar(holidays=["2026-13-01"]), "problem.calendar.holidays[0]: '2026-13-01' is no date that exists"),
    (with_calendar(working_days={"1.1.2026": []}), "problem.calendar.working_days['1.1.2026']: '1.1.2026' is not a date; write it as 2026-03-02"),
]  # fmt: skip


def test_every_fault_of_every_problem_is_named_and_nothing_is_written() -> None:
    status, out, err = calc([PROBLEM, *(problem for problem, _ in FAULTS), PROBLEM])
    assert (status, out) == (2, "")
    lines = err.splitlines()
    assert len(lines) == len(FAULTS)
    for index, ((_, expected), line) in enumerate(zip(FAULTS, lines, strict=True), start=1):
        assert line.startswith(expected.replace("problem", f"problems[{index}]", 1))


def test_a_single_problem_is_called_by_its_name_and_all_its_faults_are_told() -> None:
    status, out, err = calc(changed(op="add_working_minuets", start="now", amount=None))
    assert (status, out) == (2, "")
    assert [line.split(":")[0] for line in err.splitlines()] == ["problem.op", "problem.start"]


def test_a_value_is_quoted_in_one_line_and_not_at_length() -> None:
    _, _, err = calc(changed(op="a\nb" * 1000))
    assert len(err.splitlines()) == 1
    assert len(err) < 300


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_empty_input_is_a_fault(content: bytes) -> None:
    assert calc(content) == (2, "", "problem: no input\n")


def test_arguments_are_refused_and_help_is_given() -> None:
    assert calc(b"", "--foo")[0] == 2
    status, out, _ = calc(b"", "--help")
    assert status == 0
    assert "add_working_minutes" in out


@pytest.mark.parametrize(
    ("redirection", "told"),
    [
        ("<&-", "problem: no input"),
        ("< problem.json >&-", "standard output is closed"),
        ("< problem.json >/dev/full", "not all written to standard output: No space left"),
        ("< problem.json | true", "not all written to standard output: its reader has gone"),
    ],
)
def test_a_closed_stream_is_told_in_a_sentence(tmp_path: Path, redirection: str, told: str) -> None:
    (tmp_path / "problem.json").write_text(
        json.dumps([PROBLEM] * 20_000 if "true" in redirection else PROBLEM)
    )
    command = f"'{sys.executable}' -m reglament.cli.main calc {redirection}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert told in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1


def test_it_starts_without_what_is_heavy() -> None:
    code = "import sys; import reglament.cli.calc; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        capture_output=True,
        check=True,
    )
    loaded = set(done.stdout.decode().split())
    assert not loaded & {
        "django",
        "pydantic",
        "ruamel",
        "dataclasses",
        "inspect",
        "typing",
        "argparse",
        "tempfile",
        "difflib",
    }


def test_a_time_zone_and_an_interval_that_are_both_wrong_are_both_named() -> None:
    status, out, err = calc(with_calendar(tz="Europe/Moskow", weekly={"mon": [["09:00", "09:00"]]}))
    assert (status, out) == (2, "")
    assert [line.split(":")[0] for line in err.splitlines()] == [
        "problem.calendar.tz",
        "problem.calendar.weekly.mon[0]",
    ]
