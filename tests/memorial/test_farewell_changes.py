"""A farewell whose home closes, whose picture breaks, whose family says no to a recording; words that come first."""

from datetime import timedelta
from uuid import UUID

import pytest

from backend.booking import closures
from backend.booking import service as booking
from backend.core.clock import ManualClock, local
from backend.core.errors import BadInputError
from backend.memorial import (
    farewell_changes,
    farewell_holdings,
    farewell_recording,
    farewell_rules,
    farewells,
    moderation,
    moderation_desk,
)
from backend.memorial.farewell_errors import FarewellNoStreamError
from backend.memorial.farewells import Room
from backend.memorial.tribute_models import ModerationItem
from backend.people.rules import Grant
from scheduler import farewell_jobs
from tests.conftest import WorkFactory
from tests.support.farewells import (
    BEGINS,
    EARLY,
    ENDS,
    PLACE,
    STREAM,
    Ask,
    at,
    funeral_home,
    planned,
    room,
    told,
    with_row,
)
from tests.support.halls import Family
from tests.support.tributes import written
from tests.support.world import COUNTY, TOWN

RECORDING = "https://rec.example.cn/8842"
TOWN_PATH = f"{COUNTY}/{TOWN}/"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def with_guest(ask: Ask, farewell_id: UUID) -> str:
    code = ask("son", "POST", f"/{farewell_id}/guests", name="陈老师").get_json()["path"].rsplit("/", 1)[1]
    assert ask("guest", "POST", "/join", code=code).status_code == 200
    return f"/{farewell_id}"


def home_closes(work: WorkFactory) -> None:
    with work() as w:
        closures.close_day(w, booking.office_of(w, "BY01"), "hall", BEGINS.date(), "设备检修")
    closures.displace_now()


@pytest.fixture
def booked(work: WorkFactory, family: Family) -> tuple[UUID, Room]:
    """A farewell in the hall of the funeral home, and a room on the day after."""
    with work() as w:
        funeral_home(w)
    with work() as w:
        here, later = room(w, BEGINS), room(w, BEGINS + timedelta(days=1))
    return planned(work, family, here), later


def test_a_home_that_closes_leaves_no_old_time_and_guests_hear_once_of_the_new_one(
    work: WorkFactory, family: Family, clock: ManualClock, ask: Ask, booked: tuple[UUID, Room]
) -> None:
    row_id, later = booked
    one, people = with_guest(ask, row_id), family.people
    home_closes(work)
    assert [farewell_jobs.turn_farewells() for _ in range(2)] == [1, 0]
    assert ask("guest", "GET", one).get_json()["state"] == "displaced"
    at(clock, EARLY)
    assert farewell_jobs.turn_farewells() == 0, "nobody is called to a closed home"
    assert ask("guest", "POST", f"{one}/enter").get_json()["code"] == "farewell.state"
    assert [told(work, people[who], "farewell_displaced") for who in ("son", "daughter", "niece", "guest")] == [
        1,
        1,
        0,
        0,
    ]

    new = {"office": later.office, "slot_id": str(later.slot_id)}
    moved = ask("daughter", "PUT", f"{one}/place", **new).get_json()
    assert (moved["state"], moved["starts_at"][:16]) == ("planned", "2026-11-26T09:00")
    assert [farewell_jobs.turn_farewells() for _ in range(2)] == [0, 0]
    assert [told(work, people[who], "farewell_changed") for who in ("son", "guest", "daughter")] == [1, 1, 0]
    with work() as w:
        held = farewells.find(w, row_id).booking_id
        assert held is not None
        assert booking.find(w, held).state == "booked"


