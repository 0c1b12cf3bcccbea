"""How the value of a field is checked: which texts count as an answer to what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TEN = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_ELEVENTH = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_TWELFTH = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_ASCII_DIGITS = frozenset("0123456789")


def is_tax_number(text: str) -> bool:
    """Whether `text` is an ИНН: 10 digits of an organisation, 12 of a person, checksums right.

    Surrounding spaces are ignored. All zeros satisfy the checksums, but no such number is issued.
    Source: the weights of the check digits that the Federal Tax Service publishes for the ИНН.
    """
    digits = text.strip()
    if len(digits) not in (10, 12) or not _ASCII_DIGITS.issuperset(digits) or not digits.strip("0"):
        return False
    if len(digits) == 10:
        return _checksum(_TEN, digits) == digits[9]
    return _checksum(_ELEVENTH, digits) == digits[10] and _checksum(_TWELFTH, digits) == digits[11]


def _checksum(weights: tuple[int, ...], digits: str) -> str:
    return str(sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11 % 10)


def _any_text(_: str) -> bool:
    return True


CHECKS: dict[str, Callable[[str], bool]] = {"text": _any_text, "inn": is_tax_number}
"""Check by its name in a regulation file; a field of another type takes any text."""


def field_state(check: str, value: object) -> str:
    """`absent`, `invalid` or `valid`: what a value (a text or texts, blank ones not counted) amounts to.

    Of several texts every one must pass.
    """
    texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    filled = [text for text in texts if text.strip()]
    if not filled:
        return "absent"
    passes = CHECKS.get(check, _any_text)
    return "valid" if all(passes(text) for text in filled) else "invalid"
