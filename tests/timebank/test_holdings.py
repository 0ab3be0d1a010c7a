"""One's own data in the time bank: shown whole, forgotten when nothing is left in the account."""

from datetime import date

from sqlalchemy import select

from backend.core.clock import local
from backend.core.db import Work
from backend.residents.holdings import Line
from backend.timebank import adjusting, banking, families, gifts, kin, ledger, points
from backend.timebank.accounts import personal
from backend.timebank.holdings import ERASABLES, HOLDINGS
from backend.timebank.ledger import POINTS_BUREAU
from backend.timebank.models import ElderFacts, HouseholdTime, TimeKin
from backend.timebank.rules import Circumstances
from backend.timebank.verifying import verify
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.residents import person
from tests.support.timebank import issued, moved


def lines(work: Work, who: object) -> list[Line]:
    return [line for holding in HOLDINGS for line in holding.collect(work, who)]  # type: ignore[arg-type] # an id


def test_an_account_is_shown_emptied_and_forgotten_and_the_book_still_adds_up(work: WorkFactory) -> None:
    (forget,) = ERASABLES
    with work() as w:
        officer = world.build(w).viewer("officer", "officer")
        me, mother = person(w, born=date(1950, 5, 1), serial=2), person(w, born=date(1930, 5, 1), serial=4)
        assert (lines(w, me), list(forget.live(w, me)), list(forget.kept(w, me))) == ([], [], [])
        ledger.post(w, issued("hours", personal(me), 90))
        ledger.post(w, moved("points", POINTS_BUREAU, points.of(me), 20))
        kin.prove(w, officer, me, mother, "parent", "户口簿，户主王建国")
        adjusting.declare(w, officer, me, Circumstances(alone=True, disabled=True), "入户走访")
        families.found(w, me)
        made = gifts.reserve(w, me, gifts.add(w, officer, "毛巾", "", 5, 1).id, "k")
        assert lines(w, me) == [
            {"可用时间": "1小时30分钟", "等待确认": "0分钟", "积分": "15", "家庭账户": "已加入"},
            {"可以转给的亲属": "父母", "证明": "户口簿，户主王建国"},
            {"困难情况": "独居、失能", "证明": "入户走访"},
            {"礼品单号": made.number, "积分": "5", "状态": "等您来领"},
        ]
        assert lines(w, mother) == [{"可以转给您的亲属": "您是对方的父母"}]
        assert list(forget.live(w, me)) == ["账户里还有时间，请先转赠或捐出", "家庭账户，请先退出", "还没领的礼品"]
        banking.give(w, me, mother, 90, "g")
        families.leave(w, me)
        gifts.cancel(w, me, made.id)
        assert list(forget.live(w, me)) == []
        assert [one.until.year for one in forget.kept(w, me)] == [local(w.now).year + 10]
        forget.erase(w, me)
        assert [w.session.scalars(select(table)).all() for table in (ElderFacts, HouseholdTime)] == [[], []]
        assert [(one.evidence, one.ended_at) for one in w.session.scalars(select(TimeKin))] == [("", w.now)]
        assert verify(w) == []
