"""The document as HTML: a fragment for a page of the desk, or a whole page that prints well."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from reglament.regulation.rendering.tables import Table

if TYPE_CHECKING:
    from reglament.regulation.rendering.document import Block, Document, Section


def as_html_page(document: Document) -> str:
    """A whole page without anything from elsewhere."""
    style = files(__package__).joinpath("document.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{as_html(document)}</body>\n</html>\n"
    )


def as_html(document: Document) -> str:
    """The document as one article; each clause is a section whose id is the clause's."""
    parts = [
        f'<article class="regulation" lang="{document.language}">\n<header>\n',
        f"<h1>{escape(document.title)}</h1>\n",
        f'<p class="regulation-provider">{escape(document.provider)}</p>\n',
        f'<p class="regulation-edition">{escape(document.edition)}</p>\n</header>\n',
    ]
    if document.preamble:
        parts.append(f'<p class="regulation-preamble">{escape(document.preamble)}</p>\n')
    parts += [_contents(document), _table(document.hours)]
    if document.glossary:
        parts.append(f'<section class="glossary">\n<h2>{escape(document.glossary_title)}</h2>\n<dl>\n')
        parts += [f"<dt>{escape(term)}</dt>\n<dd>{escape(text)}</dd>\n" for term, text in document.glossary]
        parts.append("</dl>\n</section>\n")
    parts += [_section(section, document) for section in document.sections]
    parts += [_table(document.contacts), "</article>\n"]
    return "".join(parts)


def _contents(document: Document) -> str:
    title = escape(document.contents_title)
    entries = "".join(
        f'<li><a href="#{section.anchor}"><span class="clause">{section.anchor}</span> '
        f"{escape(section.title)}</a></li>\n"
        for section in document.sections
    )
    return f'<nav class="contents" aria-label="{title}">\n<h2>{title}</h2>\n<ol>\n{entries}</ol>\n</nav>\n'


def _section(section: Section, document: Document) -> str:
    anchor = section.anchor
    chip = f'<a class="clause" href="#{anchor}">{anchor}</a>'
    heading = f"<h2>{chip} {escape(section.title)}</h2>\n"
    body = "".join(_block(block) for block in section.blocks)
    note = ""
    if section.note:
        said = "".join(_block(block) for block in section.note)
        title = f"<p><strong>{escape(document.note_title)}</strong></p>"
        note = f'<aside class="reading">\n{title}\n{said}</aside>\n'
    return f'<section class="clause-section" id="{anchor}">\n{heading}{body}{note}</section>\n'


def _block(block: Block) -> str:
    return _table(block) if isinstance(block, Table) else f"<p>{escape(block)}</p>\n"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>\n"
        for row in table.rows
    )
    return (
        f'<div class="table-frame" role="region" tabindex="0" aria-label="{escape(table.caption)}">\n'
        f'<table class="rules">\n<caption>{escape(table.caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
