"""Remote farewells: planned by kin, seen by the invited only, opened and ended by the clock, recorded by consent."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.booking import noshow
from backend.booking import service as booking
from backend.booking.models import Booking, Slot
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock, local
from backend.core.db import unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.memorial import farewell_guests, farewell_holdings, farewell_recording, farewells, moderation
from backend.memorial.errors import NotNearKinError
from backend.memorial.farewell_errors import FarewellCodeError, FarewellConsentError, FarewellExistsError
from backend.memorial.farewell_models import Condolence, FarewellGuest
from backend.memorial.farewell_rules import wrong_address, wrong_times
from backend.memorial.farewells import Where
from backend.memorial.tribute_models import ModerationItem
from scheduler import farewell_jobs
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.at_once import at_once
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

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@sqlite
def test_only_the_invited_enter_from_half_an_hour_before_till_the_end(
    work: WorkFactory, family: Family, clock: ManualClock, ask: Ask
) -> None:
    body = {"place": PLACE.place, "starts_at": BEGINS.isoformat(), "ends_at": ENDS.isoformat()}
    refused = ask("niece", "POST", deceased_id=str(family.mother), **body)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "memorial.not_near_kin")
    made_ = ask("daughter", "POST", deceased_id=str(family.mother), **body)
    assert made_.status_code == 201
    one = f"/{made_.get_json()['id']}"
    again = ask("son", "POST", deceased_id=str(family.mother), **body)
    assert again.get_json()["code"] == "farewell.exists"

    path = ask("son", "POST", f"{one}/guests", name="陈老师").get_json()["path"]
    code = path.removeprefix("/farewell/")
    joined = [ask(who, "POST", "/join", code=code) for who in ("son", "guest", "guest", "stranger")]
    assert [answer.status_code for answer in joined] == [200, 200, 200, 404], "kin leave the link for the guest"
    assert joined[3].get_json()["code"] == "farewell.code"
    hidden = [ask("stranger", *how).status_code for how in (("GET", one), ("POST", f"{one}/enter"))]
    assert hidden == [404, 404]

    row_id = UUID(one[1:])
    with_row(work, row_id, lambda w, row: farewell_recording.set_stream(w, row, STREAM))
    seen = []
    for moment, seconds in (
        (BEGINS - timedelta(minutes=30), -1),
        (BEGINS - timedelta(minutes=30), 0),
        (ENDS, -1),
        (ENDS, 0),
    ):
        at(clock, moment, seconds)
        seen.append(ask("guest", "POST", f"{one}/enter").get_json())
    assert [answer.get("address") or answer["code"] for answer in seen] == [
        "farewell.too_early", STREAM, STREAM, "farewell.no_stream",
    ]  # fmt: skip
    assert "11月25日08:30以后" in seen[0]["detail"]
    guests = ask("son", "GET", one).get_json()["guests"]
    assert [(guest["name"], guest["joined"], guest["came_at"][:16]) for guest in guests] == [
        ("陈老师", True, "2026-11-25T08:30"),
    ]  # fmt: skip
    assert ask("guest", "GET", one).get_json()["guests"] == [], "who else is invited is the family's"
    everything = "".join(ask(who, "GET", path).get_data(as_text=True) for who in ("son", "guest") for path in ("", one))
    with work() as w:
        everything += "".join(w.session.scalars(select(AuditEntry.body)))
    assert "live.example" not in everything
    assert code not in everything


@sqlite
def test_near_kin_find_their_dead_and_see_what_another_of_them_planned(
    work: WorkFactory, family: Family, ask: Ask
) -> None:
    found = {who: ask(who, "GET", "/dead").get_json()["items"] for who in ("son", "niece")}
    assert [(one["name"], one["planned"]) for one in found["son"]] == [(made.MOTHER.name, None)]
    assert found["niece"] == [], "family, but not near"
    with work() as w:
        funeral_home(w)
    with work() as w:
        here = room(w, BEGINS)
    row_id = str(planned(work, family, here))
    assert [one["planned"] for one in ask("daughter", "GET", "/dead").get_json()["items"]] == [row_id]
    lists = {who: ask(who, "GET").get_json()["items"] for who in ("son", "daughter", "niece")}
    assert [[(one["id"], one["kin"]) for one in rows] for rows in lists.values()] == [[(row_id, True)]] * 2 + [[]]


@sqlite
def test_the_clock_opens_and_ends_it_once_also_after_days_without_a_scheduler(
    work: WorkFactory, family: Family, clock: ManualClock
) -> None:
    son, row_id = family.people["son"], planned(work, family)
    with_row(work, row_id, lambda w, row: farewell_recording.set_stream(w, row, STREAM))
    steps = [
        (EARLY, -1, "planned"), (EARLY, 0, "open"), (ENDS, -1, "open"),
        (ENDS, 0, "over"), (ENDS + timedelta(days=7), -1, "over"), (ENDS + timedelta(days=7), 0, "closed"),
    ]  # fmt: skip
    states = []
    for moment, seconds, _state in steps:
        at(clock, moment, seconds)
        states.append(
            [with_row(work, row_id, lambda _w, row: row.state) for _ in range(2) if farewell_jobs.turn_farewells() >= 0]
        )
    assert states == [[state, state] for _moment, _seconds, state in steps]
    assert with_row(work, row_id, lambda _w, row: row.stream) is None
    assert told(work, son, "farewell_open") == 1

    later = Where(PLACE.place, clock.now() + timedelta(days=1), clock.now() + timedelta(days=1, hours=1))
    second = planned(work, family, later)
    clock.advance(timedelta(days=30).total_seconds())
    assert farewell_jobs.turn_farewells() == 3
    assert farewell_jobs.turn_farewells() == 0
    assert with_row(work, second, lambda _w, row: row.state) == "closed"
    assert told(work, son, "farewell_open") == 1, "nobody is called to what is over"


@sqlite
def test_words_are_read_by_others_only_after_moderation_and_the_family_takes_them_away(
    work: WorkFactory, family: Family, ask: Ask
) -> None:
    one = f"/{planned(work, family)}"
    code = ask("son", "POST", f"{one}/guests", name="陈老师").get_json()["path"].rsplit("/", 1)[1]
    ask("guest", "POST", "/join", code=code)
    said = "<b>老师，一路走好</b>"
    mine = ask("guest", "POST", f"{one}/words", words=said).get_json()["words"]
    assert [(entry["words"], entry["state"], entry["by"]) for entry in mine] == [(said, "waiting", "陈老师")]
    assert ask("son", "GET", one).get_json()["words"] == []
    with work() as w:
        words_id = UUID(mine[0]["id"])
        item = w.session.scalars(select(ModerationItem).where(ModerationItem.subject_id == words_id)).one()
        moderation.judged(w, item, "pass")
    assert [entry["words"] for entry in ask("son", "GET", one).get_json()["words"]] == [said]
    assert ask("stranger", "DELETE", f"{one}/words/{words_id}").status_code == 404
    assert ask("daughter", "DELETE", f"{one}/words/{words_id}").status_code == 204
    assert [ask(who, "GET", one).get_json()["words"] for who in ("son", "guest")] == [[], []]
    for number in range(3):
        assert ask("guest", "POST", f"{one}/words", words=f"想念您{number}").status_code == 201
    assert ask("guest", "POST", f"{one}/words", words="还有").get_json()["code"] == "farewell.full"
    assert ask("guest", "POST", f"{one}/words", words="长" * 301).status_code == 422
    with work() as w:
        farewell_holdings.ERASABLES[0].erase(w, family.people["guest"])
        assert {(row.words, row.state) for row in w.session.scalars(select(Condolence))} == {("", "removed")}
    assert ask("guest", "GET", one).status_code == 404


@sqlite
def test_a_recording_needs_consent_and_goes_after_its_last_day(
    work: WorkFactory, family: Family, clock: ManualClock, ask: Ask
) -> None:
    row_id = planned(work, family)
    one, address = f"/{row_id}", "https://rec.example.cn/8842"
    at(clock, ENDS)
    farewell_jobs.turn_farewells()
    until = local(clock.now()).date() + timedelta(days=30)

    def keep(last: date) -> None:
        with_row(work, row_id, lambda w, row: farewell_recording.keep(w, row, address, last))

    with pytest.raises(FarewellConsentError):
        keep(until)
    assert ask("daughter", "POST", f"{one}/consent", agreed=True).status_code == 200
    with pytest.raises(BadInputError, match="请选今天到"):
        keep(until + timedelta(days=1))
    keep(until)
    assert ask("son", "POST", f"{one}/enter").get_json() == {"address": address}
    assert ask("son", "POST", f"{one}/consent", agreed=False).get_json()["has_recording"] is False
    assert ask("son", "POST", f"{one}/enter").get_json()["code"] == "farewell.no_stream"

    ask("son", "POST", f"{one}/consent", agreed=True)
    keep(until)
    clock.advance(timedelta(days=30).total_seconds())
    assert farewell_jobs.forget_recordings() == 0, "the last day counts"
    clock.advance(timedelta(days=3).total_seconds())
    assert [farewell_jobs.forget_recordings() for _ in range(2)] == [1, 0]
    assert with_row(work, row_id, lambda _w, row: (row.recording, row.recording_until)) == (None, None)


@sqlite
def test_a_hall_is_booked_followed_when_it_moves_and_free_again_when_it_is_called_off(
    work: WorkFactory, family: Family, clock: ManualClock, ask: Ask
) -> None:
    son = family.people["son"]
    with work() as w:
        funeral_home(w)
    with work() as w:
        here, later = room(w, BEGINS), room(w, BEGINS + timedelta(hours=1))
    row_id = planned(work, family, here)
    one = f"/{row_id}"
    code = ask("son", "POST", f"{one}/guests", name="陈老师").get_json()["path"].rsplit("/", 1)[1]
    ask("guest", "POST", "/join", code=code)
    with work() as w:
        row = farewells.find(w, row_id)
        assert (row.place, row.starts_at, row.ends_at) == ("县殡仪馆", BEGINS, ENDS)
        assert row.booking_id is not None
        booking.move(w, row.booking_id, later.slot_id, by=son)
    assert [farewell_jobs.turn_farewells() for _ in range(2)] == [1, 0]
    assert with_row(work, row_id, lambda _w, row: row.starts_at) == BEGINS + timedelta(hours=1)
    assert [told(work, family.people[who], "farewell_changed") for who in ("son", "guest", "daughter")] == [1, 1, 0]

    cancelled = ask("son", "POST", f"{one}/cancel", why="改为家中告别")
    assert cancelled.get_json()["state"] == "cancelled"
    assert [told(work, family.people[who], "farewell_cancelled") for who in ("son", "guest")] == [0, 1]
    with work() as w:
        assert set(w.session.scalars(select(Booking.state))) == {"cancelled"}
        assert w.session.get_one(Slot, later.slot_id).taken == 0
    assert ask("son", "POST", f"{one}/cancel", why="再来").get_json()["code"] == "farewell.state"

    second = planned(work, family, here)
    at(clock, BEGINS)
    farewell_jobs.turn_farewells()
    at(clock, ENDS + timedelta(hours=3))
    with work() as w:
        held = farewells.find(w, second).booking_id
        assert held is not None
        assert noshow.came(w, held), "nobody is told that they missed the farewell of their own dead"
    farewell_jobs.turn_farewells()
    with work() as w:
        assert booking.find(w, held).state == "done"


@pytest.mark.both_databases
def test_of_many_who_open_one_link_at_once_one_is_the_guest(app: APIFlask, work: WorkFactory, family: Family) -> None:
    row_id = planned(work, family)
    with work() as w:
        code = farewell_guests.invite(w, farewells.find(w, row_id), "陈老师").code
    people = [family.people[name] for name in ("niece", "guest", "stranger")]

    def open_it(number: int) -> UUID:
        with unit_of_work() as w:
            return farewell_guests.join(w, code, people[number]).id

    assert sorted(map(str, at_once(app, 3, open_it))) == sorted(
        [str(FarewellCodeError), str(FarewellCodeError), str(row_id)]
    )
    with work() as w:
        assert w.session.scalars(select(FarewellGuest.person_id)).one() in people


@pytest.mark.both_databases
def test_two_relatives_who_plan_at_once_have_one_farewell(app: APIFlask, work: WorkFactory, family: Family) -> None:
    kin = [family.people["son"], family.people["daughter"]]

    def plan(number: int) -> str:
        with unit_of_work() as w:
            return farewells.plan_by_kin(w, kin[number], family.mother, PLACE).state

    got = at_once(app, 2, plan)
    assert (got.count("planned"), got.count(FarewellExistsError)) == (1, 1)


@sqlite
@pytest.mark.parametrize(
    ("who", "place", "wrong"),
    [
        ("stranger", PLACE, NotNearKinError),
        ("son", Where(" ", BEGINS, ENDS), BadInputError),
        ("son", Where("家中", BEGINS - timedelta(days=10), ENDS), BadInputError),
    ],
)
def test_what_cannot_be_planned_is_refused(
    work: WorkFactory, family: Family, who: str, place: Where, wrong: type[DomainError]
) -> None:
    with pytest.raises(wrong), work() as w:
        farewells.plan_by_kin(w, family.people[who], family.mother, place)


def test_times_and_addresses_at_their_limits() -> None:
    now, hour = BEGINS - timedelta(days=60), timedelta(hours=1)
    second = timedelta(seconds=1)
    times = [(BEGINS, ENDS), (BEGINS + second, ENDS), (BEGINS, BEGINS), (BEGINS, BEGINS + 6 * hour),
             (BEGINS, BEGINS + 6 * hour + second), (now, ENDS)]  # fmt: skip
    assert [wrong_times(begins, ends, now) == "" for begins, ends in times] == [True, False, False, True, False, False]
    typed = [STREAM, "http://live.example.cn/1", "https://", "javascript:alert(1)", "https://a b.cn", "https://[",
             "https://a.cn/" + "x" * 487, "https://a.cn/" + "x" * 488]  # fmt: skip
    assert [wrong_address(one) == "" for one in typed] == [True, False, False, False, False, False, True, False]
