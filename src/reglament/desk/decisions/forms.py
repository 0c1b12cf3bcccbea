"""What a form asks: the kinds that a channel takes, and for each the fields that the regulation demands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reglament.desk.decisions.asked import FIELDS
from reglament.desk.decisions.queries import preview
from reglament.desk.decisions.words import labels_of
from reglament.desk.regulations.models import Edition
from reglament.desk.regulations.queries import compiled
from reglament.regulation.model.edition import Edition as Written
from reglament.regulation.model.edition import Fact
from reglament.regulation.model.words import UNCLASSIFIED

NOT_FILLED_IN = ("identity", "service")
_FILLED = "x"


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of a form."""

    name: str
    """`fields.NAME`, or the name of a fact."""
    label: str
    hint: str
    type: str
    """`text`, `long_text`, `email`, `inn`, `secret`, `files`; of facts `choice`, `flag`, `number`, `date`."""
    required: bool
    clause: str = ""
    """The clause that demands it."""
    one_of: tuple[str, ...] = ()
    """The names of the fields of which one is enough; this one is among them."""
    choices: tuple[tuple[str, str], ...] = ()
    """Of a choice: pairs of a value and its label."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a form asks for one kind of request."""

    fields: tuple[FormField, ...]
    needs_subject: bool
    needs_text: bool
    services: tuple[tuple[str, str], ...]
    needs_service: bool
    severities: tuple[tuple[str, str, str], ...]
    """The levels that a client may name: value, label, meaning."""


def kinds_for(
    edition: Edition, channel: str, authentication: str, *, at: datetime, language: str
) -> list[tuple[str, str, str]]:
    """Give the kinds that may be asked for through a channel with a proof: name, label, hint.

    What has no name yet is no choice; what is not covered is one, so that people learn the terms.
    """
    labels = labels_of(compiled(edition), language)
    found = []
    for name, kind in compiled(edition).written.kinds.items():
        if name == UNCLASSIFIED:
            continue
        seen = preview(
            edition, name, channel=channel, authentication=authentication, at=at, language=language
        )
        if seen.accepted:
            hint = labels.text(kind.hint) if kind.hint is not None else ""
            found.append((name, labels.kind(name), hint))
    return found


def takes_requests(edition: Edition, channel: str, authentication: str, *, at: datetime) -> bool:
    """Say whether a channel takes requests of any kind: whether a page may offer to write one there."""
    return bool(kinds_for(edition, channel, authentication, at=at, language="en"))


def form_for(
    edition: Edition,
    kind: str,
    *,
    channel: str,
    authentication: str,
    at: datetime,
    language: str,
    service: str = "",
) -> Form:
    """Give the form of a kind of request: every field that the regulation demands, then those it offers.

    What a part of the message fills by itself is no question: the subject, the words and the address
    are asked for anyway, and `needs_subject` and `needs_text` say whether the regulation insists.
    """
    rules = compiled(edition)
    written = rules.written
    seen = preview(
        edition,
        kind,
        channel=channel,
        authentication=authentication,
        at=at,
        language=language,
        service=service,
    )
    demanded: dict[str, tuple[tuple[str, ...], str]] = {}
    for item in seen.demanded:
        names = tuple(item["name"].split("|"))
        demanded |= dict.fromkeys(names, (names, item["clause"]))
    parts = {written.fields[name].from_letter for name in demanded}
    questions = [
        _field(written, name, language, *demanded.get(name, ((), "")))
        for name, field in written.fields.items()
        if field.type not in NOT_FILLED_IN
        and field.from_letter is None
        and (name in demanded or kind in _kinds(written, field.asked_for))
    ]
    questions += [
        _fact(fact, path, language)
        for path, fact in written.facts.items()
        if "form" in fact.known_from
        and (kind in _kinds(written, fact.asked_for) or (not fact.asked_for and fact.type == "choice"))
    ]
    return Form(
        fields=tuple(questions),
        needs_subject="subject" in parts,
        needs_text="text" in parts,
        services=tuple((name, text.in_language(language)) for name, text in written.services.items()),
        needs_service=any(written.fields[name].type == "service" for name in demanded),
        severities=tuple(
            (name, level.title.in_language(language), level.meaning.in_language(language))
            for name, level in written.severities.items()
        ),
    )


def fields_named(edition: Edition, names: list[str], language: str) -> list[FormField]:
    """Give the questions for some fields by their names: to supply what is missing."""
    written = compiled(edition).written
    return [_field(written, name, language, (name,), "") for name in names if name in written.fields]


def _field(written: Written, name: str, language: str, one_of: tuple[str, ...], clause: str) -> FormField:
    field = written.fields[name]
    return FormField(
        name=f"{FIELDS}{name}",
        label=field.title.in_language(language),
        hint=field.hint.in_language(language) if field.hint is not None else "",
        type=field.type,
        required=len(one_of) == 1,
        clause=clause,
        one_of=tuple(f"{FIELDS}{other}" for other in one_of) if len(one_of) > 1 else (),
    )


def _fact(fact: Fact, path: str, language: str) -> FormField:
    choices = tuple((value, title.in_language(language)) for value, title in fact.values.items())
    return FormField(
        name=path,
        label=(fact.question or fact.title).in_language(language),
        hint="",
        type=fact.type,
        required=False,
        choices=choices,
    )


def _kinds(written: Written, names: list[str]) -> set[str]:
    return {kind for name in names for kind in written.groups.get(name, [name])}


def split(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part what a form filled in, by the names of its questions, into fields and facts of an `Incoming`."""
    fields = {name.removeprefix(FIELDS): value for name, value in values.items() if name.startswith(FIELDS)}
    facts = {name: value for name, value in values.items() if not name.startswith(FIELDS)}
    return fields, facts
