"""Complaints about abuse in a machine's form: ARF (RFC 5965), XARF v3 and v4, and X-ARF 0.1 and 0.2."""

import email.utils
import ipaddress
import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from reglament.desk.channels.email.charsets import one_line, readable
from reglament.desk.channels.email.headers import Headers, decode_words, split_headers
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.parts import Part

MAX_REPORT = 200_000
"""Octets of a report that are read."""
MAX_YAML = 20_000
"""Octets of a report in YAML that are read; honest ones have two thousand."""
MAX_FIELDS = 200
"""Fields of a report that are kept."""
MAX_VALUES = 2_000
"""Values of a report that are looked at."""
MAX_NESTING = 5
"""Objects of a report inside one another."""

_KEY = re.compile(r"^([A-Za-z][\w-]{0,60})\s*:\s*(.*)$")
_MANY = ("original-rcpt-to", "reported-domain", "reported-uri", "authentication-results", "delivery-result")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a complaint says, by the names of RFC 5965. Nothing in it is followed, rendered or fetched."""

    format: str
    """`arf`, `xarf` or `x-arf`."""
    feedback_type: str = ""
    """`abuse`, `fraud`, `virus` … as said; an unknown one is kept."""
    source_ip: str = ""
    reported_domain: tuple[str, ...] = ()
    reported_uri: tuple[str, ...] = ()
    arrival_date: str = ""
    """ISO 8601 with the offset that was said; the words as they stand where they are no date."""
    original_mail_from: str = ""
    original_rcpt_to: tuple[str, ...] = ()
    reporting_mta: str = ""
    user_agent: str = ""
    incidents: int = 1
    other: dict[str, list[str]] = field(default_factory=dict)
    """Fields that have no place above, kept as they stand."""

    def as_json(self) -> dict[str, Any]:
        """Give the same, fit for JSON."""
        return {
            "format": self.format,
            "feedback_type": self.feedback_type,
            "source_ip": self.source_ip,
            "reported_domain": list(self.reported_domain),
            "reported_uri": list(self.reported_uri),
            "arrival_date": self.arrival_date,
            "original_mail_from": self.original_mail_from,
            "original_rcpt_to": list(self.original_rcpt_to),
            "reporting_mta": self.reporting_mta,
            "user_agent": self.user_agent,
            "incidents": self.incidents,
            "other": self.other,
        }


def complaint_in(letter: Letter) -> Complaint | None:
    """Read a letter as a complaint, or give None where it is none. Never raises."""
    if letter.root is None:
        return None
    leaves = list(letter.root.leaves())
    report = next((part for part in leaves if part.content_type == "message/feedback-report"), None)
    if report is not None:
        fields, _ = split_headers(report.content[:MAX_REPORT])
        if fields.bare("feedback-type").lower() == "xarf":
            found = _xarf(leaves)
            if found is not None:
                return replace(found, user_agent=found.user_agent or _agent(fields))
        return _arf(fields)
    if letter.headers.has("x-arf") or letter.headers.has("x-xarf"):
        return _old_xarf(leaves)
    return None


def _arf(fields: Headers) -> Complaint:
    many = {name: tuple(_values(fields, name)) for name in _MANY}
    known = {
        "feedback-type", "source-ip", "arrival-date", "received-date", "original-mail-from", "reporting-mta",
        "user-agent", "incidents", "version", *_MANY[:3],
    }  # fmt: skip
    other: dict[str, list[str]] = {}
    for name, value in fields.fields[:MAX_FIELDS]:
        if name not in known:
            other.setdefault(name, []).append(decode_words(value)[:1_000])
    incidents = fields.bare("incidents")
    return Complaint(
        format="arf",
        feedback_type=fields.text("feedback-type").lower()[:60],
        source_ip=_address(fields.bare("source-ip")),
        reported_domain=many["reported-domain"],
        reported_uri=many["reported-uri"],
        arrival_date=_moment(fields.bare("arrival-date") or fields.bare("received-date")),
        original_mail_from=fields.text("original-mail-from").strip("<> ")[:320],
        original_rcpt_to=tuple(value.strip("<> ") for value in many["original-rcpt-to"]),
        reporting_mta=fields.text("reporting-mta").rpartition(";")[2].strip()[:255],
        user_agent=_agent(fields),
        incidents=int(incidents) if incidents.isdecimal() and len(incidents) < 9 else 1,
        other=other,
    )


def _agent(fields: Headers) -> str:
    return fields.text("user-agent")[:255]


def _values(fields: Headers, name: str) -> Iterator[str]:
    for value in fields.all(name)[:100]:
        yield decode_words(value)[:2_000]


def _xarf(leaves: list[Part]) -> Complaint | None:
    """Read the JSON of XARF v4, and of v3 before it."""
    for part in leaves:
        if "json" not in part.content_type and not part.file_name.lower().endswith(".json"):
            continue
        try:
            said = json.loads(part.content[:MAX_REPORT])
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            return _of_mapping("xarf", _flattened(said))
    return None


def _old_xarf(leaves: list[Part]) -> Complaint:
    """Read the YAML of X-ARF 0.1 and 0.2, the second part of its letter."""
    named = [part for part in leaves if part.file_name.lower() in {"report.txt", "report.yaml", "report.yml"}]
    for part in (*named, *leaves[1:2]):
        text = readable(part.content[:MAX_YAML].decode("utf-8", "replace"))
        said = _read_yaml(text) or _read_lines(text)
        if said:
            return _of_mapping("x-arf", said)
    return _of_mapping("x-arf", {})


def _read_yaml(text: str) -> dict[str, list[str]]:
    """Read the plain values of YAML as they are written: no types, no tags, nothing is made of them."""
    if text.count("[") + text.count("{") > MAX_FIELDS:
        return {}  # the library takes quadratic time on brackets that are never closed
    try:
        node = YAML(typ="safe", pure=True).compose(text)
        return _flattened(node) if isinstance(node, MappingNode) else {}
    except Exception:  # the library fails on strangers' text in ways of its own; the lines are read instead
        return {}


def _read_lines(text: str) -> dict[str, list[str]]:
    """Read lines 'Key: value' where the whole is not YAML."""
    said: dict[str, list[str]] = {}
    for line in text.split("\n")[:MAX_FIELDS]:
        found = _KEY.match(line[:2_000])
        if found:
            said.setdefault(_key(found[1]), []).append(one_line(found[2].strip("'\" ")))
    return said


def _flattened(said: Any) -> dict[str, list[str]]:
    """Give the plain values in a tree of JSON or YAML by the keys that lead to them, the outer ones first."""
    found: dict[str, list[str]] = {}
    waiting: deque[tuple[str, Any, int]] = deque([("", said, 0)])
    for _ in range(MAX_VALUES):  # values that stand in several places would take for ever
        if not waiting:
            break
        path, value, depth = waiting.popleft()
        plain = _plain(value)
        if plain is not None and (path in found or len(found) < MAX_FIELDS):
            found.setdefault(path, []).append(one_line(plain[:2_000]))
        elif plain is None and depth < MAX_NESTING:
            waiting.extend(
                (".".join(filter(None, (path, _key(key)))), inner, depth + 1)
                for key, inner in islice(_inside(value), MAX_FIELDS)
            )
    return found


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    """Give what an object or a list holds; the members of a list have no key."""
    if isinstance(value, dict):
        yield from ((str(key), inner) for key, inner in value.items())
    elif isinstance(value, MappingNode):
        yield from ((str(key.value), inner) for key, inner in value.value if isinstance(key, ScalarNode))
    elif isinstance(value, list | SequenceNode):
        yield from (("", inner) for inner in (value if isinstance(value, list) else value.value))


def _plain(value: Any) -> str | None:
    if isinstance(value, ScalarNode):
        return str(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def _key(name: str) -> str:
    return one_line(name)[:60].lower().replace("-", "_").replace(" ", "_")


def _of_mapping(name: str, said: dict[str, list[str]]) -> Complaint:
    """Give a complaint by the names of XARF v4, v3 and X-ARF; what has another name is kept under it."""
    used: set[str] = set()

    def first(*keys: str) -> str:
        key = next((key for key in keys if said.get(key, [""])[0]), None)
        if key is None:
            return ""
        used.add(key)
        return said[key][0]

    def many(*keys: str) -> tuple[str, ...]:
        key = next((key for key in keys if said.get(key)), None)
        if key is None:
            return ()
        used.add(key)
        return tuple(said[key])

    source = first("source_identifier", "source", "report.sourceip", "report.source_ip")
    reported = many("url", "reported_uri", "uri", "report.sourceurl", "report.reporteduri")
    is_address = bool(_address(source))
    if "://" in source:
        reported = (source, *reported)
    kind = first("type", "report_type", "report.reporttype") or first("category")
    return Complaint(
        format=name,
        feedback_type=kind.lower()[:60],
        source_ip=_address(source),
        reported_domain=(source,) if source and not is_address and "/" not in source else (),
        reported_uri=reported,
        arrival_date=_moment(first("timestamp", "date", "report.date", "report.timestamp")),
        original_mail_from=first("smtp_from", "report.smtpmailfromaddress").strip("<> ")[:320],
        original_rcpt_to=tuple(value.strip("<> ") for value in many("smtp_to", "report.smtprcpttoaddress")),
        user_agent=first("user_agent")[:255],
        other={key: values for key, values in said.items() if key not in used},
    )


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip().strip("[]").removeprefix("IPv6:")[:60]))
    except ValueError:
        return ""


def _moment(text: str) -> str:
    for read in (datetime.fromisoformat, email.utils.parsedate_to_datetime):
        try:
            moment = read(text.strip()[:100])
        except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
            continue
        if moment.tzinfo is not None:
            return moment.isoformat()
    return one_line(text)[:100]
