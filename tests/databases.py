"""What makes tests with a database quick, and no less true: tables emptied, databases copied.

To be called while Django may reach its database, and after the test database has been made.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.postgres import drop_database, make_database


def empty_tables_quickly() -> None:
    """Let the tables be emptied after a test without writing each of them anew."""
    from django.db import connection
    from django.db.models.signals import post_migrate

    # After each emptying Django would write its content types and permissions again; nothing reads them.
    post_migrate.receivers.clear()
    if connection.vendor == "postgresql":
        # TRUNCATE makes new files for each table and index, hundreds of them; most tables hold nothing.
        connection.ops.sql_flush = _deletions  # type: ignore[method-assign]


def _deletions(style: Any, tables: Sequence[str], **_kept: bool) -> list[str]:
    from django.db import connection

    # As a replica it checks no foreign keys, which would be a query for each row.
    quoted = map(connection.ops.quote_name, tables)
    emptied = [f"DELETE FROM {table}" for table in quoted]  # noqa: S608 (tables of our own)
    return ["; ".join(["SET LOCAL session_replication_role = replica", *emptied])] if tables else []


def keep_prepared() -> str:
    """Copy the test database while it is empty; give the copy's name, or its path."""
    from django.db import connection

    made = str(connection.settings_dict["NAME"])
    connection.close()
    kept = f"{made}.prepared" if connection.vendor == "sqlite" else f"{made}_prepared"
    if connection.vendor == "sqlite":
        shutil.copyfile(made, kept)
    else:
        make_database(_server(), kept, copied=made)
    return kept


@contextmanager
def database_of_its_own(folder: Path, prepared: str = "") -> Iterator[str]:
    """Give the address of a new database: a copy of a prepared one where named, or else without tables."""
    if os.environ["REGLAMENT_DATABASE_URL"].startswith("sqlite:"):
        if prepared:
            shutil.copyfile(prepared, folder / "reglament.sqlite3")
        yield f"sqlite:///{folder}/reglament.sqlite3"
        return
    name = f"story_{uuid4().hex}"
    yield make_database(_server(), name, copied=prepared)
    drop_database(_server(), name)


def _server() -> str:
    return os.environ["REGLAMENT_DATABASE_URL"]
