"""A client of the tram depot, signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from reglament.desk.people.models import Contact
    from reglament.desk.regulations.models import Desk


@pytest.fixture
def rider(tram: Desk) -> Contact:
    """Give a client who rides the trams."""
    from reglament.desk.tests.tram import client_of
    from reglament.faces.portal.tests.pages import RIDER

    return client_of(tram, RIDER)


@pytest.fixture
def portal(rider: Contact) -> Client:
    """Give the browser of that client."""
    from reglament.faces.portal.tests.pages import signed_in

    return signed_in(rider)
