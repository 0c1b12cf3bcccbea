"""Mailboxes in the workspace: set up, tried out, paused and compared by administrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from reglament.desk.channels.models import MailSource, Reconciliation
from reglament.desk.tests.tram import NOW
from reglament.faces.workspace.tests.house import House, sit, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(house: House) -> dict[str, Any]:
    """Give what is filled in of a mailbox at a port where nobody listens."""
    address = house.desk.addresses.create(address="help@tram.example.org")
    return {
        "name": "Help",
        "recipient": str(address.pk),
        "host": "127.0.0.1",
        "port": "1143",
        "encryption": "none",
        "user": "help",
        "password": "very secret",
        "folder": "INBOX",
        "after": "flag",
        "done_folder": "",
    }


def test_a_mailbox_is_connected_changed_paused_and_removed(house: House, said: dict[str, Any]) -> None:
    admin = sit(house.admin)
    answer = admin.post(house.url("add_mailbox"), said)
    assert answer.headers["Location"] == house.url("mailboxes")
    row = MailSource.objects.get()
    page = text(admin.get(house.url("mailbox", row.pk)))
    assert "waits for the mail process" in page
    assert "very secret" not in page
    changed = said | {"name": "Other", "password": ""}
    admin.post(house.url("mailbox", row.pk), changed)
    row.refresh_from_db()
    assert row.name == "Other"
    refused = text(admin.post(house.url("mailbox", row.pk), changed | {"host": "127.0.0.2"}))
    assert "Enter the password again" in refused
    admin.post(house.url("pause_mailbox", row.pk))
    assert "paused" in text(admin.get(house.url("mailboxes")))
    admin.post(house.url("resume_mailbox", row.pk))
    since = {"since": "2026-01-15"}
    assert admin.post(house.url("take_old_letters", row.pk), since).status_code == HTTPStatus.FOUND
    row.refresh_from_db()
    assert (row.paused_at, row.takes_from.isoformat()[:10]) == (None, "2026-01-14")
    assert "has not come yet" in text(
        admin.post(house.url("take_old_letters", row.pk), {"since": "2030-01-01"})
    )
    assert "erases its password" in text(admin.get(house.url("remove_mailbox", row.pk)))
    admin.post(house.url("remove_mailbox", row.pk))
    assert not MailSource.objects.exists()


def test_what_a_test_found_is_put_into_the_form_or_into_a_page(house: House, said: dict[str, Any]) -> None:
    admin = sit(house.admin)
    part = text(admin.post(house.url("test_mailbox"), said, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "takes no connections" in part
    page = text(admin.post(house.url("test_mailbox"), said))
    assert "takes no connections" in page
    assert 'value="127.0.0.1"' in page
    assert "very secret" not in page
    nameless = text(
        admin.post(house.url("test_mailbox"), said | {"host": "x y"}, headers={"HX-Request": "true"})
    )
    assert "Enter the name of the server" in nameless
    assert not MailSource.objects.exists()


def test_a_failing_mailbox_says_what_is_wrong(house: House, said: dict[str, Any]) -> None:
    admin = sit(house.admin)
    admin.post(house.url("add_mailbox"), said)
    MailSource.objects.update(attempts=2, last_fault="sign_in_refused:No", next_attempt_at=NOW)
    page = text(admin.get(house.url("mailboxes")))
    assert "cannot be read" in page
    assert "does not accept the user or the password. It says: No" in page
    assert "Next attempt" in page


def test_comparisons_show_what_differs_and_are_made_anew_by_a_press(
    house: House, said: dict[str, Any]
) -> None:
    admin = sit(house.admin)
    admin.post(house.url("add_mailbox"), said)
    about = {
        "what": "missing",
        "uid": 7,
        "message_id": "<seven@example.com>",
        "subject": "Lost",
        "taken": True,
    }
    Reconciliation.objects.create(
        desk=house.desk, mail_source=MailSource.objects.get(), at=NOW, seen=3, stored=2, differing=[about]
    )
    page = text(admin.get(house.url("mailboxes")))
    assert "words=%3Cseven%40example.com%3E" in page
    assert "was not in the ledger, and was fetched" in page
    assert admin.post(house.url("compare_mail")).status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("who", ["agent", "lead", "owner", "foreign"])
def test_for_everybody_but_administrators_there_are_no_such_pages(
    house: House, said: dict[str, Any], who: str
) -> None:
    sit(house.admin).post(house.url("add_mailbox"), said)
    row, browser = MailSource.objects.get(), sit(getattr(house, who))
    for name, arguments in {
        "mailboxes": (),
        "add_mailbox": (),
        "test_mailbox": (),
        "mailbox": (row.pk,),
        "remove_mailbox": (row.pk,),
        "pause_mailbox": (row.pk,),
        "take_old_letters": (row.pk,),
    }.items():
        url = house.url(name, *arguments)
        assert browser.get(url).status_code == HTTPStatus.NOT_FOUND
        assert browser.post(url, said).status_code == HTTPStatus.NOT_FOUND
    assert browser.post(house.url("compare_mail"), {}).status_code in (
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
    )
    row.refresh_from_db()
    assert row.paused_at is None
