"""Letters in the outbox, for tests."""

from __future__ import annotations

from typing import Any

from reglament.desk.notices import actions
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import MOMENT


def write(desk: Desk, **values: Any) -> OutgoingLetter:
    """Write a letter into the outbox; values replace what `send_letter` is otherwise given."""
    said: dict[str, Any] = {
        "to": "anna@example.org",
        "key": "registration:1",
        "at": MOMENT,
        "language": "ru",
        "mark": actions.AUTOMATIC,
    } | values
    letter = actions.send_letter(
        desk, said.pop("template", "registration_notice"), {"number": "X-1042", "subject": "Файл"}, **said
    )
    assert letter is not None
    return letter


def only() -> OutgoingLetter:
    """Give the one letter that there is."""
    return OutgoingLetter.objects.get()
