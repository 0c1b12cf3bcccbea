"""Mailboxes as an administrator sets them up: tried out, changed, removed; and what keeps passwords safe."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connection

from reglament import clock
from reglament.desk.channels.mailboxes import actions, queries
from reglament.desk.channels.mailboxes.checking import Finding
from reglament.desk.channels.mailboxes.reading import Access
from reglament.desk.channels.mailboxes.taking import access_of
from reglament.desk.channels.models import MailSource
from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.operations.models import AuditEvent, Secret
from reglament.desk.people.models import Role, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import make_account
from tests.dovecot import PASSWORD, Dovecot
from tests.mailboxes.post import Post, letter, until


def member(desk: Desk, role: Role) -> StaffMember:
    """Give somebody who works at the desk."""
    return StaffMember.objects.create(desk=desk, account=make_account(), role=role, joined_at=desk.created_at)


def tried(post: Post, **values: Any) -> list[Finding]:
    """Try the mailbox out with other values."""
    said = {"folder": "INBOX", "after": "flag", "done_folder": ""} | post.place() | values
    return actions.try_source(None, post.desk, at=clock.now(), **said)


def named(findings: list[Finding]) -> dict[str, bool | None]:
    """Give what was found, by its id."""
    return {finding.what: finding.good for finding in findings}


def test_a_mailbox_that_is_tried_out_tells_all_about_itself_and_changes_nothing(post: Post) -> None:
    with post.mailbox() as mailbox:
        mailbox.make("Входящие")
        mailbox.put(letter("Раз"), "Входящие")
        mailbox.put(letter("Два"), "Входящие")
    found = tried(post, folder="Входящие", after="move", done_folder="Готово")
    assert named(found) == {
        "greeted": True, "encrypted": None, "signed_in": True, "folder": True, "newest": None, "idle": True,
        "marks": True,
    }  # fmt: skip
    assert "«Входящие»" in found[3].words or "“Входящие”" in found[3].words
    assert found[3].words.endswith("2.")
    with post.mailbox() as mailbox:
        assert all("\\Seen" not in flags for _uid, flags, _raw in mailbox.letters("Входящие"))


def test_what_a_server_cannot_do_is_told_before_it_matters(
    desk: Desk, imap_servers: Callable[..., Dovecot]
) -> None:
    with ExitStack() as stack:
        post = Post(desk, imap_servers("IMAP4rev1"), stack)
        found = named(tried(post, after="move", done_folder="Готово"))
        assert (found["idle"], found["marks"]) == (None, None)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"password": "другой"}, "sign_in_refused"),
        ({"folder": "Нигде"}, "folder_absent"),
        ({"port": 1}, "host_forbidden"),
        ({"host": "169.254.169.254"}, "host_forbidden"),
        ({"host": "::ffff:169.254.169.254"}, "host_forbidden"),
        ({"host": "0.0.0.0"}, "host_forbidden"),  # noqa: S104 - it is refused
        ({"host": "8.8.8.8"}, "must_encrypt"),
        ({"host": "nowhere.invalid"}, "host_unknown"),
    ],
)
def test_the_first_thing_that_is_wrong_ends_a_test(post: Post, values: dict[str, Any], fault: str) -> None:
    if values.get("port") == 1:
        with pytest.raises(ActionRefused) as refused:
            tried(post, **values)
        assert refused.value.field == "port"
        return
    found = tried(post, **values)
    assert (found[-1].what, found[-1].good) == (fault, False)


def test_a_certificate_that_nobody_vouches_for_is_refused_and_no_password_sent(post: Post) -> None:
    found = tried(post, host="localhost", port=post.server.tls_port, encryption="tls")
    assert named(found) == {"certificate_untrusted": False}
    found = tried(post, host="localhost", encryption="starttls")
    assert named(found) == {"certificate_untrusted": False}


def test_a_server_is_read_over_encryption_where_its_certificate_is_trusted(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(post.server.certificate))
    for encryption, port in (("tls", post.server.tls_port), ("starttls", post.server.port)):
        found = tried(post, host="localhost", port=port, encryption=encryption)
        assert named(found)["encrypted"] is True
        assert "TLSv1.3" in found[1].words
    with post.mailbox() as mailbox:
        mailbox.put(letter("Зашифровано"))
    post.source(host="localhost", port=post.server.tls_port, encryption="tls")
    post.readers()
    post.wait_for(1)


@contextmanager
def silent_server(greeting: bytes = b"") -> Iterator[int]:
    """Give the port of a server that greets, drop by drop, and says nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            try:
                talking, _ = server.accept()
                with talking:
                    for drop in greeting:
                        talking.sendall(bytes([drop]))
                        time.sleep(0.2)
                    time.sleep(20)
            except OSError:
                return

        threading.Thread(target=talk, daemon=True).start()
        yield server.getsockname()[1]


@pytest.mark.parametrize("greeting", [b"", b"* OK " + b"x" * 1000], ids=["silent", "drop by drop"])
def test_a_test_ends_whatever_the_server_does(
    post: Post, monkeypatch: pytest.MonkeyPatch, greeting: bytes
) -> None:
    from reglament.desk.channels.mailboxes import checking

    with silent_server(greeting) as port:
        begun = time.monotonic()
        access = Access("127.0.0.1", port, "none", "user", PASSWORD)
        found = checking.findings(access, "INBOX", "", clock.now(), longest=1.5)
        assert named(found) == {"silent": False}
        assert time.monotonic() - begun < 3


