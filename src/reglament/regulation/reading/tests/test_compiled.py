"""Compiled programs are a shortcut: never another answer, and never a fault of their own."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from reglament.regulation.model.program import dump
from reglament.regulation.reading.compiled import FORM, SHIPPED, as_data, programs_of
from reglament.regulation.reading.tests.small import SMALL, read


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def _dumped(file: Path) -> list[object]:
    return [dump(program) for program in programs_of(file)]


def test_the_second_start_reads_the_cache_and_finds_the_same(file: Path, tmp_path: Path) -> None:
    first = _dumped(file)
    cached = list((tmp_path / "cache" / "reglament").iterdir())
    assert len(cached) == 1
    assert _dumped(file) == first


def test_a_changed_source_is_read_anew(file: Path) -> None:
    _dumped(file)
    file.write_text(SMALL.replace("2026-01-01", "2025-01-01"), encoding="utf-8")
    assert programs_of(file)[0].edition == "2025-01-01"


def test_a_compiled_file_beside_the_source_is_taken_while_it_fits(file: Path) -> None:
    programs = tuple(program._replace(regulation="compiled") for program in read().programs)
    digest = sha256(file.read_bytes()).hexdigest()
    beside = file.with_name(SHIPPED)
    beside.write_text(json.dumps(as_data(programs, digest)))
    assert programs_of(file)[0].regulation == "compiled"
    beside.write_text(json.dumps(as_data(programs, "another")))
    assert programs_of(file)[0].regulation == "small"


@pytest.mark.parametrize("written", ["", "{", "[]", '{"form": 0}', f'{{"form": {FORM}}}'])
def test_a_damaged_cache_is_passed_over(file: Path, tmp_path: Path, written: str) -> None:
    whole = _dumped(file)
    cached = next((tmp_path / "cache" / "reglament").iterdir())
    cached.write_text(written)
    assert _dumped(file) == whole


def test_a_cache_that_cannot_be_written_is_no_fault(file: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert programs_of(file)[0].regulation == "small"
