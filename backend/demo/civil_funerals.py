"""Prices of burial services in the demonstration, and what two families ordered: one bill is partly waived.

The waiver is a case like any other: asked for at the township, looked at, granted by the county, then used by the bill.
"""

from collections.abc import Mapping
from uuid import UUID

from backend.cases import deciding, service, steps, tasks
from backend.cases.deciding import Words
from backend.cases.records import fresh
from backend.cases.service import By
from backend.core.db import Work
from backend.demo.civil_burial_data import OrderRow, PriceRow, WaiverRow, burials
from backend.demo.civil_data import id_number
from backend.demo.civil_farewells import DeadRow
from backend.demo.civil_memorial import memorial
from backend.demo.civil_moments import as_of, days_ago, viewer_of
from backend.memorial import burial_prices, funeral_orders
from backend.memorial.burial_prices import NewPrice
from backend.memorial.funeral_orders import Wanted

PRICED = 50  # days ago
TOWN = "500999101"


def seed(work: Work, residents: Mapping[str, UUID]) -> None:
    """Write it all; the farewells of those whose funerals these are have been planned."""
    for price in burials().prices:
        _price(work, price)
    for order in burials().orders:
        _order(work, order, residents[order.who])


def _then(work: Work, days: int, hour: int = 10, who: str = "clerk") -> Work:
    return as_of(work, days_ago(work, days), hour, actor=viewer_of(work, who).actor)


def _price(work: Work, row: PriceRow) -> None:
    then, since = _then(work, PRICED, who="bureau"), days_ago(work, PRICED)
    new = NewPrice(
        row.item, row.title, row.group, row.basis, row.price, row.unit, burials().source, row.free, since
    )  # fmt: skip
    burial_prices.publish(then, viewer_of(work, "bureau"), new)


def _order(work: Work, row: OrderRow, family: UUID) -> None:
    if row.waiver is not None:
        _waiver(work, row, row.waiver, family)
    clerk, ordered = viewer_of(work, "clerk"), _then(work, row.ordered, 15)
    number = funeral_orders.place(ordered, family, Wanted(row.dead, days_ago(work, row.days), TOWN, row.items)).number
    funeral_orders.handle(_then(work, row.ordered, 16), clerk, number, "accept")
    if row.done:
        funeral_orders.handle(_then(work, row.days, 14), clerk, number, "finish")
    if row.complaint is not None:
        funeral_orders.complain(_then(work, row.days, 20), family, number, row.complaint)


# -- the waiver


def _waiver(work: Work, row: OrderRow, days: WaiverRow, family: UUID) -> None:
    clerk, officer = viewer_of(work, "clerk"), viewer_of(work, "bureau")
    asked = _then(work, days.asked)
    case = service.start(
        asked, matter_code=funeral_orders.MATTER, applicant_id=family, division_code=TOWN, by=By(staff=clerk),
        form=_form(work, row),
    )  # fmt: skip
    case = service.submit(asked, case, version=case.version, by=By(staff=clerk))
    case = service.accept(asked, clerk, case, version=case.version)
    [review] = tasks.live_tasks(asked, case.id)
    steps.finish(
        _then(work, days.asked, 14), clerk, fresh(asked, case.id), review.id, version=fresh(asked, case.id).version,
        outcome="agree",
    )  # fmt: skip
    granted = _then(work, days.granted, who="bureau")
    case = fresh(granted, case.id)
    deciding.decide(granted, officer, case, Words("granted"), version=case.version)
    told = _then(work, days.granted, 11)
    case = fresh(told, case.id)
    deciding.deliver(told, clerk, case, version=case.version, how="paper")


def _form(work: Work, row: OrderRow) -> dict[str, object]:
    dead = _dead(row.dead)
    return {
        "name": dead.name, "id_number": id_number(dead.born, dead.serial), "birth_date": str(dead.born),
        "died_on": str(days_ago(work, dead.died)), "registered": "here", "standing": "dibao", "paid": False,
        "bills": [{"kind": "cremation", "amount": "420"}],
    }  # fmt: skip


def _dead(name: str) -> DeadRow:
    return next(one.dead for one in memorial().farewells if one.dead.name == name)
