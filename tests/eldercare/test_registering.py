"""Entering places and people: checked, sealed, found again, and audited."""

import threading
from datetime import date

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select, text

from backend.core import audit
from backend.core.audit import AuditEntry
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.eldercare import service
from backend.eldercare.errors import AlreadyKnownError, BedTakenError, WrongSiteError
from backend.eldercare.models import Bed, Contact, Elder
from backend.eldercare.schemas import NewContact, NewElder
from backend.people.models import Division
from tests.conftest import WorkFactory
from tests.devices.conftest import HOME, STATION, VILLAGE, County

ID = "500223198803126521"  # region 500223 with a birth year its table forbids: a real person all the same


def test_a_home_is_built_from_division_to_bed(county: County, work: WorkFactory) -> None:
    with work() as w:
        w.session.add(
            Division(
                code="h3", name="福寿院", level="site", parent_code=VILLAGE, path=f"500118/500118101/{VILLAGE}/h3/"
            )
        )
        w.session.flush()
        site = service.register_site(
            w, "h3", "care_home", address="福寿路1号", phone_number="023-4211 2233", arrival_s=300
        )
        bed = service.register_bed(w, service.register_room(w, "h3", -1, "浴室", "bathroom").id, "2")
        assert (site.phone, bed.division_code) == ("02342112233", VILLAGE)
        assert service.place_of(w, bed).text == "福寿院 地下1楼 浴室 2床"
        assert service.place_of(w, site).division_path.endswith("/h3/")
        with pytest.raises(NotFoundError):
            service.register_site(w, VILLAGE, "care_home", address="x", phone_number="02342112233", arrival_s=300)


@pytest.mark.parametrize(("arrival_s", "fits"), [(59, False), (60, True), (7200, True), (7201, False)])
def test_the_time_to_arrive_is_between_one_minute_and_two_hours(
    county: County, work: WorkFactory, arrival_s: int, *, fits: bool
) -> None:
    with work() as w:
        w.session.add(Division(code="h3", name="福寿院", level="site", parent_code=VILLAGE, path="500118/h3/"))
        w.session.flush()
        try:
            service.register_site(w, "h3", "care_home", address="x", phone_number="02342112233", arrival_s=arrival_s)
        except BadInputError:
            assert not fits
        else:
            assert fits


def test_an_elder_is_sealed_in_the_table_and_found_by_number_and_phone(county: County, work: WorkFactory) -> None:
    with work() as w:
        new = NewElder(name="赵桂兰", site_code=STATION, id_number=ID, phone="+86 138-1234-5678", door_code="4321")
        elder = service.register_elder(w, new)
        assert (elder.sex, elder.birth_date) == ("female", date(1988, 3, 12))
    with work() as w:
        row = w.session.execute(text("SELECT id_number, phone, door_code FROM elder WHERE name = '赵桂兰'")).one()
        stored = b"".join(bytes(value) for value in row)
        assert ID.encode() not in stored
        assert b"4321" not in stored
        found = service.find_by_id_number(w, ID.lower())
        assert found is not None
        assert found.phone == "13812345678"
        assert [one.id for one in service.find_by_phone(w, "13812345678")] == [elder.id]
        body = w.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"elder:{elder.id}")).one().body
        assert body == "{}"


def test_one_id_number_is_one_person(county: County, work: WorkFactory) -> None:
    with work() as w:
        service.register_elder(w, NewElder(name="赵桂兰", site_code=STATION, id_number=ID))
    with work() as w, pytest.raises(AlreadyKnownError):
        service.register_elder(w, NewElder(name="赵桂兰", site_code=STATION, id_number=ID))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"id_number": "500223198803126522"}, "身份证号"),
        ({"id_number": ID, "phone": "12345"}, "电话"),
        ({}, "出生日期和性别"),
        ({"sex": "male", "birth_date": date(2027, 1, 1)}, "出生日期"),
        ({"id_number": ID, "name": "  "}, "姓名"),
    ],
)
def test_what_cannot_be_true_is_refused_by_field(
    county: County, work: WorkFactory, facts: dict[str, object], field: str
) -> None:
    new = NewElder.model_validate({"name": "赵桂兰", "site_code": STATION} | facts)
    with pytest.raises(BadInputError) as error, work() as w:
        service.register_elder(w, new)
    assert error.value.facts["field"] == field


