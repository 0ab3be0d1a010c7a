"""What an open board is told: every change moves the stamp, nobody hears of another place, streams end."""

import json
from datetime import timedelta

from apiflask import APIFlask
from sqlalchemy import update

from backend.alarms import queries, service
from backend.console import staff
from backend.console.care import live, pulse
from backend.core import leases
from backend.core.clock import wall
from backend.core.db import reading, unit_of_work
from backend.devices.models import Device
from backend.people.api import sign_in
from backend.people.models import Division
from backend.people.service import Viewer, sign_out
from tests.console.conftest import PASSWORD, Site
from tests.support.world import COUNTY, HOME, TOWN


def _stamp(who: Viewer) -> str:
    with reading() as work:
        return str(pulse.pulse(work, who)["stamp"])


def test_every_change_of_an_alarm_moves_the_stamp(site: Site) -> None:
    who = site.world.viewer("duty")
    stamps = [_stamp(who)]
    alarm_id = site.raise_alarm()
    stamps.append(_stamp(who))
    site.raise_alarm()
    stamps.append(_stamp(who))
    for verb in (service.acknowledge, service.on_my_way, service.arrive):
        with site.work() as w:
            verb(w, who, alarm_id)
        stamps.append(_stamp(who))
    with site.work() as w:
        service.add_note(w, who, alarm_id, "好转")
    stamps.append(_stamp(who))
    with site.work() as w:
        service.close(w, who, alarm_id, "real")
    stamps.append(_stamp(who))
    assert len(set(stamps[:-1])) == len(stamps) - 1
    assert stamps[-1] == stamps[0]  # calm again


def test_one_alarm_closed_and_another_opened_is_a_change_too(site: Site) -> None:
    who = site.world.viewer("duty")
    first = site.raise_alarm("water_leak")
    before = _stamp(who)
    with site.work() as w:
        service.close(w, who, first, "test")
    site.clock.advance(1)
    site.raise_alarm("water_leak")
    assert _stamp(who) != before


def test_a_viewer_elsewhere_hears_nothing(site: Site) -> None:
    site.raise_alarm()
    elsewhere = site.world.viewer("duty", path="500118/500118102/")
    with reading() as work:
        assert pulse.pulse(work, elsewhere)["open"] == 0
        assert pulse.around(work, elsewhere) == {
            "now": work.now.isoformat(), "last_alarm_at": None, "devices": {"total": 0, "in_contact": 0}, "duty": [],
            "silent": [],
        }  # fmt: skip


def test_the_surroundings_count_devices_and_name_who_is_on_duty(site: Site) -> None:
    with site.work() as w:
        for number, (state, offline) in enumerate(
            (("in_service", None), ("in_service", w.now), ("maintenance", None), ("retired", w.now))
        ):
            device = Device(source="s", external_id=str(number), name=f"设备{number}", state=state, site_code=HOME)
            device.registered_at, device.offline_since = w.now, offline
            w.session.add(device)
    site.raise_alarm()
    with reading() as work:
        found = pulse.around(work, site.world.viewer("duty"))
        assert found["devices"] == {"total": 3, "in_contact": 2}
        assert found["duty"] == [{"site": "安康养老院", "names": ["姓名duty"]}]
        assert found["last_alarm_at"] == work.now.isoformat()


def test_an_alarm_is_offered_to_those_whose_part_covers_it_and_duty_comes_first(site: Site) -> None:
    alarm_id = site.raise_alarm()
    with site.work() as w:
        path = f"{COUNTY}/{TOWN}/500118101-H2/"
        w.session.add(Division(code="500118101-H2", name="别院", level="site", parent_code=TOWN, path=path))
    with reading() as work:
        alarm = queries.visible(work, site.world.viewer("duty"), alarm_id)
        found = staff.colleagues(work, alarm)
        assert {one["name"] for one in found} == {f"姓名{name}" for name in site.world.staff}
        assert [one["on_duty"] for one in found] == [True, True, True, False, False]
        alarm.division_path = path
        assert {one["name"] for one in staff.colleagues(work, alarm)} == {"姓名officer", "姓名admin"}


def test_a_stream_begins_with_the_pulse_and_ends_with_the_session(site: Site, app: APIFlask) -> None:
    token, who = sign_in("duty", PASSWORD)
    with app.test_request_context():
        stream = live._stream(token)
        event, data = next(stream).strip().split("\n")
        assert event == "event: alarms"
        assert json.loads(data.removeprefix("data: "))["open"] == 0
        with unit_of_work() as work:
            sign_out(work, who.session_id)
        assert list(stream) == []


def test_a_stream_tells_of_a_new_alarm(site: Site, app: APIFlask) -> None:
    token, _ = sign_in("duty", PASSWORD)
    with app.test_request_context():
        stream = live._stream(token)
        before = json.loads(next(stream).partition("data: ")[2])
        site.raise_alarm()
        after = next(json.loads(part.partition("data: ")[2]) for part in stream if before["stamp"] not in part)
        assert (after["open"], after["ringing"]) == (1, 1)
        stream.close()  # type: ignore[attr-defined] # a generator has it


def test_seats_run_out_and_come_back() -> None:
    seats = live.Seats(1)
    assert seats.take()
    assert not seats.take()
    seats.give_back()
    assert seats.take()


def test_a_board_without_a_seat_is_told_to_poll(site: Site, app: APIFlask) -> None:
    client = app.test_client()
    client.post("/console/login", data={"username": "duty", "password": PASSWORD})
    app.extensions["shouwang_board_seats"] = live.Seats(0)
    assert client.get("/console/events").status_code == 503
    answer = client.get("/console/pulse").get_json()
    assert answer["open"] == 0
    site.clock.advance(timedelta(minutes=1).total_seconds())
    assert client.get("/console/pulse").get_json()["now"] > answer["now"]


def test_a_process_of_ours_that_fell_silent_is_named_on_the_screen(site: Site) -> None:
    who = site.world.viewer("duty")
    with site.work() as w:
        leases.beat(w, "hub", 30)
        leases.beat(w, "scheduler", 30)
    with reading() as work:
        assert pulse.around(work, who)["silent"] == []
    with site.work() as w:
        w.session.execute(
            update(leases.Heartbeat)
            .where(leases.Heartbeat.name == "hub")
            .values(wall_at=wall() - timedelta(seconds=31))
        )
    with reading() as work:
        assert pulse.around(work, who)["silent"] == ["设备接入"]
