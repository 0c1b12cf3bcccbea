"""What a check finds: a code that stays, a place, what is wrong, a request that shows it, how to mend it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from reglament.regulation.checking.wording import in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a regulation.

    `message` is a key of the wording, `code/variant` or the code alone; `values` fill its blanks. The
    words are made when they are shown, so that one finding reads in both languages.
    """

    message: str
    file: str
    line: int
    clause: str
    """The clause that it is about; empty where it is about the file as a whole."""
    values: Mapping[str, object] = field(default_factory=dict)
    example: Mapping[str, Any] | None = None
    """A request that shows it, ready for `reglament decide`."""

    @property
    def code(self) -> str:
        return self.message.split("/", 1)[0]

    def what(self, language: str) -> str:
        return in_words(self.message, language, self.values)[0]

    def mend(self, language: str) -> str:
        return in_words(self.message, language, self.values)[1]

    def as_text(self, language: str) -> str:
        """The finding on a line, with the example and the mend on indented ones."""
        place = f"{self.file}:{self.line}:"
        about = f" {self.clause}" if self.clause else ""
        lines = [f"{place}{about} {self.code} — {self.what(language)}"]
        if self.example is not None:
            lines.append(f"    {_EXAMPLE[language]}: {json.dumps(self.example, ensure_ascii=False)}")
        mend = self.mend(language)
        if mend:
            lines.append(f"    {_MEND[language]}: {mend}")
        return "\n".join(lines)

    def as_line(self, language: str) -> str:
        """The finding and the mend on a single line."""
        place = f"{self.file}:{self.line}: {self.code} — {self.what(language)}"
        mend = self.mend(language)
        return f"{place}; {_MEND[language]}: {mend}" if mend else place

    def as_json(self, language: str) -> dict[str, Any]:
        return {
            "code": self.code,
            "file": self.file,
            "line": self.line,
            "clause": self.clause or None,
            "what": self.what(language),
            "example": None if self.example is None else dict(self.example),
            "mend": self.mend(language) or None,
        }


_EXAMPLE = {"ru": "пример", "en": "example"}
_MEND = {"ru": "как исправить", "en": "mend"}
