"""Many tickets out of a few: each row of the desk copied again and again inside the database.

The copies keep how rows hang together: whatever pointed at a row points at its copy. It works in
constant memory, at the speed of `INSERT … SELECT`, on SQLite and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

BLOCK = 200
"""Copies of every row that one statement makes."""


def multiply(grown: Sequence[type[models.Model]], times: int) -> None:
    """Copy all rows of the given models so many times, with what is unique in them made different.

    The models must be named with whatever they point at before them, or else nullable; their keys are
    whole numbers.
    """
    step = 1 + max(_highest(model) for model in grown)
    with connection.cursor() as cursor:
        for begin in range(1, times + 1, BLOCK):
            last = min(begin + BLOCK - 1, times)
            # Rows point at each other in circles, which the database looks at when the block is whole.
            with transaction.atomic():
                for model in grown:
                    cursor.execute(_statement(model, set(grown), step), [begin, last, step])
        for statement in connection.ops.sequence_reset_sql(no_style(), list(grown)):
            cursor.execute(statement)


def _highest(model: type[models.Model]) -> int:
    fields = {field.name for field in model._meta.fields}
    names = [name for name in ("id", "number") if name in fields]
    found = model._default_manager.aggregate(*(models.Max(name) for name in names))
    return max((value or 0 for value in found.values()), default=0)


def _statement(model: type[models.Model], grown: set[type[models.Model]], step: int) -> str:
    quote = connection.ops.quote_name
    columns: list[str] = []
    values: list[str] = []
    for field in model._meta.fields:
        name = quote(str(field.column))
        column = f"t.{name}"
        columns.append(name)
        if field.primary_key or field.name == "number" or field.related_model in grown:
            values.append(f"{column} + n.n * {step}")
        elif _is_unique(model, field) and isinstance(field, models.CharField | models.TextField):
            length = (field.max_length or 200) - 12
            values.append(f"substr({column}, 1, {length}) || '-' || n.n")
        else:
            values.append(column)
    series = (
        "SELECT generate_series(%s::bigint, %s::bigint) AS n"
        if connection.vendor == "postgresql"
        else "WITH RECURSIVE s(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM s WHERE n < %s) SELECT n FROM s"
    )
    # The copies themselves lie above the step and are not copied again.
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM {quote(model._meta.db_table)} t, ({series}) n WHERE t.{quote('id')} < %s"
    )


def _is_unique(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    together = {
        name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        for name in constraint.fields
    }
    return field.unique or field.name in together
