"""The gallery in a real browser: no fault of access, nothing that overflows, overlaps or is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from reglament.faces.common.tests.gallery.serving import serving
from reglament.faces.common.tests.gallery.views import ERRORS, NAMES
from tests.accessibility import violations

WIDTHS = [320, 390, 768, 1024, 1440]
PATHS = [f"/gallery/{name}/" for name in NAMES] + [f"/error/{name}/" for name in ERRORS]

OVERLAPS = """() => {
  const faults = [];
  for (const drawing of document.querySelectorAll(".ruler-drawing")) {
    if (!drawing.getClientRects().length) continue;
    const frame = drawing.getBoundingClientRect();
    const texts = [...drawing.querySelectorAll("text")]
      .map((text) => [text.textContent, text.getBoundingClientRect()]);
    texts.forEach(([said, box], place) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1) faults.push(`${said} leaves the drawing`);
      for (const [other, there] of texts.slice(place + 1)) {
        const beside = box.right <= there.left || there.right <= box.left;
        const apart = box.top >= there.bottom - 3 || there.top >= box.bottom - 3;
        if (!beside && !apart) faults.push(`${said} over ${other}`);
      }
    });
  }
  return faults;
}"""

# Links within a line of text are exempt (2.5.8, "inline"); a clause has a taller area than it shows.
SMALL_TARGETS = """() =>
  [...document.querySelectorAll("a, button, summary, input, select, label:has(> input)")]
  .filter((element) => element.checkVisibility({ checkOpacity: true }))
  .filter((element) => !element.closest(".visually-hidden, .skip-link, p, dd, h1"))
  .filter((element) => !element.matches("a.clause, .message-body a, li > a, label > input"))
  .map((element) => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && box.height > 1 && (box.height < 23.5 || box.width < 19.5))
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as served:
        yield served


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_accessible_and_keeps_its_shape_at_every_width(
    browser: Browser, address: str, path: str, theme: Any
) -> None:
    context = browser.new_context(locale="ru-RU", color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.on("pageerror", lambda fault: refused.append(str(fault)))
    page.goto(address + path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (
            f"overflows at {width}"
        )
        assert page.evaluate(OVERLAPS) == [], f"labels at {width}"
        assert page.evaluate(SMALL_TARGETS) == [], f"targets at {width}"
    page.set_viewport_size({"width": 1440 if theme == "light" else 390, "height": 900})
    assert violations(page) == []
    assert [fault for fault in refused if "Failed to load resource" not in fault] == []
    context.close()


def test_english_pages_are_accessible_too(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/gallery/workspace/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert violations(page) == []
    context.close()


def test_the_theme_changes_without_losing_what_was_typed(page: Page, address: str) -> None:
    page.goto(f"{address}/gallery/portal/")
    page.get_by_label("Напишите, если есть что добавить").fill("Черновик")
    page.get_by_role("button", name="Тёмное").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Тёмное")).to_have_attribute("aria-pressed", "true")
    assert page.get_by_label("Напишите, если есть что добавить").input_value() == "Черновик"
    page.goto(f"{address}/gallery/empty/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_theme_changes_without_scripts_too(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ru-RU")
    page = context.new_page()
    page.goto(f"{address}/gallery/empty/")
    page.get_by_role("button", name="Тёмное").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url == f"{address}/gallery/empty/"
    context.close()


def test_the_keys_walk_the_queue_and_stay_out_of_fields(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/gallery/workspace/")
    rows = page.locator("[data-key-row]")
    page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("n")
    expect(page.get_by_label("Заметка", exact=True).first).to_be_checked()
    field = page.get_by_role("textbox", name="Заметка")
    field.fill("")
    field.press("j")
    expect(field).to_have_value("j")
    expect(field).to_be_focused()


def test_the_keys_can_be_listed_and_switched_off(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/gallery/workspace/")
    page.keyboard.press("Shift+Slash")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Одиночные клавиши").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator("[data-key-row]:focus")).to_have_count(0)


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page: Page, address: str) -> None:
    page.goto(f"{address}/gallery/portal/")
    summary = page.locator("details.menu > summary")
    summary.click()
    expect(page.get_by_role("link", name="Выйти")).to_be_visible()
    page.get_by_role("link", name="Выйти").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Выйти")).to_be_hidden()
    expect(summary).to_be_focused()


def test_paper_is_black_on_white_and_without_ways_through(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="ru-RU", color_scheme="dark")
    page = context.new_page()
    page.goto(f"{address}/gallery/document/")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.document p')).color") == "rgb(26, 35, 48)"
    assert not page.locator(".top-bar").is_visible()
    assert page.locator("#ALL-10 table").is_visible()
    context.close()
