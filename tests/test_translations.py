"""Every string that a page or a tag translates has its Russian, in all plural forms."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "reglament"
CALLS = {"gettext", "gettext_lazy", "_", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy"}
Message = tuple[str, str]
"""The context, empty for none, and the string."""


def in_templates() -> Iterator[tuple[Path, Message]]:
    for file in sorted(SOURCE.rglob("templates/**/*")):
        if file.suffix in {".html", ".txt"} and "tests" not in file.parts:
            for message in calls(templatize(file.read_text(encoding="utf-8"))):
                yield file, message


def in_python() -> Iterator[tuple[Path, Message]]:
    for file in sorted(SOURCE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if "tests" not in file.parts and "gettext" in text:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                    texts = [part.value for part in node.args if isinstance(part, ast.Constant)]
                    context = str(texts.pop(0)) if node.func.id.startswith("p") else ""
                    if texts and isinstance(texts[0], str):
                        yield file, (context, texts[0])


def calls(templatized: str) -> Iterator[Message]:
    """Read the calls that Django's own extraction turns a template into."""
    for name, arguments in re.findall(
        r"(\w*gettext|\b_)\(((?:u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"),?\s*)+)", templatized
    ):
        texts = [
            ast.literal_eval(text)
            for text in re.findall(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", arguments)
        ]
        context = texts.pop(0) if name in {"pgettext", "npgettext"} else ""
        yield context, texts[0]


def catalogues() -> dict[Path, Catalog]:
    found = {}
    for file in sorted(SOURCE.rglob("locale/ru/LC_MESSAGES/*.po")):
        with file.open("rb") as lines:
            found[file] = read_po(lines, locale="ru")
    return found


def apps() -> list[str]:
    """The parts of the product that say something to people, by their path."""
    return sorted({part_of(file) for file, _ in strings()})


def part_of(file: Path) -> str:
    """Name a file's part of the product by its first two folders: `faces/common`, `desk/people`."""
    return "/".join(file.relative_to(SOURCE).parts[:-1][:2])


def strings() -> list[tuple[Path, Message]]:
    found = [*in_templates(), *in_python()]
    # The names of the languages are Django's own, and translated there.
    return [(file, message) for file, message in found if message[1] not in {"Russian", "English"}]


def test_strings_are_found_at_all() -> None:
    texts = {text for _, (_, text) in strings()}
    assert {"Skip to the main content", "One thing needs another look", "no limit is set"} <= texts
    assert ("to the previous page", "Back") in [message for _, message in strings()]


@pytest.mark.parametrize("file", catalogues(), ids=lambda file: file.parents[3].name)
def test_a_catalogue_has_no_empty_or_doubtful_translation(file: Path) -> None:
    catalogue = catalogues()[file]
    assert catalogue.num_plurals == 3
    for message in catalogue:
        if message.id:
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(forms), f"no Russian for {message.id!r}"
            assert "fuzzy" not in message.flags, f"a doubtful translation of {message.id!r}"
            assert not list(message.check(catalogue)), f"other placeholders than {message.id!r} has"


@pytest.mark.parametrize("file", catalogues(), ids=lambda file: file.parents[3].name)
def test_a_catalogue_keeps_no_string_that_nothing_says(file: Path) -> None:
    app = file.parents[3]
    said = {message for source, message in strings() if source.is_relative_to(app)}
    kept = {
        (message.context or "", message.id if isinstance(message.id, str) else message.id[0])
        for message in catalogues()[file]
        if message.id
    }
    assert kept <= said


@pytest.mark.parametrize("file", catalogues(), ids=lambda file: file.parents[3].name)
def test_what_people_read_is_what_our_own_catalogue_says(file: Path) -> None:
    # Catalogues are put one over another; Django's own and those of other applications may win.
    with translation.override("ru"):
        overridden = {
            message.id: read
            for message in catalogues()[file]
            if message.id and (read := _read(message)) != _first(message.string)
        }
    assert not overridden, "another catalogue has these words too: give them a context (pgettext)"


def _read(message: Entry) -> str:
    one, *more = [message.id] if isinstance(message.id, str) else message.id
    if more and message.context:
        return translation.npgettext(message.context, one, more[0], 1)
    if more:
        return translation.ngettext(one, more[0], 1)
    return translation.pgettext(message.context, one) if message.context else translation.gettext(one)


def _first(forms: str | list[str] | tuple[str, ...] | None) -> str:
    return forms if isinstance(forms, str) else (forms or [""])[0]


@pytest.mark.parametrize("part", apps())
def test_every_string_has_its_russian(part: str) -> None:
    known = {
        (message.context or "", (message.id if isinstance(message.id, str) else message.id[0]))
        for catalogue in catalogues().values()
        for message in catalogue
        if message.id
    }
    missing = {
        f'#: {file.relative_to(SOURCE)}\nmsgid "{text}"\nmsgstr ""'
        for file, (context, text) in strings()
        if part_of(file) == part and (context, text) not in known
    }
    assert not missing, "add to its locale/ru/LC_MESSAGES/django.po:\n" + "\n\n".join(sorted(missing))
