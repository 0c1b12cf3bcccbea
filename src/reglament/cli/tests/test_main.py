import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from reglament import __version__
from reglament.cli.main import COMMANDS, main

# What would double the time of a cold start; `site` is what Python loads by itself.
HEAVY = {
    "argparse",
    "asyncio",
    "dataclasses",
    "django",
    "inspect",
    "json",
    "pydantic",
    "re",
    "ruamel",
    "typing",
}


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"reglament {__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_the_overview_says_each_command_in_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    for name, purpose in COMMANDS.items():
        assert [line.split(maxsplit=1) for line in lines if line.split()[:1] == [name]] == [[name, purpose]]


@pytest.mark.parametrize(("wrong", "meant"), [("deside", "decide"), ("pack", "packs"), ("rendr", "render")])
def test_an_unknown_command_is_answered_with_the_nearest(
    wrong: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([wrong]) == 2
    heard = capsys.readouterr()
    assert heard.out == ""
    assert heard.err.count("\n") == 1
    assert f"'{wrong}' is not a command; did you mean '{meant}'?" in heard.err


def test_a_command_like_no_other_is_answered_with_the_way_to_the_list(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["xyzzy"]) == 2
    assert (
        capsys.readouterr().err == "reglament: 'xyzzy' is not a command; `reglament --help` lists them all\n"
    )


def test_every_command_has_its_module() -> None:
    assert [name for name in COMMANDS if find_spec(f"reglament.cli.{name}") is None] == []


def test_every_module_of_a_command_is_listed() -> None:
    modules = {file.stem for file in Path(__file__).parent.parent.glob("*.py")} - {"__init__", "main"}
    with_run = {name for name in modules if "\ndef run(" in _source(name)}
    assert with_run <= set(COMMANDS)


def test_an_interrupted_command_ends_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _command(monkeypatch, "raise KeyboardInterrupt")
    assert main(["invented"]) == 130
    assert capsys.readouterr().err == ""


def test_a_command_gets_the_arguments_after_its_name_and_its_status_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _command(monkeypatch, "return len(arguments)")
    assert main(["invented", "a", "--b", "c"]) == 3


def test_a_reader_that_has_gone_causes_no_complaint() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "reglament.cli.main", "--help"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_finding_a_command_loads_nothing_heavy() -> None:
    check = (
        "import sys; before = set(sys.modules); import reglament.cli.main; print(*set(sys.modules) - before)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", check], capture_output=True, text=True, check=False, cwd=_SRC
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "reglament.cli.main" in loaded
    assert not loaded & HEAVY


_SRC = Path(__file__).parents[3]


def _source(name: str) -> str:
    return (Path(__file__).parent.parent / f"{name}.py").read_text(encoding="utf-8")


def _command(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    module = type(sys)("reglament.cli.invented")
    exec(f"def run(arguments):\n    {body}", module.__dict__)  # noqa: S102 (a command of the test's own)
    monkeypatch.setitem(sys.modules, "reglament.cli.invented", module)
    monkeypatch.setitem(COMMANDS, "invented", "Only here.")
