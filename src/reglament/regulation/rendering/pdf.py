"""The document as PDF, laid out by typst from a template that takes every text as data."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from reglament.regulation.rendering.tables import Table

if TYPE_CHECKING:
    from reglament.regulation.rendering.document import Block, Document


def as_pdf(document: Document) -> bytes:
    """The whole document as PDF/A-2b, with the fonts that typst carries; no system package is needed."""
    # Imported only here: the compiler is large, and every other format does without it.
    import typst

    with as_file(files(__package__).joinpath("document.typ")) as template:
        return bytes(
            typst.compile(
                template,
                sys_inputs={"document": json.dumps(_data(document), ensure_ascii=False)},
                ignore_system_fonts=True,
                pdf_standards="a-2b",
            )
        )


def _data(document: Document) -> dict[str, Any]:
    data: dict[str, Any] = document._asdict()
    data["hours"] = document.hours._asdict()
    data["contacts"] = document.contacts._asdict()
    data["sections"] = [
        {
            "anchor": section.anchor,
            "title": section.title,
            "blocks": [_block(block) for block in section.blocks],
            "note": [_block(block) for block in section.note],
        }
        for section in document.sections
    ]
    return data


def _block(block: Block) -> Any:
    return block._asdict() if isinstance(block, Table) else block
