"""Writes `winmail.dat` and compressed rich text as Outlook does, for tests."""

import struct


def attribute(level: int, name: int, data: bytes) -> bytes:
    """Write one attribute with its checksum."""
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) % 0x10000)


def properties(*found: tuple[int, int, bytes]) -> bytes:
    """Write a list of properties: type, number, value."""
    written = struct.pack("<I", len(found))
    for kind, name, value in found:
        written += struct.pack("<HH", kind, name)
        if kind in (0x1E, 0x1F, 0x0D, 0x102):
            written += struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)
        else:
            written += value
    return written


def winmail(*attributes: bytes, code_page: int = 1251) -> bytes:
    """Write a whole file of these attributes."""
    pages = attribute(1, 0x00069007, struct.pack("<II", code_page, 0))
    return b"\x78\x9f\x3e\x22\x01\x00" + pages + b"".join(attributes)


def message(*found: tuple[int, int, bytes]) -> bytes:
    """Write the properties of the letter itself."""
    return attribute(1, 0x00069003, properties(*found))


def file(title: bytes, content: bytes, *found: tuple[int, int, bytes]) -> bytes:
    """Write a file: its short name, its octets, and further properties."""
    return (
        attribute(2, 0x00069002, b"\0" * 14)
        + attribute(2, 0x00018010, title + b"\0")
        + attribute(2, 0x0006800F, content)
        + attribute(2, 0x00069005, properties(*found))
    )


def packed(rich: bytes) -> bytes:
    """Write rich text in the packed form, every octet by itself."""
    flags = b"".join(b"\0" + rich[place : place + 8] for place in range(0, len(rich), 8))
    return struct.pack("<II4sI", len(flags) + 12, len(rich), b"LZFu", 0) + flags
