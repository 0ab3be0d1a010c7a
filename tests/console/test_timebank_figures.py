"""The figures of volunteers and the time bank: what they count, for whom, and how they look."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect
from werkzeug.test import Client

from backend.core.clock import CHINA
from backend.core.db import Work
from backend.core.ids import new_id
from backend.timebank import ledger
from backend.timebank.order_models import HelpOrder, OrderHelper
from backend.volunteers import records
from backend.volunteers.models import Volunteer
from tests.console.conftest import OpenPage, Shoot, Site
from tests.support.timebank import issued, personal
from tests.support.volunteers import VILLAGE_PATH, served, volunteer
from tests.support.world import VILLAGE

SignIn = Callable[[str], Client]
FIGURES = "/console/timebank/figures/"
LAST_OF_OCTOBER = datetime(2026, 10, 31, 23, 30, tzinfo=CHINA)  # still October in China, whatever UTC says
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def order(work: Work, receiver: UUID, helper: UUID | None, kind: str, state: str, stars: int | None = None) -> None:
    """An order asked for an hour ago, accepted after twelve minutes if anybody came."""
    asked = work.now - timedelta(hours=1)
    row = HelpOrder(
        id=new_id(), number=f"DD{new_id()}"[:24], receiver_id=receiver, channel="mini", kind=kind, words="买药",
        division_code=VILLAGE, division_path=VILLAGE_PATH, address="桃园1组", phone="13800000001",
        wanted_from=work.now, wanted_until=work.now + timedelta(hours=2), minutes=60, payer="none", state=state,
        state_at=work.now, stars=stars, created_at=asked,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    if helper:
        work.session.add(
            OrderHelper(
                order_id=row.id, volunteer_id=helper, state="accepted", score=1.0, offered_at=asked,
                accepted_at=asked + timedelta(minutes=12),
            )
        )  # fmt: skip


@pytest.fixture
def year(site: Site) -> Site:
    with site.work() as w:
        first, second = volunteer(w, 1), volunteer(w, 2)
        asker = w.session.get_one(Volunteer, second).person_id
        records.record(w, served(first, LAST_OF_OCTOBER, 45))
        records.record(w, served(first, datetime(2026, 11, 3, 9, 0, tzinfo=CHINA), 90, source="activity"))
        order(w, asker, first, "meals", "confirmed", 5)
        order(w, asker, first, "meals", "confirmed", 4)
        order(w, asker, None, "company", "expired")
        ledger.post(w, issued("first", personal("somebody"), 135))
    return site


def test_the_figures_count_a_year_to_the_minute_in_the_months_of_china(staff: SignIn, year: Site) -> None:
    assert year.world
    page = staff("officer").get(FIGURES).get_data(as_text=True)
    assert "2026年10月：活动0分钟、补录45分钟；2026年11月：活动1小时30分、补录0分钟" in page
    assert "助餐：已完成2、没有完成0、进行中0" in page
    for tile in ("其中1人近一年服务过", "2小时15分", "67%", "12分钟", "4.5"):
        assert tile in page
    table = staff("officer").get(f"{FIGURES}figures.csv").get_data(as_text=True)
    assert "2026-10,0,45" in table
    assert "2026-11,90,0" in table


def test_who_has_no_right_sees_no_figures(staff: SignIn, year: Site) -> None:
    assert year.world
    assert staff("duty").get(FIGURES).status_code == 403


def test_the_figures_are_looked_at(year: Site, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(FIGURES, "officer", height=1500)
    expect(page.locator(".chart svg")).to_have_count(3)
    shoot(page, "timebank-figures")
