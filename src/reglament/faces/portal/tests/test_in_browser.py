"""The clients' pages in a real browser: reachable for everybody, in either theme, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Contact
from reglament.desk.tests.tram import NOW, arrive, client_of, staff_at
from reglament.desk.tickets.actions import propose_severity, reply
from reglament.desk.tickets.models import Ticket
from tests.accessibility import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

    from reglament.desk.regulations.models import Desk

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "four ordinary words here"
RIDER = "rider@example.org"
WIDTHS = (320, 390, 768, 1440)
PUBLIC = ("/", "/account/login/", "/account/password/reset/", "/d/tram/", "/d/tram/regulation/",
          "/d/tram/guest/", "/d/tram/guest/about/repair/", "/d/tram/nothing-here/")  # fmt: skip
SIGNED_IN = ("/account/", "/account/password/change/", "/d/tram/portal/", "/d/tram/portal/new/",
             "/d/tram/portal/new/refund/", "/d/tram/portal/entitlements/", "/d/tram/portal/tickets/1001/",
             "/d/tram/portal/tickets/1001/why/1/", "/d/tram/portal/tickets/1002/supply/1/")  # fmt: skip
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def rider(tram: Desk) -> Contact:
    contact = client_of(tram, RIDER)
    assert contact.account is not None
    contact.account.set_password(PASSWORD)
    contact.account.save()
    return contact


@pytest.fixture
def tickets(tram: Desk, rider: Contact) -> list[Ticket]:
    """One ticket with everything that a page of it can show, and one that lacks something."""
    word = "Сверхвысокопроизводительная_металлообрабатывающая_линия"
    full, request = arrive(
        tram, sender_address=RIDER, kind="card_change", subject=f"Карта и {word}",
        text=f"Смените карту.\n{word}",
        quoted="> Вы писали", html="<p>Смените <b>карту</b>.</p>",
        attachments=(IncomingFile(f"{word}.pdf", "application/pdf", b"pdf"),),
    )  # fmt: skip
    staff = staff_at(tram)
    propose_severity(staff, request, "halt", reason="Ничего не едет.", at=NOW)
    reply(staff, full, "Подтвердите, пожалуйста: https://example.org/a", at=NOW)
    lacking, _request = arrive(tram, sender_address=RIDER, kind="repair")
    return [full, lacking]


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


def visit(browser: Browser, contexts: list[BrowserContext], **options: Any) -> Page:
    context = browser.new_context(**{"locale": "ru-RU", "reduced_motion": "reduce", **options})
    contexts.append(context)
    return context.new_page()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/account/login/")
    page.get_by_label("Ваш адрес электронной почты").fill(Contact.objects.get(email=RIDER).account.email)  # type: ignore[union-attr]
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Мои заявки")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("signed_in", [False, True], ids=["anybody", "client"])
def test_every_page_is_accessible_and_keeps_its_shape(
    browser: Browser, contexts: list[BrowserContext], live_server: LiveServer, tickets: list[Ticket],
    theme: Any, signed_in: bool,
) -> None:  # fmt: skip
    page = visit(browser, contexts, color_scheme=theme)
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    if signed_in:
        sign_in(page, live_server.url)
    for path in SIGNED_IN if signed_in else PUBLIC:
        page.goto(live_server.url + path)
        for fold in page.locator("details.fold > summary").all():
            fold.click()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) <= 0, f"{path} overflows at {width}"
        assert violations(page, outside=("iframe",)) == [], path
    # The browser reports every page that is not there; nothing else may be said.
    assert [words for words in said if "404" not in words] == []


def test_a_visitor_without_scripts_asks_confirms_and_follows(
    browser: Browser, contexts: list[BrowserContext], live_server: LiveServer, tram: Desk
) -> None:
    page = visit(browser, contexts, java_script_enabled=False)
    page.goto(f"{live_server.url}/d/tram/")
    page.get_by_role("link", name="Обратиться через форму").click()
    page.get_by_role("link", name="Ремонт").click()
    page.get_by_role("button", name="Отправить", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Нужно поправить 4 места")
    page.get_by_role("alert").get_by_role("link", name="Маршрут").click()
    expect(page).to_have_url(re.compile(r"#id_fields\.route$"))
    page.get_by_label("Маршрут").fill("12")
    page.get_by_label("Что нужно сделать?").fill("Не звонит звонок.")
    page.get_by_label("остановка").check()
    page.get_by_label("Ваше имя").fill("Вера")
    page.get_by_label("Ваш адрес электронной почты").fill("vera@example.net")
    page.get_by_role("button", name="Отправить", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Проверьте почту")
    found = re.search(
        r"https?://[^/]+(/d/\S+)", OutgoingLetter.objects.get(template="guest_confirmation").text
    )
    assert found is not None
    page.goto(live_server.url + found[1])
    page.get_by_role("button", name="Адрес мой: отправить обращение").click()
    expect(page.get_by_text("Наш ход:")).to_be_visible()
    expect(page.get_by_text("Не звонит звонок.")).to_be_visible()
    page.get_by_label("Ваше сообщение").fill("Уже звонит.")
    page.get_by_role("button", name="Отправить", exact=True).click()
    expect(page.get_by_text("Уже звонит.")).to_be_visible()
    page.get_by_role("link", name="Почему?").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Почему?")
    expect(page.locator("svg.ruler-drawing").first).to_be_attached()


def test_a_client_without_scripts_confirms_agrees_and_closes(
    browser: Browser, contexts: list[BrowserContext], live_server: LiveServer, tickets: list[Ticket]
) -> None:
    page = visit(browser, contexts, java_script_enabled=False)
    sign_in(page, live_server.url)
    page.get_by_role("link", name=re.compile("Карта и ")).click()
    page.get_by_role("button", name="Подтвердить заявку").click()
    expect(page.get_by_role("status")).to_contain_text("Подтверждено")
    page.get_by_role("button", name="Согласен", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("Ваш ход"))).to_have_count(0)
    page.get_by_role("button", name="Вопросов больше нет").click()
    expect(page.get_by_role("heading", name=re.compile("Закрыта"))).to_be_visible()


def test_the_letter_in_its_frame_is_readable_and_runs_nothing(
    browser: Browser, contexts: list[BrowserContext], live_server: LiveServer, tickets: list[Ticket]
) -> None:
    tickets[0].messages.filter(kind="client").update(
        html="<p id=said>Смените карту.</p><script>document.getElementById('said').remove()</script>"
    )
    page = visit(browser, contexts)
    asked: list[str] = []
    sign_in(page, live_server.url)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/d/tram/portal/tickets/1001/")
    page.get_by_text("Как было отправлено").click()
    expect(page.frame_locator("iframe").get_by_text("Смените карту.")).to_be_visible()
    assert all(url.startswith(live_server.url) for url in asked)
