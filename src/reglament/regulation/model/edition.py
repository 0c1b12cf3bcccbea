"""The regulation language: one dated edition of a regulation, as its owner writes it.

These models are the language's grammar: from them come the messages about a wrong file, the JSON Schema
for editors, and the values that explaining, checking, rendering and the desk read. What an edition
decides is compiled from it into a `Program`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, field_validator

from reglament.regulation.model.words import CHANNELS

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
FactPath = Annotated[str, StringConstraints(pattern=r"^(client|product|circumstances)\.[a-z][a-z0-9_]*$")]
ClauseId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}-[0-9]{1,4}[a-z]?$")]
Channel = Literal[
    "portal", "guest_form", "email", "phone", "letter", "chat",
    "product_ui", "personal_contact", "messenger", "forum", "social",
]  # fmt: skip
Proof = Literal["anonymous", "identified", "authorised"]
OfferWord = Literal["by_agreement", "paid", "separate_purchase"]
Condition = dict[str, Any]

_BUDGET = re.compile(r"([1-9][0-9]{0,5}) (working )?(minute|hour|day|week)s?")


class Part(BaseModel):
    """Anything in a regulation file: nothing unknown may stand in it, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Text(Part):
    """The same words in both languages."""

    ru: Annotated[str, StringConstraints(min_length=1)]
    en: Annotated[str, StringConstraints(min_length=1)]

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.ru


class TermOfTheGlossary(Part):
    term: Text
    meaning: Text


class Calendar(Part):
    """When a clock runs. `hours` reads "09:00-17:00", a list of such spans, "always", or a span a weekday."""

    title: Text
    days: Literal["every_day", "working", "weekdays"] = "every_day"
    """`working`: working days of the production calendar, working Saturdays too; `weekdays`: Monday to
    Friday without days off, and a working Saturday does not count."""
    hours: str | list[str] | dict[str, str | list[str]]
    days_off: Literal["RU"] | None = None
    short_days: Literal["ignore", "minus_hour"] = "ignore"
    overlays: list[Name] = []
    possible: list[Text] = []
    """Hours in which work is possible but not promised, in words."""


class PhoneLine(Part):
    number: str
    title: Text


class ChannelEntry(Part):
    """How a channel is reached; every channel that the regulation speaks of may have an entry."""

    title: Text | None = None
    address: str | None = None
    lines: list[PhoneLine] = []
    note: Text | None = None


class Department(Part):
    title: Text
    phone: str | None = None
    email: str | None = None
    purpose: Text | None = None


class Severity(Part):
    title: Text
    meaning: Text


class Kind(Part):
    """What may be asked for. `hint` stands beside the choice in forms."""

    title: Text
    hint: Text | None = None


class Fact(Part):
    """Something that a request may state beside its fields.

    `known_from` says where the desk takes it: the `form`, the client's `records`, `staff`, the desk's
    `switch`. `asked_for` names the kinds for which a form asks it.
    """

    title: Text
    type: Literal["choice", "flag", "number", "date"]
    values: dict[Name, Text] = {}
    default: str | bool | None = None
    known_from: list[Literal["form", "records", "staff", "switch"]]
    asked_for: list[Name] = []
    question: Text | None = None


class FieldEntry(Part):
    """What a client fills in. A `secret` goes into the vault and nowhere else.

    `identity` is not filled in: it is met when the client is recognised. `service` is met when a
    service is named.
    """

    title: Text
    type: Literal["text", "long_text", "email", "inn", "secret", "files", "identity", "service"]
    hint: Text | None = None
    asked_for: list[Name] = []
    """Kinds for which a form offers it although nothing demands it."""
    from_letter: Literal["subject", "from", "text"] | None = None
    """What of a message fills it by itself: its subject, the address it came from, or its words."""


class Ground(Part):
    """A ground of refusal; `cure` says how the client can mend it."""

    title: Text
    cure: Text


class SameAs(Part):
    same_as: str


class ValueRow(Part):
    when: Condition | None = None
    unless: Condition | None = None
    value: str | int | SameAs = Field(alias="is")
    remark: str = ""


class AcceptRow(Part):
    when: Condition | None = None
    unless: Condition | None = None
    through: list[Channel] | dict[Channel, Proof]
    redirect_to: list[Channel] | None = None


