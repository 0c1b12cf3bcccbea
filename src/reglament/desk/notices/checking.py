"""Whether the words that an owner wrote for a letter can be used: every fault with its line.

The words are in a small part of Django's template language: `{{ value }}`, `{% if %}`, `{% for %}`, and
the filters `default` and `join` with a text. All names are checked against the letter's sample, so no
path leads out of the values: nothing is called, loaded or included.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import gettext

from reglament.desk.notices.catalogue import CATALOGUE, sample_of
from reglament.desk.notices.composing import compose

LONGEST = 20_000
"""Characters of the words of one letter."""
DEEPEST = 12
"""How deep conditions and repetitions may stand in each other."""
MOST_LOOPS = 2
"""How deep repetitions alone may: what a request holds is repeated for each request of a ticket."""

_PATH = re.compile(r"[a-zA-Z]\w*(?:\.[a-zA-Z]\w*)*")
_FILTER = re.compile(r'(default|join):"[^"\\{}%]*"')
_TEXT = re.compile(r'"[^"\\{}%]*"')
_LOOP = re.compile(r"for ([a-z]\w*) in (\S+)")
_PARTS = ("first", "last", "counter")
_UNCLOSED = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


@dataclass(frozen=True)
class Fault:
    """What is wrong in the words of a letter, and in which line; line 0 is the whole."""

    line: int
    words: str

    def __str__(self) -> str:
        if not self.line:
            return self.words
        return gettext("Line %(line)d: %(fault)s") % {"line": self.line, "fault": self.words}


@dataclass
class _Block:
    kind: str
    line: int
    names: dict[str, Any] = field(default_factory=dict)
    otherwise: bool = False


class _Wrong(Exception):
    def __init__(self, words: str, lines: int = 0) -> None:
        super().__init__(words)
        self.lines = lines


def faults_in(template: str, text: str) -> list[Fault]:
    """Find what is wrong in the words of a letter, in the language of whoever reads; none is a good sign.

    Takes a letter of the catalogue, and its words: the subject in the first line, then the body.
    """
    if len(text) > LONGEST:
        return [Fault(0, gettext("The words of a letter may have %(most)d characters.") % {"most": LONGEST})]
    if "\x00" in text:
        return [Fault(0, gettext("There is a character that no letter can carry."))]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    check = _Check(template)
    for token in Lexer(text).tokenize():
        try:
            check.take(token)
        except _Wrong as wrong:
            check.faults.append(Fault((token.lineno or 0) + wrong.lines, str(wrong)))
    check.end()
    return check.faults or _faults_in_whole(template, text, check.used)


def _faults_in_whole(template: str, text: str, used: set[str]) -> list[Fault]:
    known = CATALOGUE[template]
    faults = [
        Fault(0, gettext("This letter must say {{ %(name)s }}.") % {"name": name})
        for name in known.must
        if name not in used
    ]
    if not text.partition("\n")[0].strip():
        return [*faults, Fault(1, gettext("The first line is the subject; it must not be empty."))]
    sample = sample_of(template, "ru")
    try:
        letter = compose(template, "ru", sample, words=text)
    except Exception as fault:  # whatever the template engine says, the owner reads it
        return [*faults, Fault(0, str(fault))]
    if known.numbered and f"[{sample['number']}]" not in letter.subject:
        faults.append(
            Fault(
                1, gettext("The subject must carry [{{ number }}]: by it answers are joined to the ticket.")
            )
        )
    if not letter.text.strip():
        faults.append(Fault(2, gettext("The letter has no words but its subject.")))
    return faults


class _Check:
    """The words of one letter while they are read."""

    def __init__(self, template: str) -> None:
        self.faults: list[Fault] = []
        self.used: set[str] = set()
        self._values = sample_of(template, "ru")
        self._open: list[_Block] = []

    def take(self, token: Token) -> None:
        """Look at the next piece. Raises `_Wrong`."""
        if token.token_type == TokenType.TEXT:
            if (found := _UNCLOSED.search(token.contents)) is not None:
                raise _Wrong(
                    gettext("A value or a tag is not closed, or closed without having been opened."),
                    token.contents.count("\n", 0, found.start()),
                )
        elif token.token_type == TokenType.VAR:
            self._value(token.contents)
        elif token.token_type == TokenType.BLOCK:
            word = token.contents.split()[0] if token.contents.split() else ""
            tags: dict[str, Callable[[Token], None]] = {
                "if": self._if,
                "elif": self._elif,
                "else": self._else,
                "endif": self._close,
                "for": self._for,
                "endfor": self._close,
            }
            if word not in tags:
                raise _Wrong(
                    gettext("The tag {%% %(tag)s %%} cannot be used; only if and for can.")
                    % {"tag": word[:40]}
                )
            tags[word](token)

    def end(self) -> None:
        """Look at what was never closed."""
        self.faults += [
            Fault(
                block.line,
                gettext("{%% %(tag)s %%} is closed nowhere; write {%% end%(tag)s %%}.") % {"tag": block.kind},
            )
            for block in self._open
        ]

    def _value(self, written: str) -> None:
        path, *filters = re.split(r'\|(?=(?:[^"]*"[^"]*")*[^"]*$)', written.strip())
        found = self._at(path)
        for one in filters:
            if not _FILTER.fullmatch(one.strip()):
                raise _Wrong(
                    gettext('Behind | only default:"…" and join:"…" can stand, not %(filter)s.')
                    % {"filter": one[:60]}
                )
            found = "" if one.strip().startswith("join") and isinstance(found, list) else found
        if isinstance(found, dict | list):
            raise _Wrong(
                gettext("%(name)s holds several values: name one of them, or repeat with {%% for %%}.")
                % {"name": path}
            )

    def _if(self, token: Token) -> None:
        # Open even where the condition is wrong, or its end would be called a fault too.
        self._begin(_Block("if", token.lineno or 0))
        self._condition(token)

    def _elif(self, token: Token) -> None:
        self._inner("if")
        self._condition(token)

    def _else(self, token: Token) -> None:
        if token.contents.split() != ["else"]:
            raise _Wrong(gettext("{% else %} stands alone."))
        self._inner("if").otherwise = True

    def _inner(self, kind: str) -> _Block:
        if not self._open or self._open[-1].kind != kind or self._open[-1].otherwise:
            raise _Wrong(gettext("This tag stands in no {% if %} that is open here."))
        return self._open[-1]

    def _for(self, token: Token) -> None:
        found = _LOOP.fullmatch(" ".join(token.contents.split()))
        if found is None:
            raise _Wrong(gettext("A repetition is written {% for item in values %}."))
        name, path = found.groups()
        # The block is open even where its list is not known, or its end would be called a fault too.
        block = _Block("for", token.lineno or 0, {name: "", "forloop": dict.fromkeys(_PARTS, "")})
        if sum(one.kind == "for" for one in self._open) >= MOST_LOOPS:
            self._begin(block)
            raise _Wrong(gettext("Repetitions may stand in each other only once."))
        try:
            values = self._at(path)
        except _Wrong:
            self._begin(block)
            raise
        if not isinstance(values, list):
            self._begin(block)
            raise _Wrong(gettext("%(name)s is one value and cannot be repeated.") % {"name": path})
        block.names[name] = values[0]
        self._begin(block)

    def _close(self, token: Token) -> None:
        kind = token.contents.split()[0].removeprefix("end")
        if len(token.contents.split()) != 1 or not self._open or self._open[-1].kind != kind:
            raise _Wrong(gettext("{%% end%(tag)s %%} closes nothing that is open here.") % {"tag": kind})
        self._open.pop()

    def _begin(self, block: _Block) -> None:
        self._open.append(block)
        if len(self._open) > DEEPEST:
            raise _Wrong(gettext("Conditions stand too deep in each other."))

    def _condition(self, token: Token) -> None:
        words = token.contents.split()[1:]
        # What may stand next: a name (or not), what joins it to the next, or the text it is compared with.
        expected = "name"
        for word in words:
            if expected == "name" and word != "not":
                self._at(word)
                expected = "join"
            elif expected == "join" and word in ("and", "or"):
                expected = "name"
            elif expected == "join" and word in ("==", "!="):
                expected = "text"
            elif expected == "text" and _TEXT.fullmatch(word):
                expected = "join"
            elif word != "not" or expected != "name":
                break
        else:
            if expected == "join":
                return
        raise _Wrong(gettext("A condition is written {% if value %}, with and, or, not between values."))

    def _at(self, path: str) -> Any:
        """Give the sample at a path. Raises `_Wrong` where there is none."""
        if not _PATH.fullmatch(path):
            raise _Wrong(gettext("“%(name)s” is not the name of a value.") % {"name": path[:60]})
        first, *rest = path.split(".")
        scopes = [block.names for block in reversed(self._open)] + [self._values]
        found: Any = next((names for names in scopes if first in names), None)
        for name in (first, *rest):
            if not isinstance(found, dict) or name not in found:
                raise _Wrong(
                    gettext("This letter has no value “%(name)s”; those that it has are listed below.")
                    % {"name": path[:60]}
                )
            found = found[name]
        self.used.add(first)
        return found
