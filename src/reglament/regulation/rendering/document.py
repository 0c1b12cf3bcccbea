"""The document of one edition in one language: titles, paragraphs and tables, before any format."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reglament.regulation.rendering.placeholders import expand
from reglament.regulation.rendering.tables import Table
from reglament.regulation.wording.facts import Labels
from reglament.regulation.wording.hours import hours_in_words
from reglament.regulation.wording.moments import day

if TYPE_CHECKING:
    from reglament.regulation.model.edition import Clause, Edition

    Block = str | Table


class Section(NamedTuple):
    """A clause as it is printed; `anchor` is its id, `note` says how an ambiguous place is read."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    note: tuple[Block, ...]


class Document(NamedTuple):
    """Everything that is printed, in its order."""

    language: str
    title: str
    provider: str
    edition: str
    """The line that dates the edition."""
    preamble: str
    glossary_title: str
    glossary: tuple[tuple[str, str], ...]
    hours: Table
    contents_title: str
    sections: tuple[Section, ...]
    note_title: str
    contacts: Table


def build_document(edition: Edition, language: str) -> Document:
    """The document of an edition; numbers, lists and tables are drawn from its rules."""
    labels = Labels(edition, language)
    zone = labels.pick("Часовой пояс", "Time zone")
    in_force = day(edition.edition, language)
    return Document(
        language=language,
        title=labels.text(edition.title),
        provider=labels.text(edition.provider),
        edition=labels.pick(f"Редакция действует с {in_force}.", f"Edition in force from {in_force}.")
        + f" {zone}: {edition.timezone}.",
        preamble=labels.text(edition.preamble) if edition.preamble else "",
        glossary_title=labels.pick("Термины", "Terms"),
        glossary=tuple((labels.text(entry.term), labels.text(entry.meaning)) for entry in edition.glossary),
        hours=_hours(labels),
        contents_title=labels.pick("Содержание", "Contents"),
        sections=tuple(_section(clause, labels) for clause in edition.clauses),
        note_title=labels.pick("Как это читается", "How this is read"),
        contacts=_contacts(labels),
    )


def _section(clause: Clause, labels: Labels) -> Section:
    return Section(
        anchor=clause.id,
        title=labels.text(clause.title),
        blocks=expand(labels.text(clause.text), labels),
        note=expand(labels.text(clause.note), labels) if clause.note else (),
    )


def _hours(labels: Labels) -> Table:
    rows = []
    for calendar in labels.edition.calendars.values():
        possible = "; ".join(labels.text(text) for text in calendar.possible)
        rows.append((labels.text(calendar.title), hours_in_words(calendar, labels.language), possible or "—"))
    return Table(
        caption=labels.pick("Часы", "Hours"),
        head=(
            labels.pick("Что", "What"),
            labels.pick("Гарантировано", "Guaranteed"),
            labels.pick("Возможно, но не обещано", "Possible, not promised"),
        ),
        rows=tuple(rows),
    )


def _contacts(labels: Labels) -> Table:
    rows = []
    for name, entry in labels.edition.channels.items():
        reached = [entry.address] if entry.address else []
        reached += [f"{line.number} ({labels.text(line.title)})" for line in entry.lines]
        if entry.note:
            reached.append(labels.text(entry.note))
        rows.append((labels.channel(name), "; ".join(reached) or "—"))
    for department in labels.edition.departments.values():
        reached = [one for one in (department.phone, department.email) if one]
        if reached:
            rows.append((labels.text(department.title), "; ".join(reached)))
    return Table(
        caption=labels.pick("Как обратиться", "How to reach us"),
        head=(labels.pick("Канал или отдел", "Channel or department"), labels.pick("Адрес", "Address")),
        rows=tuple(rows),
    )
