"""The body of a call as JSON, read as strictly as the command line reads it."""

from __future__ import annotations

import json
from typing import Any, NoReturn


class BodyFault(ValueError):
    """A body that is not the JSON that was asked for, in a sentence."""


def read_json(body: bytes) -> Any:
    """The value in a body. Raises BodyFault: not UTF-8, not JSON, a key twice, a number that is none."""
    if not body.strip():
        raise BodyFault("no input")
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise BodyFault(f"is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise BodyFault(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise BodyFault("is nested too deeply") from error
    except ValueError as error:
        # Python refuses to read an integer of thousands of digits.
        raise BodyFault(str(error) if isinstance(error, BodyFault) else "holds a number too long") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BodyFault(f"holds the key {twice!r} twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise BodyFault(f"holds {name}, which is no number of JSON")
