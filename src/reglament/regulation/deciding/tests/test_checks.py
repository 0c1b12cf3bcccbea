"""A tax number is one that the tax service could have issued."""

from hypothesis import given
from hypothesis import strategies as st
from stdnum.ru import inn

from reglament.regulation.deciding.checks import field_state, is_tax_number

DIGITS = st.text("0123456789", min_size=9, max_size=13)


@given(text=st.one_of(DIGITS, st.text(max_size=14)))
def test_the_checksums_agree_with_another_reading_of_them(text: str) -> None:
    # The other reading takes separators and all zeros; a form should not.
    assert is_tax_number(text) == (
        inn.is_valid(text.strip())
        and text.strip().isascii()
        and text.strip().isdecimal()
        and bool(text.strip("0 "))
    )


def test_numbers_of_an_organisation_and_of_a_person() -> None:
    assert is_tax_number(" 7707083893\n")
    assert is_tax_number("500100732259")
    assert not is_tax_number("7707083894")
    assert not is_tax_number("500100732258")
    assert not is_tax_number("0000000000")
    assert not is_tax_number("٧٧٠٧٠٨٣٨٩٣")


def test_blank_is_absent_and_wrong_is_not_absent() -> None:
    assert field_state("inn", "  \n") == "absent"
    assert field_state("inn", None) == "absent"
    assert field_state("inn", []) == "absent"
    assert field_state("inn", ["", "12"]) == "invalid"
    assert field_state("inn", ["", "7707083893"]) == "valid"
    assert field_state("text", ["x"]) == "valid"
