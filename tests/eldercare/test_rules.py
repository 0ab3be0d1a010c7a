"""Places, masks and ages."""

from datetime import date

import pytest

from backend.eldercare import rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [("王秀英", "王*英"), ("李明", "李*"), ("欧阳春花", "欧**花"), ("甲", "*"), ("", "*")],
)
def test_a_masked_name_can_be_recognised_and_not_read(text: str, expected: str) -> None:
    assert rules.mask_name(text) == expected


def test_numbers_get_their_word_and_words_stay() -> None:
    assert rules.bed_text("安康养老院", 2, "203", "1") == "安康养老院 2楼 203房 1床"
    assert rules.bed_text("安康养老院", 2, "203房", "1床") == "安康养老院 2楼 203房 1床"
    assert rules.room_text("安康养老院", 1, "浴室") == "安康养老院 1楼 浴室"
    assert rules.room_text("安康养老院", 0, "大厅") == "安康养老院 地下1楼 大厅"


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 2, 28), 85), (date(2026, 3, 1), 86), (date(2028, 2, 28), 87), (date(2028, 2, 29), 88)],
)
def test_the_birthday_of_29_february_counts_from_1_march_in_common_years(day: date, age: int) -> None:
    assert rules.age_on(date(1940, 2, 29), day) == age
