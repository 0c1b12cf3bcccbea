"""What axe-core finds wrong with a page, for the tests that look at pages in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

CRITERIA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, outside: tuple[str, ...] = ()) -> list[str]:
    """Give one line for each element at fault under WCAG 2.2 AA and axe's good practice, as the page now is.

    `outside` names by CSS selector what is not our own markup, such as the frame of a letter.
    """
    context = {"include": [["html"]], "exclude": [[selector] for selector in outside]}
    found = Axe().run(page, context, {"runOnly": CRITERIA})
    return [
        f"{violation['id']} ({violation['help']}): {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