def test_a_home_that_opens_again_keeps_the_time_and_a_hall_given_up_still_needs_one(
    work: WorkFactory, family: Family, ask: Ask, booked: tuple[UUID, Room]
) -> None:
    row_id, _later = booked
    one = with_guest(ask, row_id)
    home_closes(work)
    farewell_jobs.turn_farewells()
    with work() as w:
        closures.reopen(w, booking.office_of(w, "BY01"), "hall", BEGINS.date(), "修好了")
    assert [farewell_jobs.turn_farewells() for _ in range(2)] == [1, 0]
    assert ask("guest", "GET", one).get_json()["state"] == "planned"
    assert [told(work, family.people[who], "farewell_kept") for who in ("son", "guest")] == [1, 0]

    home_closes(work)
    farewell_jobs.turn_farewells()
    with work() as w:
        held = farewells.find(w, row_id).booking_id
        assert held is not None
        booking.cancel(w, held, reason="没有改时间")
    assert [farewell_jobs.turn_farewells() for _ in range(2)] == [1, 0]
    seen = ask("son", "GET", one).get_json()
    assert (seen["state"], seen["booked"]) == ("displaced", False)
    where = {"place": "家中", "starts_at": BEGINS.isoformat(), "ends_at": ENDS.isoformat()}
    assert ask("son", "PUT", f"{one}/place", **where).get_json()["place"] == "家中"
    assert told(work, family.people["guest"], "farewell_changed") == 1


def test_a_family_gives_up_a_hall_that_stands_only_for_another_one(
    work: WorkFactory, ask: Ask, booked: tuple[UUID, Room]
) -> None:
    one = f"/{booked[0]}"
    where = {"place": "家中", "starts_at": BEGINS.isoformat(), "ends_at": ENDS.isoformat()}
    assert "我的预约" in ask("son", "PUT", f"{one}/place", **where).get_json()["detail"]
    assert with_row(work, booked[0], lambda _w, row: row.booking_id) is not None


def test_a_broken_picture_is_waited_for_and_an_early_end_takes_the_address_away(
    work: WorkFactory, family: Family, clock: ManualClock, ask: Ask
) -> None:
    row_id = planned(work, family)
    one = with_guest(ask, row_id)
    with pytest.raises(FarewellNoStreamError):
        with_row(work, row_id, lambda w, row: farewell_recording.mark_stream(w, row, broken=True))
    with_row(work, row_id, lambda w, row: farewell_recording.set_stream(w, row, STREAM))
    at(clock, EARLY)
    farewell_jobs.turn_farewells()
    seen = []
    for broken in (True, False):
        with_row(work, row_id, lambda w, row, broken=broken: farewell_recording.mark_stream(w, row, broken=broken))
        said = ask("guest", "POST", f"{one}/enter").get_json()
        seen.append((ask("guest", "GET", one).get_json()["stream_state"], said.get("address") or said["code"]))
    assert seen == [("broken", "farewell.paused"), ("ready", STREAM)]
    at(clock, BEGINS)
    with pytest.raises(BadInputError, match="还没到开始的时间"):
        with_row(work, row_id, farewell_changes.end_early)
    clock.advance(1)
    with_row(work, row_id, farewell_changes.end_early)
    after = with_row(work, row_id, lambda _w, row: (row.state, row.stream, row.ends_at))
    assert after == ("over", None, BEGINS + timedelta(seconds=1))


