"""What a letter says and what it carries: its text, its HTML, its files."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reglament.desk.channels.email.charsets import codec_named, decode, one_line, readable
from reglament.desk.channels.email.markup import MAX_MARKUP, text_of
from reglament.desk.channels.email.parts import Limits, Part
from reglament.desk.channels.email.tnef import Enclosure, enclosed_in

MAX_NAME = 150
"""Characters of a file's name that are kept, its extension among them."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|]+')
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_EXTENSION = re.compile(r"\.[\w-]{1,12}$")
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/feedback-report": ".txt",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a letter."""

    name: str
    """A safe file name for people; files are stored under ids of our own."""
    content_type: str
    """As the sender calls it: never a reason to open it."""
    content: bytes = field(repr=False)
    content_id: str = ""
    """By which the letter's own HTML may name it, without angle brackets."""
    inline: bool = False
    """Whether it is meant to be seen inside the text."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a letter in both forms, and its files."""

    text: str
    html: str
    """As it came, decoded: to be sanitised before anybody sees it. Empty where the letter has none."""
    plain: bool
    """Whether the text is the sender's own, not made of the HTML."""
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]


@dataclass(slots=True)
class _Stretch:
    """One stretch of the text, in the forms in which it came."""

    text: str | None = None
    markup: str | None = None


@dataclass(slots=True)
class _Gathered:
    """What is found while the parts of a letter are gone through."""

    stretches: list[_Stretch] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)
    """What Outlook hid in files of its own."""
    defects: dict[str, None] = field(default_factory=dict)

    def add(self, name: str, content_type: str, content: bytes, content_id: str, *, inline: bool) -> None:
        """Add a file."""
        safe = safe_name(name, content_type, len(self.files) + 1)
        self.files.append(Attachment(safe, content_type[:100], content, content_id, inline))


def body_of(letter: Part, limits: Limits) -> Body:
    """Read the text and the files of a letter that was taken apart. Never raises."""
    gathered = _Gathered()
    _gather(letter, gathered, limits)
    stretches, defects = gathered.stretches, gathered.defects
    if not any((stretch.text or stretch.markup or "").strip() for stretch in stretches):
        stretches.extend(
            _Stretch(enclosure.text or None, enclosure.html or None) for enclosure in gathered.enclosures
        )
    text = "\n\n".join(filter(None, (_as_text(stretch) for stretch in stretches)))
    markup = ""
    if any(stretch.markup for stretch in stretches):
        markup = "\n<hr>\n".join(filter(None, (_as_markup(stretch) for stretch in stretches)))
    if len(text) > limits.text:
        text = text[: limits.text]
        defects["text_cut"] = None
    plain = all(stretch.text is not None for stretch in stretches)
    return Body(text.strip("\n"), markup, plain, tuple(gathered.files), tuple(defects))


def safe_name(name: str, content_type: str, number: int) -> str:
    """Give a file name fit to be shown and offered: no path, no characters that steer a system.

    A name too long is cut before its extension; a file without a name gets one from its number.
    """
    last = re.split(r"[/\\]", one_line(name))[-1]
    cleaned = _UNSAFE.sub("_", last).strip(" ._")
    if not cleaned:
        return f"file-{number}{_EXTENSIONS.get(content_type, '')}"
    if len(cleaned) <= MAX_NAME:
        return cleaned
    extension = _EXTENSION.search(cleaned)
    ending = extension[0] if extension else ""
    return cleaned[: MAX_NAME - len(ending)].rstrip(" .") + ending


def _gather(part: Part, into: _Gathered, limits: Limits) -> None:
    if not part.bounded:
        into.defects["boundary_missing"] = None
    if part.content_type == "multipart/alternative" and part.children:
        outer, into.stretches = into.stretches, []
        for child in part.children:
            _gather(child, into, limits)
        inner, into.stretches = into.stretches, outer
        if inner:
            texts = [stretch.text for stretch in inner if stretch.text is not None]
            markups = [stretch.markup for stretch in inner if stretch.markup is not None]
            outer.append(_Stretch(texts[0] if texts else None, markups[-1] if markups else None))
    elif part.children:
        for child in part.children:
            _gather(child, into, limits)
    elif part.content_type in {"text/plain", "text/html"} and not _is_file(part):
        text, found = _text_of_leaf(part, limits)
        into.defects.update(dict.fromkeys(found))
        into.stretches.append(
            _Stretch(markup=text) if part.content_type == "text/html" else _Stretch(text=text)
        )
    elif part.end > part.start or part.file_name:
        _keep_file(part, into)


def _keep_file(part: Part, into: _Gathered) -> None:
    content = part.content
    if part.content_type in _TNEF or part.file_name.lower() == "winmail.dat":
        enclosure = enclosed_in(content)
        if enclosure is not None:
            into.enclosures.append(enclosure)
            for file in enclosure.files:
                inline = bool(file.content_id) and file.content_type.startswith("image/")
                into.add(file.name, file.content_type, file.content, file.content_id, inline=inline)
            if enclosure.whole:
                return
        into.defects["tnef_damaged"] = None
    content_id = part.headers.bare("content-id").strip("<> ")[:200]
    inline = bool(content_id) and part.content_type.startswith("image/") and part.disposition != "attachment"
    into.add(part.file_name, part.content_type, content, content_id, inline=inline)


def _is_file(part: Part) -> bool:
    return part.disposition == "attachment" or bool(part.file_name)


def _text_of_leaf(part: Part, limits: Limits) -> tuple[str, tuple[str, ...]]:
    content = part.content[: 4 * limits.text]
    label = part.charset
    if part.content_type == "text/html":
        if codec_named(label or "") in {None, "utf-7"}:
            label = _charset_in_markup(content) or label
        text, defects = decode(content, label)
        return readable(text)[:MAX_MARKUP], defects
    text, defects = decode(content, label, (part.headers.hint,))
    text = readable(text)
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text, defects


def _charset_in_markup(content: bytes) -> str | None:
    found = re.search(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w:-]{1,40})", content[:4_000], re.IGNORECASE)
    return found[1].decode("ascii") if found else None


def unflowed(text: str, *, delete_space: bool) -> str:
    """Join the lines that a sender's program broke (RFC 3676): those that end with a space.

    Takes whether the space at the end was added by the program (DelSp=yes).
    """
    paragraphs: list[list[str]] = []
    flows, depth = False, 0
    for line in text.split("\n"):
        bare = line.lstrip(">")
        marks = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        fixed = bare == "-- "
        joins = flows and marks == depth and not fixed
        flows, depth = bare.endswith(" ") and not fixed, marks
        piece = bare[:-1] if flows and delete_space else bare
        if joins:
            paragraphs[-1].append(piece)
        else:
            paragraphs.append([f"{'>' * marks} " if marks else "", piece])
    return "\n".join("".join(pieces) for pieces in paragraphs)


def _as_text(stretch: _Stretch) -> str:
    if stretch.text is not None and (stretch.text.strip() or stretch.markup is None):
        return "\n".join(line.rstrip() for line in stretch.text.split("\n")).strip("\n")
    return text_of(stretch.markup or "")


def _as_markup(stretch: _Stretch) -> str:
    if stretch.markup is not None:
        return stretch.markup
    return f"<pre>{html.escape(stretch.text)}</pre>" if stretch.text and stretch.text.strip() else ""


def texts_of(parts: Iterator[Part], content_type: str, limits: Limits) -> tuple[str, ...]:
    """Give the decoded text of every part of this type, such as a delivery report."""
    return tuple(_text_of_leaf(part, limits)[0] for part in parts if part.content_type == content_type)
