"""Tables whose rows are written once: the database itself refuses to change them.

Deleting is left to the rules of retention, which a trigger cannot know.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

_CREATE = {
    "sqlite": (
        """CREATE TRIGGER "{table}_written_once" BEFORE UPDATE ON "{table}"
           BEGIN SELECT RAISE(ABORT, 'rows of {table} are written once'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION "{table}_written_once"() RETURNS trigger LANGUAGE plpgsql AS
           'BEGIN
              RAISE EXCEPTION ''rows of {table} are written once''
              USING ERRCODE = ''integrity_constraint_violation'';
            END'""",
        """CREATE TRIGGER "{table}_written_once" BEFORE UPDATE ON "{table}"
           FOR EACH ROW EXECUTE FUNCTION "{table}_written_once"()""",
    ),
}
_DROP = {
    "sqlite": ("""DROP TRIGGER IF EXISTS "{table}_written_once\"""",),
    "postgresql": (
        """DROP TRIGGER IF EXISTS "{table}_written_once" ON "{table}\"""",
        """DROP FUNCTION IF EXISTS "{table}_written_once"()""",
    ),
}


def write_once(table: str) -> RunPython:
    """Give the migration step after which the rows of a table cannot be changed.

    Takes the table's name. A later migration that alters the table on SQLite makes it anew, without
    the trigger, and has to end with this step again; a test finds it where it does not.
    """

    def run(statements: dict[str, tuple[str, ...]], editor: BaseDatabaseSchemaEditor) -> None:
        for statement in statements[editor.connection.vendor]:
            editor.execute(statement.format(table=table), params=None)

    def create(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        run(_DROP, editor)
        run(_CREATE, editor)

    def drop(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        run(_DROP, editor)

    return RunPython(create, drop)
