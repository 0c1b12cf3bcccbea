"""The rules of the regulation language: each is known by the one key that no other rule has."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator

from reglament.regulation.model.parts import (
    AcceptRow,
    Channel,
    ClauseId,
    Condition,
    Entitlement,
    FactPath,
    Name,
    OfferWord,
    Part,
    Proof,
    RankRow,
    Text,
    ValueRow,
)

_BUDGET = re.compile(r"([1-9][0-9]{0,5}) (working )?(minute|hour|day|week)s?")


class RulePart(Part):
    when: Condition | None = None
    unless: Condition | None = None
    cites: list[ClauseId] = Field(default_factory=list)
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
    rows: list[ValueRow] = Field(default_factory=list)
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
    terms: dict[str, Any] = Field(default_factory=dict)


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
