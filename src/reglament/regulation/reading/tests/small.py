"""A regulation as small as the grammar allows, and ways to add to it."""

from __future__ import annotations

from reglament.regulation.reading.read import ReadRegulation, read_regulation

SMALL = """\
regulation: small
edition: 2026-01-01
title: {ru: "Малый", en: "Small"}
provider: {ru: "Мы", en: "We"}
timezone: Europe/Moscow
number_prefix: SM
calendars:
  always: {title: {ru: "всегда", en: "always"}, hours: always}
channels: {email: {}}
departments: {support: {title: {ru: "Поддержка", en: "Support"}}}
severities:
  high: {title: {ru: "высокий", en: "high"}, meaning: {ru: "плохо", en: "bad"}}
  low: {title: {ru: "низкий", en: "low"}, meaning: {ru: "терпимо", en: "bearable"}}
kinds:
  question: {title: {ru: "Вопрос", en: "Question"}}
  work: {title: {ru: "Работа", en: "Work"}}
  unclassified: {title: {ru: "Не названо", en: "Not named"}}
  other: {title: {ru: "Другое", en: "Other"}}
groups: {asking: [question, other]}
facts:
  client.bought_on: {title: {ru: "куплено", en: "bought"}, type: date, known_from: [records]}
  client.left: {title: {ru: "осталось", en: "left"}, type: number, known_from: [records]}
  client.plan:
    title: {ru: "тариф", en: "plan"}
    type: choice
    values: {basic: {ru: "базовый", en: "basic"}, full: {ru: "полный", en: "full"}}
    default: basic
    known_from: [records]
fields:
  login: {title: {ru: "Логин", en: "Login"}, type: text}
  number: {title: {ru: "ИНН", en: "Tax number"}, type: inn}
  who: {title: {ru: "Кто вы", en: "Who you are"}, type: identity}
grounds:
  rude: {title: {ru: "грубость", en: "rudeness"}, cure: {ru: "Вежливо.", en: "Politely."}}
clauses:
  - id: SM-1
    title: {ru: "Основа", en: "Basis"}
    text: {ru: "Основа.", en: "Basis."}
    rules:
      - {sets: department, is: support}
      - {sets: service_level, is: full}
      - sets: severity
        rows: [{when: {stated_severity: absent}, is: low, remark: unstated}, {is: {same_as: stated_severity}}]
      - queue: [0]
        then_by: received_at
        says: {ru: "по порядку", en: "in order"}
"""


def with_rules(*rules: str, clause: str = "SM-2") -> str:
    """The small regulation with one more clause of these rules, each a YAML text."""
    head = f'  - id: {clause}\n    title: {{ru: "Ещё", en: "More"}}\n    text: {{ru: "Ещё.", en: "More."}}\n'
    lines = "".join(f"      {line}\n" for rule in rules for line in rule.strip("\n").splitlines())
    return f"{SMALL}{head}    rules:\n{lines}"


def read(*rules: str) -> ReadRegulation:
    return read_regulation(with_rules(*rules) if rules else SMALL, "small.yaml")
