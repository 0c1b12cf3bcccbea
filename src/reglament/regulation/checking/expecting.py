"""How what a case expects is compared with a decision in its public form.

A key of the decision (dots go into objects) must be equal, or, where the case writes `{set: [...]}`,
hold the same members in any order. `obligations` are compared as a set, each on the keys that the case
gives. `cites~` and `grounds~` must be among the cited clauses and the grounds, `cites!` and `grounds!`
must not, `cites=` and `grounds=` are exactly those, in any order. A cite or a ground may be a name
or a map of the keys to compare (`{clause: …, effect: …}`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

KEYS = (
    "id", "regulation", "edition", "outcome", "also", "service_level", "responsibility", "offer", "severity",
    "queue", "queue.department", "queue.rank", "queue.then_by", "obligations", "missing", "asks",
    "redirect_to", "redirect_needs", "refusal_grounds", "needs_permission", "cites",
)  # fmt: skip
AMONG = {"cites": ("cites", "clause"), "grounds": ("refusal_grounds", "ground")}
"""Lists of which a case may expect some members: the key of the decision, and what names a member."""
SIGNS = "~!="

_ABSENT = object()


@dataclass(frozen=True)
class Difference:
    """One expectation that was not met."""

    key: str
    expected: object
    came: object

    def __str__(self) -> str:
        return f"{self.key}: {_shown(self.expected)} ≠ {_shown(self.came)}"


def known_key(key: str) -> str | None:
    """None where a case may expect the key, else the key (or keys) that may be meant."""
    known = [*KEYS, *(name + sign for name in AMONG for sign in SIGNS)]
    if key in known:
        return None
    near = get_close_matches(key, known, 1)
    return near[0] if near else ", ".join(known)


def differences(expect: Mapping[str, Any], decision: Mapping[str, Any]) -> Iterator[Difference]:
    """Every expectation that a decision in its public form does not meet."""
    for key, expected in expect.items():
        if key[-1] in SIGNS:
            yield from _among(key, expected, decision)
            continue
        came: Any = decision
        for part in key.split("."):
            came = came.get(part, _ABSENT) if isinstance(came, dict) else _ABSENT
        if key == "obligations":
            met = isinstance(expected, list) and _pairs(expected, came)
        else:
            met = _equal(expected, came)
        if not met:
            yield Difference(key, expected, None if came is _ABSENT else came)


def _among(key: str, expected: Any, decision: Mapping[str, Any]) -> Iterator[Difference]:
    where, named_by = AMONG[key[:-1]]
    listed = expected if isinstance(expected, list) else [expected]
    wanted = [member if isinstance(member, dict) else {named_by: member} for member in listed]
    came = decision[where]
    lacking = [one for one in wanted if not any(_agrees(one, member) for member in came)]
    present = [one for one in wanted if one not in lacking]
    beyond = [member for member in came if not any(_agrees(one, member) for one in wanted)]
    sign = key[-1]
    if (sign == "~" and lacking) or (sign == "!" and present) or (sign == "=" and (lacking or beyond)):
        yield Difference(key, expected, list(dict.fromkeys(member[named_by] for member in came)))


def _pairs(expected: list[Any], came: Any) -> bool:
    """Whether each expected obligation has one of its own among those that came, and none is left."""
    if len(expected) != len(came):
        return False
    if not expected:
        return True
    first, *rest = expected
    return any(
        _agrees(first, one) and _pairs(rest, came[:number] + came[number + 1 :])
        for number, one in enumerate(came)
    )


def _agrees(expected: Any, came: Mapping[str, Any]) -> bool:
    if not isinstance(expected, dict):
        return False
    # A key that came with nothing may be expected as null.
    return all(
        _equal(value, came.get(key, None if value is None else _ABSENT)) for key, value in expected.items()
    )


def _equal(expected: Any, came: Any) -> bool:
    if isinstance(expected, dict) and set(expected) == {"set"} and isinstance(came, list):
        return sorted(map(_shown, expected["set"])) == sorted(map(_shown, came))
    # JSON text compares `true` with `1` as different, and maps without their order.
    return came is not _ABSENT and _shown(expected) == _shown(came)


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