def test_what_is_no_mail_server_is_told_apart(post: Post) -> None:
    with silent_server(b"HTTP/1.1 400 Bad Request\r\n") as port:
        assert named(tried(post, port=port)) == {"no_imap": False}


def test_only_who_may_change_the_desk_sets_up_mailboxes(post: Post) -> None:
    lead, admin = member(post.desk, Role.LEAD), member(post.desk, Role.ADMIN)
    recipient = post.desk.addresses.get(address="support@example.com")
    for deed in (
        lambda by: actions.add_source(
            by, post.desk, **post.place(), name="Почта", recipient=recipient, at=clock.now()
        ),
        lambda by: actions.try_source(by, post.desk, **post.place(), at=clock.now()),
        lambda by: actions.reconcile_now(by, post.desk, at=clock.now()),
    ):
        with pytest.raises(NotAllowed):
            deed(lead)
        deed(admin)
    source = MailSource.objects.get()
    with pytest.raises(NotAllowed):
        actions.remove_source(lead, source, at=clock.now())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"host": "bad host"}, "host"),
        ({"host": "http://imap.example.com"}, "host"),
        ({"port": 22}, "port"),
        ({"port": 993, "encryption": "starttls"}, "encryption"),
        ({"encryption": "rot13"}, "encryption"),
        ({"user": "anna\r\nA1 DELETE INBOX"}, "user"),
        ({"password": "with\nline"}, "password"),
        ({"password": ""}, "password"),
        ({"folder": "a\r\nb"}, "folder"),
        ({"after": "move"}, "done_folder"),
        ({"after": "move", "done_folder": "INBOX"}, "done_folder"),
    ],
)
def test_values_that_cannot_be_are_named(post: Post, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        post.source(**values)
    assert refused.value.field == field
    assert not MailSource.objects.exists()
    assert not Secret.objects.filter(desk=post.desk, field=actions.SEALED_FOR).exists()


def test_the_same_mailbox_is_not_read_twice(post: Post) -> None:
    post.source()
    with pytest.raises(ActionRefused, match=r"already|уже"):
        post.source(name="Ещё раз")


def change(source: MailSource, post: Post, **values: Any) -> MailSource:
    """Change a mailbox, keeping all that is not said."""
    said = post.place(password="", name=source.name, recipient=source.recipient) | {
        "folder": source.folder, "after": source.after, "done_folder": source.done_folder,
    }  # fmt: skip
    return actions.change_source(None, source, **(said | values), at=clock.now())


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"host": "imap.evil.example", "encryption": "tls"},
        {"port": 2143},
        {"encryption": "starttls"},
        {"user": "x"},
    ],
)
def test_a_kept_password_goes_to_no_other_place(post: Post, elsewhere: dict[str, Any]) -> None:
    source = post.source()
    with pytest.raises(ActionRefused) as refused:
        change(source, post, **elsewhere)
    assert refused.value.field == "password"
    with pytest.raises(ActionRefused):
        tried(post, source=source, password="", **elsewhere)
    assert MailSource.objects.get().host == "127.0.0.1"


def test_a_kept_password_serves_to_try_the_same_place(post: Post) -> None:
    assert named(tried(post, source=post.source(), password=""))["signed_in"] is True


def test_a_changed_password_replaces_the_old_one_and_no_row_or_log_shows_either(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    source = post.source()
    old = source.password
    assert old is not None
    changed = change(source, post, password="совсем другой", name="Новое имя")
    assert access_of(changed).password == "совсем другой"
    assert Secret.objects.get(pk=old.pk).erased_at is not None
    post.readers()
    until(lambda: MailSource.objects.get().last_fault)
    values = AuditEvent.objects.get(what="change_mail_source").values
    assert values["password_changed"] is True
    for secret in (PASSWORD, "совсем другой"):
        assert secret not in caplog.text
        assert secret not in str(list(AuditEvent.objects.values("what", "reason", "values")))
        assert secret not in str(MailSource.objects.values().get())
        assert secret not in repr(access_of(changed))


def test_a_removed_mailbox_leaves_its_letters_and_no_password(post: Post) -> None:
    with post.mailbox() as mailbox:
        mailbox.put(letter("Останется"))
    source = post.source()
    post.readers()
    post.wait_for(1)
    actions.remove_source(None, source, at=clock.now())
    (left,) = post.taken()
    assert (left.mail_source, left.state) == (None, "create")
    assert source.password is not None
    assert Secret.objects.get(pk=source.password.pk).erased_at is not None
    assert AuditEvent.objects.filter(what="remove_mail_source").exists()


def test_a_page_sees_how_each_mailbox_fares(post: Post) -> None:
    source = post.source()

    def state() -> str:
        (one,) = queries.sources_of(post.desk, clock.unmoved())
        return str(one.state)

    assert state() == "waiting"
    post.readers()
    until(lambda: state() == "read")
    actions.pause_source(None, source, at=clock.now())
    assert state() == "paused"
    assert queries.source_at(post.desk, source.pk) == source
    assert connection.vendor in {"sqlite", "postgresql"}
