"""Letters shown to a virus scanner: what it says, and what it may not do to us."""

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from reglament.desk.channels.email import scanning
from reglament.desk.channels.email.scanning import Finding, Scan, Scanner, scan, scanner_at
from reglament.desk.channels.email.tests.clamd import scanner_of_tests


@pytest.mark.parametrize(
    ("url", "scanner"),
    [
        ("clamd://scanner.example.org", Scanner("scanner.example.org", 3310)),
        ("clamd://127.0.0.1:99", Scanner("127.0.0.1", 99)),
        ("clamd://[::1]:99", Scanner("::1", 99)),
        ("clamd:///run/clamav/clamd.ctl", Scanner(path="/run/clamav/clamd.ctl")),
        ("clamd://host/path", None),
        ("clamd://", None),
        ("clamd://host:port", None),
        ("tcp://host:1", None),
        ("clamd://user@host", None),
    ],
)
def test_the_address_of_a_scanner_is_read(url: str, scanner: Scanner | None) -> None:
    assert scanner_at(url) == scanner


def there(url: str) -> Scanner:
    """Give the scanner at an address that is one."""
    scanner = scanner_at(url)
    assert scanner is not None
    return scanner


def test_every_piece_is_shown_whole_and_what_is_infected_is_named() -> None:
    with scanner_of_tests() as server:
        scanner = there(server.url)
        pieces = (b"", b"x" * 200_000, b"letter")
        assert scan(pieces, scanner) == Scan(Finding.CLEAN)
        assert server.seen == list(pieces)
        assert scan((b"a", b"EICAR", b"b"), scanner) == Scan(Finding.INFECTED, "Eicar-Test")


def test_what_the_scanner_refuses_is_unscanned_but_what_is_infected_wins() -> None:
    with scanner_of_tests() as server:
        scanner = there(server.url)
        large = b"x" * 5_000_000
        refused = scan((large, b"y"), scanner)
        assert refused.finding is Finding.UNSCANNED
        assert scan((large, b"EICAR"), scanner) == Scan(Finding.INFECTED, "Eicar-Test")


def test_a_scanner_that_is_away_leaves_a_letter_unscanned() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        said = scan((b"x",), Scanner("127.0.0.1", taken.getsockname()[1]))
    assert said.finding is Finding.UNSCANNED
    assert "cannot be reached" in said.words
    assert scan((b"x",), Scanner(path="/nowhere/clamd.ctl")).finding is Finding.UNSCANNED
    assert scan((b"x",), Scanner(path="/" + "x" * 300)).finding is Finding.UNSCANNED
    assert scan((b"x",), Scanner("no such host")).finding is Finding.UNSCANNED
    assert scan((b"x",), Scanner("x" * 70 + ".example")).finding is Finding.UNSCANNED


def test_a_scanner_that_dawdles_is_left_in_time_for_all_pieces_together() -> None:
    with scanner_of_tests() as server:
        server.silent = 5
        begun = time.monotonic()
        said = scan((b"x",) * 20, there(server.url), seconds=0.4)
        assert time.monotonic() - begun < 2
    assert said == Scan(Finding.UNSCANNED, "the scanner did not answer in time")


def test_a_scanner_that_hangs_up_without_a_word_leaves_a_letter_unscanned() -> None:
    with scanner_of_tests() as server:
        server.silent = 0.01
        assert scan((b"x",), there(server.url)).finding is Finding.UNSCANNED


def test_more_than_the_bound_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "MAX_SCANNED", 10)
    with scanner_of_tests() as server:
        assert scan((b"12345", b"123456"), there(server.url)).finding is Finding.UNSCANNED
        assert server.seen == [b"12345"]


@pytest.mark.parametrize(
    ("answer", "scan_said"),
    [
        (b"stream: OK\0", Scan(Finding.CLEAN)),
        (b"stream: Win.Test-1 FOUND\0rest", Scan(Finding.INFECTED, "Win.Test-1")),
        (b"x" * 100_000, None),
        (b"stream: OK but not quite\0", None),
        (b"\xff\0", None),
    ],
)
def test_answers_of_a_local_socket_are_understood_or_not_believed(
    tmp_path: Path, answer: bytes, scan_said: Scan | None
) -> None:
    path = str(tmp_path / "clamd")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()

        def answering() -> None:
            line, _ = listening.accept()
            with line, suppress(OSError):  # it may be left before all is said
                line.recv(1_000)
                line.sendall(answer)
                while line.recv(1_000):
                    pass

        thread = threading.Thread(target=answering, daemon=True)
        thread.start()
        said = scan((b"x",), there(f"clamd://{path}"), seconds=5)
        thread.join(5)
    assert said == scan_said if scan_said else said.finding is Finding.UNSCANNED
