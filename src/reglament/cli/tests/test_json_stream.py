# ruff: noqa: E501  (a table of cases reads best with a case in a line)
import io
import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reglament.cli import json_stream, text_stream
from reglament.cli.json_stream import JsonStream

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
)


def read(content: bytes) -> tuple[str, list[tuple[str, object]]]:
    """The shape, and of each item its place with its value or fault."""
    stream = JsonStream(io.BytesIO(content))
    items = list(stream)
    return stream.shape, [(stream.place(item, "request"), item.fault or item.value) for item in items]


@pytest.fixture(params=[1, 3, 7, 1 << 16])
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in pieces so small that everything is cut somewhere."""
    monkeypatch.setattr(text_stream, "CHUNK", request.param)


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize(
    ("content", "shape", "items"),
    [
        ('{"a": 1}', "object", [("request", {"a": 1})]),
        ('\ufeff \n{\n "a":\n 1\n}\n', "object", [("request", {"a": 1})]),
        ("[]", "array", []),
        (" [ ] \n", "array", []),
        (
            '[{"a": 1}, 23 ,\n"x"]',
            "array",
            [("requests[0]", {"a": 1}), ("requests[1]", 23), ("requests[2]", "x")],
        ),
        (
            '{"a":1}\n\n \r\n{"b":"\u2028ё"}\n',
            "lines",
            [("requests[0]", {"a": 1}), ("requests[1]", {"b": "\u2028ё"})],
        ),
        ('{"a":\n1}\n{"b":\n2}', "lines", [("requests[0]", {"a": 1}), ("requests[1]", {"b": 2})]),
        ("-12.5e3", "object", [("request", -12500.0)]),
        ('["\\ud83d\\ude00", true]', "array", [("requests[0]", "\U0001f600"), ("requests[1]", True)]),
    ],
)
def test_each_shape_is_told_and_its_values_are_placed(
    content: str, shape: str, items: list[tuple[str, object]]
) -> None:
    assert read(content.encode()) == (shape, items)


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize(
    ("content", "items"),
    [
        (b"", [("request", "no input")]),
        (b" \n\t\n", [("request", "no input")]),
        (b"{", [("request", "malformed JSON: it breaks off at line 1, column 2")]),
        (b"fax", [("request", "malformed JSON at line 1, column 1: expecting value")]),
        (b'{\n "a": 1,\n "b": }\n', [("request", "malformed JSON at line 3, column 7: expecting value")]),
        (b'{"a": "x', [("request", "malformed JSON at line 1, column 7: unterminated string starting at")]),
        (b"[1", [("requests[0]", 1), ("requests[1]", "malformed JSON: it breaks off at line 1, column 3")]),
        (b"[1,]", [("requests[0]", 1), ("requests[1]", "malformed JSON at line 1, column 4: expecting value")]),
        (b"[1 2]", [("requests[0]", 1), ("requests[1]", "malformed JSON at line 1, column 4: expecting ',' or ']'")]),
        (b"[1]\n2", [("requests[0]", 1), ("requests", "malformed JSON at line 2, column 1: something follows the end of the array")]),
        (b'{"a":1,"a":2}', [("request", "the key 'a' stands twice in one object; keep one of them")]),
        (b'[{"a":{"b":1,"b":2}},3]', [("requests[0]", "the key 'b' stands twice in one object; keep one of them"), ("requests[1]", 3)]),
        (b"[NaN,-Infinity,1]", [("requests[0]", "NaN is not JSON; write a number"), ("requests[1]", "-Infinity is not JSON; write a number"), ("requests[2]", 1)]),
        (b"[1e999,2]", [("requests[0]", "the number 1e999 is too large"), ("requests[1]", 2)]),
        (b'["\xff", 2]', [("requests[0]", "is not UTF-8"), ("requests[1]", 2)]),
        (b'{"a":1}\n{"b":"\xd0"}\n3', [("requests[0]", {"a": 1}), ("requests[1]", "is not UTF-8"), ("requests[2]", 3)]),
        (b"\xff\xfe{", [("request", "is not UTF-8 at line 1, column 1")]),
        (b'{"a":1}\n{"b":\n{"c":3}\n', [("requests[0]", {"a": 1}), ("requests[1]", "malformed JSON: it breaks off at line 4, column 1"), ("requests[2]", {"c": 3})]),
        (b'{"a": x}\n{"b":2}\n', [("requests[0]", "malformed JSON at line 1, column 7: expecting value"), ("requests[1]", {"b": 2})]),
        (b'{"a":1}\nfax\n{"b":2}\n', [("requests[0]", {"a": 1}), ("requests[1]", "malformed JSON at line 2, column 1: expecting value"), ("requests[2]", {"b": 2})]),
    ],
)  # fmt: skip
def test_what_is_malformed_is_told_with_its_place(content: bytes, items: list[tuple[str, object]]) -> None:
    assert read(content)[1] == items


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    assert read(b"[" + b"9" * 10_000 + b",1]")[1] == [
        ("requests[0]", "a number of 10000 digits is too long"),
        ("requests[1]", 1),
    ]


@pytest.mark.parametrize("deep", [b"[" * 200_000, b'{"a":' * 200_000, b'[{"a":' + b"[" * 200_000])
def test_a_bomb_of_brackets_is_refused(deep: bytes) -> None:
    assert "is nested too deeply" in [fault for _, fault in read(deep)[1]]


def test_a_value_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "LONGEST_VALUE", 1 << 18)
    assert read(b'["' + b"x" * (1 << 21))[1] == [("requests[0]", "is longer than 262144 characters")]


@given(st.lists(JSON, min_size=2, max_size=5), st.sampled_from([None, 1, 4]))
def test_what_was_written_is_read_again_in_both_shapes(values: list[object], indent: int | None) -> None:
    array = json.dumps(values, indent=indent).encode()
    assert [item.value for item in JsonStream(io.BytesIO(array))] == values
    lines = "\n".join(json.dumps({"value": value}) for value in values).encode()
    assert [item.value for item in JsonStream(io.BytesIO(lines))] == [{"value": value} for value in values]


@given(st.binary(max_size=60))
def test_no_bytes_whatever_raise(content: bytes) -> None:
    stream = JsonStream(io.BytesIO(content))
    assert all(item.fault is None or "\n" not in item.fault for item in stream)


class Endless(io.RawIOBase):
    """An array of so many elements that is never whole in memory."""

    def __init__(self, elements: int) -> None:
        self.parts = self.write_parts(elements)

    def write_parts(self, elements: int) -> Iterator[bytes]:
        element = json.dumps({"text": "x" * 500}).encode()
        yield b"[" + element
        for _ in range(elements - 1):
            yield b"," + element
        yield b"]"

    def read(self, _size: int = -1) -> bytes:
        return next(self.parts, b"")


def test_a_long_array_takes_no_more_memory_than_a_short_one() -> None:
    tracemalloc.start()
    count = sum(item.fault is None for item in JsonStream(Endless(20_000)))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 2_000_000
