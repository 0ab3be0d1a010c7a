"""Forms read into facts: what is common to all readers."""

from datetime import date
from decimal import Decimal

import pytest

from backend.assistance.declaring import day_in, reader_of, yuan_in


def test_a_programme_without_a_form_is_nobodys_matter() -> None:
    with pytest.raises(LookupError):
        reader_of("price_subsidy")


def test_an_empty_answer_is_unknown_and_never_nothing() -> None:
    assert [day_in(""), day_in(None), day_in("2026-01-02"), day_in(date(2026, 1, 2))] == [
        None, None, date(2026, 1, 2), date(2026, 1, 2),
    ]  # fmt: skip
    assert [yuan_in(""), yuan_in(None), yuan_in("0"), yuan_in("1.50")] == [None, None, Decimal(0), Decimal("1.50")]
