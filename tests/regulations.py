"""The regulations that tests decide by, read once a process, and requests made up for them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from reglament import packs
from reglament.regulation.model.words import AUTHENTICATIONS, CHANNELS
from reglament.regulation.reading.read import ReadRegulation, read_regulation

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from reglament.regulation.model.program import Fact, Program

NAMES = packs.names()


@cache
def read_pack(name: str) -> ReadRegulation:
    path = packs.find(name)
    return read_regulation(path.read_text(encoding="utf-8"), path.name)


def program_of(name: str) -> Program:
    return read_pack(name).programs[-1]


def _value(fact: Fact) -> SearchStrategy[Any]:
    if fact.type == "flag":
        return st.booleans()
    if fact.type == "number":
        return st.integers(0, 3)
    if fact.type == "date":
        return st.dates(date(2023, 1, 1), date(2027, 12, 31)).map(date.isoformat)
    return st.sampled_from(fact.values)


_FILLED = {"inn": st.sampled_from(["7707083893", "7707083894", ""])}


def requests_for(program: Program) -> SearchStrategy[dict[str, Any]]:
    """Requests that the program knows how to read, received in years whose days off are decreed."""
    groups: dict[str, dict[str, SearchStrategy[Any]]] = {"client": {}, "product": {}, "circumstances": {}}
    for path, fact in program.facts.items():
        group, name = path.split(".")
        groups[group][name] = _value(fact)
    fields = {
        name: _FILLED.get(type_, st.sampled_from(["given", " "])) for name, type_ in program.fields.items()
    }
    optional: dict[str, SearchStrategy[Any]] = {
        name: st.fixed_dictionaries({}, optional=facts) for name, facts in groups.items() if facts
    }
    if program.services:
        optional["service"] = st.sampled_from(program.services)
    if program.severities:
        optional["severity"] = st.sampled_from(program.severities)
    return st.fixed_dictionaries(
        {
            "received_at": st.datetimes(min_value=_naive("2024-02-01"), max_value=_naive("2027-10-01")).map(
                lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}+03:00"
            ),
            "channel": st.sampled_from(CHANNELS),
            "authentication": st.sampled_from(AUTHENTICATIONS),
            "kind": st.sampled_from(program.kinds),
            "fields": st.fixed_dictionaries({}, optional=fields),
        },
        optional=optional,
    )


def _naive(written: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(written)
