"""A desk that writes letters, and a server that takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

# Nothing of Django is loaded here: this is read before its settings are, and in runs without it.
if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from reglament.desk.notices.tests.servers import Server
    from reglament.desk.regulations.models import Desk


@pytest.fixture
def desk() -> Desk:
    """Give a desk with an address to write from."""
    from reglament.desk.regulations.models import DeskAddress
    from reglament.desk.tests.rows import make_desk

    desk = make_desk(name="Поддержка «Икс»")
    DeskAddress.objects.create(desk=desk, address="help@desk.example.org")
    return desk


@pytest.fixture
def taking(settings: Settings) -> Iterator[Server]:
    """Give a server that takes letters, named in the settings."""
    from reglament.desk.notices.tests.servers import server

    with server() as running:
        settings.REGLAMENT_MAIL_SERVER = running.address
        yield running
