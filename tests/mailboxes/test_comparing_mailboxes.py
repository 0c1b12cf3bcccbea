"""Mailboxes and files compared with the ledger: what differs is found, named, and fetched again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from reglament import clock
from reglament.desk.channels.email import ledger
from reglament.desk.channels.mailboxes import actions, queries, reconciling
from reglament.desk.channels.models import MailboxLetter, MailSource, RawLetter
from reglament.desk.jobs.worker import JobWorker
from tests.mailboxes.post import Post, letter, until

AGO = timedelta(minutes=30)


def filled(post: Post, count: int = 3, folder: str = "INBOX") -> None:
    """Put letters into the mailbox that came half an hour ago."""
    with post.mailbox() as mailbox:
        for number in range(count):
            raw = letter(f"Письмо {number}", number=f"n{number}-{post.user}")
            mailbox.put(raw, folder, came_at=clock.now() - AGO)


def read_all(post: Post, count: int = 3, **values: Any) -> MailSource:
    """Have the mailbox read once, to its end."""
    source = post.source(**values)
    readers = post.readers()
    post.wait_for(count)
    until(lambda: MailboxLetter.objects.filter(marked_at__isnull=False).count() == count)
    readers.end()
    return source


def test_a_mailbox_that_was_read_does_not_differ(post: Post) -> None:
    filled(post)
    found = reconciling.reconcile_source(read_all(post), clock.now())
    assert (found.seen, found.stored, found.differing, found.fault) == (3, 3, [], "")


def test_a_letter_that_was_missed_is_found_named_and_fetched(post: Post) -> None:
    filled(post)
    source = post.source()
    readers = post.readers()
    post.wait_for(3)
    readers.end()
    lost = RawLetter.objects.get(internet_message_id=f"<n1-{post.user}@example.org>")
    MailboxLetter.objects.filter(raw_letter=lost).delete()
    if lost.ticket is not None:
        RawLetter.objects.filter(pk=lost.pk).update(ticket=None, message=None)
    RawLetter.objects.filter(pk=lost.pk).delete()
    found = reconciling.reconcile_source(source, clock.now())
    assert (found.seen, found.stored) == (3, 2)
    (differing,) = found.differing
    assert differing["what"] == "missing"
    assert differing["taken"] is True
    assert differing["subject"] == "Письмо 1"
    assert differing["message_id"] == f"<n1-{post.user}@example.org>"
    assert {one.internet_message_id for one in post.taken()} == {
        f"<n{number}-{post.user}@example.org>" for number in range(3)
    }
    again = reconciling.reconcile_source(source, clock.now())
    assert (again.seen, again.stored, again.differing) == (3, 3, [])
    (newest, *_rest) = queries.reconciliations_of(post.desk)
    assert newest.row == again
    assert newest.name == "Почта поддержки"


def test_what_the_ledger_has_and_nobody_noted_down_does_not_differ(post: Post) -> None:
    filled(post)
    source = read_all(post)
    MailboxLetter.objects.all().delete()
    found = reconciling.reconcile_source(source, clock.now())
    assert (found.seen, found.stored, found.differing) == (3, 3, [])
    assert len(post.taken()) == 3


def test_letters_that_were_moved_are_compared_where_they_are_now(post: Post) -> None:
    filled(post)
    source = read_all(post, after="move", done_folder="Готово")
    with post.mailbox() as mailbox:
        mailbox.put(letter("Мимо службы"), "Готово", came_at=clock.now() - AGO)
    found = reconciling.reconcile_source(source, clock.now())
    assert (found.seen, found.stored) == (4, 3)
    assert [one["subject"] for one in found.differing] == ["Мимо службы"]
    assert len(post.taken()) == 4


def test_a_letter_that_is_just_coming_in_does_not_differ(post: Post) -> None:
    with post.mailbox() as mailbox:
        mailbox.put(letter("Только что"))
    found = reconciling.reconcile_source(post.source(), clock.now())
    assert (found.seen, found.differing) == (0, [])


def test_a_comparison_that_could_not_be_made_says_why(post: Post) -> None:
    found = reconciling.reconcile_source(post.source(password="другой"), clock.now())
    assert found.fault.startswith("sign_in_refused:")
    (seen,) = queries.reconciliations_of(post.desk)
    assert "password" in seen.fault or "пароль" in seen.fault


def test_files_that_are_gone_changed_or_nobodys_are_named(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "NIGHTS", 1)
    filled(post, 4)
    read_all(post, 4)
    good = reconciling.reconcile_files(post.desk, clock.now())
    assert (good.seen, good.stored, good.differing) == (4, 4, [])
    gone, cut, other, whole = post.taken()
    data = Path(settings.REGLAMENT_DATA)
    (data / gone.storage_path).unlink()
    (data / cut.storage_path).write_bytes(b"short")
    (data / other.storage_path).write_bytes(b"x" * other.size)
    stray = f"letters/{post.desk.pk}/ab/{'ab' * 32}.eml"
    ledger.write_durably(data / stray, b"nobody's")
    found = reconciling.reconcile_files(post.desk, clock.now())
    assert (found.seen, found.stored) == (5, 1)
    assert {one["file"]: one["what"] for one in found.differing} == {
        gone.storage_path: "file_absent",
        cut.storage_path: "size_differs",
        other.storage_path: "content_differs",
        stray: "file_without_row",
    }
    assert whole.storage_path not in str(found.differing)


def test_a_person_can_have_it_done_now_by_a_worker(post: Post) -> None:
    filled(post)
    source = read_all(post)
    actions.reconcile_now(None, post.desk, at=clock.now())
    actions.reconcile_now(None, post.desk, source=source, at=clock.now())
    worker = JobWorker(sweeps=())
    assert worker.take_one()
    assert worker.take_one()
    found = queries.reconciliations_of(post.desk)
    assert [one.row.mail_source for one in found] == [source, None, source]
    assert [(one.row.seen, one.row.stored) for one in found] == [(3, 3)] * 3
