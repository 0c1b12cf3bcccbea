"""Files that come with a form: how large they may be, and what is said of those that are larger."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.incoming import IncomingFile

MEGABYTE = 1024 * 1024
FILE_AT_MOST = 10 * MEGABYTE
FILES_AT_MOST = 10
TOGETHER_AT_MOST = 25 * MEGABYTE

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069/\\:*?\"<>|]+")
_NAME_LENGTH = 150
_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}", re.ASCII)
"""A media type and subtype (RFC 6838, section 4.2)."""
UNKNOWN = "application/octet-stream"


class LimitHandler(FileUploadHandler):
    """Stops reading a file that is larger than the desk takes, and remembers its name.

    The rest of the form is read all the same, so that nothing of what was typed is lost.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.request = request
        self.here = 0
        self.together = 0
        self.number = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count the file that begins."""
        super().new_file(*args, **kwargs)
        self.here = 0
        self.number += 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the bytes on while there is room for them."""
        del start
        self.here += len(raw_data)
        self.together += len(raw_data)
        if self.number > FILES_AT_MOST or self.here > FILE_AT_MOST or self.together > TOGETHER_AT_MOST:
            self.together -= self.here
            # Not before here: a file that is refused as it begins would close the one before it.
            self.request.__dict__.setdefault("files_left_out", []).append(str(self.file_name))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Keep nothing: the handlers after this one do."""
        del file_size


def left_out(request: HttpRequest) -> list[str]:
    """Give the names of files that were too large or too many to be read; after the form was read."""
    names: list[str] = request.__dict__.get("files_left_out", [])
    return names


class FilesInput(forms.ClearableFileInput):
    """A control for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; its cleaned value is a list."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each of the files."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            return super().clean(None, initial) or []
        return [super(FilesField, self).clean(file, initial) for file in given]


LIMITS = _("Up to 10 files, each up to 10 MB, 25 MB together.")


def too_large(request: HttpRequest) -> str:
    """Say which files were left out because of their size; empty where none were."""
    names = left_out(request)
    if not names:
        return ""
    words = _("Not taken: %(names)s. %(limits)s Choose smaller files, or send a link to where they lie.")
    return str(words % {"names": ", ".join(safe_name(name) for name in names), "limits": LIMITS})


def incoming(files: list[UploadedFile[bytes]]) -> tuple[IncomingFile, ...]:
    """Give uploaded files as channels take them in."""
    return tuple(
        IncomingFile(safe_name(file.name or ""), safe_type(file.content_type or ""), file.read())
        for file in files
    )


def safe_type(said: str) -> str:
    """Give the type that a browser says of a file, or the one of mere bytes where it says no type."""
    return said if _TYPE.fullmatch(said) else UNKNOWN


def safe_name(name: str) -> str:
    """Make a name that a person gave a file harmless, its ending kept."""
    cleaned = _UNSAFE.sub(" ", name).strip(" .") or "file"
    if len(cleaned) <= _NAME_LENGTH:
        return cleaned
    stem, dot, ending = cleaned.rpartition(".")
    if not dot or len(ending) > 10:
        return cleaned[:_NAME_LENGTH]
    return f"{stem[: _NAME_LENGTH - len(ending) - 1]}.{ending}"
