"""How the lines of a paper end: as a Chinese reader expects it."""

import pytest

from backend.core import letters_pdf


@pytest.mark.parametrize(
    ("before", "after", "tied"),
    [
        ("回", "。", True),
        ("（", "乡", True),
        ("1", "8", True),
        ("见", "（", False),
        ("回", "家", False),
        ("0", "日", False),
    ],
)
def test_a_line_ends_neither_before_a_full_stop_nor_inside_a_number(before: str, after: str, tied: bool) -> None:
    assert letters_pdf._tied(before, after) is tied


@pytest.mark.parametrize(
    ("line", "cut"),
    [("免得退回。", 3), ("意见（乡镇", 4), ("不超过1890", 3), ("AAAA", 3), ("见（乡", 1)],
)
def test_what_belongs_together_goes_to_the_next_line(line: str, cut: int) -> None:
    assert letters_pdf._cut(line) == cut
