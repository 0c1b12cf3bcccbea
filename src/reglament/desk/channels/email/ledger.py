"""The ledger of letters: each is kept as it came before anything is read of it, and ends in one state.

A letter lies in a file under the data folder, named by the digest of its octets, and in a row. File,
folder and row are on the disk before the sender's server is told that the letter was taken, so neither
a crash nor a power cut after that can lose it. A file without a row is no harm: the sender was told
nothing, and sends again.

Where files are kept in object storage, the letter is an object there, and the same holds once the service
has answered for it: then a letter that one machine took can be read by any other.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import IntegrityError, transaction

from reglament.desk.channels.email.outline import outline_of
from reglament.desk.channels.models import LetterState, MailSource, RawLetter
from reglament.desk.regulations.models import Desk

LETTERS = "letters"
"""The folder of raw letters in the data folder, and the name of their storage where that is another place."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the mail servers said of a letter to each other, which need not be what stands in it."""

    mail_from: str
    """The reverse path; empty is the null one, of bounces and automatic answers."""
    recipient: str
    client_address: str | None = None
    """The network address of the machine that brought the letter; None where it did not come by SMTP."""
    helo: str = ""
    """The name by which that machine greeted."""


def store(
    desk: Desk,
    raw: bytes,
    envelope: Envelope,
    source: str,
    *,
    received_at: datetime,
    recorded_at: datetime,
    size: int | None = None,
    mail_source: MailSource | None = None,
    quiet: bool = False,
) -> tuple[RawLetter, bool]:
    """Keep a letter for good, and give its row and whether it is a new one.

    Takes which door took it (`smtp`, `lmtp`, `pipe`, `imap`), the moment of receipt, the present one, the
    size where only the beginning of the letter is kept, the mailbox that it was read from, and whether it
    is one that nothing is sent for. The same octets for the same recipient are
    the same letter. Raises OSError or a database error where it could not be kept; then the sender must
    not be told that it was taken. Must not be called inside a transaction: it makes one of its own, that
    has ended when this returns.
    """
    digest = hashlib.sha256(raw).hexdigest()
    sender, subject = outline_of(raw)
    path = f"{LETTERS}/{desk.pk}/{digest[:2]}/{digest}.eml"
    if (objects := _objects()) is not None:
        objects.save(path, ContentFile(raw))
    else:
        write_durably(Path(settings.REGLAMENT_DATA) / path, raw)
    same = {"desk": desk, "digest": digest, "envelope_to": envelope.recipient[:320]}
    try:
        with transaction.atomic(durable=True):
            return RawLetter.objects.create(
                **same,
                envelope_from=envelope.mail_from[:320],
                client_address=envelope.client_address,
                helo=envelope.helo[:255],
                source=source,
                sender=sender,
                subject=subject,
                size=len(raw) if size is None else size,
                storage_path=path,
                received_at=received_at,
                recorded_at=recorded_at,
                mail_source=mail_source,
                quiet=quiet,
            ), True
    except IntegrityError:
        return RawLetter.objects.get(**same), False


def raw_of(letter: RawLetter) -> bytes:
    """Give a letter as it came. Raises OSError where its file cannot be read."""
    if (objects := _objects()) is not None:
        with objects.open(letter.storage_path) as stored:
            raw: bytes = stored.read()
        return raw
    return (Path(settings.REGLAMENT_DATA) / letter.storage_path).read_bytes()


def files_in(desk: Desk, shard: str) -> dict[str, int]:
    """Give the files of a desk's letters whose digest begins with two hexadecimal digits, and their sizes."""
    folder = f"{LETTERS}/{desk.pk}/{shard}"
    if (objects := _objects()) is not None:
        _folders, names = objects.listdir(folder)
        return {f"{folder}/{name}": objects.size(f"{folder}/{name}") for name in names}
    try:
        with os.scandir(Path(settings.REGLAMENT_DATA) / folder) as found:
            # What begins with a dot is not written to its end, and gets its name only then.
            return {f"{folder}/{one.name}": one.stat().st_size for one in found if one.name[0] != "."}
    except FileNotFoundError:
        return {}


def settle(letter: RawLetter, state: LetterState, reason: str, at: datetime, **values: Any) -> None:
    """Write down in which state a letter ended and why, with further columns where they are known.

    Belongs into the transaction of whatever the letter caused.
    """
    letter.state, letter.reason, letter.read_at = state, reason, at
    for name, value in values.items():
        setattr(letter, name, value)
    letter.save(update_fields=["state", "reason", "read_at", *values])


def waiting(at: datetime, age: timedelta) -> list[int]:
    """Give the letters that were stored that long ago and are not read yet, the oldest first.

    They are those of a process that ended in between.
    """
    return list(
        RawLetter.objects.filter(state=LetterState.STORED, recorded_at__lte=at - age)
        .order_by("recorded_at", "pk")
        .values_list("pk", flat=True)
    )


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that it is there, whole, after a power cut: file and folder are synchronised."""
    _make_folder(path.parent)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    _synchronise(path.parent)


def _objects() -> Storage | None:
    return storages[LETTERS] if LETTERS in settings.STORAGES else None


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _synchronise(folder.parent)


def _synchronise(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
