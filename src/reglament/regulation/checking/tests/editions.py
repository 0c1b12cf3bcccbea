"""Small editions made by chance, whole enough to be decided by, odd enough to be wrong in every way."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from reglament.regulation.reading.read import ReadRegulation, regulation_of
from reglament.regulation.reading.yaml_source import Document

_TITLE = {"ru": "Слово", "en": "Word"}
_KINDS = ("question", "unclassified", "other")
_CHANNELS = ("portal", "email", "phone", "chat")

BASE: dict[str, Any] = {
    "regulation": "chance",
    "edition": "2024-01-01",
    "title": _TITLE,
    "provider": _TITLE,
    "timezone": "Europe/Moscow",
    "number_prefix": "CH",
    "calendars": {"always": {"title": _TITLE, "hours": "always"}},
    "channels": {},
    "departments": {"support": {"title": _TITLE}},
    "kinds": {kind: {"title": _TITLE} for kind in _KINDS},
    "facts": {
        "circumstances.flag": {"title": _TITLE, "type": "flag", "known_from": ["form"]},
        "client.number": {"title": _TITLE, "type": "number", "known_from": ["records"]},
        "client.date": {"title": _TITLE, "type": "date", "known_from": ["records"]},
    },
    "fields": {"text": {"title": _TITLE, "type": "text"}, "inn": {"title": _TITLE, "type": "inn"}},
    "grounds": {"rudeness": {"title": _TITLE, "cure": _TITLE}},
}


def _some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


_date_tests = st.sampled_from(
    [
        {"on_or_after": "receipt"},
        {"before": "receipt"},
        {"less_than_ago": "1 year"},
        {"less_than_ago": "2 years"},
        {"not": {"less_than_ago": "1 year"}},
    ]
)
_ATOMS: dict[str, st.SearchStrategy[Any]] = {
    "kind": _some(_KINDS),
    "channel": _some(_CHANNELS),
    "circumstances.flag": st.booleans(),
    "client.number": st.sampled_from([0, "absent", "present", {"not": 0}]),
    "client.date": _date_tests,
    "fields.inn": st.sampled_from(["valid", "invalid", {"not": "absent"}]),
}
_WORDS: dict[str, st.SearchStrategy[Any]] = {
    "word": st.sampled_from(["left", "right"]),
    "words": st.sampled_from(["odd", ["odd", "even"], {"not": "even"}]),
}


def _atoms(atoms: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    one = st.sampled_from(sorted(atoms)).flatmap(lambda name: atoms[name].map(lambda value: {name: value}))
    return st.lists(one, min_size=1, max_size=2).map(
        lambda parts: {key: value for part in parts for key, value in part.items()}
    )


ALL_FACTS = tuple(_ATOMS)
FEW_FACTS = ("kind", "channel", "circumstances.flag", "client.number")


def conditions(facts: tuple[str, ...], *, words: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Conditions over these facts and, with `words`, over the words that the edition defines."""
    atoms = {name: _ATOMS[name] for name in facts}
    plain = _atoms({**atoms, **_WORDS} if words else atoms)
    return st.one_of(
        plain,
        plain,
        st.lists(plain, min_size=1, max_size=2).map(lambda parts: {"any": parts}),
        plain.map(lambda part: {"not": part}),
    )


@st.composite
def _rows(
    draw: st.DrawFn, facts: tuple[str, ...], values: tuple[str, ...], *, words: bool
) -> list[dict[str, Any]]:
    count = draw(st.integers(1, 3))
    rows = [
        {"when": draw(conditions(facts, words=words)), "is": draw(st.sampled_from(values))}
        for _ in range(count)
    ]
    return [*rows, {"is": values[0]}] if draw(st.booleans()) else rows


@st.composite
def rules(draw: st.DrawFn, facts: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rules of nearly every sort, with chance conditions over these facts."""

    def guarded(rule: dict[str, Any]) -> dict[str, Any]:
        guard = draw(st.sampled_from(["when", "unless", ""]))
        return {**rule, guard: draw(conditions(facts, words=True))} if guard else rule

    values = {"left": _TITLE, "right": _TITLE}
    found: list[dict[str, Any]] = [
        {
            "define": "word",
            "title": _TITLE,
            "values": values,
            "rows": draw(_rows(facts, ("left", "right"), words=False)),
        },
        {
            "define": "words",
            "title": _TITLE,
            "values": {"odd": _TITLE, "even": _TITLE},
            "several": True,
            "rows": draw(_rows(facts, ("odd", "even"), words=False)),
        },
        {"sets": "department", "is": "support"},
        {"sets": "service_level", "is": "full"},
        guarded({"sets": "service_level", "is": "consultation", "overrides": True}),
        guarded({"sets": "responsibility", "rows": draw(_rows(facts, ("provider", "client"), words=True))}),
        guarded({"sets": "responsibility", "is": draw(st.sampled_from(["provider", "client"]))}),
        {"queue": [draw(_rank(facts))], "then_by": "received_at", "says": _TITLE},
        guarded({"accepts": draw(_some(_CHANNELS))}),
        guarded({"accepts": dict.fromkeys(draw(_some(_CHANNELS)), "identified")}),
        guarded({"requires": ["text|inn"]}),
        guarded({"not_covered": True, "offer": "paid"}),
        guarded({"offers": draw(st.sampled_from(["paid", "by_agreement"]))}),
        guarded({"refusal": "rudeness"}),
        guarded(
            {
                "obligation": "answer",
                "title": _TITLE,
                "clock": "always",
                "fulfilled_by": "staff_reply",
                "within": draw(_rows(facts, ("4 hours", "8 hours"), words=True)),
            }
        ),
    ]
    if draw(st.booleans()):
        found.append({"informal": True, "when": {"channel": draw(_some(_CHANNELS))}})
    return found


@st.composite
def _rank(draw: st.DrawFn, facts: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"when": draw(conditions(facts, words=False)), "is": 1}, {"is": 0}]


def read(rules_: list[dict[str, Any]]) -> ReadRegulation:
    """The edition that has these rules in its only clause."""
    clause = {"id": "CH-1", "title": _TITLE, "text": _TITLE, "rules": rules_}
    return regulation_of([Document({**BASE, "clauses": [clause]}, {})], "chance.yaml")