def test_a_bed_holds_one_elder_of_its_own_site(county: County, work: WorkFactory) -> None:
    with pytest.raises(BedTakenError), work() as w:
        service.register_elder(w, NewElder(name="赵", site_code=HOME, id_number=ID, bed_id=county.bed))
    with pytest.raises(WrongSiteError), work() as w:
        service.move_bed(w, county.elder, county.family_bed)
    with work() as w:
        free = service.register_bed(w, county.room, "2")
        moved = service.move_bed(w, county.elder, free.id)
        assert service.place_of(w, moved).text == "安康养老院 2楼 203房 2床"
        out = service.move_bed(w, county.elder, None)
        assert out.bed_id is None
    with work() as w:
        assert w.session.get_one(Elder, county.elder).bed_id is None


def test_two_clerks_give_the_last_bed_to_one_elder(app: APIFlask, county: County, work: WorkFactory) -> None:
    with work() as w:
        bed = service.register_bed(w, county.room, "2").id
        sex = {"sex": "female", "birth_date": date(1945, 5, 5)}
        ids = [service.register_elder(w, NewElder(name=name, site_code=HOME, **sex)).id for name in "甲乙丙丁"]
    barrier, results = threading.Barrier(4), []

    def clerk(elder_id: object) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with work() as w:
                    service.move_bed(w, elder_id, bed)
                results.append("moved")
            except DomainError as error:
                results.append(error.code)

    threads = [threading.Thread(target=clerk, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["eldercare.bed_taken"] * 3 + ["moved"]


def test_contacts_are_called_in_order_each_by_what_reaches_them(county: County, work: WorkFactory) -> None:
    with work() as w:
        service.add_contact(
            w, county.elder, NewContact(name="王强", relation="儿子", phone="13812345678", openid="o-1")
        )
        service.add_contact(w, county.elder, NewContact(name="陈芳", relation="邻居", phone="023-42112233"))
        service.add_contact(
            w, county.elder, NewContact(name="远亲", relation="侄子", phone="13900000000", notify=False)
        )
        service.add_contact(w, county.elder, NewContact(name="王丽", relation="女儿", phone="13712345678", position=1))
    with work() as w:
        found = service.contacts_to_call(w, county.elder)
        assert [(one.name, one.ways) for one in found] == [
            ("王丽", ("sms", "voice")),
            ("王强", ("wechat", "sms", "voice")),
            ("陈芳", ("voice",)),
        ]
        assert found[2].addresses == {"voice": "02342112233"}
        assert "13812345678" not in repr(found)
        assert w.session.scalars(select(Contact.position).order_by(Contact.position)).all() == [1, 2, 3, 4]


def test_the_card_has_all_that_is_needed_and_reading_it_is_logged(county: County, work: WorkFactory) -> None:
    with work() as w:
        elder = w.session.get_one(Elder, county.family_elder)
        elder.conditions, elder.door_code, elder.phone = "高血压", "8823", "13812345678"
        service.add_contact(w, elder.id, NewContact(name="李丽", relation="女儿", phone="13712345678"))
    with work() as w:
        card = service.elder_card(w, county.family_elder, why="处理紧急呼叫")
        assert (card.age, card.door_code, card.conditions) == (86, "8823", "高血压")
        assert card.address == "桃园路88号3单元"
        assert card.contacts[0].phone == "13712345678"
    with work() as w:
        entry = w.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.read")).one()
        assert (entry.subject, entry.body) == (f"person:{county.family_elder}", '{"why":"处理紧急呼叫"}')
        assert audit.verify(w.session) > 0
    with work() as w, pytest.raises(NotFoundError):
        service.elder_card(w, county.bed, why="x")


def test_lists_are_masked(county: County, work: WorkFactory) -> None:
    with work() as w:
        w.session.get_one(Elder, county.elder).phone = "13812345678"
    with work() as w:
        (one,) = service.elders_of(w, HOME)
        assert (one.name, one.phone) == ("王*英", "138****5678")


def test_the_whole_county_reads_like_each_place_alone(county: County, work: WorkFactory) -> None:
    with work() as w:
        where = service.whereabouts(w)
        for bed in w.session.scalars(select(Bed)):
            assert where.beds[bed.id] == service.place_of(w, bed)
        for elder in w.session.scalars(select(Elder)):
            assert where.elders[elder.id].place == service.place_of(w, elder)
        assert len(where.elders) == w.session.scalar(select(func.count()).select_from(Elder))
        assert service.root_path(w) == where.root_path == "500118/"
