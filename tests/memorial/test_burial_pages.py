"""Cemeteries over HTTP: a family on its phone, a clerk on the console, everybody before the price list."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.booking import closures
from backend.booking.offices import office_of
from backend.core.clock import ManualClock
from backend.core.ids import new_id
from backend.memorial import burial_prices, cemeteries, grave_visits
from backend.memorial.burial_models import Burial, CemeteryFee, Plot, SweepingErrand
from backend.memorial.burial_prices import NewPrice
from backend.memorial.cemeteries import Holding
from backend.people.models import Staff
from tests.conftest import WorkFactory
from tests.support.cemetery import CODE, OFFICE, TUESDAY, ZONE, Ground, build_ground, slot_of, taken_of
from tests.support.cemetery_desk import send, signed_in
from tests.support.front_desk import sign_in_resident
from tests.support.halls import photo
from tests.support.residents import id_number
from tests.support.world import COUNTY, PASSWORD, build

TODAY = date(2026, 11, 22)
SOURCE = "渝发改〔2020〕1号"
FIRE = [{"item": "fire", "quantity": 1}]
GRAVE = {"cemetery": CODE, "zone": ZONE, "plot": "1排1号"}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ground(work: WorkFactory) -> Ground:
    with work() as w:
        build(w, roster=False)
        made = build_ground(w, kept=4)
        for staff in w.session.scalars(select(Staff).where(Staff.username.startswith("ground"))):
            staff.password_hash = PASSWORD
        price = NewPrice(
            "fire", "普通火化", "basic", "set", Decimal(380), "具", "渝发改〔2020〕1号", "cremation", TODAY
        )
        burial_prices.publish(w, made.officer, price)
        return made


def test_a_family_books_asks_orders_and_complains_on_its_phone(
    app: APIFlask, work: WorkFactory, ground: Ground, clock: ManualClock
) -> None:
    with work() as w:
        _, token = sign_in_resident(w, "李小山", "13800000001", 1)
        slot = str(slot_of(w))
    client, mine = app.test_client(), {"Authorization": f"Bearer {token}"}

    def call(method: str, path: str, body: Any = None, status: int = 200, query: Any = None) -> Any:
        answer = client.open(f"/api/v1/mini{path}", method=method, json=body, headers=mine, query_string=query)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    assert call("GET", "/cemeteries")["items"][0]["zones"] == [ZONE]
    assert call("GET", "/burial-prices")["items"][0]["price"] == "380.00"
    found = call("GET", "/cemeteries/times", query=GRAVE)
    assert (found["most"], found["items"][0]["left"]) == (3, 10)
    call("GET", "/cemeteries/times", status=404, query=GRAVE | {"plot": "9排9号"})
    made = call("POST", "/cemeteries/visits", GRAVE | {"slot_id": slot, "persons": 3}, 201)
    assert (made["grave"], made["persons"], made["state_zh"]) == (f"{ZONE} 1排1号", 3, "已预约")
    body = {"office": "SPJS", "matter": "tomb_sweeping", "slot_id": slot, "companions": []}
    assert "陵园祭扫" in call("POST", "/bookings", body, 422)["detail"]
    call("POST", f"/bookings/{made['booking_id']}/cancel", {"reason": ""})
    assert call("GET", "/cemeteries/visits")["items"][0]["state"] == "cancelled"
    call("POST", "/cemeteries/errands", GRAVE | {"day": "2026-11-23", "words": "爷爷安息"}, 201)
    assert call("GET", "/cemeteries/errands")["items"][0]["words"] == "爷爷安息"
    wanted = {
        "dead_name": "李大山",
        "day": "2026-11-24",
        "division": COUNTY,
        "items": [{"item": "fire", "quantity": 1}],
    }
    assert call("POST", "/funeral-orders/quote", wanted)["due"] == "380.00"
    call("POST", "/funeral-orders", wanted | {"items": [{"item": "flowers", "quantity": 1}]}, 422)
    number = call("POST", "/funeral-orders", wanted, 201)["number"]
    assert (
        call("POST", f"/funeral-orders/{number}/complaints", {"words": "等了很久"}, 201)["complaints"][0]["answer"]
        == ""
    )
    assert call("POST", f"/funeral-orders/{number}/cancel")["state"] == "cancelled"
    assert [one["number"] for one in call("GET", "/funeral-orders")["items"]] == [number]


def test_a_family_sees_its_grave_where_it_is_swept_and_why_the_day_was_closed(
    app: APIFlask, work: WorkFactory, ground: Ground
) -> None:
    with work() as w:
        me, token = sign_in_resident(w, "李小山", "13800000001", 1)
        plot = w.session.get_one(Plot, ground.plots[0])
        cemeteries.hold(w, ground.clerk, plot, Holding(me, "墓证0101", TODAY, 20))
        visit = grave_visits.book(w, me, plot.id, slot_of(w), 3).id
    client, mine = app.test_client(), {"Authorization": f"Bearer {token}"}

    def get(path: str) -> Any:
        return client.get(f"/api/v1/mini{path}", headers=mine).get_json()

    (own,) = get("/cemeteries/plots")["items"]
    assert (own["place"], own["zone"], own["plot"], own["until"], own["booked"]) == (
        "寺坪陵园", ZONE, "1排1号", "2046-11-22", True,
    )  # fmt: skip
    client.post("/api/v1/mini/cemeteries/errands", json=GRAVE | {"day": "2026-11-25"}, headers=mine)
    (errand,) = get("/cemeteries/errands")["items"]
    assert (errand["place"], errand["grave"], errand["phone"]) == ("寺坪陵园", f"{ZONE} 1排1号", "02345670000")
    booked = get(f"/bookings/{visit}")
    assert (booked["next"], booked["actions"]) == ("那天到了陵园，在门口报预约号就行。", ["cancel", "move"])
    with work() as w:
        closures.close_day(w, office_of(w, OFFICE), "visit", TUESDAY, "大雨")
    assert closures.displace_now() == 1
    closed = get(f"/bookings/{visit}")
    assert closed["note"] == "这一天不开：大雨。下面的时间还能约。"
    assert closed["options"]


def test_everybody_reads_the_prices_and_what_comes_later(app: APIFlask, work: WorkFactory, ground: Ground) -> None:
    with work() as w:
        later = NewPrice("fire", "普通火化", "basic", "set", None, "具", "停办", None, TODAY + timedelta(days=1))
        burial_prices.publish(w, ground.officer, later)
    page = app.test_client().get("/memorial/prices").get_data(as_text=True)
    for words in ("380.00 元 / 具", "政府定价", "渝发改〔2020〕1号", "困难群众可以免费", "不再提供"):
        assert words in page


def test_a_clerk_keeps_the_ground_and_its_fees(app: APIFlask, work: WorkFactory, ground: Ground) -> None:
    clerk = signed_in(app, "ground_clerk")
    with work() as w:
        sign_in_resident(w, "李小山", "13800000001", 1)
    here = f"/console/cemeteries/{CODE}"
    assert (
        send(
            clerk, "/console/cemeteries/", code="LD", name="龙洞公墓", kind="ashes", phone="1", address="二路"
        ).status_code
        == 303
    )
    assert send(clerk, f"{here}/zones", name="树葬园").status_code == 303
    more = {"zone": "树葬园", "row": "", "first": "1", "last": "20", "kind": "tree", "places": "1"}
    assert send(clerk, f"{here}/plots", **more).status_code == 303
    assert "最多登记" in send(clerk, f"{here}/plots", **(more | {"last": "201"})).get_data(as_text=True)
    plot = f"{here}/plot?zone={ZONE}&number=1排1号"
    acts = f"{here}/plot/{{}}?zone={ZONE}&number=1排1号"
    held = {"id_number": id_number(serial=1), "certificate": "墓证1", "since": "2026-11-22", "years": "20"}
    assert send(clerk, acts.format("hold"), **held).status_code == 303
    assert send(clerk, acts.format("renew"), years="1").status_code == 303
    dead = {"name": "李大山", "died": "2026-11-01", "born": "1930-01-01", "day": "2026-11-20", "proof": "火化证明"}
    assert send(clerk, acts.format("inter"), **dead).status_code == 303
    page = clerk.get(plot).get_data(as_text=True)
    assert "李大山" in page
    assert "墓证1" in page
    assert "李小山" not in page
    with work() as w:
        sign_in_resident(w, "李二山", "13800000002", 2)
        burial = w.session.scalars(select(Burial.id)).one()
    assert send(clerk, acts.format("pay"), years="1", amount="80", voucher="收0").status_code == 303
    assert send(clerk, acts.format("renew"), years="1", amount="80", voucher="收9").status_code == 303
    heir = {"id_number": id_number(serial=2), "relation": "child", "certificate": "墓证2", "proof": "户口簿"}
    assert send(clerk, acts.format("inherit"), **(heir | {"relation": "friend"})).status_code == 422
    assert send(clerk, acts.format("inherit"), **heir).status_code == 303
    assert send(clerk, acts.format("close"), why="danger", note="坡面塌了").status_code == 303
    assert send(clerk, acts.format("reopen"), note="加固完成").status_code == 303
    assert send(clerk, acts.format("move-out"), burial=str(burial), to="龙洞公墓", sure="yes").status_code == 303
    page = clerk.get(plot).get_data(as_text=True)
    for words in ("墓证2", "从近亲属（子女）变更而来", "交到 2028-11-21", "迁到 龙洞公墓"):
        assert words in page
    assert send(clerk, acts.format("give-up"), sure="yes").status_code == 303
    money = {"kind": "paid_in", "amount": "100", "purpose": "李家维护费", "voucher": "收1"}
    assert send(clerk, f"{here}/fees", **money).status_code == 303
    short = send(clerk, f"{here}/fees", **(money | {"kind": "used", "amount": "261"}))
    assert (short.status_code, "余额是 260" in short.get_data(as_text=True)) == (409, True)
    listed = clerk.get("/console/cemeteries/").get_data(as_text=True)
    assert "龙洞公墓" in listed
    with work() as w:
        assert len(w.session.scalars(select(CemeteryFee)).all()) == 3
        assert len(w.session.scalars(select(Plot).where(Plot.kind == "tree")).all()) == 20


def test_the_gate_books_for_who_has_no_phone_and_sweeps_for_who_cannot_come(
    app: APIFlask, work: WorkFactory, ground: Ground, clock: ManualClock
) -> None:
    with work() as w:
        family, _ = sign_in_resident(w, "李小山", "13800000001", 1)
        errand = SweepingErrand(
            id=new_id(), plot_id=ground.plots[1], person_id=family, day=TUESDAY, words="安息", state="asked", at=w.now
        )
        w.session.add(errand)
    clock.advance(2 * 86_400)
    clerk, here = signed_in(app, "ground_clerk"), f"/console/cemeteries/{CODE}"
    with work() as w:
        slot = slot_of(w, TUESDAY, 1)
    visit = {"zone": ZONE, "number": "1排1号", "name": "赵大爷", "id_number": id_number(date(1940, 1, 1), 7)}
    answer = send(clerk, f"{here}/visits", **visit, persons="2", slot=str(slot), on_site="yes")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = clerk.get(here).get_data(as_text=True)
    assert "安息" in page
    assert "现场2人" in page
    sent = {"file": (BytesIO(photo()), "墓.jpg")}
    assert send(clerk, f"{here}/errands/{errand.id}/done", **sent).status_code == 303
    assert send(clerk, f"{here}/errands/{errand.id}/refuse", why="晚了").status_code == 409
    with work() as w:
        assert taken_of(w, slot) == (0, 2)
        assert w.session.get_one(SweepingErrand, errand.id).state == "done"


def test_prices_are_published_by_an_officer_and_orders_handled_by_a_clerk(
    app: APIFlask, work: WorkFactory, ground: Ground, clock: ManualClock
) -> None:
    clerk, officer = signed_in(app, "ground_clerk"), signed_in(app, "ground_officer")
    price = {
        "item": "hall", "title": "告别厅", "group": "chosen", "basis": "guided", "price": "500", "unit": "次",
        "source": "渝发改〔2020〕1号", "valid_from": "2026-11-23", "free_kind": "",
    }  # fmt: skip
    assert send(clerk, "/console/cemeteries/prices", **price).status_code == 403
    assert send(officer, "/console/cemeteries/prices", **price).status_code == 303
    assert "告别厅" in clerk.get("/console/cemeteries/prices").get_data(as_text=True)
    with work() as w:
        _, token = sign_in_resident(w, "李小山", "13800000001", 1)
    body = {"dead_name": "李大山", "day": "2026-11-24", "division": COUNTY, "items": FIRE}
    mine = {"Authorization": f"Bearer {token}"}
    number = app.test_client().post("/api/v1/mini/funeral-orders", json=body, headers=mine).get_json()["number"]
    for action, status in (("finish", 409), ("accept", 303), ("finish", 303)):
        assert send(clerk, f"/console/cemeteries/orders/{number}/{action}").status_code == status
    paper = clerk.get(f"/console/cemeteries/orders/{number}.pdf")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    client = app.test_client()
    own = client.get(f"/api/v1/mini/funeral-orders/{number}/bill.pdf", headers=mine)
    assert (own.mimetype, own.data[:5]) == ("application/pdf", b"%PDF-")
    with work() as w:
        _, other = sign_in_resident(w, "王二", "13800000009", 9)
    stranger = {"Authorization": f"Bearer {other}"}
    assert client.get(f"/api/v1/mini/funeral-orders/{number}/bill.pdf", headers=stranger).status_code == 404
    client.post(f"/api/v1/mini/funeral-orders/{number}/complaints", json={"words": "等了很久"}, headers=mine)
    page = clerk.get("/console/cemeteries/orders").get_data(as_text=True)
    assert "已办完" in page
    assert "最晚 11月27日答复" in page
    clock.advance(6 * 86_400)
    again = signed_in(app, "ground_clerk").get("/console/cemeteries/orders").get_data(as_text=True)
    assert "已过期，最晚 11月27日答复" in again
