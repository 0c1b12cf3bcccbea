"""Letters that a virus scanner looks at on their way: infected, clean, and not looked at."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from reglament.desk.channels.email.scanning import Scanner, scanner_at
from reglament.desk.channels.email.tests.clamd import ScannerOfTests, scanner_of_tests
from reglament.desk.channels.models import RawLetter
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Message
from tests.letters.test_road_of_a_letter import letter, send


@pytest.fixture
def scanner(settings: Settings) -> Iterator[ScannerOfTests]:
    """Give a scanner that the desk is set to use."""
    with scanner_of_tests() as server:
        settings.REGLAMENT_VIRUS_SCANNER = scanner_at(server.url)
        yield server


def scan_of(verdict_id: int | None) -> dict[str, str]:
    """Give what was kept of a scan."""
    kept = RawLetter.objects.get(pk=verdict_id or 0).verdict["scan"]
    assert isinstance(kept, dict)
    return kept


def test_an_infected_letter_is_held_with_its_reason_and_shows_nothing(
    desk: Desk, scanner: ScannerOfTests
) -> None:
    before = Message.objects.count()
    verdict = send(desk, letter(text="EICAR"))
    assert (verdict.action, verdict.reason) == ("hold", "infected")
    assert scan_of(verdict.raw_letter_id) == {"finding": "infected", "words": "Eicar-Test"}
    assert Message.objects.count() == before


def test_a_virus_in_an_encoded_file_is_found(desk: Desk, scanner: ScannerOfTests) -> None:
    raw = letter("Content-Transfer-Encoding: base64", text="RUlDQVI=").replace(
        b"Content-Type: text/plain; charset=utf-8", b"Content-Type: application/zip; name=a.zip"
    )
    assert b"EICAR" not in raw
    assert send(desk, raw).reason == "infected"


def test_a_clean_letter_goes_on_and_says_so(desk: Desk, scanner: ScannerOfTests) -> None:
    verdict = send(desk, letter())
    assert verdict.action == "create"
    assert scan_of(verdict.raw_letter_id) == {"finding": "clean", "words": ""}


@pytest.mark.parametrize(("hold", "action"), [(True, "hold"), (False, "create")])
def test_what_could_not_be_scanned_is_held_where_the_owner_says_so(
    desk: Desk, settings: Settings, hold: bool, action: str
) -> None:
    settings.REGLAMENT_VIRUS_SCANNER = Scanner(path="/nowhere/clamd.ctl")
    settings.REGLAMENT_VIRUS_SCANNER_HOLD = hold
    verdict = send(desk, letter())
    assert verdict.action == action
    assert scan_of(verdict.raw_letter_id)["finding"] == "unscanned"
