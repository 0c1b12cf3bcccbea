"""The parts of which a regulation file is made: texts, calendars, kinds, facts, fields, rows of tables."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

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
    overlays: list[Name] = Field(default_factory=list)
    possible: list[Text] = Field(default_factory=list)
    """Hours in which work is possible but not promised, in words."""


class PhoneLine(Part):
    number: str
    title: Text


class ChannelEntry(Part):
    """How a channel is reached; every channel that the regulation speaks of may have an entry."""

    title: Text | None = None
    address: str | None = None
    lines: list[PhoneLine] = Field(default_factory=list)
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
    `switch`. `asked_for` names the kinds for which a form asks it. With `needs_reason`, staff who state
    it about one request, or take it back, must say why.
    """

    title: Text
    type: Literal["choice", "flag", "number", "date"]
    values: dict[Name, Text] = Field(default_factory=dict)
    default: str | bool | None = None
    known_from: list[Literal["form", "records", "staff", "switch"]]
    needs_reason: bool = False
    asked_for: list[Name] = Field(default_factory=list)
    question: Text | None = None


class ShortNames(Part):
    """Further words for one thing, in each language."""

    ru: list[str] = Field(default_factory=list)
    en: list[str] = Field(default_factory=list)


class FieldEntry(Part):
    """What a client fills in. A `secret` goes into the vault and nowhere else.

    `identity` is not filled in: it is met when the client is recognised. `service` is met when a
    service is named.
    """

    title: Text
    type: Literal["text", "long_text", "email", "inn", "secret", "files", "identity", "service"]
    hint: Text | None = None
    asked_for: list[Name] = Field(default_factory=list)
    """Kinds for which a form offers it although nothing demands it."""
    from_letter: Literal["subject", "from", "text"] | None = None
    """What of a message fills it by itself: its subject, the address it came from, or its words."""
    also_called: ShortNames = Field(default_factory=ShortNames)
    """How clients call it in letters beside its title, such as the first word of a long one."""


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
    kinds: list[Name] = Field(default_factory=list)
    plus: list[Name]
    channel: Channel | None = None
