"""What the counter does for somebody who is not there: they are told, and it stands in their trail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from backend.booking import service
from backend.core.db import Work
from backend.people.service import Viewer
from backend.residents import acts
from tests.conftest import WorkFactory
from tests.support.offices import CODE, MATTER, booked, build_office, slot_at, somebody
from tests.support.residents import person
from tests.support.world import COUNTY, World, build

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, nine in Shanghai
LATER = NINE + timedelta(minutes=30)


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        found = build(w)
        build_office(w)
        return found


def _act(w: Work, step: str, known: UUID, clerk: Viewer) -> UUID:
    party = replace(somebody(1), person_id=known)
    if step == "book":
        return service.book(
            w, office_code=CODE, matter=MATTER, slot_id=slot_at(w, NINE), parties=[party], by=None, staff=clerk
        ).id
    booking = booked(w, NINE, party, by=known).id
    if step == "move":
        service.move(w, booking, slot_at(w, LATER), staff=clerk)
    else:
        service.cancel(w, booking, staff=clerk, reason="本人打电话来")
    return booking


@pytest.mark.parametrize(("step", "words"), [("book", "预约"), ("move", "改约"), ("cancel", "取消预约")])
def test_what_the_counter_does_stands_in_the_trail(step: str, words: str, work: WorkFactory, county: World) -> None:
    with work() as w:
        known = person(w, "王小一", serial=1)
        booking = _act(w, step, known, county.viewer("officer", "officer", f"{COUNTY}/"))
    with work() as w:
        (line,) = acts.trail(w, known)
        assert (line.who, line.what, line.subject) == ("由窗口工作人员代办", words, f"booking:{booking}")


def test_what_somebody_does_for_themself_is_no_line_of_the_trail(work: WorkFactory, county: World) -> None:
    with work() as w:
        known = person(w, "王小一", serial=1)
        booking = booked(w, NINE, replace(somebody(1), person_id=known), by=known).id
        service.cancel(w, booking, by=known, reason="")
        assert acts.trail(w, known) == []
