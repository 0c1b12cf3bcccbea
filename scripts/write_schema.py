"""Write the JSON Schema of the regulation language into the owner's documents."""

import json
from pathlib import Path

from reglament.regulation.reading.schema import language_schema

TARGET = Path(__file__).resolve().parent.parent / "docs" / "owner" / "regulation.schema.json"


def written() -> str:
    """The schema as its file holds it."""
    return json.dumps(language_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="utf-8")
