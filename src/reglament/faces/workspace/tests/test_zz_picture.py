"""The workspace in a real browser: a day by keyboard alone, access, widths and themes, scripts off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from reglament.desk.tests.tram import MINUTE, NOW, arrive
from reglament.desk.tickets import actions
from reglament.faces.workspace.tests.house import House, sit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from reglament.desk.people.models import StaffMember

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Электрогидродинамическоевысокоширотномагистральноеоборудование"
WIDTHS = (390, 1024, 1440)
Sit = Callable[..., "Page"]


@pytest.fixture
def at_the_desk(browser: Browser, live_server: Any, house: House) -> Iterator[Sit]:
    """Give pages at which a member of staff is signed in."""
    contexts = []

    def page(member: StaffMember, *, language: str = "en", **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            timezone_id="Europe/Moscow",
            **{"viewport": {"width": 1440, "height": 900}, **options},
        )
        contexts.append(context)
        session = sit(member).cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: language}
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        opened = context.new_page()
        opened.on("pageerror", lambda fault: pytest.fail(f"a script failed: {fault}"))
        return opened

    yield page
    for context in contexts:
        context.close()




def test_picture(at_the_desk: Any, house: House) -> None:
    from reglament.desk.tests.tram import NOW, arrive
    from reglament.desk.tickets import actions
    ticket, request = arrive(house.desk, sender_address=house.client.email)
    actions.mark_rude(house.lead, request, at=NOW)
    page = at_the_desk(house.lead, language="ru")
    page.goto(house.url("ticket", ticket.number))
    page.screenshot(path="/tmp/p0.png")
    actions.stop_support(house.lead, ticket, reason="Оскорбления и угрозы сотрудникам в переписке.", at=NOW)
    page.goto(house.url("ticket", ticket.number)); page.screenshot(path="/tmp/p1.png")
    page.goto(house.url("client", house.client.organisation_id)); page.screenshot(path="/tmp/p2.png")
    page.goto(house.url("queue", "depot")); page.screenshot(path="/tmp/p3.png")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(house.url("ticket", ticket.number)); page.screenshot(path="/tmp/p4.png")
