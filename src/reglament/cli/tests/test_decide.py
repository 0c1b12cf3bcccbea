"""`reglament decide`, `packs` and `render` as a user's shell sees them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reglament import packs
from reglament.regulation.reading.tests.small import SMALL

REQUEST = {
    "received_at": "2026-03-02T10:15:00+03:00",
    "channel": "email",
    "authentication": "identified",
    "kind": "work",
}


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def _run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reglament", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=60)


def test_one_request_gives_one_decision(small: str) -> None:
    done = _run("decide", small, given=json.dumps(REQUEST | {"id": "a"}))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["id"] == "a"


def test_the_shape_of_the_input_is_the_shape_of_the_output(small: str) -> None:
    line = json.dumps(REQUEST)
    assert len(json.loads(_run("decide", small, given=f"[{line},{line}]").stdout)) == 2
    assert len(_run("decide", small, given=f"{line}\n\n{line}\n").stdout.splitlines()) == 2
    assert json.loads(_run("decide", small, given="[]").stdout) == []


def test_every_faulty_request_is_named_and_nothing_is_answered(small: str) -> None:
    bad = json.dumps(REQUEST | {"channel": "fax"})
    done = _run("decide", small, given=f"{json.dumps(REQUEST)}\n{bad}\n{{}}\n")
    assert (done.returncode, done.stdout) == (2, "")
    places = [line.split(":")[0] for line in done.stderr.splitlines()]
    assert places[0] == "requests[1].channel"
    assert set(places[1:]) == {
        f"requests[2].{key}" for key in ("received_at", "channel", "authentication", "kind")
    }
    assert _run("decide", small, given=bad).stderr.startswith(
        "request.channel: 'fax' is not a channel; one of "
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("decide",), "takes one PACK"),
        (("decide", "nothing"), "is neither a shipped pack"),
        (("decide", "SMALL", "--edition", "1999-01-01"), "before the first edition"),
        (("decide", "SMALL", "--edition", "soon"), "is not a date"),
        (("decide", "SMALL", "--explain", "--lang", "de"), "one of ru, en"),
        (("decide", "SMALL", "--explain", "--for", "dog"), "one of client, agent, auditor"),
        (("decide", "SMALL", "--quickly"), "is not an option"),
        (("render", "SMALL", "--format", "doc"), "one of md, html, pdf"),
        (("render", "SMALL", "--edition", "1999-01-01"), "before the first edition"),
        (("packs", "--lang", "de"), "one of ru, en"),
    ],
)
def test_wrong_arguments_are_one_line_and_status_2(
    small: str, arguments: tuple[str, ...], words: str
) -> None:
    done = _run(*(small if one == "SMALL" else one for one in arguments), given="{}")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_file_that_is_no_regulation_is_refused_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(SMALL.replace("kinds:", "kindz:"), encoding="utf-8")
    done = _run("decide", str(path), given="{}")
    assert done.returncode == 2
    assert f"{path}:14: kindz: 'kindz' is not known here" in done.stderr
    assert "Traceback" not in done.stderr
    path.write_bytes(b"\xff\xfe\x00")
    done = _run("decide", str(path), given="{}")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_edition_of_a_date_judges_whenever_the_request_came(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    later = SMALL.replace("2026-01-01", "2026-06-01").replace("support", "second")
    path.write_text(f"{SMALL}---\n{later}", encoding="utf-8")
    given = json.dumps(REQUEST)
    assert json.loads(_run("decide", str(path), given=given).stdout)["queue"]["department"] == "support"
    fixed = _run("decide", str(path), "--edition", "2026-07-01", given=given)
    assert json.loads(fixed.stdout)["queue"]["department"] == "second"


def test_an_explanation_is_words_with_clauses(small: str) -> None:
    done = _run("decide", small, "--explain", "--lang", "en", "--for", "agent", given=json.dumps(REQUEST))
    assert done.returncode == 0
    assert "Level: low (was not stated)" in done.stdout
    assert "(SM-1)" in done.stdout


def test_the_packs_at_hand_are_listed_with_their_editions() -> None:
    listed = json.loads(_run("packs", "--json").stdout)
    assert [pack["name"] for pack in listed] == list(packs.names())
    assert all(pack["editions"][0]["clauses"] for pack in listed)
    assert all(name in _run("packs", "--lang", "en").stdout for name in packs.names())


def test_the_format_follows_the_name_of_the_file(small: str, tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    assert _run("render", small, "-o", str(target)).returncode == 0
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert _run("render", small).stdout.startswith("# Малый")
    assert _run("render", small, "-o", str(tmp_path / "no" / "where.md")).returncode == 1


def test_decide_starts_without_the_framework_and_without_yaml(small: str) -> None:
    _run("decide", small, given=json.dumps(REQUEST))
    code = (
        "import sys; from reglament.cli.main import main; status = main(sys.argv[1:]);"
        "heavy = {'django', 'ruamel.yaml', 'pydantic', 'argparse', 'dataclasses'} & set(sys.modules);"
        "sys.exit(status or (3 if heavy else 0))"
    )
    command = [sys.executable, "-c", code, "decide", small]
    done = subprocess.run(command, input=json.dumps(REQUEST), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_moment_that_no_clock_of_the_zone_shows_is_one_fault_in_one_line() -> None:
    given = json.dumps(
        REQUEST | {"received_at": "9999-12-31T23:00:00Z", "channel": "portal", "kind": "unclassified"}
    )
    done = _run("decide", "infobox", given=given)
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["request.received_at"]
