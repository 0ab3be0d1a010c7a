"""Cursors: what goes in comes out, and anything else is a kind refusal."""

import base64
import contextlib
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import BadInputError
from backend.core.paging import decode, encode

ROW = UUID("01890000-0000-7000-8000-000000000001")


@given(st.text(max_size=40), st.integers(-(2**53), 2**53), st.dates(), st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_what_goes_in_comes_out(text: str, number: int, day: date, moment: datetime, row: UUID) -> None:
    cursor = encode(text, number, day, moment, row, None)
    assert decode(cursor, str, int, date, datetime, UUID, str) == (text, number, day, moment, row, None)
    assert cursor.replace("-", "").replace("_", "").isalnum()


def _raw(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "!!!!", "第二页", "a" * 501, encode("2026-11-22"), encode("2026-11-22", ROW, 1),
        encode("2026-11-22T01:00:00", ROW), encode(1, ROW), encode("2026-11-22T01:00:00+00:00", "no id"),
        _raw({"0": 1}), _raw(7), _raw([True, str(ROW)]), _raw([["2026-11-22T01:00:00+00:00"], str(ROW)]),
        "W" * 400, encode(datetime(2026, 11, 22, tzinfo=UTC), ROW) + "\n",
    ],
)  # fmt: skip
def test_anything_else_is_refused_kindly(cursor: str) -> None:
    with pytest.raises(BadInputError) as caught:
        decode(cursor, datetime, UUID)
    assert caught.value.facts["field"] == "cursor"
    assert "第一页" in caught.value.facts["why"]


@given(st.text(max_size=60))
def test_no_text_makes_it_stumble(cursor: str) -> None:
    found: object = None
    with contextlib.suppress(BadInputError):
        found = decode(cursor, str, int)
    assert found is None or isinstance(found, tuple)


def test_a_truth_value_is_no_number() -> None:
    with pytest.raises(BadInputError):
        decode(_raw([True]), int)
