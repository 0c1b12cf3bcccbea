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


def test_a_queue_is_worked_by_keyboard_alone(house: House, at_the_desk: Sit) -> None:
    first, _ = arrive(house.desk, sender_address=house.client.email, kind="question", severity="halt")
    second, request = arrive(house.desk, NOW + MINUTE, kind="repair", subject="It squeals")
    house.at(NOW + 2 * MINUTE)
    page = at_the_desk(house.agent)
    page.goto(house.url("home"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{first.number}/")
    page.keyboard.press("t")
    page.get_by_text("nobody has taken it").wait_for(state="detached")
    page.keyboard.press("r")
    page.keyboard.type("The tram comes at noon.")
    page.keyboard.press("Control+Enter")
    page.locator(".message.is-staff").get_by_text("The tram comes at noon.").wait_for()
    page.goto(house.url("ticket", second.number))
    page.keyboard.press("i")
    page.locator("#act-dialog select[name=kind]").wait_for()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.keyboard.press("q")
    page.keyboard.press("Control+Enter")
    page.get_by_text("the client's turn").first.wait_for()
    first.refresh_from_db()
    assert first.assignee == house.agent
    assert first.messages.filter(kind="staff", text="The tram comes at noon.").exists()
    assert request.obligations.filter(metric="answer", state="met").exists()


def test_the_form_of_an_act_opens_in_the_page_and_gives_the_keyboard_back(
    house: House, at_the_desk: Sit
) -> None:
    ticket, request = arrive(house.desk, kind="question")
    actions.mark_rude(house.agent, request, at=NOW)
    page = at_the_desk(house.agent)
    page.goto(house.url("ticket", ticket.number))
    page.fill("textarea[name=text] >> nth=0", "Half a")
    page.get_by_role("link", name="Refuse").click()
    dialog = page.locator("#act-dialog")
    dialog.get_by_text("TR-7 —").wait_for()
    dialog.get_by_role("link", name="Cancel").click()
    assert not dialog.is_visible()
    assert page.input_value("textarea[name=text] >> nth=0") == "Half a"
    page.reload()
    assert page.input_value("textarea[name=text] >> nth=0") == "Half a", "what is typed outlives a reload"


def test_who_is_calling_is_found_as_one_types_and_the_verdict_follows(house: House, at_the_desk: Sit) -> None:
    page = at_the_desk(house.agent)
    page.goto(house.url("new"))
    page.keyboard.type(house.client.name)
    page.get_by_role("radio").first.check()
    page.select_option("select[name=kind]", "repair")
    route = page.locator("#verdict input[name='fields.route']")
    route.wait_for()
    page.fill("textarea[name=text]", "It squeals")
    page.fill("#verdict input[name='fields.route']", "6")
    page.locator("textarea[name=text]").press("Control+Enter")
    page.wait_for_url("**/tickets/*/")
    ticket = house.desk.tickets.get()
    assert ticket.requester == house.client
    assert ticket.requests.get().facts["fields.route"]["value"] == "6"


def test_a_new_ticket_appears_in_the_open_queue_and_the_place_of_the_reader_stays(
    house: House, at_the_desk: Sit
) -> None:
    here, _ = arrive(house.desk, kind="question", severity="delay")
    page = at_the_desk(house.agent)
    page.goto(house.url("queue", "depot"))
    page.keyboard.press("j")
    new, _ = arrive(house.desk, kind="question", severity="halt")
    page.evaluate("htmx.trigger('#rows', 'refresh')")
    page.locator(f"#ticket-{new.number}").wait_for()
    assert page.evaluate("document.activeElement.id") == f"ticket-{here.number}"


def test_a_ticket_is_worked_with_scripts_off(house: House, at_the_desk: Sit) -> None:
    ticket, request = arrive(house.desk, kind="question", sender_address=house.client.email)
    page = at_the_desk(house.agent, java_script_enabled=False)
    page.goto(house.url("queue", "depot"))
    page.click(f"#ticket-{ticket.number}")
    page.fill("textarea[name=text] >> visible=true", "At noon.")
    page.get_by_role("button", name="Send the reply").click()
    page.locator(".message.is-staff").get_by_text("At noon.").wait_for()
    page.get_by_role("link", name="Name the kind").click()
    page.select_option("select[name=kind]", "repair")
    page.get_by_role("button", name="Name the kind").click()
    page.wait_for_url(f"**/tickets/{ticket.number}/")
    request.refresh_from_db()
    assert request.kind == "repair"
    page.locator("label", has_text="Note").click()
    page.fill("textarea[name=text] >> visible=true", "For us.")
    page.get_by_role("button", name="Keep the note").click()
    page.locator(".message.is-note").get_by_text("For us.").wait_for()


def pages_of(house: House) -> dict[str, str]:
    """Every page, with content long and short."""
    organisation = house.client.organisation
    organisation.name = f"ООО «{LONG}»"
    organisation.save()
    ticket, request = arrive(
        house.desk, sender_address=house.client.email, kind="repair", subject=f"{LONG} не отвечает",
        text=f"https://example.org/{LONG}{LONG}", quoted="-- \nRider", html="<p>late</p>",
    )  # fmt: skip
    actions.note(house.agent, ticket, "Похоже на стрелку.", at=NOW + MINUTE)
    actions.reply(house.agent, ticket, "Едем.", at=NOW + 2 * MINUTE)
    actions.mark_rude(house.agent, request, at=NOW + 2 * MINUTE)
    actions.propose_severity(house.agent, request, "halt", reason="три трамвая", at=NOW + 2 * MINUTE)
    closed, _ = arrive(house.desk, kind="card_change")
    actions.close(house.lead, closed, at=NOW + MINUTE, reason="повтор")
    house.at(NOW + 3 * MINUTE)
    return {
        "queue": house.url("queue", "depot"),
        "view": house.url("view", "all"),
        "empty": house.url("view", "mine"),
        "ticket": house.url("ticket", ticket.number),
        "closed": house.url("ticket", closed.number),
        "why": house.url("why", ticket.number, 1),
        "kind": house.ticket_url("act", ticket, "name_kind", request=1),
        "facts": house.ticket_url("act", ticket, "correct_facts", request=1),
        "refuse": house.ticket_url("act", ticket, "refuse", request=1),
        "who": house.ticket_url("act", ticket, "recognise_requester"),
        "forbidden": house.ticket_url("act", ticket, "correct_severity", request=1),
        "new": house.url("new") + "?kind=repair",
        "letter": house.url("new") + "?channel=letter",
        "talks": house.url("talks"),
        "clients": house.url("clients"),
        "client": house.url("client", organisation.pk),
        "record": house.url("add_record", organisation.pk) + "?fact=client.plan",
        "person": house.url("change_contact", house.client.pk),
        "letters": house.url("letters"),
        "desk": house.url("desk"),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_fault_of_access(house: House, at_the_desk: Sit, theme: str) -> None:
    from tests.accessibility import violations

    page = at_the_desk(house.lead, language="ru", color_scheme=theme)
    faults = {}
    for name, url in pages_of(house).items():
        page.goto(url)
        if found := violations(page, outside=(".message-frame",)):
            faults[name] = found
    assert not faults


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_page_is_wider_than_its_window(house: House, at_the_desk: Sit, language: str) -> None:
    page = at_the_desk(house.lead, language=language)
    wide = []
    for name, url in pages_of(house).items():
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(url)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(f"{name} at {width}")
    assert not wide


def test_every_page_speaks_one_language(house: House, at_the_desk: Sit) -> None:
    page = at_the_desk(house.lead, language="ru")
    strange = {}
    for name, url in pages_of(house).items():
        page.goto(url)
        words = page.locator(
            "nav, h1, h2, h3, button, label, .forbidden, dt, .event, .work-order"
        ).all_inner_texts()
        said = " ".join(words)
        for ours in (
            str(house.lead),
            str(house.client),
            str(house.agent),
            "rider@example.org",
            "English",
            "Tram",
        ):
            said = said.replace(ours, "")
        if found := re.findall(r"\b[A-Za-z]{4,}\b", said):
            strange[name] = sorted(set(found) - {"Ctrl", "Enter"})
    assert not {name: found for name, found in strange.items() if found}
