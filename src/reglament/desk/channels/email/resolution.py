"""What checking a sender asks of the DNS, as a small interface, and the bounds on asking.

Everything that is asked is named by strangers, so a letter may ask only so many questions, and of an
answer only so much is read. An answer that cannot be had now is never taken for one that says no.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MAX_QUESTIONS = 150
"""Questions that one letter may ask: ten signatures, ten lookups of SPF with ten servers each, and DMARC."""
MAX_VALUES = 100
"""Records of one answer that are read."""
MAX_VALUE = 4_096
"""Characters of one record; a longer one is passed over."""

_NAME = re.compile(r"[a-z0-9_!#$%&'*+/=?^`{|}~-]{1,63}(?:\.[a-z0-9_!#$%&'*+/=?^`{|}~-]{1,63})*")


class RecordType(StrEnum):
    """The kinds of records (RFC 1035, 3.2.2; RFC 3596) that are asked for."""

    A = "A"
    AAAA = "AAAA"
    MX = "MX"
    PTR = "PTR"
    TXT = "TXT"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the DNS says of one name and type; no values and `exists` is a name without such records."""

    values: tuple[str, ...] = ()
    """TXT: the strings of each record joined, octets as Latin-1; MX: names of servers; else as written."""
    exists: bool = True
    """False where there is no such name at all (NXDOMAIN)."""


NOTHING = Answer(exists=False)


class Unresolved(Exception):
    """The DNS gave no answer, for the moment: a timeout, a broken server, too many questions."""


class Resolver(Protocol):
    """Asks the DNS. Raises `Unresolved` where no answer came."""

    def ask(self, name: str, kind: RecordType) -> Answer:
        """Give the answer for a name in ASCII, without the dot at its end."""
        ...


class Questions:
    """The questions of one letter: each is asked once, and all of them are bounded."""

    def __init__(self, resolver: Resolver) -> None:
        """Take whoever asks the DNS."""
        self._resolver = resolver
        self._left = MAX_QUESTIONS
        self._known: dict[tuple[str, RecordType], Answer | None] = {}

    def ask(self, name: str, kind: RecordType) -> Answer:
        """Give the answer; a name that cannot be one is not asked for, and does not exist.

        Raises `Unresolved`, and nothing else whatever the resolver does.
        """
        name = name.lower().removesuffix(".")
        if len(name) > 253 or not _NAME.fullmatch(name):
            return NOTHING
        if (name, kind) not in self._known:
            self._known[name, kind] = self._asked(name, kind)
        answer = self._known[name, kind]
        if answer is None:
            raise Unresolved(f"no answer for {kind} of {name}")
        return answer

    def _asked(self, name: str, kind: RecordType) -> Answer | None:
        if not self._left:
            return None
        self._left -= 1
        try:
            answer = self._resolver.ask(name, kind)
        except Exception:  # whatever fails on the way to an answer is no answer
            return None
        values = tuple(value for value in answer.values[:MAX_VALUES] if len(value) <= MAX_VALUE)
        return Answer(values, answer.exists)
