"""Files that come with a form, as their senders name them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reglament.faces.common.uploads import UNKNOWN, incoming, safe_type


@pytest.mark.parametrize("said", ["image/png", "application/vnd.ms-excel", "image/svg+xml"])
def test_a_type_is_kept_as_the_browser_says_it(said: str) -> None:
    assert safe_type(said) == said


@pytest.mark.parametrize(
    "said", ["", "png", "text/html\x00", "text/html\r\nX: y", "text/html; x", "a/" + "b" * 300]
)
def test_what_is_no_type_counts_as_bytes(said: str) -> None:
    assert safe_type(said) == UNKNOWN


def test_a_file_arrives_under_a_harmless_name() -> None:
    sent = SimpleUploadedFile("a.txt", b"x", "text/plain\x00")
    sent.name = "in\x00voice\r\n.html"
    (file,) = incoming([sent])
    assert (file.name, file.content_type, file.content) == ("in voice .html", UNKNOWN, b"x")
