"""From a JSON object to a checked `Request`; everything that is wrong is named at once, with its place."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from reglament.regulation.deciding.checks import field_state
from reglament.regulation.deciding.dates import passes
from reglament.regulation.deciding.zones import zone
from reglament.regulation.model.request import NOTHING, Fault, Request, RequestFaults
from reglament.regulation.model.words import AUTHENTICATIONS, CHANNELS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any

    from reglament.regulation.model.program import Fact, Program

GROUPS = ("client", "product", "circumstances")
KEYS = (
    "id", "received_at", "completed_at", "channel", "authentication",
    "service", "severity", "kind", "fields", *GROUPS,
)  # fmt: skip

# Contract: an RFC 3339 moment with its offset; `fromisoformat` alone would also take week dates and the like.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def received_moment(raw: object, place: str) -> datetime:
    """The moment of receipt that a raw request states, needed to know which edition judges it.

    Raises RequestFaults where there is none.
    """
    if not isinstance(raw, dict):
        raise RequestFaults([Fault(place, "must be a JSON object")])
    faults: list[Fault] = []
    moment = _moment(raw, "received_at", place, faults)
    if moment is None:
        if "received_at" not in raw:
            faults.append(
                Fault(f"{place}.received_at", "is required: when the request came, with its offset")
            )
        raise RequestFaults(faults)
    return moment


def read_request(
    program: Program, raw: object, place: str = "request", *, received: datetime | None = None
) -> Request:
    """Checks a JSON object against what the edition knows.

    `place` names the request in messages (`requests[3]`); `received` is its moment of receipt in UTC, where
    `received_moment` has read it already. Raises RequestFaults with every fault.
    """
    if not isinstance(raw, dict):
        raise RequestFaults([Fault(place, "must be a JSON object")])
    faults: list[Fault] = []
    for key in raw:
        if key not in KEYS:
            faults.append(Fault(_at(place, key), f"is not a key of a request; {_one_of(key, KEYS)}"))

    local = zone(program.timezone)
    received = received or _moment(raw, "received_at", place, faults, required=True)
    completed = _moment(raw, "completed_at", place, faults)
    if received and completed and completed < received:
        faults.append(
            Fault(f"{place}.completed_at", "is before received_at; a request is complete at receipt or later")
        )

    facts: dict[str, object] = {}
    channel = _word(raw, "channel", "a channel", CHANNELS, place, faults)
    authentication = _word(raw, "authentication", "an authentication", AUTHENTICATIONS, place, faults)
    kind = _word(raw, "kind", f"a kind of {program.regulation}", program.kinds, place, faults)
    for key, known in (("service", program.services), ("severity", program.severities)):
        if key not in raw:
            continue
        if known:
            facts[key] = _word(raw, key, f"a {key} of {program.regulation}", known, place, faults)
        else:
            plural = "services" if key == "service" else "severities"
            faults.append(Fault(f"{place}.{key}", f"{program.regulation} has no {plural}; leave it out"))
    for group in GROUPS:
        if group in raw:
            _read_group(program, group, raw[group], place, facts, faults)
    states = _field_states(program, raw.get("fields", {}), place, faults)
    identity = raw.get("id", NOTHING)
    if identity is None or isinstance(identity, bool | dict | list):
        faults.append(Fault(f"{place}.id", "must be a text or a number where it is given"))
    elif isinstance(identity, str) and not identity.isascii() and _has_surrogate(identity):
        faults.append(
            Fault(f"{place}.id", f"{_shown(identity)} holds half a character, which no text can hold")
        )

    local_received = local_completed = None
    if received:
        local_received = _localised(received, local, f"{place}.received_at", faults)
    if completed:
        local_completed = _localised(completed, local, f"{place}.completed_at", faults)
    if faults or local_received is None:
        raise RequestFaults(faults)
    facts |= {"channel": channel, "authentication": authentication, "kind": kind}
    facts |= {f"fields.{name}": state for name, state in states.items() if state != "absent"}
    return Request(
        id=identity,
        place=place,
        received_at=local_received,
        completed_at=local_completed,
        channel=channel,
        authentication=authentication,
        kind=kind,
        values=_slot_values(program, facts, local_received.date()),
        facts=facts,
    )


def _slot_values(program: Program, facts: dict[str, object], received_on: date) -> tuple[object, ...]:
    values = list(program.initial)
    index: list[tuple[int, str, str, object]] | None = program.memo.get("base_slots")
    if index is None:
        index = program.memo["base_slots"] = _base_slots(program)
    for slot, path, type_, default in index:
        value = facts.get(path, default)
        if type_ == "number":
            value = "absent" if value is None else "more" if value else "zero"
        values[slot] = value
    for test in program.date_tests:
        stated = facts.get(test.path)
        values[test.slot] = isinstance(stated, date) and passes(test.test, test.years, stated, received_on)
    return tuple(values)


def _base_slots(program: Program) -> list[tuple[int, str, str, object]]:
    own = {"channel": "channel", "authentication": "authentication", "kind": "kind"}
    own |= {"service": "service", "stated_severity": "severity"}
    slots: list[tuple[int, str, str, object]] = [
        (program.slot(name), path, "choice", None) for name, path in own.items() if program.has_slot(name)
    ]
    slots += [
        (program.slot(path), path, fact.type, fact.default)
        for path, fact in program.facts.items()
        if program.has_slot(path)
    ]
    slots += [
        (program.slot(f"fields.{name}"), f"fields.{name}", "choice", "absent")
        for name in program.fields
        if program.has_slot(f"fields.{name}")
    ]
    return slots


def _read_group(
    program: Program, group: str, raw: object, place: str, facts: dict[str, object], faults: list[Fault]
) -> None:
    if not isinstance(raw, dict):
        faults.append(Fault(f"{place}.{group}", "must be an object of facts"))
        return
    for name, value in raw.items():
        path = f"{group}.{name}"
        fact = program.facts.get(path)
        if fact is None:
            known = [known.split(".", 1)[1] for known in program.facts if known.startswith(f"{group}.")]
            faults.append(
                Fault(
                    _at(place, path), f"is not a fact that {program.regulation} knows; {_one_of(name, known)}"
                )
            )
            continue
        read = _fact_value(fact, value, _at(place, path), faults)
        if read is not None:
            facts[path] = read


def _fact_value(fact: Fact, value: object, place: str, faults: list[Fault]) -> object:
    if fact.type == "flag":
        if isinstance(value, bool):
            return value
        faults.append(Fault(place, f"{_shown(value)} is not a flag; true or false"))
    elif fact.type == "number":
        # JSON has one kind of number: 2.0 is 2.
        number = int(value) if isinstance(value, float) and value.is_integer() else value
        if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
            return number
        faults.append(Fault(place, f"{_shown(value)} is not a whole number from 0"))
    elif fact.type == "date":
        if isinstance(value, str) and _DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        faults.append(Fault(place, f"{_shown(value)} is not a date; YYYY-MM-DD"))
    elif isinstance(value, str) and value in fact.values:
        return value
    else:
        faults.append(Fault(place, f"{_shown(value)} is not known here; {_one_of(value, fact.values)}"))
    return None


def _field_states(program: Program, raw: object, place: str, faults: list[Fault]) -> dict[str, str]:
    if not isinstance(raw, dict):
        faults.append(Fault(f"{place}.fields", "must be an object of fields"))
        return {}
    states: dict[str, str] = {}
    for name, value in raw.items():
        listed = value if isinstance(value, list) else [] if value is None else [value]
        wrong = next((number for number, item in enumerate(listed) if not isinstance(item, str)), None)
        if wrong is not None:
            member = f"[{wrong}]" if isinstance(value, list) else ""
            message = f"{_shown(listed[wrong])} is neither a text nor a list of texts"
            faults.append(Fault(_at(place, f"fields.{name}{member}"), message))
        elif name in program.fields:
            states[name] = field_state(program.fields[name], value)
    return states


def _word(
    raw: dict[str, Any], key: str, what: str, known: Collection[str], place: str, faults: list[Fault]
) -> str:
    if key not in raw:
        faults.append(Fault(f"{place}.{key}", f"is required; {_one_of(None, known)}"))
        return ""
    value = raw[key]
    if isinstance(value, str) and value in known:
        return value
    faults.append(Fault(f"{place}.{key}", f"{_shown(value)} is not {what}; {_one_of(value, known)}"))
    return ""


def _moment(
    raw: dict[str, Any], key: str, place: str, faults: list[Fault], *, required: bool = False
) -> datetime | None:
    if key not in raw:
        if required:
            faults.append(Fault(f"{place}.{key}", "is required: when the request came, with its offset"))
        return None
    value = raw[key]
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value.replace(",", ".").upper())
            # A moment that UTC cannot hold has no deadline either.
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    faults.append(
        Fault(
            f"{place}.{key}",
            f"{_shown(value)} is not a moment with its offset, like 2026-03-02T10:15:00+03:00",
        )
    )
    return None


def _localised(moment: datetime, local: Any, place: str, faults: list[Fault]) -> datetime | None:
    try:
        return moment.astimezone(local).replace(second=0, microsecond=0)
    except OverflowError:
        faults.append(Fault(place, f"{moment.isoformat()} cannot be told in the regulation's time zone"))
        return None


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _one_of(value: object, known: Iterable[str]) -> str:
    known = list(known)
    if not known:
        return "none is known"
    # Imported only where there is a fault to word: a cold start should not pay for it.
    from difflib import get_close_matches

    near = get_close_matches(value, known, 1) if isinstance(value, str) else []
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{hint}one of {', '.join(known)}"


def _shown(value: object) -> str:
    import json

    text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _at(place: str, path: object) -> str:
    text = str(path)
    if len(text) > 80:
        text = f"{text[:77]}..."
    return f"{place}.{text}" if text.isprintable() else f"{place}.{text!r}"
