"""The pages of accounts of time, relatives, families and gifts."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from backend.timebank import ledger, points
from backend.timebank.models import ThankGift, ThankGiftOrder, TimeKin
from tests.conftest import WorkFactory
from tests.console.volunteers_desk import BANK, build, looks, rich, send
from tests.support import help_orders
from tests.support.help_orders import Help
from tests.support.residents import id_number

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SignIn = Callable[[str], Client]


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return build(w)


def test_an_account_is_found_read_put_right_and_its_statement_adds_up(
    found: Help, staff: SignIn, work: WorkFactory
) -> None:
    officer, clerk, path = staff("officer"), staff("clerk"), f"{BANK}{found.elder}"
    with work() as w:
        before = looks(w, found.elder)
    number = id_number(help_orders.ELDER_BORN, help_orders.ELDER_SERIAL)
    assert send(clerk, f"{BANK}find", q=number).location.endswith(str(found.elder))
    right = {"way": "take", "hours": "1", "minutes": "30", "why": "上周多记了一次", "sure": "yes"}
    assert send(clerk, f"{path}/adjust", **right).status_code == 403
    assert send(officer, f"{path}/adjust", **right | {"hours": "100"}).status_code == 409  # more than there is
    assert send(officer, f"{path}/adjust", **right | {"sure": ""}).status_code == 422
    nothing = send(officer, f"{path}/adjust", **right | {"hours": "0", "minutes": "0"})
    assert "“时间”不对" in nothing.get_data(as_text=True)
    assert send(officer, f"{path}/adjust", **right).status_code == 303
    page = officer.get(path).get_data(as_text=True)
    assert "工作人员扣减：上周多记了一次" in page
    assert "8小时30分钟" in page
    assert "<svg" in page
    assert officer.get(f"{path}?since=2026-11-23&until=2026-11-22").status_code == 422
    sheet = officer.get(f"{path}/statement.csv").get_data(as_text=True)
    assert "-90,510" in sheet
    assert "期末余额,,510" in sheet
    with work() as w:
        assert looks(w, found.elder) >= before + 2


def test_kinship_is_proven_by_papers_and_ended_with_a_reason(found: Help, staff: SignIn, work: WorkFactory) -> None:
    clerk, path = staff("clerk"), f"{BANK}{found.elder}"
    said = {
        "name": "李红",
        "id_kind": "resident_id",
        "id_number": id_number(date(1968, 5, 1), 104),
        "relation": "child",
    }
    assert send(clerk, f"{path}/kin", **said, evidence="").status_code == 422
    assert send(clerk, f"{path}/kin", **said, evidence="看过户口簿").status_code == 303
    with work() as w:
        row = w.session.scalars(select(TimeKin)).one()
        assert (row.giver_id, row.receiver_id, row.proven_by) == (found.elder, found.daughter, "clerk")
    assert send(clerk, f"{BANK}{found.daughter}/end-kin", kin=str(row.id), why="不是她的").status_code == 422
    assert send(clerk, f"{path}/end-kin", kin=str(row.id), why="登记错了").status_code == 303
    assert send(clerk, f"{path}/facts", fact=["alone"], evidence="社区证明").status_code == 303
    page = clerk.get(path).get_data(as_text=True)
    assert "还没有登记。只能转赠给直系亲属" in page
    assert "依据：社区证明" in page


def test_a_family_s_account_is_opened_for_whoever_stands_at_the_counter(
    found: Help, staff: SignIn, work: WorkFactory
) -> None:
    clerk, path, agreed = staff("clerk"), f"{BANK}{found.elder}", {"sure": "yes"}
    with work() as w:
        help_orders.make_kin(w, found.elder, found.daughter)
        relative = str(w.session.scalars(select(TimeKin.id)).one())
    assert send(clerk, f"{path}/pay-in", **agreed, hours="1", minutes="0").status_code == 409
    assert send(clerk, f"{path}/family").status_code == 422  # the tick that they stand here
    assert send(staff("lead"), f"{path}/family", **agreed).status_code == 403
    assert send(clerk, f"{path}/family", **agreed).status_code == 303
    assert send(clerk, f"{path}/invite", **agreed, kin=relative).status_code == 303
    assert send(clerk, f"{path}/pay-in", **agreed, hours="1", minutes="15").status_code == 303
    page = clerk.get(f"{BANK}{found.daughter}").get_data(as_text=True)
    family = page.split('name="family" value="')[1].split('"')[0]
    assert send(clerk, f"{BANK}{found.daughter}/agree", **agreed, family=family).status_code == 303
    page = clerk.get(path).get_data(as_text=True)
    assert "1小时15分钟" in page
    assert "2 个人" in page
    assert "只能存" in page


def test_a_gift_is_fetched_by_its_number_once_or_cancelled_with_the_points_back(
    found: Help, staff: SignIn, work: WorkFactory
) -> None:
    clerk, path = staff("clerk"), f"{BANK}gifts/"
    with work() as w:
        first, second = rich(w, found)
    assert "没有了" in clerk.get(path).get_data(as_text=True)
    assert send(clerk, f"{path}fetch", number=first.lower().replace("-", " ")).status_code == 303
    assert send(clerk, f"{path}fetch", number=first).status_code == 409
    with work() as w:
        order = w.session.scalars(select(ThankGiftOrder).where(ThankGiftOrder.number == second)).one().id
        gift = w.session.scalars(select(ThankGift)).one().id
    assert send(staff("lead"), f"{path}orders/{order}/cancel").status_code == 403
    assert send(clerk, f"{path}orders/{order}/cancel").status_code == 303
    assert send(clerk, f"{path}{gift}/restock", more="0").status_code == 422
    assert send(clerk, f"{path}{gift}/restock", more="5").status_code == 303
    with work() as w:
        assert w.session.get_one(ThankGift, gift).stock == 6
        assert ledger.balance(w, points.of(found.elder)) == 700
    assert "已领走" in clerk.get(f"{path}?which=over").get_data(as_text=True)
    assert send(clerk, f"{BANK}credit-export").status_code == 403
    assert "志愿者编号" in send(staff("officer"), f"{BANK}credit-export").get_data(as_text=True)
