"""The tram depot with services of its own: a question must name the line, and one of them a stop as well."""

from __future__ import annotations

from datetime import timedelta

from reglament.desk.regulations.actions import create_desk
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.tram import NOW, TRAM

LINES = TRAM.replace(
    "fields:\n",
    "services:\n"
    '  harbour: {ru: "портовая линия", en: "harbour line"}\n'
    '  hill: {ru: "горная линия", en: "hill line"}\n'
    "fields:\n"
    '  line: {title: {ru: "линия", en: "line"}, type: service}\n'
    '  stop: {title: {ru: "остановка трамвая", en: "stop"}, type: text}\n',
    1,
).replace(
    "      - requires: [route]\n",
    "      - requires: [line]\n"
    "        when: {kind: question}\n"
    "      - requires: [stop]\n"
    "        when: {kind: question, service: hill}\n"
    "      - requires: [route]\n",
)


def lines_desk() -> Desk:
    """Make a desk whose questions must say which line they are about."""
    return create_desk(LINES, slug="lines", name="Lines", number_prefix="LN", at=NOW - timedelta(days=30))
