"""Conditions of the language, made finite: a union of conjunctions of `slot in values`."""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import product
from typing import Any

from reglament.regulation.model.program import ALWAYS, Condition
from reglament.regulation.reading.slots import Slots

MAX_CONJUNCTIONS = 600

_AGO = re.compile(r"([1-9][0-9]?) years?")


class ConditionFault(ValueError):
    """A condition that names something unknown, with where in it and how to mend it."""

    def __init__(self, where: str, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.where = where
        self.message = message
        self.mend = mend


def both(left: Condition, right: Condition) -> Condition:
    """Where both hold."""
    return simplified(
        merged for first, second in product(left, right) if (merged := _merged(first, second)) is not None
    )


def either(*conditions: Condition) -> Condition:
    """Where at least one holds."""
    return simplified(conjunction for condition in conditions for conjunction in condition)


def opposite(condition: Condition, slots: Slots) -> Condition:
    """Where it does not hold: every slot is finite, so the rest of its domain is its opposite."""
    result = ALWAYS
    for conjunction in condition:
        refused = tuple(
            ((slot, rest),)
            for slot, allowed in conjunction
            if (rest := frozenset(slots.domains[slot]) - allowed)
        )
        result = both(result, refused)
    return result


def simplified(conjunctions: Any) -> Condition:
    """Without repeats and without conjunctions that another one contains; refuses what grows too large."""
    kept: list[dict[int, frozenset[object]]] = []
    for conjunction in conjunctions:
        candidate = dict(conjunction)
        if any(_contains(wide, candidate) for wide in kept):
            continue
        kept = [narrow for narrow in kept if not _contains(candidate, narrow)]
        kept.append(candidate)
        if len(kept) > MAX_CONJUNCTIONS:
            raise ConditionFault(
                "", "is too intricate to be proved", "split the rule, or define a word for a part"
            )
    return tuple(tuple(sorted(conjunction.items())) for conjunction in kept)


def compile_condition(
    source: Any, slots: Slots, groups: dict[str, list[str]], where: str = "when"
) -> Condition:
    """The finite form of a condition as written; raises ConditionFault."""
    if source is None:
        return ALWAYS
    if not isinstance(source, dict):
        raise ConditionFault(where, "is not a condition; a map of facts and what they must be")
    result = ALWAYS
    for key, expected in source.items():
        place = f"{where}.{key}"
        if key in ("any", "all"):
            if not isinstance(expected, list) or not expected:
                raise ConditionFault(place, "takes a list of conditions")
            parts = [
                compile_condition(part, slots, groups, f"{place}[{n}]") for n, part in enumerate(expected)
            ]
            if key == "any":
                result = both(result, either(*parts))
            else:
                for part in parts:
                    result = both(result, part)
        elif key == "not":
            result = both(result, opposite(compile_condition(expected, slots, groups, place), slots))
        else:
            result = both(result, _expectation(key, expected, slots, groups, place))
    return result


def _expectation(
    name: str, expected: Any, slots: Slots, groups: dict[str, list[str]], place: str
) -> Condition:
    fact = slots.facts.get(name)
    if fact is not None and fact.type == "date":
        return _date(name, expected, slots, place)
    if name in slots.several:
        return _membership(name, expected, slots, place)
    slot = slots.number(name)
    if slot is None:
        raise ConditionFault(
            place, f"{name!r} is no fact, field or defined word", _near(name, slots.readable_names())
        )
    domain = slots.domains[slot]
    if isinstance(expected, dict):
        if set(expected) != {"not"}:
            raise ConditionFault(place, "is no expectation", "a value, a list of values, or {not: …}")
        return opposite(_expectation(name, expected["not"], slots, groups, place), slots)
    allowed: set[object] = set()
    for value in expected if isinstance(expected, list) else [expected]:
        allowed.update(_values(name, value, domain, groups, place))
    if allowed == set(domain):
        return ALWAYS
    return (((slot, frozenset(allowed)),),)


def _values(
    name: str, value: Any, domain: tuple[object, ...], groups: dict[str, list[str]], place: str
) -> set[object]:
    if name == "kind" and value in groups:
        return set(groups[value])
    if domain == ("absent", "zero", "more") and value == 0 and not isinstance(value, bool):
        return {"zero"}
    if value == "absent" and None in domain:
        return {None}
    if value == "present" and (None in domain or "absent" in domain):
        return set(domain) - {None, "absent"}
    # `True == 1` in Python, not in a regulation.
    if any(value == known and type(value) is type(known) for known in domain) and value != "zero":
        return {value}
    known = ["absent" if one is None else _written(one) for one in domain] + (
        list(groups) if name == "kind" else []
    )
    raise ConditionFault(place, f"{value!r} is no value of {name!r}", _near(str(value), known))


def _date(name: str, expected: Any, slots: Slots, place: str) -> Condition:
    mend = "{on_or_after: receipt}, {before: receipt} or {less_than_ago: 1 year}"
    if not isinstance(expected, dict) or len(expected) != 1:
        raise ConditionFault(place, "is no test of a date", mend)
    (test, value), *_ = expected.items()
    if test == "not":
        return opposite(_date(name, value, slots, place), slots)
    years = 0
    if test == "less_than_ago":
        match = _AGO.fullmatch(str(value))
        if match is None:
            raise ConditionFault(place, f"{value!r} is no number of years", mend)
        years = int(match[1])
    elif test not in ("on_or_after", "before") or value != "receipt":
        raise ConditionFault(place, f"{test!r} is no test of a date", mend)
    return (((slots.date_test(name, test, years), frozenset({True})),),)


def _membership(name: str, expected: Any, slots: Slots, place: str) -> Condition:
    if isinstance(expected, dict):
        if set(expected) != {"not"}:
            raise ConditionFault(place, "is no expectation", "a member, a list of members, or {not: …}")
        return opposite(_membership(name, expected["not"], slots, place), slots)
    parts = []
    for member in expected if isinstance(expected, list) else [expected]:
        slot = slots.number(f"{name}.{member}")
        if slot is None:
            raise ConditionFault(
                place,
                f"{member!r} is no member of {name!r}",
                _near(str(member), [str(m) for m in slots.several[name]]),
            )
        parts.append((((slot, frozenset({True})),),))
    return either(*parts)


def _merged(first: Any, second: Any) -> tuple[tuple[int, frozenset[object]], ...] | None:
    merged = dict(first)
    for slot, allowed in second:
        merged[slot] = merged[slot] & allowed if slot in merged else allowed
        if not merged[slot]:
            return None
    return tuple(merged.items())


def _contains(wide: dict[int, frozenset[object]], narrow: dict[int, frozenset[object]]) -> bool:
    return all(slot in narrow and narrow[slot] <= allowed for slot, allowed in wide.items())


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "0" if value == "zero" else str(value)


def _near(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
