"""Letters from their templates: one text per letter and language, from which the HTML is made too.

A template is a text file in `letters/<language>/`, in Django's template language without escaping: its
first line is the subject, the rest the body. Its values are ids, texts and addresses that the caller
gives; nothing in them is ever read as a template. The marks of the body are few: a blank line ends a
paragraph, `•` begins an item, `§` a quoted clause, a line that is an address is a link, and `-- ` begins
the signature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import css_inline
from django.template import Context, Engine, Template

FOLDER = Path(__file__).parent / "letters"
LANGUAGES = ("ru", "en")

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_INCLUDED = re.compile(
    r"""\{% include "(?P<part>parts/[a-z_]+\.[a-z]{2}\.txt)"(?: with (?P<names>[^%]*?))? %\}"""
)
_TAG = re.compile(r"\{[{%].*?[%}]\}")
# A name at the beginning of a path: behind no dot, in no text between quotes, and no filter.
_NAME = re.compile(r"""(?<![\w."|:])[a-z_]+(?![\w"])""")
_ENGINE = Engine(dirs=[str(FOLDER)], autoescape=False)
_STYLE = """
body { margin: 0; padding: 24px; background: #ffffff; color: #1c2430; }
main { max-width: 560px; font: 16px/1.5 -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
p, ul { margin: 0 0 16px; }
ul { padding-left: 20px; }
blockquote { margin: 0 0 16px; padding: 8px 12px; border-left: 3px solid #2f6f5e; background: #f1f5f3; }
blockquote b { color: #2f6f5e; }
a { color: #1d5fa8; overflow-wrap: anywhere; }
footer { margin-top: 24px; padding-top: 12px; border-top: 1px solid #d9dee5; color: #5a6675; }
"""


@dataclass(frozen=True)
class Composed:
    """A letter in words: its subject, and its body as text and as HTML."""

    subject: str
    text: str
    html: str


def compose(
    template: str, language: str, values: Mapping[str, Any], *, words: str = "", signature: str = ""
) -> Composed:
    """Write a letter from a template in a language (Russian where there is no such language).

    Takes the desk's own words of the template, where it has any, which were found without fault, and the
    signature that the desk puts under its letters in place of its name. Raises `KeyError` where there is
    no such template.
    """
    spoken = spoken_in(language)
    written = _ENGINE.from_string(_plain(words)) if words else _template(spoken, template)
    filled = written.render(Context(dict(values), autoescape=False))
    subject, _, body = filled.partition("\n")
    text = _tidy(_signed(body, signature, str(values.get("staff_name") or "")))
    return Composed(one_line(subject), text, to_html(text, spoken))


def spoken_in(language: str) -> str:
    """Give the language in which letters are written to somebody: theirs, or Russian."""
    return language if language in LANGUAGES else LANGUAGES[0]


def shipped_words(template: str, language: str) -> str:
    """Give the words of a template as they are shipped, with the parts that it includes written out.

    Raises `KeyError` where there is no such template.
    """
    source = _source(spoken_in(language), template)
    return _INCLUDED.sub(lambda found: _written_out(found["part"], found["names"] or ""), source)


def templates() -> set[str]:
    """Give the names of the letters that there are."""
    return {file.stem for file in (FOLDER / LANGUAGES[0]).glob("*.txt")}


def one_line(text: str) -> str:
    """Make a text fit for a field of a letter: control characters and line ends become spaces."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def to_html(text: str, language: str) -> str:
    """Make the HTML of a letter from its text, with styles where mail programs read them: in each tag."""
    page = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><style>{_STYLE}</style></head>'
        f"<body><main>{blocks_of(text)}</main></body></html>"
    )
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False).inline(page)


def blocks_of(text: str) -> str:
    """Give the text of a letter as HTML without a page around it; all that is in the text is escaped."""
    body, _, signature = text.partition("\n-- \n")
    blocks = "".join(_block(block) for block in body.split("\n\n") if block.strip())
    footer = f"<footer>{_lines(signature.strip())}</footer>" if signature.strip() else ""
    return blocks + footer


@lru_cache
def _template(language: str, name: str) -> Template:
    return _ENGINE.from_string(_source(language, name))


def _source(language: str, name: str) -> str:
    file = FOLDER / language / f"{name}.txt"
    if not file.is_file():
        raise KeyError(name)
    return file.read_text(encoding="utf-8")


def _written_out(part: str, names: str) -> str:
    """Give a part with the names put in that its including gives to its values."""
    given = dict(pair.split("=", 1) for pair in names.split())

    def renamed(tag: re.Match[str]) -> str:
        return _NAME.sub(lambda name: given.get(name[0], name[0]), tag[0])

    return _TAG.sub(renamed, (FOLDER / part).read_text(encoding="utf-8"))


def _plain(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n")


def _signed(body: str, signature: str, person: str) -> str:
    if not signature.strip():
        return body
    said, _, _ = _plain(body).partition("\n-- \n")
    signature = "\n".join(line.strip() for line in _plain(signature).strip().split("\n"))
    return f"{said.rstrip()}\n\n-- \n" + (f"{person}\n" if person else "") + signature + "\n"


def _tidy(body: str) -> str:
    # The mark of a signature ends in a space, which is the only one at a line's end that means anything.
    lines = [line if line == "-- " else line.rstrip() for line in body.replace("\r\n", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _block(block: str) -> str:
    parts: list[str] = []
    items: list[str] = []
    words: list[str] = []

    def flush() -> None:
        if items:
            parts.append("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
        if words:
            parts.append("<p>" + "<br>".join(words) + "</p>")
        items.clear()
        words.clear()

    for line in block.strip("\n").split("\n"):
        kind = items if line.startswith("• ") else words
        if words if kind is items else items:
            flush()
        if line.startswith("§ "):
            flush()
            parts.append(_clause(line[2:]))
        elif line.startswith("• "):
            items.append(escape(line[2:]))
        elif re.fullmatch(r"https?://\S+", line):
            words.append(f'<a href="{escape(line)}">{escape(line)}</a>')
        else:
            words.append(escape(line))
    flush()
    return "".join(parts)


def _clause(said: str) -> str:
    clause, dash, text = said.partition(" — ")
    return f"<blockquote><b>{escape(clause)}</b>{escape(dash + text)}</blockquote>"


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))
