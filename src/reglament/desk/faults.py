"""Why an act of a person cannot be done, in words for that person."""

from __future__ import annotations

from django.http import Http404
from django.utils.functional import Promise

Words = str | Promise
"""A text, or one that is translated when it is shown."""


class ActionRefused(Exception):
    """An act that cannot be done as asked. Its words say what is wrong and how to mend it.

    `field` names what of the act is wrong, where one thing is; `clause` the clause of the regulation
    that forbids it, where one does.
    """

    def __init__(self, words: Words, *, field: str = "", clause: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.field = field
        self.clause = clause

    def __str__(self) -> str:
        return str(self.words)


class NotAllowed(ActionRefused):
    """The person may see the thing, but their role does not let them do this to it."""


class NotThere(Http404):
    """There is no such thing, or it is none of this person's business: the answer is the same."""
