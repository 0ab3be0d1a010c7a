"""ID numbers: what cannot be true is refused, what only looks odd is not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import idnumber

TODAY = date(2026, 11, 22)


def _number(region: str, born: str, order: str = "652") -> str:
    first = f"{region}{born}{order}"
    return first + idnumber.check_digit(first)


@pytest.mark.parametrize("region", ["500223", "500103", "510504", "511504", "810000", "830000", "999999"])
def test_no_region_is_a_reason_to_refuse(region: str) -> None:
    assert idnumber.parse(_number(region, "19880312"), TODAY).region == region


def test_it_says_when_and_who() -> None:
    parsed = idnumber.parse(_number("500118", "19400229", "651").lower(), TODAY)
    assert (parsed.birth_date, parsed.sex) == (date(1940, 2, 29), "male")
    assert idnumber.parse(f" {_number('500118', '19400229')[:6]} {_number('500118', '19400229')[6:]}", TODAY)


@pytest.mark.parametrize(
    ("born", "fits"),
    [("18991231", False), ("19000101", True), ("20261122", True), ("20261123", False), ("19410229", False),
     ("19881301", False), ("00000000", False)],
)  # fmt: skip
def test_the_birth_date_is_real_and_not_in_the_future(born: str, *, fits: bool) -> None:
    number = _number("500118", born)
    try:
        idnumber.parse(number, TODAY)
    except ValueError:
        assert not fits
    else:
        assert fits


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(born: date, order: int, place: int, change: int) -> None:
    number = _number("500118", f"{born:%Y%m%d}", f"{order:03}")
    assert idnumber.parse(number, TODAY).birth_date == born
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    with pytest.raises(ValueError, match="身份证号"):
        idnumber.parse(wrong, TODAY)


@pytest.mark.parametrize("text", ["", "5002231988031265", "50022319880312652７", "500223198803126A27", "X" * 18])
def test_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="18 位"):
        idnumber.parse(text, TODAY)
