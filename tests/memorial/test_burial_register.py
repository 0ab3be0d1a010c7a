"""The register of graves and ashes, and the figures drawn from it: masked, searched, exported, counted."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.console.memorial.burial_figures_chart import share, tables, tiles
from backend.console.memorial.burial_figures_numbers import numbers
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.memorial import burial_prices, burial_register, cemeteries, deceased, funeral_orders, grave_visits
from backend.memorial.burial_prices import NewPrice
from backend.memorial.burial_register import Wanted
from backend.memorial.deceased import Dead
from backend.memorial.funeral_orders import Wanted as Ordered
from backend.people.models import Staff
from backend.residents.models import Person
from tests.conftest import WorkFactory
from tests.support.cemetery import CODE, MONDAY, Ground, build_ground, slot_of
from tests.support.cemetery_desk import send, signed_in
from tests.support.residents import id_number, person
from tests.support.world import COUNTY, PASSWORD, VILLAGE, build

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
BORN = date(1940, 1, 1)
REGISTER = "/console/cemeteries/register/"
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ground(work: WorkFactory) -> Ground:
    """One lies in a tomb since today, one under a tree since last month, one was moved away."""
    with work() as w:
        build(w, roster=False)
        made = build_ground(w, kept=4)
        for staff in w.session.scalars(select(Staff).where(Staff.username.startswith("ground"))):
            staff.password_hash = PASSWORD
        zone = cemeteries.zones(w, cemeteries.find(w, made.clerk, CODE).id)[0]
        cemeteries.add_plots(w, made.clerk, zone, "tree", ["树1"], 1)
        tree = cemeteries.plot_of(w, zone.cemetery_id, zone.name, "树1").id
        bury(w, made, "李大山", 71, made.plots[0], TODAY)
        bury(w, made, "王小树", 72, tree, TODAY - 30 * DAY)
        gone = bury(w, made, "赵远", 73, made.plots[1], TODAY - 400 * DAY)
        cemeteries.move_out(w, made.clerk, gone, "=外县")
        return made


def bury(w: Work, ground: Ground, name: str, serial: int, plot: UUID, day: date) -> UUID:
    who = w.session.get_one(Person, person(w, name, BORN, serial=serial))
    who.died_on, who.division_code = day - DAY, VILLAGE
    w.session.flush()
    dead = deceased.register(w, ground.clerk, Dead(name, day - DAY, id_number=id_number(BORN, serial), proof="火化证"))
    return cemeteries.inter(w, ground.clerk, plot, dead.id, day).id


def names(w: Work, ground: Ground, **wanted: str) -> list[str]:
    return [one.name for one in burial_register.page(w, ground.clerk, Wanted(**wanted))[0]]


@ONE_DATABASE
def test_the_register_is_found_by_kind_whole_name_or_number_only(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        assert names(w, ground) == ["李大山", "王小树", "赵远"]
        assert names(w, ground, kind="ecological") == names(w, ground, kind="tree") == ["王小树"]
        assert names(w, ground, name="李大山") == names(w, ground, number=id_number(BORN, 71)) == ["李大山"]
        assert names(w, ground, name="李大") == names(w, ground, cemetery="elsewhere") == []


@pytest.mark.both_databases
def test_pages_follow_each_other_without_losing_a_line(work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        first, cursor = burial_register.page(w, ground.clerk, Wanted(), 2)
        rest, end = burial_register.page(w, ground.clerk, Wanted(cursor=cursor), 2)
        assert [one.name for one in (*first, *rest)] == ["李大山", "王小树", "赵远"]
        assert (cursor is None, end) == (False, None)


@ONE_DATABASE
def test_names_are_masked_a_search_is_written_down_and_the_file_is_for_the_desk(
    app: APIFlask, work: WorkFactory, ground: Ground
) -> None:
    clerk = signed_in(app, "ground_clerk")
    page = clerk.get(REGISTER).get_data(as_text=True)
    assert "李**" in page
    assert "李大山" not in page
    found = send(clerk, REGISTER, name="李大山", number="").get_data(as_text=True)
    assert (found.count("李**"), "王**" in found) == (1, False)
    text = clerk.get(f"{REGISTER}register.csv?kind=").get_data(as_text=True)
    assert "李大山" in text
    assert id_number(BORN, 71) not in text
    assert "'=外县" in text
    with work() as w:
        kept = w.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("burial.register"))).all()
        assert sorted(kept) == ["burial.register_export", "burial.register_search"]


@pytest.mark.both_databases
def test_figures_count_what_the_registers_hold(
    app: APIFlask, work: WorkFactory, ground: Ground, clock: ManualClock
) -> None:
    fire = NewPrice("fire", "普通火化", "basic", "set", Decimal(380), "具", "渝发改〔2020〕1号", "cremation", TODAY)
    with work() as w:
        burial_prices.publish(w, ground.officer, fire)
        family = person(w, "李小山", serial=1)
        number = funeral_orders.place(w, family, Ordered("李大山", TODAY, COUNTY, {"fire": 1})).number
        for action in ("accept", "finish"):
            funeral_orders.handle(w, ground.clerk, number, action)
        grave_visits.book(w, family, ground.plots[0], slot_of(w, MONDAY + DAY), 3)
    clock.advance(2 * 86_400)
    with work() as w:
        found = numbers(w, ground.clerk)
        assert [found.whole(key) for key in ("deaths", "cremations", "burials", "ecological")] == [2, 1, 2, 1]
        assert found.monthly["burials"][-2:] == [1, 1]
        assert (found.kinds["tree"], found.kinds["tomb"]) == (1, 1)
        assert [(one.plots, one.ecological, one.buried) for one in found.grounds] == [(4, 1, 2)]
        assert (found.visits[-1].people, found.visits[-1].places) == (3, 42)
        assert {title: value for title, value, _ in tiles(found)}["火化率"] == "50%"
        towns = next(table for table in tables(found) if table.title == "各镇街")
        assert sum(int(line[1]) for line in towns.lines) == 2
    clerk = signed_in(app, "ground_clerk")
    page = clerk.get("/console/cemeteries/figures/").get_data(as_text=True)
    assert page.count('role="img"') == 3
    text = clerk.get("/console/cemeteries/figures/figures.csv").get_data(as_text=True)
    assert text.startswith("\ufeff各种安葬方式")
    assert "寺坪陵园,4,1,25%,2" in text


@pytest.mark.parametrize(("part", "whole", "said"), [(0, 0, "—"), (3, 2, "—"), (2, 2, "100%"), (1, 3, "33%")])
def test_a_share_of_nothing_or_of_an_incomplete_register_is_a_dash(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said
