"""What a form asks: the kinds that a channel takes, and for each the fields that the regulation demands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reglament.desk.decisions.asked import FIELDS
from reglament.desk.decisions.facts import from_records, kinds_among, told_by_client
from reglament.desk.decisions.queries import preview
from reglament.desk.decisions.words import labels_of
from reglament.desk.people.models import Contact
from reglament.desk.people.queries import AUTHORISED
from reglament.desk.regulations.models import Edition
from reglament.desk.regulations.queries import compiled
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.edition import Edition as Written
from reglament.regulation.model.edition import Fact
from reglament.regulation.model.words import UNCLASSIFIED

SERVICE = "service"
NOT_FILLED_IN = ("identity", SERVICE)


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of a form."""

    name: str
    """`fields.NAME`, or the name of a fact."""
    label: str
    hint: str
    type: str
    """`text`, `long_text`, `email`, `inn`, `secret`, `files`, or `service` where it is to be chosen; of facts
    `choice`, `flag`, `number`, `date`."""
    required: bool
    clause: str = ""
    """The clause that demands it."""
    one_of: tuple[str, ...] = ()
    """The names of the fields of which one is enough; this one is among them."""
    choices: tuple[tuple[str, str], ...] = ()
    """Of a choice or a service: pairs of a value and its label."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a form asks for one kind of request."""

    fields: tuple[FormField, ...]
    subject: FormField | None
    """The field that the subject of the message fills, where the regulation demands or offers one."""
    text: FormField | None
    """The field that the words of the message fill."""
    services: tuple[tuple[str, str], ...]
    needs_service: bool
    severities: tuple[tuple[str, str, str], ...]
    """The levels that a client may name: value, label, meaning."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of request that a form may be begun for, with what the regulation says of it there."""

    name: str
    label: str
    hint: str
    promise: str
    """`promised`, `best_effort`, `not_covered`, or `redirect` where it must be asked for in another way."""
    department: str
    clause: str
    """The clause that says so, where it is not `promised`."""
    offer: str = ""
    """On what terms it can be had, where it is not covered."""
    redirect_to: tuple[str, ...] = ()


def choices_for(
    edition: Edition,
    channel: str,
    authentication: str,
    *,
    at: datetime,
    language: str,
    service: str = "",
    facts: dict[str, Any] | None = None,
) -> list[Choice]:
    """Give every kind of request as it stands when asked for through a channel; none on an informal one.

    Takes what is known of who asks (`known_of`). What has no name yet is no choice. Raises
    `ActionRefused` for a service that the edition does not know.
    """
    labels = labels_of(compiled(edition), language)
    found = []
    for name, kind in compiled(edition).written.kinds.items():
        seen = preview(
            edition,
            name,
            channel=channel,
            authentication=authentication,
            at=at,
            language=language,
            service=service,
            facts=facts,
        ).decision
        if name == UNCLASSIFIED or seen.outcome == "informal" or seen.queue is None:
            continue
        promise = _promise(seen)
        found.append(
            Choice(
                name=name,
                label=labels.kind(name),
                hint=labels.text(kind.hint) if kind.hint is not None else "",
                promise=promise,
                department=seen.queue.department,
                clause=_clause_of(seen, promise),
                offer=seen.offer or "",
                redirect_to=seen.redirect_to,
            )
        )
    return found


def _promise(decision: Decision) -> str:
    if decision.outcome in ("redirect", "not_covered"):
        return decision.outcome
    return "best_effort" if decision.service_level == "best_effort" else "promised"


def _clause_of(decision: Decision, promise: str) -> str:
    speaks = {"redirect": "accepts", "not_covered": "not_covered"}.get(promise, "")
    for row in decision.trace:
        effect = row.rule.effect
        if effect == speaks and not isinstance(row.value, str):
            return row.clause
        if promise == "best_effort" and row.rule.name == "service_level" and row.value == promise:
            return row.clause
    return ""


