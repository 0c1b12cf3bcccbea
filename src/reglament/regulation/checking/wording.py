"""The words of findings in both languages: what is wrong, and how to mend it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "red-case": {
        "ru": (
            "случай «{case}» не сходится (ожидалось ≠ получено): {differences}",
            "исправьте правило или, если оно верно, сам случай",
        ),
        "en": (
            "the case “{case}” does not come out (expected ≠ came): {differences}",
            "mend the rule or, where it is right, the case",
        ),
    },
    "case-form/shape": {
        "ru": (
            "здесь должен быть случай: файл — список случаев или словарь с ключами defaults и cases",
            "начните случай с «- case: …»",
        ),
        "en": (
            "a case should stand here: the file is a list of cases, or a map of defaults and cases",
            "begin a case with “- case: …”",
        ),
    },
    "case-form/unknown-key": {
        "ru": ("у случая нет ключа {key}", "подойдёт: {near}"),
        "en": ("{key} is no key of a case", "write {near}"),
    },
    "case-form/nameless": {
        "ru": ("у случая нет имени", "скажите после «case:», что он показывает"),
        "en": ("the case has no name", "say after “case:” what it shows"),
    },
    "case-form/clauses": {
        "ru": ("clauses — это список номеров пунктов", "перечислите пункты, которые показывает случай"),
        "en": ("clauses is a list of clause ids", "list the clauses that the case shows"),
    },
    "case-form/request": {
        "ru": ("request — это обращение: словарь его фактов", "напишите факты обращения"),
        "en": ("request is a request: a map of its facts", "write the request's facts"),
    },
    "case-form/expects": {
        "ru": (
            "случай должен ожидать либо решения (expect), либо отказа решать (fault)",
            "оставьте что-то одно",
        ),
        "en": ("a case expects either a decision (expect) or a fault (fault)", "keep exactly one of the two"),
    },
    "case-form/fault": {
        "ru": ("fault — это место в обращении, например received_at", "назовите место"),
        "en": ("fault is a place in the request, such as received_at", "name the place"),
    },
    "case-form/unknown-expectation": {
        "ru": ("ожидать {key} нельзя: такого ключа у решения нет", "подойдёт: {near}"),
        "en": ("{key} cannot be expected: a decision has no such key", "write {near}"),
    },
}
"""By message: in each language what is wrong and how to mend it, with the names of the values in braces."""


def in_words(message: str, language: str, values: Mapping[str, object]) -> tuple[str, str]:
    """What a finding says in a language (`ru` or `en`), and how to mend it."""
    what, mend = WORDS[message][language]
    return what.format_map(values), mend.format_map(values)
