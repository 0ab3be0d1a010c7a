"""The demonstration's data: complete, consistent, and somebody is always on duty."""

from datetime import timedelta

from sqlalchemy import func, select

from backend.core import idnumber
from backend.core.clock import local
from backend.core.db import Work
from backend.demo import data, seed
from backend.devices import silence
from backend.devices.models import Device
from backend.duty import service as duty
from backend.eldercare import service as eldercare
from backend.eldercare.models import Bed, Contact, Elder, Room, Site
from backend.launch.banner import BUTTONS, LORAWAN_BUTTON, SOS_BUTTON, WS101_DEV_EUI
from backend.people.models import Division, Staff
from backend.people.rules import Grant
from backend.people.service import sign_in
from tests.demo.conftest import County

ACCOUNTS = ("duty", "night", "lead", "bureau", "admin")
SITES = ("500999101-H1", "500999101-S1", "500999102-S1")


def count(w: Work, model: type[Elder | Device | Staff | Contact | Division]) -> int:
    return w.session.scalar(select(func.count()).select_from(model)) or 0


def device(w: Work, external_id: str) -> Device:
    return w.session.scalars(select(Device).where(Device.external_id == external_id)).one()


def test_a_second_seeding_changes_nothing(county: County) -> None:
    models = (Elder, Device, Staff, Contact, Division)
    with county.look() as w:
        before = [count(w, model) for model in models]
    with county.work() as w:
        assert not seed.seed(w)
    with county.look() as w:
        assert [count(w, model) for model in models] == before


def test_twenty_residents_and_twenty_families_in_two_towns(county: County) -> None:
    with county.look() as w:
        per_site = select(Elder.site_code, func.count()).group_by(Elder.site_code)
        assert {row[0]: row[1] for row in w.session.execute(per_site)} == dict(zip(SITES, (20, 10, 10), strict=True))
        at_home = w.session.scalars(select(Bed.division_code).where(Bed.room_id.is_(None))).all()
        assert {code[:9] for code in at_home} == {"500999101", "500999102"}
        contacts = select(Contact.elder_id, func.count()).group_by(Contact.elder_id)
        assert {number for _, number in w.session.execute(contacts)} == {2, 3}


def test_the_promised_buttons_are_in_service_at_the_promised_places(county: County) -> None:
    with county.look() as w:
        zigbee, lorawan = device(w, SOS_BUTTON.topic), device(w, WS101_DEV_EUI)
        assert (zigbee.source, zigbee.model, zigbee.state) == ("zigbee2mqtt", "TS0215A_sos", "in_service")
        assert (lorawan.source, lorawan.model, lorawan.state) == ("chirpstack", "WS101", "in_service")
        where = eldercare.whereabouts(w)
        resident, family = where.elders[zigbee.elder_id or zigbee.id], where.elders[lorawan.elder_id or lorawan.id]
        assert "203房" in resident.place.text
        assert "家庭床位" in family.place.text
        assert resident.name in SOS_BUTTON.place
        assert family.name in LORAWAN_BUTTON.place
        in_203 = select(func.count()).select_from(Bed).join(Room).where(Room.number == "203")
        assert w.session.scalar(in_203) == 1
    assert len(BUTTONS) == 2


def test_somebody_is_on_duty_at_every_hour_of_the_week(county: County) -> None:
    posts = [(code, role) for code in SITES for role in ("duty", "lead")] + [("500999", "officer")]
    with county.look() as w:
        for hour in range(1, 7 * 24):
            at = county.clock.now() + timedelta(hours=hour)
            for code, role in posts:
                assert len(duty.on_duty(w, code, role, at)) == 1, (code, role, at)
            here = duty.on_duty(w, SITES[0], "duty", at)[0].name
            assert here == ("陈晓梅" if 8 <= local(at).hour < 20 else "周志强")


def test_the_roster_has_nothing_to_complain_about(county: County) -> None:
    with county.look() as w:
        assert [duty.lint(w, code) for code in (*SITES, "500999")] == [[], [], [], []]


def test_the_accounts_exist_in_a_demonstration_only(county: County) -> None:
    with county.work() as w:
        assert sign_in(w, "night", "shouwang-demo", demo_allowed=True).token
        for username in ACCOUNTS:
            assert w.session.scalars(select(Staff.demo).where(Staff.username == username)).one()
            assert sign_in(w, username, "shouwang-demo", demo_allowed=False).token is None


def test_everybody_may_handle_the_alarms_of_the_home_and_of_both_stations(county: County) -> None:
    with county.look() as w:
        sites = w.session.scalars(select(Site)).all()
        for staff in w.session.scalars(select(Staff).where(Staff.username.in_(ACCOUNTS))):
            grants = [Grant(role.role, role.division.path) for role in staff.roles]
            assert all(any(site.division.path.startswith(one.path) for one in grants) for site in sites), staff.username


def test_nothing_is_silent_at_the_start_nor_a_day_later(county: County) -> None:
    with county.work() as w:
        assert silence.find_silent(w) == []
        later = Work(w.session, w.now + timedelta(hours=25), w.actor, w.hooks)
        assert silence.find_silent(later) == []


def test_id_numbers_are_well_formed_and_say_the_same_as_the_record(county: County) -> None:
    with county.look() as w:
        elders = w.session.scalars(select(Elder)).all()
        for elder in elders:
            number = idnumber.parse(elder.id_number or "", local(county.clock.now()).date())
            assert (number.region, number.birth_date, number.sex) == ("500999", elder.birth_date, elder.sex)


def test_every_telephone_is_of_a_range_nobody_has() -> None:
    numbers = list(data.phones().values())
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("1700000") and len(number) == 11 for number in numbers)


def test_no_two_devices_share_an_address() -> None:
    keys = [(one.group.source, one.external_id) for one in data.devices()]
    assert len(set(keys)) == len(keys)
