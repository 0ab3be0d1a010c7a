"""Benefits that somebody must look at again, the oldest first; and each township's float with its vouchers."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.assistance import float_ledger, reviews
from backend.assistance.float_ledger import BY_COUNTY, Voucher
from backend.assistance.payments import PAY
from backend.cases.models import Case
from backend.cases.tasks import HANDLE, VIEW
from backend.console import form_values as said
from backend.console import tapped
from backend.console.assistance.benefit_words import programme_names
from backend.console.blueprints import page_blueprint
from backend.console.tapped import with_keys
from backend.core.clock import local
from backend.core.db import Work, reading
from backend.core.errors import BadInputError, NotFoundError
from backend.people.models import Division
from backend.people.rules import allows
from backend.people.service import Viewer
from backend.people.sessions import viewer

blueprint = with_keys(page_blueprint("console_reviews", __name__, "/console/assistance"))

MONTH = timedelta(days=30)

KIND_WORDS = {"replenish": "县里拨入", "advance": "先行救助支出", "refund": "退回", "give_back": "缴回县里"}


@blueprint.get("/reviews")
def index() -> str:
    me = viewer()
    me.require(VIEW)
    ahead, programme = request.args.get("ahead") == "month", request.args.get("programme", "")
    within = MONTH if ahead else reviews.TODAY
    with reading() as work:
        return render_template(
            "console/reviews.html", rows=reviews.due(work, me, within, programme), today=local(work.now).date(),
            counts=reviews.due_counts(work, me, within), names=programme_names(), places=_places(work), ahead=ahead,
            programme=programme, may_handle=me.may(HANDLE),
        )  # fmt: skip


def _places(work: Work) -> dict[str, str]:
    return {path: name for path, name in work.session.execute(select(Division.path, Division.name))}  # noqa: C416 - dict() does not know a Row


@blueprint.get("/float")
def ledger() -> str:
    return _ledger()


def _ledger(problem: str = "") -> str:
    me = viewer()
    with reading() as work:
        towns = _towns(work, me)
        code = request.args.get("division") or (towns[0].code if towns else "")
        here = next((one for one in towns if one.code == code), None)
        if here is None:
            raise NotFoundError(division=code)
        rows = float_ledger.ledger(work, me, here.code)
        return render_template(
            "console/float.html", rows=rows, here=here, towns=towns, words=KIND_WORDS, kinds=_kinds(me, here.path),
            balance=float_ledger.balance(work, here.code), problem=problem, form=request.form,
            cases=_numbers(work, [row.case_id for row in rows if row.case_id]),
        )  # fmt: skip


def _numbers(work: Work, ids: Sequence[UUID]) -> dict[UUID, str]:
    found = work.session.execute(select(Case.id, Case.number).where(Case.id.in_(ids)))
    return {case_id: number for case_id, number in found}  # noqa: C416 - dict() does not know a Row


def _towns(work: Work, me: Viewer) -> list[Division]:
    found = select(Division).where(Division.level == "town", me.sees(Division.path, VIEW))
    return list(work.session.scalars(found.order_by(Division.code)))


def _kinds(me: Viewer, path: str) -> list[str]:
    """What this viewer may enter; the verb decides again."""
    county_too = allows(me.grants, PAY, path.partition("/")[0] + "/")
    return [kind for kind in KIND_WORDS if (county_too if kind in BY_COUNTY else me.may(HANDLE, path))]


@blueprint.post("/float")
def enter() -> Response:
    code = request.args.get("division", "")

    def act(work: Work, me: Viewer) -> str:
        voucher = Voucher(said.text("kind"), said.money("amount", "金额"), said.text("voucher"), _case(work))
        float_ledger.enter(work, me, code, voucher)
        return url_for(".ledger", division=code)

    return tapped.done(act, _ledger)


def _case(work: Work) -> UUID | None:
    """The case whose number was given. Raises ``BadInputError`` for one that is not there."""
    number = said.text("case").upper()
    if not number:
        return None
    found = work.session.scalars(select(Case.id).where(Case.number == number)).first()
    if found is None:
        raise BadInputError(field="事项编号", why="没有这个编号的事项")
    return found
