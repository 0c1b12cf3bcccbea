"""`reglament receive`: exit codes and the line of JSON that a mail server's pipe gets."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from reglament.cli import receive
from reglament.desk.channels.models import RawLetter
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.tests.rows import make_desk, make_ticket

AWAY = b"From: anna@example.org\r\nTo: help@desk.example\r\nAuto-Submitted: auto-replied\r\n\r\nwords\r\n"
Run = Callable[..., tuple[int, dict[str, Any] | None, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a function that runs the command on a letter: status, line of JSON if any, errors."""

    def once(*arguments: str, raw: bytes = AWAY) -> tuple[int, dict[str, Any] | None, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        status = receive.run(list(arguments))
        out, errors = capsys.readouterr()
        return status, json.loads(out) if out else None, errors

    return once


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """Make a desk with two addresses."""
    made = make_desk(slug="help", number_prefix="HLP")
    for position, address in enumerate(("first@desk.example", "help@desk.example")):
        DeskAddress.objects.create(desk=made, address=address, position=position)
    return made


def test_a_stored_letter_exits_0_with_one_line(desk: Desk, run: Run) -> None:
    assert run("--desk", "help") == (
        0,
        {
            "action": "ignore",
            "ticket": None,
            "message": None,
            "reason": "An automatic answer that belongs to no ticket.",
            "answered": False,
        },
        "",
    )
    row = RawLetter.objects.get()
    assert (row.envelope_from, row.envelope_to, row.source) == (
        "anna@example.org",
        "help@desk.example",
        "pipe",
    )


def test_the_envelope_and_the_moment_are_those_that_are_said(desk: Desk, run: Run) -> None:
    run(
        "--desk=help",
        "--envelope-from=<>",
        "--envelope-to",
        "First@desk.example",
        "--at",
        "2026-03-02T10:15:00+03:00",
    )
    row = RawLetter.objects.get()
    assert (row.envelope_from, row.envelope_to) == ("", "first@desk.example")
    assert row.received_at.isoformat() == "2026-03-02T07:15:00+00:00"


def test_the_return_path_stands_for_an_envelope_that_is_not_said(desk: Desk, run: Run) -> None:
    run("--desk", "help", raw=b"Return-Path: <>\r\n" + AWAY.replace(b"help@", b"other@"))
    row = RawLetter.objects.get()
    assert (row.envelope_from, row.envelope_to) == ("", "first@desk.example")


def test_a_letter_that_came_before_is_a_duplicate_of_its_ticket(desk: Desk, run: Run) -> None:
    run("--desk", "help")
    RawLetter.objects.update(ticket=make_ticket(desk))
    status, line, _ = run("--desk", "help")
    assert status == 0
    assert line is not None
    assert (line["action"], line["ticket"]) == ("duplicate", "HLP-1001")


def test_a_letter_without_one_sender_is_held(desk: Desk, run: Run) -> None:
    status, line, _ = run("--desk", "help", raw=b"From: a@b.example\r\nFrom: c@d.example\r\n\r\nwords")
    assert status == 0
    assert line is not None
    assert (line["action"], line["reason"]) == ("hold", "It has several From fields.")


def test_a_letter_that_is_too_large_is_refused_with_69_and_seen(desk: Desk, run: Run) -> None:
    status, line, _ = run("--desk", "help", "--max-size", "50")
    assert status == 69
    assert line is not None
    assert line["action"] == "oversize"
    row = RawLetter.objects.get()
    assert (row.state, row.reason) == ("oversize", "too_large")


def test_a_letter_that_cannot_be_stored_exits_75_and_writes_no_line(desk: Desk, run: Run) -> None:
    folder = Path(settings.REGLAMENT_DATA) / "letters"
    folder.mkdir(parents=True, exist_ok=True)
    away = folder.rename(folder.with_name("letters-away"))
    folder.write_bytes(b"a file where the folder should be")
    try:
        status, line, errors = run("--desk", "help")
    finally:
        folder.unlink()
        away.rename(folder)
    assert (status, line) == (75, None)
    assert errors.count("\n") == 1
    assert "could not be stored" in errors


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ((), "--desk is missing"),
        (("--desk", "other"), "--desk: 'other' is not a desk; one of help"),
        (("--desk", "help", "--at", "today"), "--at: 'today' is no moment with an offset"),
        (("--desk", "help", "--at", "2026-03-02T10:15:00"), "--at:"),
        (("--desk", "help", "--max-size", "big"), "--max-size: 'big' is not a number of bytes"),
        (("--desk", "help", "letter.eml"), "takes no 'letter.eml'"),
        (("--desk", "help", "--form", "x"), "'--form' is not an option; one of --desk"),
    ],
)
def test_faults_in_the_arguments_exit_2_in_one_line(
    desk: Desk, run: Run, arguments: tuple[str, ...], fault: str
) -> None:
    status, line, errors = run(*arguments)
    assert (status, line) == (2, None)
    assert fault in errors
    assert errors.count("\n") == 1
    assert not RawLetter.objects.exists()
