"""What staff do to one plot, by the name of its form: the holder and their term, the dead, out of use."""

from uuid import UUID

from backend.console import form_values as said
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.memorial import cemeteries, deceased, plots
from backend.memorial.burial_models import Plot
from backend.memorial.cemeteries import Holding
from backend.memorial.deceased import Dead
from backend.memorial.plots import Heir, Payment
from backend.people.service import Viewer
from backend.residents import documents, persons


def _person(work: Work) -> UUID:
    number = documents.read("resident_id", said.text("id_number"), local(work.now).date()).number
    found = persons.find(work, number)
    if found is None:
        raise BadInputError(field="身份证号", why="这个人还没有登记。请先在“群众”里登记，再办")
    return found.id


def _payment() -> Payment | None:
    """What was paid with it; None where nothing is written: some grounds of public welfare take none."""
    if not said.text("amount") and not said.text("voucher"):
        return None
    return Payment(said.money("amount", "金额"), said.text("voucher"))


def _hold(work: Work, me: Viewer, plot: Plot) -> None:
    years = said.whole("years", "年数")
    cemeteries.hold(
        work, me, plot, Holding(_person(work), said.text("certificate"), said.day("since", "起始日期"), years)
    )


def _renew(work: Work, me: Viewer, plot: Plot) -> None:
    years, paid = said.whole("years", "年数"), _payment()
    if paid is None:
        cemeteries.renew(work, me, plot, years)
    else:
        plots.renew(work, me, plot, years, paid)


def _pay(work: Work, me: Viewer, plot: Plot) -> None:
    paid = Payment(said.money("amount", "金额"), said.text("voucher"))
    plots.pay(work, me, plot, said.whole("years", "年数"), paid)


def _inherit(work: Work, me: Viewer, plot: Plot) -> None:
    heir = Heir(_person(work), said.text("relation"), said.text("proof"), said.text("certificate"))
    plots.inherit(work, me, plot, heir)


def _close(work: Work, me: Viewer, plot: Plot) -> None:
    plots.close(work, me, plot, said.text("why"), said.text("note"))


def _reopen(work: Work, me: Viewer, plot: Plot) -> None:
    plots.reopen(work, me, plot, said.text("note"))


def _give_up(work: Work, me: Viewer, plot: Plot) -> None:
    said.sure()
    cemeteries.give_up(work, me, plot)


def _inter(work: Work, me: Viewer, plot: Plot) -> None:
    dead = Dead(
        said.text("name"), said.day("died", "去世日期"), said.day("born", "出生日期") if said.text("born") else None,
        id_number=said.text("id_number") or None, proof=said.text("proof"),
    )  # fmt: skip
    row = deceased.register(work, me, dead)
    cemeteries.inter(work, me, plot.id, row.id, said.day("day", "安葬日期"))


def _move_out(work: Work, me: Viewer, _plot: Plot) -> None:
    said.sure()
    cemeteries.move_out(work, me, said.which("burial", "逝者"), said.text("to"))


ACTS = {
    "hold": _hold, "renew": _renew, "pay": _pay, "inherit": _inherit, "give-up": _give_up, "inter": _inter,
    "move-out": _move_out, "close": _close, "reopen": _reopen,
}  # fmt: skip
