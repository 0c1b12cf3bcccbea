"""YAML 1.2 to plain values with the line of each: no anchors, no tags, no duplicate keys, no dates.

The language needs only maps, lists, texts, numbers and true or false. Everything else that YAML can
do hides what a line means, so it is refused with the line.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from reglament.regulation.reading.faults import FileFault, RegulationUnreadable

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 40

Path = tuple[str | int, ...]


class Document:
    """One document of a YAML stream: its value, and the line of every path in it."""

    def __init__(self, value: Any, lines: dict[Path, int]) -> None:
        self.value = value
        self.lines = lines

    def line(self, path: Path) -> int:
        """The line of the path, or of the nearest part around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_documents(text: str, file: str) -> list[Document]:
    """The documents of a stream. Raises RegulationUnreadable with the line of what is wrong."""
    if len(text) > MAX_CHARACTERS:
        raise RegulationUnreadable(
            [
                FileFault(
                    "too-large", file, 1, "", f"the file has over {MAX_CHARACTERS} characters", "split it"
                )
            ]
        )
    yaml = YAML(typ="safe", pure=True)
    documents = []
    try:
        # `compose_all` gives nodes, which know their lines and have not been turned into anything yet.
        for node in yaml.compose_all(text):
            lines: dict[Path, int] = {}
            faults: list[FileFault] = []
            value = _value(node, (), lines, faults, file, set())
            if faults:
                raise RegulationUnreadable(faults)
            documents.append(Document(value, lines))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = f"is not YAML: {error.problem or error.context or 'cannot be read'}"
        raise RegulationUnreadable([FileFault("yaml", file, line, "", message)]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, RegulationUnreadable):
            raise
        message = f"is not YAML: {str(error).splitlines()[0] if str(error) else 'nested too deeply'}"
        raise RegulationUnreadable([FileFault("yaml", file, 1, "", message)]) from error
    return documents


def _value(
    node: Node, path: Path, lines: dict[Path, int], faults: list[FileFault], file: str, seen: set[int]
) -> Any:
    line = node.start_mark.line + 1
    lines[path] = line
    if len(path) > MAX_DEPTH:
        faults.append(FileFault("too-deep", file, line, "", f"is nested deeper than {MAX_DEPTH} levels"))
        return None
    if id(node) in seen:
        faults.append(
            FileFault(
                "anchor", file, line, place_of(path), "is an alias of another place", "write the value out"
            )
        )
        return None
    seen.add(id(node))
    if isinstance(node, MappingNode):
        return _mapping(node, path, lines, faults, file, seen)
    if isinstance(node, SequenceNode):
        return [
            _value(item, (*path, index), lines, faults, file, seen) for index, item in enumerate(node.value)
        ]
    return _scalar(node, path, faults, file, line)


def _mapping(
    node: MappingNode, path: Path, lines: dict[Path, int], faults: list[FileFault], file: str, seen: set[int]
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            faults.append(FileFault("key", file, line, place_of(path), "a key must be a plain word"))
            continue
        key = str(key_node.value)
        if key in result:
            faults.append(
                FileFault(
                    "duplicate-key",
                    file,
                    line,
                    place_of(path),
                    f"{key!r} stands here twice",
                    "keep one of the two",
                )
            )
            continue
        result[key] = _value(value_node, (*path, key), lines, faults, file, seen)
        lines[(*path, key)] = line
    return result


def _scalar(node: Node, path: Path, faults: list[FileFault], file: str, line: int) -> Any:
    tag, text = str(node.tag), str(node.value)
    kind = tag.rsplit(":", 1)[-1]
    if kind in ("str", "timestamp"):
        return text
    if kind == "bool":
        return text.lower() == "true"
    if kind == "null":
        return None
    if kind == "int" and (text.isdecimal() or (text[:1] in "+-" and text[1:].isdecimal())) and len(text) < 19:
        return int(text)
    if kind in ("int", "float"):
        faults.append(
            FileFault(
                "number",
                file,
                line,
                place_of(path),
                f"{text!r} is not a whole number",
                "quote it if it is a text",
            )
        )
        return None
    faults.append(
        FileFault("tag", file, line, place_of(path), f"{tag!r} is not used here", "take the tag away")
    )
    return None


def place_of(path: Path) -> str:
    place = ""
    for part in path:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else str(part)
    return place
