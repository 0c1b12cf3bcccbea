"""Complaints about abuse in a machine's form: ARF (RFC 5965), XARF v4 and its old forms X-ARF 0.1 and 0.2."""

import email.utils
import ipaddress
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reglament.desk.channels.email.charsets import one_line, readable
from reglament.desk.channels.email.headers import Headers, decode_words, split_headers
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.parts import Part

MAX_REPORT = 200_000
"""Octets of a report that are read."""

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
            return _xarf(leaves) or _arf(fields)
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
    for name, value in fields.fields[:200]:
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
        user_agent=fields.text("user-agent")[:255],
        incidents=int(incidents) if incidents.isdecimal() and len(incidents) < 9 else 1,
        other=other,
    )


def _values(fields: Headers, name: str) -> Iterator[str]:
    for value in fields.all(name)[:100]:
        yield decode_words(value)[:2_000]


def _xarf(leaves: list[Part]) -> Complaint | None:
    """Read the JSON of XARF v4."""
    for part in leaves:
        if "json" not in part.content_type and not part.file_name.endswith(".json"):
            continue
        try:
            said = json.loads(part.content[:MAX_REPORT])
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            return _of_mapping("xarf", {str(key): value for key, value in said.items()})
    return None


def _old_xarf(leaves: list[Part]) -> Complaint:
    """Read the lines 'Key: value' of X-ARF, the second part of its letter."""
    said: dict[str, Any] = {}
    for part in leaves[1:2]:
        for line in readable(part.content[:MAX_REPORT].decode("utf-8", "replace")).split("\n")[:500]:
            found = _KEY.match(line[:2_000])
            if found:
                said.setdefault(found[1].lower().replace("-", "_"), found[2].strip("'\" "))
    return _of_mapping("x-arf", said)


def _of_mapping(name: str, said: dict[str, Any]) -> Complaint:
    plain = {
        key: one_line(str(value))[:2_000]
        for key, value in list(said.items())[:200]
        if isinstance(value, str | int | float)
    }
    source = plain.get("source_identifier") or plain.get("source", "")
    reported = plain.get("url") or plain.get("reported_uri", "")
    used = {"type", "report_type", "source", "source_identifier", "url", "reported_uri", "timestamp", "date"}
    is_address = bool(_address(source))
    return Complaint(
        format=name,
        feedback_type=(plain.get("type") or plain.get("report_type") or plain.get("category", "")).lower()[
            :60
        ],
        source_ip=source if is_address else "",
        reported_domain=(source,) if source and not is_address and "/" not in source else (),
        reported_uri=(reported,) if reported else (),
        arrival_date=_moment(plain.get("timestamp") or plain.get("date", "")),
        user_agent=(plain.get("user_agent") or plain.get("xarf_version", ""))[:255],
        other={key: [value] for key, value in plain.items() if key not in used},
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
