"""The list a family settles a funeral by, on paper: each line of the published catalogue, what is free, what is due.

The price of a line is that of the day the services were ordered; nothing stands on the paper that was not in the list.
"""

from decimal import Decimal

from backend.core import audit
from backend.core.capitals import capitals
from backend.core.clock import local
from backend.core.db import Work
from backend.core.letters import Letter, Sum
from backend.memorial import funeral_orders
from backend.memorial.burial_models import FuneralOrder
from backend.memorial.burial_rules import BASES, NOTHING, ORDER_STATES
from backend.memorial.funeral_orders import Bill, BillLine
from backend.people.service import county
from backend.residents.models import Person

PAGE = "pages/funeral/orders"  # one's own orders: no number and no name stand in the code
SCAN = "微信扫一扫，在小程序里看服务单"
ONLY_LISTED = "以上项目和价格都在公布的殡葬服务价目里，价格是下单那天的。价目以外不收费。"
COMPLAIN = "对收费有疑问，可以在小程序的服务单里写意见，或拨打12345。"


def of_order(work: Work, order: FuneralOrder) -> Letter:
    """The paper of one's own order, or of one that staff may see; who reads it is written down."""
    bill = funeral_orders.bill_of(work, order)
    audit.record(work, "funeral_order.paper", f"funeral_order:{order.number}")
    ordered = local(order.at).date()
    settled = order.state == "done"
    rows = [
        ("逝者", order.dead_name), ("家属", work.session.get_one(Person, order.person_id).name),
        ("办理日期", f"{order.day}"), ("价目日期", f"{ordered}"), ("办理情况", ORDER_STATES[order.state]),
    ]  # fmt: skip
    if order.granted_by:
        rows.append(("减免依据", f"惠民殡葬决定 {order.granted_by}"))
    return Letter(
        kind="funeral_bill", title="殡葬服务结算单" if settled else "殡葬服务费用清单", number=order.number,
        office=f"{county(work).name}民政局", day=f"{local(order.done_at or work.now).date()}", rows=tuple(rows),
        body=(ONLY_LISTED, COMPLAIN), sums=_sums(bill), steps=tuple(_line(one) for one in bill.lines),
    )  # fmt: skip


def _line(one: BillLine) -> str:
    price = one.price
    said = f"{price.title}（{BASES[price.basis]}，{price.source}）：{price.price} 元/{price.unit}"
    said += f" × {one.quantity} = {one.amount:.2f} 元"
    return f"{said}，惠民减免 {one.waived:.2f} 元，应付 {one.amount - one.waived:.2f} 元" if one.waived else said


def _sums(bill: Bill) -> tuple[Sum, ...]:
    found = [("合计", bill.total), ("惠民减免", bill.waived), ("应付", bill.due)]
    return tuple(_sum(title, amount) for title, amount in found if amount > NOTHING or title == "应付")


def _sum(title: str, amount: Decimal) -> Sum:
    return Sum(title, f"¥ {amount:,.2f} 元", capitals(amount))
