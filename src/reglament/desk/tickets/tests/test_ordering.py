"""The order of the queue as a text of digits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reglament.desk.tickets.ordering import LENGTH, queue_key

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.none() | st.timedeltas(timedelta(0), timedelta(days=2_500_000)).map(lambda span: BEGIN + span)
PLACES = st.tuples(st.lists(st.integers(0, 999_999), max_size=4), MOMENTS, st.integers(1, 10**12 - 1))
LAST = datetime(9999, 1, 1, tzinfo=UTC)


@given(PLACES, PLACES)
def test_texts_sort_as_rank_then_moment_with_none_last_then_number(
    one: tuple[list[int], datetime | None, int], other: tuple[list[int], datetime | None, int]
) -> None:
    def plainly(place: tuple[list[int], datetime | None, int]) -> tuple[list[int], datetime, int]:
        rank, moment, number = place
        return rank + [0] * (4 - len(rank)), moment or LAST, number

    assert (queue_key(*one) < queue_key(*other)) == (plainly(one) < plainly(other))


@given(PLACES)
def test_a_key_is_digits_of_one_length(place: tuple[list[int], datetime | None, int]) -> None:
    key = queue_key(*place)
    assert len(key) == LENGTH
    assert key.isdecimal()


@pytest.mark.parametrize("rank", [[-1], [1_000_000], [0, 0, 0, 0, 0]])
def test_a_rank_that_does_not_fit_is_refused(rank: list[int]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        queue_key(rank, None, 1)
