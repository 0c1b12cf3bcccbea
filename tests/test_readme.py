"""The first screen of the README shows the main job, and what it shows is true."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from reglament.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "README.ru.md")


@pytest.mark.parametrize("page", PAGES)
def test_the_command_on_the_first_screen_prints_what_is_shown(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert blocks
    for command, shown in blocks:
        given, _, program = command.partition(" | reglament ")
        done = subprocess.run(
            [sys.executable, "-m", "reglament", *shlex.split(program)],
            input=shlex.split(given)[1],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == shown.strip()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere_and_every_command_is_named(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / link).exists(), link
    for command in COMMANDS:
        assert f"`{command}" in text or f"reglament {command}" in text, command
