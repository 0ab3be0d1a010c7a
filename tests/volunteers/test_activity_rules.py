"""Check-in codes and fences, at their edges."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from backend.core.clock import CHINA
from backend.volunteers import activity_rules
from backend.volunteers.activity_errors import CodeOldError, CodeWrongError, PositionVagueError, TooFarError


def test_a_code_counts_for_its_half_minute_and_the_next_and_for_its_activity_only() -> None:
    one, other, secret = uuid4(), uuid4(), "secret"
    now = datetime(2026, 11, 28, 9, 0, 0, tzinfo=CHINA)
    shown = activity_rules.code_at(one, secret, now)
    for seconds in (0, 29, 59):
        activity_rules.require_code(f" {shown} ", one, secret, now + timedelta(seconds=seconds))
    with pytest.raises(CodeOldError):
        activity_rules.require_code(shown, one, secret, now + timedelta(seconds=60))
    with pytest.raises(CodeOldError):
        activity_rules.require_code(shown, one, secret, now - timedelta(seconds=1))
    later = str(int(shown.split(":")[2]) + 1)
    for forged in (
        "",
        "hd",
        "hd:::",
        shown[:-1] + "x",
        shown.replace(shown.split(":")[2], later),
        "扫" * 20,
        "hd:a:²:b",
    ):
        with pytest.raises(CodeWrongError):
            activity_rules.require_code(forged, one, secret, now)
    with pytest.raises(CodeWrongError):
        activity_rules.require_code(shown, other, secret, now)


def test_a_phone_must_be_near_by_a_position_that_is_one() -> None:
    centre, metre = (106.05, 29.84), 1 / 111_195  # degrees of latitude
    for away, accuracy in ((0, 0), (199, 0), (299, 100), (299, 300)):
        activity_rules.require_near((106.05, 29.84 + away * metre), accuracy, centre, 200)
    for away, accuracy in ((202, 0), (302, 100), (302, 300)):
        with pytest.raises(TooFarError):
            activity_rules.require_near((106.05, 29.84 + away * metre), accuracy, centre, 200)
    with pytest.raises(PositionVagueError):
        activity_rules.require_near(centre, 301, centre, 200)
