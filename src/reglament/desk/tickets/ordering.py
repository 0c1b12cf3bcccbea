"""The order of the queue, as one text of digits that sorts like it on every database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

RANK_ELEMENTS = 4
RANK_DIGITS = 6
MOMENT_DIGITS = 18
NUMBER_DIGITS = 12
LENGTH = RANK_ELEMENTS * RANK_DIGITS + MOMENT_DIGITS + NUMBER_DIGITS

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def queue_key(rank: Sequence[int], then_by_at: datetime | None, number: int) -> str:
    """Give the place of a ticket in its queue as a text of `LENGTH` digits; the smaller comes first.

    Takes the rank (whole numbers from 0, compared from left to right, a shorter one as if zeros
    followed), the moment by which ties go (none comes last), and the ticket's number. Digits of fixed
    width only: collations differ in how they sort anything else.

    Raises ValueError for a rank that does not fit: more than four elements, or one outside 0 to 999999.
    """
    if len(rank) > RANK_ELEMENTS or not all(0 <= element < 10**RANK_DIGITS for element in rank):
        raise ValueError(f"rank {list(rank)} does not fit: up to four whole numbers from 0 to 999999")
    padded = (*rank, *(0 for _ in range(RANK_ELEMENTS - len(rank))))
    ranks = "".join(f"{element:0{RANK_DIGITS}d}" for element in padded)
    return ranks + _moment(then_by_at) + f"{number:0{NUMBER_DIGITS}d}"


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return "9" * MOMENT_DIGITS
    return f"{max(0, (moment - _BEGIN) // timedelta(microseconds=1)):0{MOMENT_DIGITS}d}"
