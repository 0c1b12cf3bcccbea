"""`reglament desk import`, as a shell sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reglament.cli.main import main


def test_a_file_that_is_no_json_is_named_with_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "desk.json"
    file.write_text('{"desk":\n', encoding="utf-8")

    assert main(["desk", "import", str(file)]) == 2
    assert f"{file}: line 2" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["import"], ["export", "x"]])
def test_other_words_are_answered_with_how_it_is_called(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["desk", *arguments]) == 2
    assert "import FILE" in capsys.readouterr().err


def test_a_desk_is_made_by_the_command(prepared_database_url: str, tmp_path: Path) -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "REGLAMENT_DATABASE_URL": prepared_database_url,
        "REGLAMENT_DATA": str(tmp_path / "data"),
        "REGLAMENT_BASE_URL": "http://127.0.0.1:8000",
        "REGLAMENT_SECRET_KEY": "only-for-tests-" + "0" * 50,
    }
    file = tmp_path / "desk.json"
    file.write_text(json.dumps({"desk": {"slug": "first", "pack": "centaur"}}), encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "reglament.cli.main", *arguments],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
            timeout=120,
        )

    done = run("desk", "import", str(file))

    assert (done.returncode, done.stdout) == (0, "Desk first: 1 × desk\n"), done.stderr