class RankRow(Part):
    when: Condition | None = None
    unless: Condition | None = None
    value: int = Field(alias="is", ge=0)


class Entitlement(Part):
    """One row of a table of what a class of clients gets: `kinds` are refused cover without a plus."""

    name: Name
    title: Text
    kinds: list[Name] = []
    plus: list[Name]
    channel: Channel | None = None


class RulePart(Part):
    when: Condition | None = None
    unless: Condition | None = None
    cites: list[ClauseId] = []
    """Other clauses that speak of the same thing; cited as informative."""
    line: int = 0


class Define(RulePart):
    """A word of the regulation's own, worked out from facts: first row that holds, or all (`several`)."""

    define: Name
    title: Text
    values: dict[str | int, Text]
    several: bool = False
    unique: bool = False
    rows: list[ValueRow] = Field(min_length=1)

    @field_validator("values", mode="before")
    @classmethod
    def _numbers_are_numbers(cls, values: object) -> object:
        # Keys of a file are texts; a row that says `is: 1` means the number.
        if not isinstance(values, dict):
            return values
        return {
            int(key) if isinstance(key, str) and key.isdecimal() else key: title
            for key, title in values.items()
        }


class Sets(RulePart):
    """One of the decision's own values. With `overrides` the rule is an exception to all others."""

    sets: Literal["severity", "responsibility", "department", "service_level"]
    overrides: bool = False
    unique: bool = False
    rows: list[ValueRow] = []
    value: str | None = Field(default=None, alias="is")


class Accepts(RulePart):
    """The channels through which something may be asked, and with what proof; anything else is redirected."""

    accepts: list[Channel] | dict[Channel, Proof] | list[AcceptRow]
    redirect_to: list[Channel] | None = None


class Informal(RulePart):
    informal: Literal[True]


class NotCovered(RulePart):
    not_covered: Literal[True]
    offer: OfferWord | None = None


class Offers(RulePart):
    offers: OfferWord


class Requires(RulePart):
    """Fields that must be there; `login|client_id` is met by either."""

    requires: list[str] = Field(min_length=1)


