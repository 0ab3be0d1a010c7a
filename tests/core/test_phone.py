"""Telephone numbers in the one form that is stored and dialled."""

import pytest

from backend.core import phone


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13812345678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("0086-13812345678", "13812345678"),
        ("023-4211 2233", "02342112233"),
        ("(010) 6512 3456", "01065123456"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_every_way_of_writing_becomes_one_number(text: str, number: str) -> None:
    assert phone.normalise(text) == number


@pytest.mark.parametrize("text", ["", "妈妈", "1381234567", "138123456789", "42112233", "12345"])
def test_what_cannot_be_called_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(ValueError, match="电话号码"):
        phone.normalise(text)


def test_only_mobiles_take_texts_and_a_mask_hides_the_middle() -> None:
    assert phone.is_mobile("13812345678")
    assert not phone.is_mobile("02342112233")
    assert phone.mask("13812345678") == "138****5678"
    assert phone.mask("4211223") == "421****23"
