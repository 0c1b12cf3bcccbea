"""The JSON Schema of the regulation language, for editors."""

from __future__ import annotations

from typing import Any

from reglament.regulation.model.edition import Edition

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def language_schema() -> dict[str, Any]:
    """The schema of one edition; an editor that knows YAML completes and checks by it."""
    schema = Edition.model_json_schema(by_alias=True)
    # The reader adds lines itself; an owner must not write them.
    for definition in (schema, *schema["$defs"].values()):
        definition.get("properties", {}).pop("line", None)
    return {"$schema": DIALECT, **schema, "title": "A regulation of Reglament"}
