"""The disk has no room for a letter: its sender is asked to try again, and later it is taken, once."""

from __future__ import annotations

import faulthandler
import random
import resource
import smtplib
import time
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path

import pytest

from tests.faults.conftest import Ground
from tests.faults.house import House, Process, wait_until_open
from tests.faults.letters import DESK_ADDRESS

pytestmark = [pytest.mark.slow, pytest.mark.database]

MEGABYTE = 1024 * 1024
READ_WITHIN = 120.0
"""Seconds within which a letter is read that could not be while there was no room."""


@pytest.fixture
def house(ground: Ground, tmp_path: Path) -> Iterator[House]:
    """Give a desk of which one mail intake runs."""
    faulthandler.cancel_dump_traceback_later()
    house = House(tmp_path, ground.address, outgoing_port=1)
    try:
        house.migrate()
        house.ask("make", "0")
        house.processes["intake-1"].look()
        wait_until_open(house.intake_ports[0])
        yield house
    finally:
        house.end()
        print(house.said)


def _letter(number: int, size: int = 0) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = f"client-{number}@world.example", DESK_ADDRESS
    message["Subject"], message["Message-ID"] = f"Вопрос {number}", f"<{number}@world.example>"
    message.set_content(f"Слова {number}.\n")
    if size:
        content = random.Random(number).randbytes(size)
        message.add_attachment(content, maintype="image", subtype="png", filename="снимок.png")
    return message.as_bytes()


def _bring(house: House, raw: bytes) -> int:
    """Bring a letter, and give the code of the answer."""
    with smtplib.SMTP("127.0.0.1", house.intake_ports[0], timeout=60) as session:
        try:
            session.sendmail("client@world.example", [DESK_ADDRESS], raw)
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code
        except smtplib.SMTPRecipientsRefused as refused:
            return next(iter(refused.recipients.values()))[0]
    return 250


def _limit(process: Process, octets: int) -> None:
    """Let a running process write no file beyond so many octets, as if the disk ended there."""
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (octets, resource.RLIM_INFINITY))


def _largest_file(folder: Path) -> int:
    return max((one.stat().st_size for one in folder.rglob("*") if one.is_file()), default=0)


def _states(house: House) -> dict[str, str]:
    return {digest: state for digest, state, *_ in house.ask("tell")["letters"]}


def _unfinished(folder: Path) -> list[Path]:
    return list((folder / "data" / "letters").rglob(".*"))


def _all_read(house: House, letters: list[bytes]) -> None:
    end = time.monotonic() + READ_WITHIN
    expected = {sha256(raw).hexdigest(): "create" for raw in letters}
    while (found := _states(house)) != expected:
        assert time.monotonic() < end, (Counter(found.values()), len(expected))
        time.sleep(1)
    there = house.ask("tell")
    assert len(there["tickets"]) == len(letters) == len(there["messages"])
    assert [(stored, differing) for _, _, stored, differing, _ in there["compared"]] == [(len(letters), [])]


def test_a_letter_that_finds_no_room_is_refused_for_now_and_taken_later(house: House, tmp_path: Path) -> None:
    intake = house.processes["intake-1"]
    large, small = _letter(1, 4 * MEGABYTE), [_letter(number) for number in range(2, 12)]
    _limit(intake, _largest_file(tmp_path) + 2 * MEGABYTE)
    for raw in small:
        assert _bring(house, large) in (451, 452)
        assert _bring(house, raw) == 250
    assert set(_states(house)) == {sha256(raw).hexdigest() for raw in small}
    assert _unfinished(tmp_path) == []
    _limit(intake, resource.RLIM_INFINITY)
    assert _bring(house, large) == 250
    _all_read(house, [large, *small])
    assert intake.ended_by_itself == 0
    assert intake.stop() == 0


def test_a_full_disk_under_the_embedded_database_loses_no_letter(
    ground: Ground, house: House, tmp_path: Path
) -> None:
    if not ground.address.startswith("sqlite:"):
        pytest.skip("the server of the database is another process than the intake")
    intake = house.processes["intake-1"]
    letters = [_letter(number) for number in range(1, 31)]
    log = tmp_path / "reglament.sqlite3-wal"
    # Room for some letters, and then for none.
    _limit(intake, (log.stat().st_size if log.exists() else 0) + 256 * 1024)
    answers = {raw: _bring(house, raw) for raw in letters}
    assert set(answers.values()) <= {250, 451, 452}
    refused = [raw for raw, code in answers.items() if code != 250]
    assert refused
    assert set(_states(house)) == {sha256(raw).hexdigest() for raw in letters if raw not in refused}
    assert _unfinished(tmp_path) == []
    _limit(intake, resource.RLIM_INFINITY)
    assert {_bring(house, raw) for raw in refused} == {250}
    _all_read(house, letters)
    assert intake.ended_by_itself == 0
    assert intake.stop() == 0
