"""Sample letters, read: what `expected.json` says of their text, names, files and senders."""

import hashlib
import json
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.reading import read_letter

HERE = Path(__file__).parent
EXPECTED: dict[str, dict[str, Any]] = {
    one["file"]: one for one in json.loads((HERE / "expected.json").read_text(encoding="utf-8"))["letters"]
}


def read(name: str) -> Letter:
    """Read a sample letter."""
    return read_letter((HERE / "samples" / name).read_bytes())


def even(text: str) -> str:
    """Give a text as texts are compared: NFC, line feeds, no blanks at the ends of lines."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def those_with(key: str) -> list[str]:
    """Give the letters of which something is expected under this key."""
    return [name for name, expected in EXPECTED.items() if key in expected]


def test_every_sample_is_expected() -> None:
    assert {path.name for path in (HERE / "samples").glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_is_read_in_time(name: str) -> None:
    begun = time.process_time()
    letter = read(name)
    assert time.process_time() - begun < 0.5
    assert (letter.unreadable is None) == (name != "46_deep_nesting.eml")


@pytest.mark.parametrize("name", those_with("requester"))
def test_the_sender_is_the_address_of_the_from_field(name: str) -> None:
    sender = read(name).sender
    assert sender is not None
    assert sender.address == EXPECTED[name]["requester"]
    assert sender.name == EXPECTED[name].get("requester_name", sender.name)


@pytest.mark.parametrize("name", those_with("subject"))
def test_subjects_are_decoded(name: str) -> None:
    assert read(name).subject == EXPECTED[name]["subject"]


@pytest.mark.parametrize("name", those_with("body_contains"))
def test_bodies_are_decoded(name: str) -> None:
    text = even(read(name).text)
    for piece in EXPECTED[name]["body_contains"]:
        assert even(piece) in text


@pytest.mark.parametrize("name", those_with("new_text"))
def test_the_new_text_is_told_from_the_quoted(name: str) -> None:
    letter = read(name)
    assert even(letter.new_text) == even(EXPECTED[name]["new_text"])
    for piece in EXPECTED[name]["new_text_must_not_contain"]:
        assert piece not in letter.new_text
        assert piece in letter.text


@pytest.mark.parametrize("name", those_with("attachments"))
def test_files_are_read_with_their_names(name: str) -> None:
    assert [
        (one.name, len(one.content), hashlib.sha256(one.content).hexdigest())
        for one in read(name).attachments
    ] == [(one["filename"], one["size"], one["sha256"]) for one in EXPECTED[name]["attachments"]]
