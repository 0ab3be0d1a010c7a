"""What becomes of one plot: maintenance paid in advance (R-116), another holder among near kin, out of use and back.

Order of locks: the plot, its term, then the cemetery whose ledger is written.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.memorial import burial_prices, cemeteries, cemetery_fees
from backend.memorial.burial_errors import PlotHeldError, PlotUnchangedError
from backend.memorial.burial_models import LIVE, CemeteryFee, Plot, PlotTerm
from backend.memorial.burial_rules import CLOSED_WHY, after_years
from backend.memorial.cemetery_fees import Fee
from backend.memorial.rules import NEAR_ZH
from backend.people.service import Viewer
from backend.residents.models import Person

MAINTENANCE = "maintenance"  # the item of the price list that a year of it costs
MOST_YEARS, LONGEST = 20, 200
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Payment:
    """Yuan and the number of the receipt."""

    amount: Decimal
    voucher: str


@dataclass(frozen=True, slots=True)
class Heir:
    """Who holds the plot from now on: the person, their relation (``rules.NEAR_ZH``) to the holder before, which
    papers show it, and the number of the new certificate.
    """

    person_id: UUID
    relation: str
    proof: str = field(repr=False)
    certificate: str


# -- maintenance


def yearly(work: Work) -> Decimal | None:
    """What a year of maintenance costs by the published list today; None where the list has none."""
    today = local(work.now).date()
    return next((row.price for row in burial_prices.listed(work, today) if row.item == MAINTENANCE), None)


def pay(work: Work, viewer: Viewer, plot: Plot, years: int, payment: Payment) -> CemeteryFee:
    """Whole years of maintenance in advance, from where the last payment ended, never beyond the term.

    Raises ``NotFoundError`` without a holder, ``BadInputError`` also for another sum than the list says, and as
    ``cemetery_fees.enter``.
    """
    cemetery = cemeteries.require_plot(work, viewer, plot)
    term = _locked_term(work, plot)
    first = term.since if term.paid_until is None else term.paid_until + DAY
    until = after_years(first, years) - DAY if 1 <= years <= MOST_YEARS else None
    if until is None or until > term.until:
        why = f"已交到 {first - DAY}，使用期到 {term.until}；不能超过使用期，要多交的先续期"
        raise BadInputError(field="年数", why=why)
    price = yearly(work)
    if price is not None and payment.amount != price * years:
        raise BadInputError(field="金额", why=f"按公示价目应收 {price * years} 元")
    words = f"{first} 至 {until} 维护费"
    fee = Fee("paid_in", payment.amount, words, payment.voucher, plot.id, term.id, (first, until))
    row = cemetery_fees.enter(work, viewer, cemetery.code, fee)
    term.paid_until = until
    return row


def renew(work: Work, viewer: Viewer, plot: Plot, years: int, payment: Payment) -> PlotTerm:
    """A further term, and its maintenance paid with it. Raises as ``cemeteries.renew`` and ``pay``."""
    term = cemeteries.renew(work, viewer, plot, years)
    pay(work, viewer, plot, years, payment)
    return term


def _locked_term(work: Work, plot: Plot) -> PlotTerm:
    cemeteries.locked(work, plot.id)
    mine = select(PlotTerm).where(PlotTerm.plot_id == plot.id, PlotTerm.ended_on.is_(None))
    found = work.session.scalars(for_update(work, mine)).one_or_none()
    if found is None:
        raise NotFoundError(plot=str(plot.id))
    return found


# -- the holder


def inherit(work: Work, viewer: Viewer, plot: Plot, heir: Heir) -> PlotTerm:
    """A near relative (民法典 1045) holds it from today on, until the same day and with what was paid in advance.

    Raises ``NotFoundError`` without a holder, ``BadInputError``, ``PlotHeldError`` where somebody was faster.
    """
    cemeteries.require_plot(work, viewer, plot)
    old, today = _locked_term(work, plot), local(work.now).date()
    _require_heir(work, old, heir)
    old.ended_on = today
    work.session.flush()
    row = {
        "id": new_id(), "plot_id": plot.id, "person_id": heir.person_id, "certificate": heir.certificate.strip()[:64],
        "since": min(today, old.until - DAY), "until": old.until, "ended_on": None, "reminded_for": old.reminded_for,
        "paid_until": old.paid_until or old.since - DAY, "follows": old.id, "relation": heir.relation,
        "proof": heir.proof.strip(), "staff_id": viewer.staff_id,
    }  # fmt: skip
    if not insert_new(work, PlotTerm, row, unique=("plot_id",), where=LIVE):
        raise PlotHeldError
    audit.record(work, "plot.inherit", f"plot:{plot.id}", relation=heir.relation)
    return work.session.get_one(PlotTerm, row["id"])


def _require_heir(work: Work, old: PlotTerm, heir: Heir) -> None:
    if heir.relation not in NEAR_ZH:
        raise BadInputError(field="关系", why="只能变更给近亲属，请从列表里选择")
    if not 0 < len(heir.proof.strip()) <= LONGEST:
        raise BadInputError(field="关系证明", why=f"请写明看了什么证明，最多 {LONGEST} 个字")
    if not heir.certificate.strip():
        raise BadInputError(field="墓证号", why="请填写新墓证的号码")
    if heir.person_id == old.person_id:
        raise BadInputError(field="身份证号", why="这个人就是现在的使用人，不用变更")
    if work.session.get_one(Person, heir.person_id).died_on is not None:
        raise BadInputError(field="身份证号", why="登记里这个人已去世，请换一位近亲属")


# -- out of use


def close(work: Work, viewer: Viewer, plot: Plot, why: str, note: str) -> None:
    """Nobody new gets it or is buried in it; while it is dangerous nobody is sent there. Who lies there stays.

    ``why``: a key of ``burial_rules.CLOSED_WHY``. Raises ``PlotUnchangedError``, ``BadInputError``.
    """
    cemeteries.require_plot(work, viewer, plot)
    if why not in CLOSED_WHY:
        raise BadInputError(field="停用原因", why="请从列表里选择")
    row = cemeteries.locked(work, plot.id)
    if row.closed:
        raise PlotUnchangedError
    row.closed, row.closed_why, row.closed_note, row.closed_on = True, why, _note(note), local(work.now).date()
    audit.record(work, "plot.close", f"plot:{plot.id}", why=why)


def reopen(work: Work, viewer: Viewer, plot: Plot, note: str) -> None:
    """It can be used again; ``note``: what was mended, for the audit.

    Raises ``PlotUnchangedError``, ``BadInputError``.
    """
    cemeteries.require_plot(work, viewer, plot)
    row = cemeteries.locked(work, plot.id)
    if not row.closed:
        raise PlotUnchangedError
    audit.record(work, "plot.reopen", f"plot:{plot.id}", why=_note(note))
    row.closed, row.closed_why, row.closed_note, row.closed_on = False, None, None, None


def _note(note: str) -> str:
    clean = note.strip()
    if not 0 < len(clean) <= LONGEST:
        raise BadInputError(field="说明", why=f"请写明情况，最多 {LONGEST} 个字")
    return clean
