"""清明 at the cemetery's desk: days opened with four thousand people a time, storms, and people without telephones."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.booking import closures, desk_plan, service, verifying
from backend.booking.desk_errors import DayInUseError
from backend.booking.models import Booking, Office, Slot
from backend.booking.parties import Party
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.memorial import grave_visits, visit_days
from backend.memorial.visit_days import Days, Times
from backend.people.models import Staff
from backend.people.rules import Grant
from tests.conftest import WorkFactory
from tests.support.cemetery import CODE, OFFICE, TUESDAY, ZONE, Ground, build_ground, slot_of, taken_of
from tests.support.cemetery_desk import send, signed_in
from tests.support.residents import id_number, person
from tests.support.world import COUNTY, PASSWORD, build

SUNDAY = date(2026, 11, 29)
DAY = timedelta(days=1)
HERE = f"/console/cemeteries/{CODE}"
CHINGMING = Times(480, 1020, 3, 4000, 200)
GRANDPA = Party("赵大爷", "resident_id", id_number(date(1940, 1, 1), 7))
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ground(work: WorkFactory) -> Ground:
    with work() as w:
        build(w, roster=False)
        made = build_ground(w, kept=4)
        for staff in w.session.scalars(select(Staff).where(Staff.username.startswith("ground"))):
            staff.password_hash = PASSWORD
        return made


def gate(w: Work, ground: Ground) -> Office:
    return visit_days.gate(w, ground.clerk, CODE, OFFICE)


def days(first: date, last: date | None = None, why: str = "清明祭扫") -> Days:
    return Days(first, last or first, why)


def capacities(w: Work, day: date) -> list[tuple[int, int]]:
    rows = w.session.execute(select(Slot.capacity, Slot.on_site).where(Slot.day == day, ~Slot.closed))
    return [(one.capacity, one.on_site) for one in rows]


def test_a_range_of_days_opens_with_times_and_places_of_its_own(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        assert visit_days.open_days(w, gate(w, ground), days(SUNDAY - DAY, SUNDAY), CHINGMING) == 2
        assert capacities(w, SUNDAY) == [(4000, 200)] * 3
        visit_days.open_days(w, gate(w, ground), days(SUNDAY), Times(480, 1020, 3, 5000, 0))
        assert capacities(w, SUNDAY) == [(5000, 0)] * 3
        found = visit_days.ahead(w, gate(w, ground), SUNDAY)
        assert [(one.day, one.places, one.times[0]) for one in found] == [(SUNDAY, 15_000, "08:00–11:00")]
        with pytest.raises(NotFoundError):
            visit_days.gate(w, ground.clerk, CODE, "elsewhere")


@pytest.mark.parametrize(
    "wrong",
    [
        (days(SUNDAY, SUNDAY - DAY), CHINGMING), (days(SUNDAY, SUNDAY + 31 * DAY), CHINGMING),
        (days(date(2026, 11, 21)), CHINGMING), (days(SUNDAY, why=" "), CHINGMING),
        (days(SUNDAY), Times(480, 480, 1, 10, 0)), (days(SUNDAY), Times(0, 1440, 2, 10, 0)),
        (days(SUNDAY), Times(480, 500, 5, 10, 0)), (days(SUNDAY), Times(480, 1020, 0, 10, 0)),
        (days(SUNDAY), Times(480, 1020, 3, 0, 0)), (days(SUNDAY), Times(480, 1020, 3, 20_001, 0)),
    ],
)  # fmt: skip
def test_days_and_times_that_cannot_be_are_refused(
    work: WorkFactory, ground: Ground, wrong: tuple[Days, Times]
) -> None:
    with work() as w, pytest.raises(BadInputError):
        visit_days.open_days(w, gate(w, ground), *wrong)
    with work() as w:
        assert visit_days.open_days(w, gate(w, ground), days(SUNDAY, SUNDAY + 30 * DAY), Times(480, 485, 1, 1, 0)) == 31


def test_nobody_loses_a_place_because_more_are_opened(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        grave_visits.book(w, person(w, "来人", serial=1), ground.plots[0], slot_of(w, TUESDAY, 1), 3)  # at ten
    with work() as w, pytest.raises(BadInputError, match="包括原来的开始时间"):
        visit_days.open_days(w, gate(w, ground), days(TUESDAY), CHINGMING)  # at eight, eleven and two
    with work() as w:
        visit_days.open_days(w, gate(w, ground), days(TUESDAY), Times(480, 960, 4, 4000, 0))
        assert taken_of(w, slot_of(w, TUESDAY, 1)) == (3, 0)
        assert verifying.differences(w) == []


def test_a_storm_is_closed_and_opened_again_by_the_desk_without_losing_anybody(
    work: WorkFactory, ground: Ground
) -> None:
    with work() as w:
        visit_days.open_days(w, gate(w, ground), days(SUNDAY), CHINGMING)
        made = grave_visits.book(w, person(w, "来人", serial=1), ground.plots[0], slot_of(w, SUNDAY), 3).id
        other = grave_visits.book_at_desk(
            w, ground.clerk, ground.plots[1], slot_of(w, SUNDAY), 2, GRANDPA, on_site=False
        )
        number = other.number
    with work() as w:
        assert visit_days.close_days(w, gate(w, ground), days(SUNDAY - DAY, SUNDAY, "大雨")) == 2
    assert closures.displace_now() == 2
    with work() as w:
        waiting = visit_days.to_choose(w, gate(w, ground))
        assert sorted(one.plot for one in waiting) == ["1排1号", "1排2号"]
        with pytest.raises(DayInUseError):
            visit_days.close_days(w, gate(w, ground), days(SUNDAY, why="大雨"))
        visit_days.choose(w, ground.clerk, gate(w, ground), number, slot_of(w, TUESDAY))
        assert taken_of(w, slot_of(w, TUESDAY)) == (2, 0)
    with work() as w:
        assert visit_days.reopen(w, gate(w, ground), SUNDAY, "雨停了") == 1
        assert capacities(w, SUNDAY) == [(4000, 200)] * 3
        assert service.find(w, made).state == "booked"
        assert verifying.differences(w) == []


def test_only_those_of_the_desk_open_and_close(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        lead = replace(ground.clerk, grants=(Grant("lead", f"{COUNTY}/"),))
        with pytest.raises(NotAllowedError):
            visit_days.gate(w, lead, CODE, OFFICE)
        assert desk_plan.opened_days(w, gate(w, ground)) == []


def test_the_desk_walks_through_a_day_of_rain_and_lets_people_in_by_their_grave(
    app: APIFlask, work: WorkFactory, ground: Ground, clock: ManualClock
) -> None:
    clerk = signed_in(app, "ground_clerk")
    opening = {
        "office": OFFICE, "first": str(TUESDAY + 2 * DAY), "last": "", "starts": "08:00", "ends": "17:00",
        "count": "3", "places": "4000", "kept": "200", "reason": "寒衣节",
    }  # fmt: skip
    assert send(clerk, f"{HERE}/days/open", **(opening | {"places": "四千"})).status_code == 422
    assert send(clerk, f"{HERE}/days/open", **opening).status_code == 303
    visit = {"zone": ZONE, "number": "1排1号", "name": "赵大爷", "id_number": id_number(date(1940, 1, 1), 7)}
    with work() as w:
        thursday = slot_of(w, TUESDAY + 2 * DAY)
    booked = send(clerk, f"{HERE}/visits", **visit, persons="2", slot=str(thursday))
    page = clerk.get(booked.headers["Location"]).get_data(as_text=True)
    with work() as w:
        number = w.session.scalars(select(Booking.number)).one()
    assert f'预约号 <strong class="num">{number}' in page
    storm = {"office": OFFICE, "first": str(TUESDAY + 2 * DAY), "last": "", "reason": "大雨"}
    assert send(clerk, f"{HERE}/days/close", **storm).status_code == 303
    page = clerk.get(f"{HERE}/days").get_data(as_text=True)
    assert "1 份预约要改时间" in page
    assert "赵**（没留手机）" in page
    with work() as w:
        tuesday = slot_of(w)
    moved = {"office": OFFICE, "number": number, "slot": str(tuesday)}
    assert send(clerk, f"{HERE}/days/choose", **moved).status_code == 303
    assert send(clerk, f"{HERE}/days/reopen", office=OFFICE, day=storm["first"], reason="雨停").status_code == 303
    clock.advance(2 * 86_400)
    clerk = signed_in(app, "ground_clerk")
    grave = {"zone": ZONE, "number": "1排1号", "booking": ""}
    assert send(clerk, f"{HERE}/arrivals", **(grave | {"number": "1排2号"})).status_code == 404
    assert send(clerk, f"{HERE}/arrivals", **grave).status_code == 303
    with work() as w:
        assert w.session.scalars(select(Booking.state)).all() == ["done"]
        assert w.session.scalar(select(func.count()).select_from(Slot).where(Slot.closed)) == 0
