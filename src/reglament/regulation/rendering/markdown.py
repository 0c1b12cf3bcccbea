"""The document as Markdown (CommonMark with tables)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reglament.regulation.rendering.tables import Table

if TYPE_CHECKING:
    from reglament.regulation.rendering.document import Block, Document

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def as_markdown(document: Document) -> str:
    """The whole document; each clause is a heading that begins with its id."""
    parts = [f"# {_plain(document.title)}", _plain(document.provider), _plain(document.edition)]
    parts += [_plain(document.preamble)] if document.preamble else []
    parts += [_table(document.hours)]
    if document.glossary:
        parts.append(f"## {_plain(document.glossary_title)}")
        parts += [f"**{_plain(term)}.** {_plain(meaning)}" for term, meaning in document.glossary]
    for section in document.sections:
        parts.append(f"## {section.anchor}. {_plain(section.title)}")
        parts += [_block(block) for block in section.blocks]
        parts += [f"> *{_plain(document.note_title)}:* {_block(block)}" for block in section.note]
    parts.append(_table(document.contacts))
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    return _table(block) if isinstance(block, Table) else _plain(block)


def _table(table: Table) -> str:
    def line(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(_plain(cell) for cell in cells) + " |"

    rows = [line(table.head), "|" + " --- |" * len(table.head), *(line(row) for row in table.rows)]
    return f"**{_plain(table.caption)}**\n\n" + "\n".join(rows)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
