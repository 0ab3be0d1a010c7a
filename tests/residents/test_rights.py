"""One's own data: seen whole, put right, forgotten as far as the law lets it; and who looked at it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from backend.core import audit
from backend.core.clock import ManualClock
from backend.core.db import Actor, Work
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.core.states import WrongStateError
from backend.holdings import ERASABLES, HOLDINGS
from backend.notices.models import Notice
from backend.people.service import Viewer
from backend.residents import consents, erasure, proxies, retention, rights
from backend.residents.acts import did
from backend.residents.export import export, printable
from backend.residents.holdings import Erasable
from backend.residents.indexes import id_index, name_index, phone_index
from backend.residents.models import Consent, InboxItem, Person, Proxy, RightsRequest, WeChatAccount
from backend.residents.reveal import looks_at, reveal
from backend.residents.rights_errors import CorrectionOpenError, ErasureBlockedError
from backend.residents.telling import tell_resident
from tests.conftest import WorkFactory
from tests.support.residents import account, id_number, person
from tests.support.world import COUNTY, build

BORN = date(1960, 5, 1)


@pytest.fixture
def clerk(work: WorkFactory) -> Viewer:
    with work() as w:
        return build(w).viewer("officer", "officer", f"{COUNTY}/")


def ask(w: Work, who: UUID, **more: Any) -> RightsRequest:
    return rights.ask_correction(w, who, **{"field": "name", "wanted": "王秀瑛", "reason": "身份证上是瑛", **more})


# -- seeing


def test_an_export_has_everything_with_why_and_how_long(work: WorkFactory) -> None:
    with work() as w:
        me = person(w, phone="13800138000")
        consents.grant(w, account(w, me), "basic", "1")
        ask(w, me)
        given = export(w, me, HOLDINGS)
        lines = {one.holding.title: one.lines for one in given.sections}
        assert lines["基本资料"][0]["证件号码"] == id_number(BORN, 1)
        assert lines["基本资料"][0]["联系电话"] == "13800138000"
        assert lines["同意记录"][0]["说明"] == "基本服务说明"
        assert lines["资料申请"][0]["改为"] == "王秀瑛"
        assert lines["代办记录"] == []
        assert all(one.holding.ground and one.holding.keep and one.holding.purpose for one in given.sections)
        words = printable(given)
        assert "1. 基本资料\n   用途：确认您是谁，为您办事" in words
        assert "没有记录" in words
        assert "openid" not in words


def test_an_export_shows_nobody_else(work: WorkFactory) -> None:
    with work() as w:
        me, other = person(w), person(w, "李明", serial=3, phone="13900139000")
        ask(w, other, wanted="李敏")
        words = printable(export(w, me, HOLDINGS))
        assert "李" not in words
        assert "13900139000" not in words


# -- putting right


def test_a_correction_is_due_in_fifteen_working_days(work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:  # Sunday, 22 November 2026
        assert ask(w, person(w)).due_on == date(2026, 12, 11)


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("name", "王秀英"), ("name", ""), ("phone", "123"), ("address", ""), ("address", "街" * 201), ("sex", "其他"),
        ("birth_date", "1960-02-30"), ("birth_date", "1961-05-01"), ("birth_date", "1899-12-31"),
        ("birth_date", "2026-11-23"), ("id_number", "1"), ("assurance", "3"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_not_asked(work: WorkFactory, field: str, wanted: str) -> None:
    with work() as w:
        me = person(w)
        with pytest.raises(BadInputError):
            ask(w, me, field=field, wanted=wanted)
        with pytest.raises(BadInputError):
            ask(w, me, reason="  ")


def test_one_field_is_asked_about_once_at_a_time(work: WorkFactory) -> None:
    with work() as w:
        me, other = person(w), person(w, serial=3)
        first = ask(w, me)
        with pytest.raises(CorrectionOpenError):
            ask(w, me)
        assert ask(w, me, field="address", wanted="示范县青山镇").state == "open"
        with pytest.raises(NotFoundError):
            rights.withdraw(w, other, first.id)
        rights.withdraw(w, me, first.id)
        assert ask(w, me).id != first.id


@pytest.mark.parametrize(
    ("field", "wanted", "kept"),
    [
        ("name", "王秀瑛", "王秀瑛"), ("phone", " 139 0013 9000", "13900139000"), ("address", "青山镇", "青山镇"),
        ("sex", "女", "female"),
    ],
)  # fmt: skip
def test_a_granted_correction_changes_the_record_and_tells(
    work: WorkFactory, clerk: Viewer, field: str, wanted: str, kept: str
) -> None:
    with work() as w:
        me = person(w)
        row = ask(w, me, field=field, wanted=wanted)
        rights.decide(w, clerk, row.id, granted=True, answer="已核对身份证原件")
        found = w.session.get_one(Person, me)
        assert getattr(found, field) == kept
        assert found.name_index == name_index(found.name)
        assert field != "phone" or found.phone_index == phone_index(kept)
        item = w.session.scalars(select(InboxItem).where(InboxItem.person_id == me)).one()
        assert "已更正" in item.body


def test_a_refusal_needs_its_reason_and_changes_nothing(work: WorkFactory, clerk: Viewer) -> None:
    with work() as w:
        me = person(w)
        row = ask(w, me)
        with pytest.raises(BadInputError):
            rights.decide(w, clerk, row.id, granted=False, answer="不行")
        with pytest.raises(NotAllowedError):
            rights.decide(w, replace(clerk, grants=()), row.id, granted=True, answer="已核对身份证原件")
        rights.decide(w, clerk, row.id, granted=False, answer="身份证上仍是原名，请先到派出所更正")
        assert w.session.get_one(Person, me).name == "王秀英"
        with pytest.raises(WrongStateError):
            rights.decide(w, clerk, row.id, granted=True, answer="已核对身份证原件")
        assert rights.open_requests(w) == []
        assert rights.requests_of(w, me)[0].state == "refused"


# -- forgetting


def test_what_can_go_goes_and_what_stays_is_named_with_ground_and_day(work: WorkFactory, clerk: Viewer) -> None:
    with work() as w:
        me, son = person(w, phone="13800138000"), person(w, "李明", date(1985, 1, 1), 3)
        mine = account(w, me)
        consents.grant(w, mine, "basic", "1")
        asked = proxies.request(
            w, son, principal_name="王秀英", id_number=id_number(BORN, 1), relation="child", scopes=["booking"], days=9
        )
        proxies.consent(w, me, asked.id)
        did(w, principal_id=me, staff=clerk, scope="booking", action="booking.book", subject="booking:1")
        ask(w, me)
        row = erasure.erase(w, me, ERASABLES, "不再使用")
    with work() as w:
        found = w.session.get_one(Person, me)
        assert (found.name, found.id_number, found.id_index, found.phone) == ("已注销", None, None, None)
        assert found.erased_at == w.now
        bound = w.session.get_one(WeChatAccount, mine)
        assert (bound.openid, bound.phone, bound.unbound_at) == ("", None, w.now)
        assert w.session.scalars(select(Consent.withdrawn_at)).one() == w.now
        assert w.session.get_one(Proxy, asked.id).state == "revoked"
        assert w.session.scalars(select(InboxItem).where(InboxItem.person_id == me)).all() == []
        assert {one.status for one in w.session.scalars(select(Notice).where(Notice.recipient_id == str(me)))} <= {
            "cancelled"
        }
        assert row.kept == [
            {"what": "同意和撤回的记录", "ground": "个人信息保护法第55、56条", "until": "2029-11-22"},
            {"what": "代办授权和代办记录", "ground": "民法典第188条（诉讼时效三年）", "until": "2029-11-22"},
            {"what": "更正和注销申请的记录", "ground": "个人信息保护法第50、56条", "until": "2029-11-22"},
            {"what": "查看和操作记录", "ground": "个人信息保护法第51、56条", "until": "2029-11-22"},
        ]
        assert audit.verify(w.session) > 0


def test_nothing_that_names_the_person_is_left_in_any_table(work: WorkFactory, clerk: Viewer) -> None:
    with work() as w:
        me = person(w, phone="13800138000")
        account(w, me, openid="openid-of-hers")
        ask(w, me, reason="我是王秀英")
        tell_resident(w, me, key="x", template="proxy_refused", facts={"whom": "李*"})
        erasure.erase(w, me, ERASABLES, "")
    with work() as w:
        index = id_index(id_number(BORN, 1))
        person_ = w.session.get_one(Person, me)
        left = [*w.session.scalars(select(RightsRequest)), *w.session.scalars(select(Notice)), person_]
        words = " ".join(str(value) for row in left for value in vars(row).values())
        assert "王秀英" not in words
        assert "13800138000" not in words
        assert index not in words
        raw = w.session.execute(text("SELECT recipient_name, title FROM notice")).all()
        assert all("王" not in str(row) for row in raw)


def test_somebody_forgotten_may_come_back_as_new(work: WorkFactory) -> None:
    with work() as w:
        me = person(w)
        erasure.erase(w, me, ERASABLES, "")
    with work() as w:
        assert person(w) != me


def test_live_matters_block_and_change_nothing(work: WorkFactory) -> None:
    def touched(*_: object) -> None:
        raise AssertionError

    busy = Erasable("预约", lambda *_: ["11月30日的结婚登记预约"], lambda *_: [], touched)
    with work() as w:
        me = person(w)
        assert erasure.plan(w, me, (busy, *ERASABLES)).blocked_by == ["11月30日的结婚登记预约"]
        with pytest.raises(ErasureBlockedError) as refused:
            erasure.erase(w, me, (busy, *ERASABLES), "")
        assert refused.value.facts["what"] == "11月30日的结婚登记预约"
        assert w.session.get_one(Person, me).erased_at is None


@pytest.mark.parametrize(("days", "stays"), [(364, True), (365, False), (366, False)])
def test_a_floor_holds_to_the_day(days: int, stays: bool) -> None:
    today = date(2026, 11, 22)
    assert (retention.kept("booking", today - timedelta(days=days), today) is not None) == stays


def test_a_marriage_stays_a_hundred_years() -> None:
    kept = retention.kept("marriage_archive", date(2024, 2, 29), date(2026, 11, 22))
    assert kept is not None
    assert (kept.until, "第13条" in kept.ground) == (date(2124, 2, 29), True)


# -- looking


def test_a_field_is_shown_with_a_reason_and_the_person_sees_who_looked(work: WorkFactory, clerk: Viewer) -> None:
    with work() as w:
        me = person(w, phone="13800138000")
    with work(clerk.actor) as w:
        shown = reveal(w, clerk, me, field="phone", reason="contact", note="补材料打电话")
        audit.record_read(w, me, why="serve")
        assert shown == "13800138000"
    with work(Actor("resident", str(me), "王秀英")) as w:
        export(w, me, HOLDINGS)
        looks = [(one.who, one.what, one.why) for one in looks_at(w, me)]
        assert looks == [
            ("本人", "导出资料", "本人申请"),
            ("示范县 民政局工作人员", "查看资料", "窗口办事"),
            ("示范县 民政局工作人员", "查看完整的联系电话", "联系本人"),
        ]
        assert looks_at(w, person(w, serial=5)) == []


def test_the_audit_keeps_the_reason_but_no_words_about_a_person(work: WorkFactory, clerk: Viewer) -> None:
    with work(clerk.actor) as w:
        me = person(w)
        reveal(w, clerk, me, field="id_number", reason="verify", note="给王秀英核对", case="booking:1")
        entry = w.session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.action == "person.revealed")).one()
        body = json.loads(entry.body)
        assert (body["field"], body["why"], body["case"]) == ("id_number", "verify", "booking:1")
        assert "王秀英" not in entry.body
        assert id_number(BORN, 1) not in entry.body


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"reason": "curious"}, BadInputError),
        ({"field": "openid"}, BadInputError),
        ({"note": "看看吧"}, BadInputError),
        ({"note": "   看   "}, BadInputError),
    ],
)
def test_without_a_good_reason_nothing_is_shown(
    work: WorkFactory, clerk: Viewer, more: dict[str, str], error: type[DomainError]
) -> None:
    facts = {"field": "phone", "reason": "contact", "note": "补材料打电话", **more}
    with work() as w:
        me = person(w)
        with pytest.raises(error):
            reveal(w, clerk, me, **facts)
        with pytest.raises(NotAllowedError):
            reveal(w, replace(clerk, grants=()), me, field="phone", reason="contact", note="补材料打电话")
        assert looks_at(w, me) == []


def test_the_shortest_note_is_four_characters(work: WorkFactory, clerk: Viewer) -> None:
    with work() as w:
        shown = reveal(w, clerk, person(w), field="phone", reason="contact", note="催补材料")
        assert shown == "没有登记"
