"""Masked views: enough to recognise, not enough to use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.residents.masking import mask_address, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"), ("王秀英", "王**"), ("欧阳华", "欧阳*"), ("欧阳震华", "欧阳**"), ("欧阳", "欧*"), ("王", "*"),
        ("阿卜杜拉·买买提", "阿***"), ("John Smith", "J***"), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_a_name_shows_its_surname_only(name: str | None, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("50022319880101123X", "5***************3X"), ("E12345678", "E******78"), ("12345", "*****"),
        ("123456", "1***56"), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_an_identity_number_shows_the_first_and_the_last_two(number: str | None, shown: str) -> None:
    assert mask_id(number) == shown


def test_a_phone_number_shows_its_ends() -> None:
    assert (mask_phone("13800138000"), mask_phone(None)) == ("138****8000", "")


def test_an_address_shows_no_door() -> None:
    assert (mask_address("示范县青山镇桃园社区3栋2单元"), mask_address("")) == ("示范县青山镇****", "")


@given(st.text(min_size=2, max_size=30))
def test_no_mask_gives_the_whole_name_back(name: str) -> None:
    clean = name.strip()
    assert not clean or mask_name(name) != clean or set(clean[1:]) <= {"*"}
