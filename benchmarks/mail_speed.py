"""How fast letters are taken in, beside django-helpdesk's intake on the same corpus in the same run.

One process each, on SQLite and on PostgreSQL, with an empty database and with many tickets. Both
databases keep their promises to the disk. Ours is stored, read, proved, judged and noticed when the
time ends; the peer's letters go nowhere, at no cost.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.postgres import Postgres, make_database

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / ".venv-peer" / "bin" / "python"
MANY = 100_000
LETTERS = 700
LONG = 10_000
DURABLE = ("max_connections = 50",)


def main() -> list[tuple[str, str, str]]:
    """Rows of the table: what was measured, the figure, what it stands beside."""
    rows = []
    server = Postgres(DURABLE)
    try:
        for title, address in (("SQLite", "sqlite"), ("PostgreSQL", server.url())):
            rows += _on(title, address)
    finally:
        server.stop()
    return [*rows, _memory()]


def _on(title: str, address: str) -> list[tuple[str, str, str]]:
    ours_empty, peer_empty = _ours(address, 0), _peer(address, 0)
    ours_many, peer_many = _ours(address, MANY), _peer(address, MANY)
    kept = ours_many / ours_empty
    return [
        (
            f"letters taken in, {title}, no tickets before",
            f"{ours_empty:.0f} a second",
            _beside(ours_empty, peer_empty, 1),
        ),
        (
            f"the same with {MANY:,} tickets".replace(",", " "),
            f"{ours_many:.0f} a second",
            _beside(ours_many, peer_many, 4),
        ),
        (
            "ours with them beside ours without",
            f"{kept * 100:.0f} %",
            f"goal 90 %: {_verdict(kept >= 0.9)}",
        ),
    ]


def _beside(ours: float, peer: float, goal: int) -> str:
    verdict = _verdict(ours >= goal * peer)
    return f"{ours / peer:.1f} × django-helpdesk ({peer:.0f}), goal {goal}: {verdict}"


def _verdict(held: bool) -> str:
    return "met" if held else "not met"


def _ours(address: str, before: int, count: int = LETTERS) -> float:
    return count / float(_run_ours(address, before, count)["seconds"])


def _run_ours(address: str, before: int, count: int) -> dict[str, Any]:
    folder = tempfile.mkdtemp(prefix="reglament-bench-")
    database = (
        f"sqlite:///{folder}/reglament.sqlite3"
        if address == "sqlite"
        else make_database(address, f"ours_{before}")
    )
    settings = {
        "REGLAMENT_DATA": folder,
        "REGLAMENT_DATABASE_URL": database,
        "REGLAMENT_BASE_URL": "http://127.0.0.1:8000",
        "REGLAMENT_SECRET_KEY": "only-for-the-benchmark-" + "0" * 50,
        # Every letter is answered, as the peer answers every one.
        "REGLAMENT_STRANGERS_PER_HOUR": "10000000",
    }
    try:
        return _answer(
            [sys.executable, "-m", "benchmarks.mail_intake", str(before), str(count)],
            os.environ | settings,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _peer(address: str, before: int) -> float:
    folder = tempfile.mkdtemp(prefix="peer-bench-")
    database = address if address == "sqlite" else make_database(address, f"peer_{before}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHONPATH")}
    try:
        taken = _answer(
            [
                str(PEER),
                str(ROOT / "benchmarks" / "mail_peer.py"),
                folder,
                database,
                str(before),
                str(LETTERS),
            ],
            environment,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return LETTERS / float(taken["seconds"])


def _memory() -> tuple[str, str, str]:
    low, high = _run_ours("sqlite", 0, LONG)["memory"]
    return (
        f"memory of the intake after {LONG:,} letters".replace(",", " "),
        f"{high / 1024:.0f} MB",
        f"{low / 1024:.0f} MB after {LONG // 10:,}".replace(",", " "),
    )


def _answer(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
