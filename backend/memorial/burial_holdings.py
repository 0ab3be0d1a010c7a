"""What cemeteries and funeral orders hold about a person, and what stands against or goes with being forgotten."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from backend.core.clock import local
from backend.core.db import Work
from backend.memorial import cemeteries, funeral_orders, sweeping
from backend.memorial.burial_models import FuneralComplaint, FuneralOrder, Plot, PlotTerm, SweepingErrand
from backend.memorial.burial_rules import ERRAND_STATES, ORDER_STATES
from backend.residents.holdings import Erasable, Holding, Line

FORGOTTEN = "（已删除）"


def _terms(work: Work, person_id: UUID) -> Sequence[PlotTerm]:
    mine = select(PlotTerm).where(PlotTerm.person_id == person_id, PlotTerm.ended_on.is_(None))
    return work.session.scalars(mine.order_by(PlotTerm.since)).all()


def _plots(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"墓位": f"{cemeteries.cemetery_of(work, plot).name} {plot.number}", "墓证号": one.certificate,
         "使用到": str(one.until)}
        for one in _terms(work, person_id)
        for plot in [work.session.get_one(Plot, one.plot_id)]
    ]  # fmt: skip


def _orders(work: Work, person_id: UUID) -> list[Line]:
    return [
        *({"服务单": one.number, "逝者": one.dead_name, "日期": str(one.day), "状态": ORDER_STATES[one.state]}
          for one in funeral_orders.of_person(work, person_id)),
        *({"代祭扫": str(one.day), "寄语": one.words or "没有", "状态": ERRAND_STATES[one.state],
           "申请时间": f"{local(one.at):%Y-%m-%d %H:%M}"} for one in sweeping.of_person(work, person_id)),
    ]  # fmt: skip


def _live(work: Work, person_id: UUID) -> list[str]:
    """Who holds a grave is needed by the grave; an order is ended first."""
    open_orders = any(one.state in ("ordered", "accepted") for one in funeral_orders.of_person(work, person_id))
    held = ["正在使用的墓位"] if _terms(work, person_id) else []
    return [*held, *(["没有办完的殡葬服务"] if open_orders else [])]


def _erase(work: Work, person_id: UUID) -> None:
    """Words and names go; what was charged and what was done stays counted."""
    mine = select(FuneralOrder.id).where(FuneralOrder.person_id == person_id)
    said = update(FuneralComplaint).where(FuneralComplaint.order_id.in_(mine)).values(words=FORGOTTEN)
    work.execute_dml(said.execution_options(synchronize_session=False))
    orders = update(FuneralOrder).where(FuneralOrder.person_id == person_id).values(dead_name=FORGOTTEN)
    work.execute_dml(orders.execution_options(synchronize_session=False))
    words = update(SweepingErrand).where(SweepingErrand.person_id == person_id).values(words="")
    work.execute_dml(words.execution_options(synchronize_session=False))


HOLDINGS = (
    Holding("plots", "墓位登记", "知道墓位由谁使用、到期提醒您", "殡葬管理条例；墓位使用协议", "使用期内", _plots),
    Holding("funerals", "殡葬服务单和代祭扫", "为您办理殡葬服务", "您下的服务单", "账目按会计规定保存", _orders),
)
ERASABLES = (Erasable("殡葬服务单里的姓名、寄语和意见", _live, lambda *_: (), _erase),)
