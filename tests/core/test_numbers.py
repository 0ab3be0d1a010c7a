"""Numbers read aloud: their shape, and every slip of the tongue or the pen that the check digit finds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.numbers import check, normal, number_for

DAY = date(2026, 11, 22)
NUMBERS = st.builds(
    number_for,
    st.sampled_from(["YY", "JH", "LH", "A", "XYW"]),
    st.dates(date(2026, 1, 1), date(2068, 12, 31)),
    st.integers(0, 10**9 - 1),
)


def test_a_number_shows_its_kind_its_day_and_its_count() -> None:
    assert number_for("YY", DAY, 42) == "YY261122-0042-6"
    assert number_for("YY", DAY, 12345).startswith("YY261122-12345-")


@given(NUMBERS)
def test_a_number_of_ours_checks(number: str) -> None:
    assert check(number)
    assert normal(number) == number


def _places(number: str) -> list[int]:
    return [place for place, sign in enumerate(number) if sign.isdigit()]


@given(NUMBERS, st.data())
def test_one_wrong_digit_is_always_found(number: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(_places(number)))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not check(number[:place] + other + number[place + 1 :])


@given(NUMBERS, st.data())
def test_two_neighbours_swapped_are_always_found(number: str, data: st.DataObject) -> None:
    digits = number.replace("-", "")
    place = data.draw(st.sampled_from(_places(digits)[:-1]))
    left, right = digits[place], digits[place + 1]
    swapped = digits[:place] + right + left + digits[place + 2 :]
    assert check(swapped) == (left == right)


@pytest.mark.parametrize(
    "typed",
    ["yy261122-0042-6", " YY 261122 0042 6 ", "YY26112200426", "ＹＹ２６１１２２－００４２－６", "yy261122—0042—6"],
)
def test_a_number_is_understood_however_it_was_typed(typed: str) -> None:
    assert normal(typed) == "YY261122-0042-6"


@pytest.mark.parametrize(
    "typed",
    ["", "YY", "YY261122-0042", "YY261122-0042-7", "261122-0042-6", "YY261322-0042-6", "预约261122-0042-6", "YY" * 40],
)
def test_anything_else_is_no_number(typed: str) -> None:
    assert normal(typed) is None
    assert not check(typed)


@pytest.mark.parametrize("prefix", ["", "I", "YO", "Z", "yy", "ABCD", "预", "Y1"])
def test_a_prefix_has_letters_that_no_digit_looks_like(prefix: str) -> None:
    with pytest.raises(ValueError, match="42"):
        number_for(prefix, DAY, 42)


@pytest.mark.parametrize("sequence", [-1, 10**9])
def test_a_count_has_its_limits(sequence: int) -> None:
    with pytest.raises(ValueError, match=str(sequence)):
        number_for("YY", DAY, sequence)
