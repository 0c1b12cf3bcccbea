"""Secrets that lie open in words: found by the labels of the regulation, taken out, and hidden.

Who writes "Доступ к серверу: root / …" into a letter meant it for the desk only. The value goes into the
vault, and a mark stands in its place wherever the message is shown or searched.
"""

from __future__ import annotations

import html as markup
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reglament.desk.decisions.letter_lines import labels_of_field, plain
from reglament.regulation.model.edition import Edition

SECRET = "secret"  # noqa: S105  a type of field
MARKS = {"ru": "••• в сейфе", "en": "••• in the vault"}
"""What stands in the place of a secret, by the language of whoever wrote it."""
SHORTEST_PIECE = 4
"""Letters of a piece of a secret that is looked for by itself; shorter ones are words of any text."""

_LABELLED = re.compile(
    r"^(?P<before>[\s>*•–—-]*(?P<label>[^:：=\n]{1,80}?)\s*[:：=])(?P<space>[ \t]*)(?P<value>.*)$"
)
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_GOES_ON = re.compile(
    r"[\s>*•–—-]*(?:парол[ья]|логин|пользователь|ключ|адрес|хост|порт|password|pass|pwd|login|user|username|key"
    r"|host|address|port)\b",
    re.IGNORECASE,
)
"""How a line goes on with the access that the line before began."""
_TAGS = re.compile(r"<[^>]*>")
_PIECES = re.compile(r"[^\s/,;|]+")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text without the secrets that lay open in it, and these, by the names of their fields."""

    text: str
    secrets: Mapping[str, str]


def hide(edition: Edition, text: str, language: str) -> Hidden:
    """Take the values out of the lines of a text that name a secret field of an edition."""
    labels = _labels(edition)
    found: dict[str, list[str]] = {}
    if not labels:
        return Hidden(text, {})
    lines = text.splitlines(keepends=True)
    told: list[str] = []
    of = ""
    for line in lines:
        bare = line.rstrip("\r\n")
        ending = line[len(bare) :]
        match = _LABELLED.match(bare)
        name = _named(match["label"], labels) if match is not None else ""
        if match is not None and name:
            of = name
            if match["value"].strip() in MARKS.values():
                told.append(line)
            elif match["value"].strip():
                found.setdefault(name, []).append(match["value"].strip())
                told.append(f"{match['before']}{match['space'] or ' '}{mark(language)}{ending}")
            else:
                told.append(line)
        elif of and bare.strip(" \t>") and (not found.get(of) or _GOES_ON.match(bare)):
            # A label by itself is followed by its value; an address often by name and password.
            found.setdefault(of, []).append(bare.strip(" \t>"))
            told.append(f"{mark(language)}{ending}")
        else:
            of = of if not bare.strip() and not found.get(of) else ""
            told.append(line)
    return Hidden("".join(told), {name: "\n".join(values) for name, values in found.items()})


def hide_in_html(source: str, secrets: Iterable[str], language: str) -> str:
    """Give HTML without secrets that were found in its text; nothing where they cannot be taken out."""
    pieces = [line for secret in secrets for line in secret.splitlines()]
    for piece in sorted(pieces, key=len, reverse=True):
        for written in {piece, markup.escape(piece), markup.escape(piece, quote=False)}:
            source = source.replace(written, mark(language))
    shown = markup.unescape(_TAGS.sub("", source))
    apart = {part for piece in pieces for part in _PIECES.findall(piece) if len(part) >= SHORTEST_PIECE}
    # Mark-up within the value, or a line broken otherwise: the plain words are shown instead.
    return "" if any(part in shown for part in apart) else source


def mark(language: str) -> str:
    """Give the mark that stands in the place of a secret."""
    return MARKS.get(language, MARKS["ru"])


def _labels(edition: Edition) -> dict[str, str]:
    return {
        label: name
        for name, field in edition.fields.items()
        if field.type == SECRET
        for label in labels_of_field(name, field)
    }


def _named(label: str, labels: Mapping[str, str]) -> str:
    return labels.get(plain(label)) or labels.get(plain(_BRACKETS.sub("", label))) or ""
