"""Files of messages, stored under names of ours: what a sender calls a file is never part of a path."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from typing import Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from reglament.desk.tickets.models import Attachment, Message

_written: ContextVar[list[str] | None] = ContextVar("written", default=None)


class File(Protocol):
    """A file that came with a message."""

    @property
    def name(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def content_id(self) -> str: ...


@contextmanager
def taken_back_on_failure() -> Iterator[None]:
    """Take the files stored within away again where the transaction around them does not come to its end."""
    token = _written.set([])
    try:
        yield
    except BaseException:
        for path in _written.get() or ():
            default_storage.delete(path)
        raise
    finally:
        _written.reset(token)


def store(path: str, content: bytes) -> str:
    """Store a file under a path of ours, or one much like it, and give where it is."""
    stored: str = default_storage.save(path, ContentFile(content))
    if (written := _written.get()) is not None:
        written.append(stored)
    return stored


def attach(message: Message, files: Iterable[File]) -> list[Attachment]:
    """Store files with a message, and give their rows."""
    return [_attach(message, file) for file in files]


def _attach(message: Message, file: File) -> Attachment:
    number = uuid.uuid4()
    path = store(f"attachments/{message.desk_id}/{number.hex[:2]}/{number.hex}", file.content)
    return Attachment.objects.create(
        id=number,
        desk_id=message.desk_id,
        message=message,
        file_name=file.name[:150] or "file",
        content_type=file.content_type[:255],
        content_id=file.content_id[:998],
        size=len(file.content),
        sha256=sha256(file.content).hexdigest(),
        storage_path=path,
    )


def content_of(attachment: Attachment) -> bytes:
    """Give the bytes of a stored file."""
    with default_storage.open(attachment.storage_path) as stored:
        content: bytes = stored.read()
    return content