def kinds_for(
    edition: Edition,
    channel: str,
    authentication: str,
    *,
    at: datetime,
    language: str,
    facts: dict[str, Any] | None = None,
) -> list[tuple[str, str, str]]:
    """Give the kinds that may be asked for through a channel with a proof: name, label, hint.

    What has no name yet is no choice; what is not covered is one, so that people learn the terms.
    """
    choices = choices_for(edition, channel, authentication, at=at, language=language, facts=facts)
    return [(one.name, one.label, one.hint) for one in choices if one.promise != "redirect"]


def takes_requests(
    edition: Edition, channel: str, authentication: str, *, at: datetime, facts: dict[str, Any] | None = None
) -> bool:
    """Say whether a channel takes requests of any kind: whether a page may offer to write one there."""
    return any(
        preview(
            edition,
            kind,
            channel=channel,
            authentication=authentication,
            at=at,
            language="en",
            facts=facts,
        ).accepted
        for kind in compiled(edition).written.kinds
    )


def known_of(contact: Contact, edition: Edition, at: datetime) -> dict[str, Any]:
    """Give what the records say of a client who is signed in, as facts for a form that is not sent yet."""
    rules = compiled(edition)
    said = from_records(contact.desk, rules.written, contact.organisation, contact, AUTHORISED, at)
    return {name: fact["value"] for name, fact in said.items() if name in rules.program.facts}


def form_for(
    edition: Edition,
    kind: str,
    *,
    channel: str,
    authentication: str,
    at: datetime,
    language: str,
    service: str = "",
    facts: dict[str, Any] | None = None,
) -> Form:
    """Give the form of a kind of request: every field that the regulation demands, then those it offers.

    What a part of the message fills by itself is no further question: a subject, words and an address
    are asked for anyway. Takes what is known of who asks (`known_of`).
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
        facts=facts,
    )
    # What is named already must be named all the same: whoever takes it away lacks it.
    unnamed = seen if not service else preview(
        edition, kind, channel=channel, authentication=authentication, at=at, language=language, facts=facts
    )  # fmt: skip
    demanded: dict[str, tuple[tuple[str, ...], str]] = {}
    for item in seen.demanded:
        names = tuple(item["name"].split("|"))
        demanded |= dict.fromkeys(names, (names, item["clause"]))
    asked = [
        (field.from_letter, _field(written, name, language, *demanded.get(name, ((), ""))))
        for name, field in written.fields.items()
        if field.type not in NOT_FILLED_IN
        and (name in demanded or kind in kinds_among(written, field.asked_for))
    ]
    parts = {part: question for part, question in asked if part is not None}
    questions = [question for part, question in asked if part is None]
    questions += [_fact(written.facts[path], path, language) for path in told_by_client(written, kind)]
    return Form(
        fields=tuple(questions),
        subject=parts.get("subject"),
        text=parts.get("text"),
        services=_services(written, language),
        needs_service=_needs_service(written, unnamed.demanded),
        severities=tuple(
            (name, level.title.in_language(language), level.meaning.in_language(language))
            for name, level in written.severities.items()
        ),
    )


def _needs_service(written: Written, demanded: list[dict[str, str]]) -> bool:
    names = [name for item in demanded for name in item["name"].split("|")]
    return any(written.fields[name].type == SERVICE for name in names)


def questions_named(edition: Edition, names: Iterable[str], language: str) -> list[FormField]:
    """Give the questions for some fields and facts by their names: to supply what was asked for."""
    written = compiled(edition).written
    return [
        _fact(written.facts[name], name, language)
        if name in written.facts
        else _field(written, name, language, (name,), "")
        for name in names
        if name in written.facts or name in written.fields
    ]


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
        choices=_services(written, language) if field.type == SERVICE else (),
    )


def _services(written: Written, language: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, text.in_language(language)) for name, text in written.services.items())


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


def split(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part what a form filled in, by the names of its questions, into fields and facts of an `Incoming`."""
    fields = {name.removeprefix(FIELDS): value for name, value in values.items() if name.startswith(FIELDS)}
    facts = {name: value for name, value in values.items() if not name.startswith(FIELDS)}
    return fields, facts
