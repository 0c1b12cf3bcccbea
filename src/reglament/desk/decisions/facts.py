"""What the desk knows of a request: each fact with who said it, where and when.

Which fact comes from where the regulation declares (`known_from`, `from_letter`). Where several say
it, staff go before the client, and the client before the records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reglament.desk.decisions.asked import FIELDS
from reglament.desk.decisions.letter_lines import SERVICE, read_lines
from reglament.desk.people.models import Contact, Organisation
from reglament.desk.people.queries import AUTHORISED, facts_of
from reglament.desk.regulations.models import Desk
from reglament.desk.regulations.queries import Compiled, outage_at
from reglament.regulation.model.edition import Edition

Known = dict[str, Any]
"""`{"value", "source", "by", "at"}`."""
Facts = dict[str, Known]

CHANNEL = "channel"
FORM = "form"
LETTER = "letter"
RECORDS = "records"
STAFF = "staff"
CLIENT = "client"
SWITCH = "switch"

FILES = "files"
SEVERITY_STATED = "severity"
_COMMON_RECORDS = ("client.status",)


def known(value: Any, source: str, at: datetime, by: int | None = None) -> Known:
    """Give a fact as it is kept: its value, its source, the account that said it, and when."""
    return {"value": value, "source": source, "by": by, "at": at.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a message says of a request, before the records are asked."""

    received_at: datetime
    subject: str = ""
    sender: str = ""
    """The address it came from, or the number that called."""
    text: str = ""
    fields: Mapping[str, Any]
    """Filled in by name; a secret by its reference."""
    facts: Mapping[str, Any]
    """Further facts by name."""
    files: tuple[str, ...] = ()
    """The ids of its attachments."""
    is_letter: bool = False
    stated_by: str = FORM
    """Who filled fields and facts in: `form`, `client`, or `staff`."""
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of a request, and what of its own values its words name."""

    facts: Facts
    service: str = ""
    severity: str = ""


def gather(
    desk: Desk, rules: Compiled, said: Said, *, contact: Contact | None, authentication: str
) -> Gathered:
    """Gather what is known of a request at its receipt.

    Takes who was recognised and how well that is proven: the records of a client whom nobody named
    are not asked.
    """
    edition = rules.written
    facts = from_records(
        desk,
        edition,
        contact.organisation if contact is not None else None,
        contact,
        authentication,
        said.received_at,
    )
    lines = read_lines(edition, said.text)
    facts |= from_message(edition, said)
    for name, value in lines.items():
        if name not in (SERVICE, SEVERITY_STATED):
            facts[name] = known(value, LETTER, said.received_at)
    for name, value in said.facts.items():
        if value is not None and value != "":
            facts[name] = known(value, said.stated_by, said.received_at, said.by)
    facts |= _filled_in(said)
    return Gathered(facts, lines.get(SERVICE, ""), lines.get(SEVERITY_STATED, ""))


def _filled_in(said: Said) -> Facts:
    return {
        f"{FIELDS}{name}": known(value, said.stated_by, said.received_at, said.by)
        for name, value in said.fields.items()
        if not _blank(value)
    }


def _blank(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return not any(str(item).strip() for item in value)
    return value is None or not str(value).strip()


def from_message(edition: Edition, said: Said) -> Facts:
    """Give the fields that parts of a message fill by themselves: its subject, its sender, its words.

    Files fill the field for files where the regulation has one such field only; of several nobody
    could tell which.
    """
    parts = {"subject": said.subject, "from": said.sender, "text": said.text}
    source = LETTER if said.is_letter else said.stated_by
    facts: Facts = {}
    for name, field in edition.fields.items():
        value = parts.get(field.from_letter or "", "").strip()
        if value:
            facts[f"{FIELDS}{name}"] = known(value, source, said.received_at, said.by)
    for_files = [name for name, field in edition.fields.items() if field.type == FILES]
    if said.files and len(for_files) == 1:
        facts[f"{FIELDS}{for_files[0]}"] = known(list(said.files), source, said.received_at, said.by)
    return facts


def from_records(
    desk: Desk,
    edition: Edition,
    organisation: Organisation | None,
    contact: Contact | None,
    authentication: str,
    moment: datetime,
) -> Facts:
    """Give what the desk's own records say at a moment: of the client, and of the portal.

    What a form asks as well the client has to name; the records name it only for a request that is
    proven to be the client's.
    """
    facts: Facts = {}
    if organisation is not None:
        held = facts_of(organisation, moment, declared_in_records(edition))
        for name, value in held.items():
            fact = edition.facts.get(name)
            if fact is not None and "form" in fact.known_from and authentication != AUTHORISED:
                continue
            facts[name] = known(value, RECORDS, moment)
    switched = [name for name, fact in edition.facts.items() if "switch" in fact.known_from]
    if switched and (source := _portal_out_of_reach(desk, contact, moment)):
        for name in switched:
            if source == SWITCH or "records" in edition.facts[name].known_from:
                facts[name] = known(True, source, moment)
    return facts


def _portal_out_of_reach(desk: Desk, contact: Contact | None, moment: datetime) -> str:
    if outage_at(desk, moment) is not None:
        return SWITCH
    if contact is not None and contact.account_id is None:
        return RECORDS
    return ""


def told_by_client(edition: Edition, kind: str) -> list[str]:
    """Give the names of the facts that a form asks of a kind of request, in the order of the regulation."""
    return [
        name
        for name, fact in edition.facts.items()
        if "form" in fact.known_from
        and (kind in kinds_among(edition, fact.asked_for) or (not fact.asked_for and fact.type == "choice"))
    ]


def kinds_among(edition: Edition, names: Iterable[str]) -> set[str]:
    """Give the kinds that names of kinds and of groups of them stand for."""
    return {kind for name in names for kind in edition.groups.get(name, [name])}


def declared_in_records(edition: Edition) -> list[str]:
    """Give the names of the facts that a regulation takes from clients' records."""
    declared = [name for name, fact in edition.facts.items() if "records" in fact.known_from]
    return list(dict.fromkeys([*_COMMON_RECORDS, *declared]))


def with_records_anew(facts: Mapping[str, Known], records: Facts) -> Facts:
    """Give the facts with what the records say now; what a person said stays."""
    rest = {name: fact for name, fact in facts.items() if fact["source"] not in (RECORDS, SWITCH)}
    return {**records, **rest}


def without(facts: Mapping[str, Known], names: Iterable[str]) -> Facts:
    """Give the facts without some of them."""
    gone = set(names)
    return {name: fact for name, fact in facts.items() if name not in gone}
