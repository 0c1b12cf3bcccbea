import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reglament.regulation.calendar import Calendar, CalendarFault
from reglament.regulation.calendar.reading import read_calendar
from reglament.regulation.calendar.tests.minute_walker import MinuteWalker

VECTORS = [json.loads(line) for line in (Path(__file__).parent / "vectors.jsonl").read_text().splitlines()]


def ask(answerer: Calendar | MinuteWalker, problem: dict[str, Any]) -> datetime | float:
    start = datetime.fromisoformat(problem["start"])
    if problem["op"] == "working_minutes_between":
        return answerer.working_minutes_between(start, datetime.fromisoformat(problem["end"]))
    if problem["op"] == "nth_working_day_close":
        return answerer.nth_working_day_close(start, problem["amount"])
    return answerer.add_working_minutes(start, problem["amount"])


def expected(problem: dict[str, Any]) -> datetime | float:
    answer = problem["expect"]
    return datetime.fromisoformat(answer) if isinstance(answer, str) else answer


@pytest.mark.parametrize("problem", VECTORS, ids=lambda problem: problem["id"])
def test_the_calculator_gives_the_agreed_answer(problem: dict[str, Any]) -> None:
    faults: list[CalendarFault] = []
    calendar = read_calendar(problem["calendar"], "calendar", faults)
    assert calendar, faults
    assert ask(calendar, problem) == expected(problem)


@pytest.mark.parametrize("problem", VECTORS, ids=lambda problem: problem["id"])
def test_the_walker_gives_the_agreed_answer(problem: dict[str, Any]) -> None:
    assert ask(MinuteWalker(problem["calendar"], patience=20_000), problem) == expected(problem)
