"""Files and raw letters in object storage, against a server that speaks the protocol of S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from reglament.desk.channels.email import ledger
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import read_stored, receive_letter
from reglament.desk.channels.models import LetterState, RawLetter
from reglament.desk.tests.rows import make_desk
from reglament.desk.tests.tram import NOW, tram_desk
from reglament.desk.tickets.files import content_of
from reglament.desk.tickets.models import Attachment
from reglament.site.environment import Bucket
from reglament.site.object_storage import ObjectStorage
from reglament.site.settings import _storages

ENVELOPE = Envelope("anna@example.org", "help@desk.example")
LETTER = """From: anna@example.org
To: help@desk.example
Subject: Act
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain

The act is enclosed.
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename="act.pdf"

%PDF-1.7
--x--
""".replace("\n", "\r\n").encode()


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(service: str) -> Iterator[Bucket]:
    bucket = Bucket("files", "desk/one", service, "ru-1", "key", "secret")
    made = _everything(bucket).bucket
    made.create(CreateBucketConfiguration={"LocationConstraint": "ru-1"})
    yield bucket
    made.objects.all().delete()
    made.delete()


@pytest.fixture
def use(settings: Settings, tmp_path: Path) -> Callable[[Bucket], None]:
    settings.REGLAMENT_DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"

    def use(bucket: Bucket) -> None:
        settings.STORAGES = _storages(bucket)

    return use


def _everything(bucket: Bucket) -> ObjectStorage:
    return ObjectStorage(replace(bucket, prefix=""), "")


def _keys(bucket: Bucket) -> list[str]:
    return sorted(one.key for one in _everything(bucket).bucket.objects.all())


def _unreachable(bucket: Bucket) -> Bucket:
    return replace(bucket, endpoint="http://127.0.0.1:9")  # discard, which nothing listens on


def test_a_file_is_given_back_as_it_was_and_lies_where_the_prefix_says(
    bucket: Bucket, use: Callable[[Bucket], None]
) -> None:
    use(bucket)
    content = bytes(range(256)) * 100
    path = default_storage.save("attachments/1/ab/abc", ContentFile(content))
    assert _keys(bucket) == ["desk/one/files/attachments/1/ab/abc"]
    with default_storage.open(path) as stored:
        assert stored.read() == content
    default_storage.delete(path)
    default_storage.delete(path)
    assert _keys(bucket) == []


def test_what_is_not_there_is_told_from_a_storage_that_fails(bucket: Bucket) -> None:
    with pytest.raises(FileNotFoundError, match="no such object"):
        ObjectStorage(bucket, "files").open("attachments/nothing")
    elsewhere = ObjectStorage(replace(bucket, name="not-made"), "files")
    attempts: list[Callable[[], object]] = [
        lambda: elsewhere.open("attachments/nothing"),
        lambda: elsewhere.save("attachments/nothing", ContentFile(b"x")),
    ]
    for attempt in attempts:
        with pytest.raises(OSError, match="answered NoSuchBucket") as failed:
            attempt()
        assert not isinstance(failed.value, FileNotFoundError)


def test_a_service_that_is_not_there_fails_as_a_disk_does(bucket: Bucket) -> None:
    gone = ObjectStorage(_unreachable(bucket), "files")
    attempts: list[Callable[[], object]] = [
        lambda: gone.open("a"),
        lambda: gone.save("a", ContentFile(b"x")),
        lambda: gone.delete("a"),
    ]
    for attempt in attempts:
        with pytest.raises(OSError, match="cannot be used"):
            attempt()


def test_keys_of_the_address_are_mixed_with_none_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of another account")
    monkeypatch.setenv("AWS_S3_SESSION_PROFILE", "another")
    storage = ObjectStorage(Bucket("files", access_key="key", secret_key="secret"), "files")
    assert (storage.access_key, storage.security_token) == ("key", None)


def test_without_keys_in_the_address_those_of_the_machine_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "machine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert ObjectStorage(Bucket("files"), "files").access_key == "machine"


@pytest.mark.django_db
def test_a_letter_and_its_file_lie_in_the_bucket_and_none_on_the_disk(
    bucket: Bucket, use: Callable[[Bucket], None], tmp_path: Path
) -> None:
    use(bucket)
    verdict = receive_letter(tram_desk(), LETTER, ENVELOPE, "smtp", NOW)
    assert verdict.action == LetterState.CREATE
    row = RawLetter.objects.get()
    attachment = Attachment.objects.get()
    assert _keys(bucket) == [f"desk/one/files/{attachment.storage_path}", f"desk/one/{row.storage_path}"]
    assert ledger.raw_of(row) == LETTER
    assert content_of(attachment) == b"%PDF-1.7"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_letter_that_the_storage_did_not_take_is_not_taken(
    bucket: Bucket, use: Callable[[Bucket], None]
) -> None:
    use(_unreachable(bucket))
    with pytest.raises(OSError, match="cannot be used"):
        receive_letter(make_desk(), LETTER, ENVELOPE, "smtp", NOW)
    assert not RawLetter.objects.exists()


@pytest.mark.django_db
def test_a_letter_is_read_later_where_the_storage_fails_meanwhile(
    bucket: Bucket, use: Callable[[Bucket], None]
) -> None:
    use(bucket)
    row, _ = ledger.store(tram_desk(), LETTER, ENVELOPE, "smtp", received_at=NOW, recorded_at=NOW)
    use(_unreachable(bucket))
    read_stored(row.pk, NOW)
    row.refresh_from_db()
    assert row.state == LetterState.STORED
    use(bucket)
    read_stored(row.pk, NOW)
    row.refresh_from_db()
    assert row.state == LetterState.CREATE