def test_one_no_is_enough_the_shortest_time_counts_and_the_copy_waits_to_be_deleted(
    work: WorkFactory, family: Family, clock: ManualClock, ask: Ask
) -> None:
    row_id = planned(work, family)
    one, last = f"/{row_id}", local(ENDS).date() + timedelta(days=30)
    soon = last - timedelta(days=20)

    def consent(who: str, **said: object) -> tuple[object, object]:
        seen = ask(who, "POST", f"{one}/consent", **said).get_json()
        return seen["recorded"], seen["consent_until"]

    assert consent("son", agreed=True) == (True, last.isoformat())
    assert consent("daughter", agreed=True, until=soon.isoformat()) == (True, soon.isoformat())
    assert consent("daughter", agreed=False) == (False, None)
    assert consent("son", agreed=True) == (False, None), "nobody says yes for somebody else"
    too_long = ask("daughter", "POST", f"{one}/consent", agreed=True, until=str(last + timedelta(days=1)))
    assert too_long.status_code == 422
    assert consent("daughter", agreed=True, until=soon.isoformat()) == (True, soon.isoformat())
    with_guest(ask, row_id)
    told_before = ask("guest", "GET", one).get_json()
    assert (told_before["recorded"], told_before["my_consent"]) == (True, None)

    at(clock, ENDS)
    farewell_jobs.turn_farewells()
    with pytest.raises(BadInputError, match="请选今天到"):
        with_row(work, row_id, lambda w, row: farewell_recording.keep(w, row, RECORDING, soon + timedelta(days=1)))
    with_row(work, row_id, lambda w, row: farewell_recording.keep(w, row, RECORDING, soon))
    with work() as w:
        farewell_holdings.ERASABLES[0].erase(w, family.people["daughter"])
        assert farewells.find(w, row_id).recording == RECORDING, "her brother still agrees"
    assert consent("son", agreed=False) == (False, None)
    assert with_row(work, row_id, lambda _w, row: (row.recording, row.erase_since)) == (None, clock.now())
    with_row(work, row_id, farewell_recording.erased)
    assert with_row(work, row_id, lambda _w, row: row.erase_since) is None
    assert farewell_rules.wrong_address(f"{RECORDING}.MP4?x=1") == "这是可以下载的文件，请填写只能观看的网页地址"


def test_words_for_a_farewell_that_is_held_are_moderated_first_and_with_their_name(
    work: WorkFactory, family: Family, clock: ManualClock, ask: Ask
) -> None:
    row_id = planned(work, family)
    one = with_guest(ask, row_id)
    with work() as w:
        older = written(w, family.county).id
    clock.advance(60)
    ask("guest", "POST", f"{one}/words", words="老师走好")

    def queue() -> list[tuple[UUID, bool]]:
        with work() as w:
            return [(one.item.id, one.rush) for one in moderation_desk.queue(w, family.staff("clerk"))]

    with work() as w:
        item = w.session.query(ModerationItem).filter_by(subject_kind="condolence").one()
        assert item.words == "陈老师：老师走好", "the name shown below is looked at too"
        moderation.judged(w, item, "review")
        mine = item.id
    assert queue() == [(older, False), (mine, False)]
    at(clock, EARLY)
    farewell_jobs.turn_farewells()
    assert queue() == [(mine, True), (older, False)]
    at(clock, ENDS)
    farewell_jobs.turn_farewells()
    assert queue() == [(older, False), (mine, False)]
    with work() as w:
        moderation_desk.decide(w, family.staff("clerk"), mine, "show")
    guest_id = ask("son", "GET", one).get_json()["guests"][0]["id"]
    assert ask("son", "DELETE", f"{one}/guests/{guest_id}").status_code == 204
    assert [entry["by"] for entry in ask("son", "GET", one).get_json()["words"]] == ["陈老师"]


def test_a_farewell_belongs_to_the_place_of_its_home_or_of_its_family(
    work: WorkFactory, family: Family, booked: tuple[UUID, Room]
) -> None:
    assert with_row(work, booked[0], lambda _w, row: row.territory) == f"{COUNTY}/"
    clerk = family.staff("clerk")
    here = type(clerk)(clerk.staff_id, "", "", (Grant("clerk", TOWN_PATH),), clerk.session_id, "")
    with work() as w:
        farewell_changes.cancel(w, farewells.find(w, booked[0]), "改在镇上")
    with work() as w:
        moved = farewells.plan_by_staff(w, here, family.mother, None, PLACE)
        assert moved.territory == TOWN_PATH
        farewell_changes.reschedule(w, moved, PLACE, staff=clerk)
        assert moved.territory == TOWN_PATH