class WithinTable(BaseModel):
    """Spans by the values of up to two facts, as the document prints them: `by`, then the table."""

    model_config = ConfigDict(extra="allow", frozen=True)
    by: str | list[str]
    best: Literal["first", "shortest"] = "first"

    @property
    def table(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class WithinRow(Part):
    when: Condition | None = None
    unless: Condition | None = None
    value: str = Field(alias="is")


class ObligationRule(RulePart):
    obligation: Name
    title: Text
    clock: Name
    fulfilled_by: Literal["registration_notice", "staff_reply", "completion"]
    within: str | list[WithinRow] | WithinTable


class QueueRule(RulePart):
    """The place in the queue: whole numbers compared left to right, then the moment that breaks ties."""

    queue: list[int | Name | list[RankRow]]
    then_by: Literal["received_at", "due_at"]
    says: Text


class Refusal(RulePart):
    refusal: Name


class PermissionRule(RulePart):
    permission: Literal["required"]


class Asks(RulePart):
    """A fact that the notice asks for; nothing is held back while it is unknown."""

    asks: FactPath


class Mentions(RulePart):
    """Something that the reply should say; it decides nothing."""

    mentions: Name
    says: Text


class Excuses(RulePart):
    """A later breach of the obligation is excused."""

    excuses: Name


class Entitlements(RulePart):
    entitlements: Name
    title: Text
    by: Name
    offer: OfferWord | None = None
    table: list[Entitlement]


class Practice(RulePart):
    """How the desk works by this clause; `terms` are those of the practice."""

    practice: Literal[
        "abuse_reports",
        "authorisation_request",
        "closing",
        "completion_permission",
        "confirmation",
        "escalation",
        "information_request",
        "knowledge",
        "letter_check",
        "notices_of_works",
        "paper",
        "personal_specialist",
        "portal_switch",
        "registration_notice",
        "severity_change",
        "stop_support",
        "validity",
        "visits",
    ]
    terms: dict[str, Any] = {}


RULES: dict[str, type[RulePart]] = {
    "define": Define,
    "sets": Sets,
    "accepts": Accepts,
    "informal": Informal,
    "not_covered": NotCovered,
    "offers": Offers,
    "requires": Requires,
    "obligation": ObligationRule,
    "queue": QueueRule,
    "refusal": Refusal,
    "permission": PermissionRule,
    "asks": Asks,
    "mentions": Mentions,
    "excuses": Excuses,
    "entitlements": Entitlements,
    "practice": Practice,
}
"""Each rule is known by the one key that no other rule has."""


def _kind_of_rule(value: Any) -> str | None:
    for name, model in RULES.items():
        if isinstance(value, model) or (isinstance(value, dict) and name in value):
            return name
    return None


Rule = Annotated[
    Annotated[Define, Tag("define")]
    | Annotated[Sets, Tag("sets")]
    | Annotated[Accepts, Tag("accepts")]
    | Annotated[Informal, Tag("informal")]
    | Annotated[NotCovered, Tag("not_covered")]
    | Annotated[Offers, Tag("offers")]
    | Annotated[Requires, Tag("requires")]
    | Annotated[ObligationRule, Tag("obligation")]
    | Annotated[QueueRule, Tag("queue")]
    | Annotated[Refusal, Tag("refusal")]
    | Annotated[PermissionRule, Tag("permission")]
    | Annotated[Asks, Tag("asks")]
    | Annotated[Mentions, Tag("mentions")]
    | Annotated[Excuses, Tag("excuses")]
    | Annotated[Entitlements, Tag("entitlements")]
    | Annotated[Practice, Tag("practice")],
    Discriminator(
        _kind_of_rule,
        custom_error_type="unknown_rule",
        custom_error_message="is no rule of the language; a rule has one of the keys " + ", ".join(RULES),
    ),
]


class Clause(Part):
    """A numbered clause: what it says, how an ambiguous place is read, and the rules that act it out.

    A clause without rules informs: it stands in the document and decides nothing.
    """

    id: ClauseId
    title: Text
    text: Text
    note: Text | None = None
    rules: list[Rule] = []
    line: int = 0


class Edition(Part):
    """One edition, in force from local midnight of its date until the next one."""

    regulation: Name
    edition: date
    title: Text
    provider: Text
    preamble: Text | None = None
    timezone: str
    number_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,8}$")]
    glossary: list[TermOfTheGlossary] = []
    calendars: dict[Name, Calendar]
    channels: dict[Channel, ChannelEntry]
    departments: dict[Name, Department]
    severities: dict[Name, Severity] = {}
    services: dict[Name, Text] = {}
    kinds: dict[Name, Kind]
    groups: dict[Name, list[Name]] = {}
    facts: dict[FactPath, Fact] = {}
    fields: dict[Name, FieldEntry] = {}
    grounds: dict[Name, Ground] = {}
    clauses: list[Clause] = Field(min_length=1)

    @field_validator("channels")
    @classmethod
    def _in_common_order(cls, value: dict[str, ChannelEntry]) -> dict[str, ChannelEntry]:
        return {name: value[name] for name in CHANNELS if name in value}

    def clause(self, clause_id: str) -> Clause:
        """The clause of that id; KeyError where the edition has none."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)

    def practices(self, name: str) -> list[tuple[Clause, Practice]]:
        """Every practice of that name with its clause, in the order of the document."""
        return [
            (clause, rule)
            for clause in self.clauses
            for rule in clause.rules
            if isinstance(rule, Practice) and rule.practice == name
        ]


def read_budget(text: str) -> tuple[int, str]:
    """`2 working days` as (2, "working_days"), `unlimited` as (0, "unlimited").

    Raises ValueError with what to write instead.
    """
    if text.strip() == "unlimited":
        return 0, "unlimited"
    match = _BUDGET.fullmatch(text.strip())
    if match is None or (match[2] and match[3] == "week"):
        raise ValueError(
            f"{text!r} is not a span; a number and minutes, hours, working minutes, working hours, days, "
            "working days or weeks, like '4 working hours', or 'unlimited'"
        )
    return int(match[1]), f"{'working_' if match[2] else ''}{match[3]}s"


class Regulation(Part):
    """All editions of one regulation, oldest first."""

    editions: list[Edition] = Field(min_length=1)

    @property
    def name(self) -> str:
        return self.editions[0].regulation

    def edition_on(self, day: date) -> Edition | None:
        """The edition in force on a local date; None before the first."""
        fitting = [edition for edition in self.editions if edition.edition <= day]
        return fitting[-1] if fitting else None
