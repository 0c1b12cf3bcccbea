"""How much visitors may put on a desk before they confirm an address, and what becomes of it unconfirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pytest_django import DjangoCaptureOnCommitCallbacks

from reglament.desk.channels.guest_form import actions, limits
from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.channels.models import GuestDraft
from reglament.desk.faults import ActionRefused
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.tram import HOUR, NOW, tram_desk
from reglament.desk.tickets.models import Request

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def keep(desk: Desk, address: str = "vera@example.org", at: datetime = NOW, **values: Any) -> GuestDraft:
    return actions.keep_draft(desk, address=address, now=at, **{"subject": "", "text": "Late", **values})


def refusal(
    desk: Desk, address: str = "vera@example.org", at: datetime = NOW, **values: Any
) -> ActionRefused:
    before = GuestDraft.objects.count(), OutgoingLetter.objects.count()
    with pytest.raises(ActionRefused) as refused:
        keep(desk, address, at, **values)
    assert (GuestDraft.objects.count(), OutgoingLetter.objects.count()) == before
    return refused.value


def link(draft: GuestDraft) -> str:
    return OutgoingLetter.objects.get(key=f"guest:{draft.pk}").text.split("/guest/")[1].split("/")[0]


def file(size: int) -> tuple[IncomingFile, ...]:
    return (IncomingFile("a.bin", "application/octet-stream", b"x" * size),)


def paths(draft: GuestDraft) -> list[str]:
    return [one["path"] for one in draft.content["files"]]


def test_a_mailbox_is_one_whatever_its_tags_and_capitals() -> None:
    desk = tram_desk()
    for address in ("vera@example.org", "Vera+a@Example.org", "VERA+b+c@example.org", "vera+@example.org"):
        keep(desk, address)
    keep(desk, "vera+d@example.org")

    for address in ("vera@example.org", "vera+e@example.ORG"):
        assert refusal(desk, address).field == "address"
    for another in ("vera2@example.org", "vera@example.net", "a+vera@example.org", "veraXa@example.org"):
        keep(desk, another)
    keep(tram_desk(slug="other", number_prefix="OT"))


def test_a_letter_goes_to_the_very_address_that_was_given() -> None:
    keep(tram_desk(), "Vera+Trams@example.org")

    assert OutgoingLetter.objects.get().recipient == "vera+trams@example.org"


def test_an_hour_later_a_mailbox_may_get_more_and_only_so_many_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "A_DAY", limits.AN_HOUR + 1)
    desk = tram_desk()
    for number in range(limits.AN_HOUR):
        keep(desk, f"vera+{number}@example.org")
    assert "already" in str(refusal(desk))

    keep(desk, at=NOW + HOUR)
    refused = refusal(desk, "vera+z@example.org", NOW + 2 * HOUR)
    assert (refused.field, "tomorrow" in str(refused)) == ("address", True)
    keep(desk, at=NOW + DAY)


def test_what_was_confirmed_counts_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "AN_HOUR", 1)
    desk = tram_desk()
    actions.confirm_draft(desk.slug, link(keep(desk)), NOW)

    keep(desk)


def test_a_desk_sends_only_so_many_letters_a_day_to_addresses_that_nobody_confirmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "OF_DESK_A_DAY", 2)
    desk = tram_desk()
    for number in range(2):
        keep(desk, f"visitor{number}@example.org")

    assert "another way" in str(refusal(desk))
    keep(tram_desk(slug="other", number_prefix="OT"))
    keep(desk, at=NOW + DAY)


def test_files_that_wait_fill_the_room_of_their_desk_and_words_need_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "BYTES", 100)
    desk = tram_desk()
    first = keep(desk, "a@example.org", attachments=file(60))
    keep(desk, "b@example.org", attachments=file(40))

    refused = refusal(desk, "c@example.org", attachments=file(1))
    assert (refused.field, "without files" in str(refused)) == ("attachments", True)
    keep(desk, "c@example.org")
    keep(tram_desk(slug="other", number_prefix="OT"), "c@example.org", attachments=file(100))

    actions.confirm_draft(desk.slug, link(first), NOW)
    keep(desk, "c@example.org", attachments=file(60))


def test_files_of_what_was_never_confirmed_are_removed_once_its_link_is_over(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BYTES", 100)
    desk = tram_desk()
    over = keep(desk, "a@example.org", attachments=file(60))
    waits = keep(desk, "b@example.org", NOW + HOUR, attachments=file(40))
    late = NOW + actions.KEPT

    with django_capture_on_commit_callbacks(execute=True):
        assert actions.forget_expired(late) == 1

    assert [default_storage.exists(path) for path in (*paths(over), *paths(waits))] == [False, True]
    assert list(GuestDraft.objects.all()) == [waits]
    keep(desk, "c@example.org", late, attachments=file(60))


def test_what_is_being_confirmed_is_not_forgotten(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    desk = tram_desk()
    draft = keep(desk, attachments=file(1))
    actions.confirm_draft(desk.slug, link(draft), NOW)

    with django_capture_on_commit_callbacks(execute=True):
        assert actions.forget_expired(NOW + actions.KEPT) == 0

    assert GuestDraft.objects.get() == draft


def test_files_of_a_form_that_could_not_be_kept_do_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Exception):
        pass

    stored: list[str] = []

    def breaks(*_said: Any, **_values: Any) -> None:
        stored.extend(paths(GuestDraft.objects.get()))
        raise Broken

    monkeypatch.setattr(actions, "send_letter", breaks)
    with pytest.raises(Broken):
        keep(tram_desk(), attachments=file(1))

    assert len(stored) == 1
    assert not default_storage.exists(stored[0])
    assert not GuestDraft.objects.exists()


def test_what_a_visitor_types_into_a_plain_field_is_kept_whatever_it_looks_like() -> None:
    desk = tram_desk()
    foreign = keep(desk, "a@example.org", kind="refund", fields={"pass_code": "4711"})
    reference = foreign.content["secrets"]["pass_code"]

    draft = keep(desk, "b@example.org", kind="repair", fields={"route": reference})
    actions.confirm_draft(desk.slug, link(draft), NOW)

    request = Request.objects.get()
    assert request.facts["fields.route"]["value"] == reference
    assert request.current_decision is not None
    assert request.current_decision.outcome == "accept"
    kept = request.current_decision.facts["fields"]["route"]
    assert kept == {"state": "present", "reference": f"request:{request.pk}"}


def test_what_a_visitor_types_into_a_secret_field_is_sealed_whatever_it_looks_like() -> None:
    desk = tram_desk()
    foreign = keep(desk, "a@example.org", kind="refund", fields={"pass_code": "4711"})
    reference = foreign.content["secrets"]["pass_code"]

    draft = keep(desk, "b@example.org", kind="refund", fields={"pass_code": reference})

    assert draft.content["fields"] == {}
    assert draft.content["secrets"]["pass_code"] != reference
