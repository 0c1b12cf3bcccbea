"""Lists of tags, `name=value; name=value`, as DKIM and DMARC write them (RFC 6376, 3.2)."""

import re

MAX_TAGS = 100

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def strict_tags(text: str) -> dict[str, str] | None:
    """Read a list of tags; None where one is malformed or stands twice, since then the list says nothing."""
    found: dict[str, str] = {}
    for name, value in _pairs(text):
        if not _NAME.fullmatch(name) or name in found:
            return None
        found[name] = value
    return found


def lenient_tags(text: str) -> dict[str, str]:
    """Read a list of tags, passing over what is malformed; of repeated ones the first counts."""
    found: dict[str, str] = {}
    for name, value in _pairs(text):
        if _NAME.fullmatch(name):
            found.setdefault(name, value)
    return found


def _pairs(text: str) -> list[tuple[str, str]]:
    specs = text.split(";", MAX_TAGS)
    if not specs[-1].strip():  # the last one may end with a semicolon too
        specs.pop()
    if len(specs) > MAX_TAGS:
        specs[-1] = ""  # malformed: there is more of it than anybody writes
    pairs = (spec.partition("=") for spec in specs)
    return [(name.strip(), value.strip()) if sign else ("", "") for name, sign, value in pairs]
