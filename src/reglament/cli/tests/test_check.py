"""`reglament check` as its user meets it: what it prints, and with which status it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reglament import packs
from reglament.cli.main import main
from reglament.regulation.checking.tests import test_bad_files

BAD = test_bad_files.FOLDER


def test_a_sound_pack_ends_well_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", packs.names()[0], "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{packs.names()[0]}: sound: ")
    assert "\n    act: " in said.out
    assert not said.err


def test_findings_are_printed_with_an_example_and_a_mend(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(BAD / "gap_queue.yaml")]) == 1
    lines = capsys.readouterr().out.splitlines()
    finding = next(number for number, line in enumerate(lines) if " gap — " in line)
    assert lines[finding].startswith(f"{BAD / 'gap_queue.yaml'}:25: SM-1 gap — есть обращения")
    assert lines[finding + 1].startswith('    пример: {"received_at": ')
    assert lines[finding + 2].startswith("    как исправить: ")
    assert lines[-2].startswith("small: 2 замечания: 1 пункт действует")


@pytest.mark.parametrize("fault", ["yaml", "unknown_key", "empty", "shape"])
def test_what_is_no_regulation_is_unreadable_with_a_line_for_each_fault(
    fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(BAD / f"{fault}.yaml"), "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert all(line.startswith(f"{BAD / fault}.yaml:") for line in said.err.splitlines())
    assert said.err


def test_unknown_names_are_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(BAD / "unknown_name.yaml")]) == 1
    assert "unknown-name — " in capsys.readouterr().out


def test_the_worst_of_several_regulations_decides_how_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    name = packs.names()[0]
    assert main(["check", name, str(BAD / "digits.yaml")]) == 1
    assert main(["check", str(BAD / "yaml.yaml"), str(BAD / "digits.yaml"), name]) == 2
    assert f"{name}: " in capsys.readouterr().out


def test_the_same_is_there_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(BAD / "gap_queue.yaml"), str(BAD / "yaml.yaml"), "--json", "--lang", "en"]) == 2
    gap, unreadable = json.loads(capsys.readouterr().out)
    assert (gap["regulation"], gap["sound"], gap["acts"], gap["informs"]) == ("small", False, ["SM-1"], [])
    finding = next(one for one in gap["findings"] if one["code"] == "gap")
    assert finding["clause"] == "SM-1"
    assert finding["line"] == 25
    assert finding["example"]["kind"] == "question"
    assert unreadable["unreadable"] is True
    assert unreadable["findings"][0]["code"] == "yaml"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "takes at least one PACK"),
        (["nowhere.yaml"], "neither a shipped pack"),
        (["--lang", "de", "x"], "'de' is not known; one of ru, en"),
        (["--fast", "x"], "'--fast' is not an option"),
    ],
)
def test_wrong_arguments_get_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_a_file_that_is_no_text_is_said_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "picture.yaml"
    picture.write_bytes(b"\x89PNG\xff\xfe\x00")
    assert main(["check", str(picture)]) == 2
    assert capsys.readouterr().err == f"{picture}: cannot be read: the file and its cases must be UTF-8\n"


def test_cases_beside_a_regulation_are_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "regulation.yaml"
    file.write_text((BAD / "red_case.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "cases").mkdir()
    beside = tmp_path / "cases" / "one.yaml"
    beside.write_text((BAD / "red_case.cases.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["check", str(tmp_path), "--lang", "en"]) == 1
    assert f"{beside}:1: SM-1 red-case — " in capsys.readouterr().out
    beside.write_text("- case: [", encoding="utf-8")
    assert main(["check", str(tmp_path), "--lang", "en"]) == 2
    assert f"{beside}:1: yaml — " in capsys.readouterr().err


def test_an_extreme_file_never_ends_in_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = tmp_path / "deep.yaml"
    deep.write_text("regulation: " + "[" * 5000, encoding="utf-8")
    assert main(["check", str(deep)]) == 2
    large = tmp_path / "large.yaml"
    large.write_text("# " + "x" * 2_000_001, encoding="utf-8")
    assert main(["check", str(large)]) == 2
    assert "too-large" in capsys.readouterr().err
