"""The outbox, the words of letters and the key that signs them, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reglament.desk.notices import deliverability, signing_keys
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Account
from reglament.desk.tests.tram import MINUTE, NOW, arrive
from reglament.faces.workspace.tests.house import House
from reglament.faces.workspace.tests.test_in_browser import LONG, WIDTHS, Sit, at_the_desk

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["at_the_desk"]
pytestmark = pytest.mark.django_db(transaction=True)


def pages_of(house: House) -> dict[str, str]:
    """Every page of sending, with something of everything on it."""
    answers = {
        "refused": "550 5.7.1 " + "we do not like it, " * 20,
        "unknown": "SMTPServerDisconnected: Connection unexpectedly closed",
        "held": "letters to this address come back",
        "queued": "451 later",
        "bounced": "smtp; 550 no such person",
    }
    for place, (state, answer) in enumerate(answers.items()):
        ticket, _ = arrive(
            house.desk,
            NOW + place * MINUTE,
            sender_address=f"{LONG[:5].lower()}{place}@example.org" if place else house.client.email,
            subject=LONG if place else "Не ходит трамвай",
        )
        OutgoingLetter.objects.filter(ticket=ticket).update(
            state=state,
            server_answer=answer,
            attempts=place,
            attempted_at=NOW,
            signing_fault="VaultFault: the key is not at hand" if state == "refused" else "",
        )
    letter = OutgoingLetter.objects.get(state="bounced")
    deliverability.mark(letter, status="5.1.1", diagnostic=letter.server_answer, at=NOW)
    signing_keys.make_key(house.admin, domain="tram.example.org", selector="desk2026", at=NOW)
    house.at(NOW + 10 * MINUTE)
    assert isinstance(house.admin.account, Account)
    assert letter.ticket is not None
    return {
        "outbox": house.url("outbox"),
        "letter": house.url("sent_letter", letter.pk),
        "decide": house.url("decide_letter", letter.pk, "again"),
        "ticket": house.ticket_url("ticket", letter.ticket),
        "words": house.url("words"),
        "edit": house.url("edit_words", "registration_notice", "ru"),
        "signing": house.url("signing"),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_sending_has_a_fault_of_access_or_is_too_wide(
    house: House, at_the_desk: Sit, theme: str
) -> None:
    from tests.accessibility import violations

    page = at_the_desk(house.admin, language="ru", color_scheme=theme)
    faults: dict[str, list[str]] = {}
    for name, url in pages_of(house).items():
        page.goto(url)
        faults[name] = violations(page, outside=(".message-frame",))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults[name].append(f"too wide at {width}")
    assert not {name: found for name, found in faults.items() if found}


def test_the_preview_follows_what_is_written(house: House, at_the_desk: Sit) -> None:
    page: Page = at_the_desk(house.owner)
    page.goto(house.url("edit_words", "registration_notice", "en"))
    preview = page.locator("#preview")
    preview.get_by_text("We have received").wait_for()
    page.locator("textarea").fill("[{{ number }}] Fine\n\nHello, {{ nobody }}!")
    preview.get_by_text("no value “nobody”").wait_for()
    page.locator("textarea").fill("[{{ number }}] Fine\n\nHello, {{ name }}!")
    preview.get_by_text("Hello, Anna Petrova!").wait_for()
    assert not house.desk.letter_templates.exists()
