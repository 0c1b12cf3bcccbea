"""Numbers from addresses and hidden fields."""

from __future__ import annotations

import pytest

from reglament.faces.common.numbers import number_in


def test_a_number_of_a_row_is_read() -> None:
    assert (number_in("0"), number_in("1042"), number_in("9" * 18)) == (0, 1042, 10**18 - 1)


@pytest.mark.parametrize("said", ["", "-1", "1.5", "²", "١", "9" * 19, "9" * 5000, "1\x00", "ten"])
def test_what_is_no_number_of_a_row_is_none(said: str) -> None:
    assert number_in(said) is None
