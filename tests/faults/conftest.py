"""What a fault run stands on: a seed, a database that may be restarted, a mail server with mailboxes."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dovecot import Dovecot, imap_program, imap_required
from tests.postgres import Postgres

DURABLE = ("fsync = off", "full_page_writes = off", "max_connections = 200", "jit = off")
"""What is committed outlives the server, if not the machine: the server is stopped without warning."""


@dataclass(frozen=True)
class Ground:
    """A database of its own, without tables, and how to restart its server, where it has one."""

    address: str
    restart: Callable[[str], None] | None = None


@pytest.fixture
def seed() -> int:
    """Give the seed of this run: REGLAMENT_FAULTS_SEED, else chance."""
    said = os.environ.get("REGLAMENT_FAULTS_SEED", "")
    return int(said) if said else secrets.randbelow(1_000_000)


@pytest.fixture
def ground(tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[Ground]:
    """Give a database of its own: a SQLite file, or one on a PostgreSQL that nobody else uses."""
    if pytestconfig.getoption("--database") == "sqlite":
        yield Ground(f"sqlite:///{tmp_path}/reglament.sqlite3")
        return
    server = Postgres(DURABLE)
    yield Ground(server.url(), server.restart)
    server.stop()


@pytest.fixture
def dovecot() -> Iterator[Dovecot | None]:
    """Give a mail server with mailboxes, or None where the machine has none and none is required."""
    if imap_program() is None:
        if imap_required():
            pytest.fail("no dovecot on this machine (install the package dovecot-imapd)")
        yield None
        return
    server = Dovecot()
    yield server
    server.stop()
