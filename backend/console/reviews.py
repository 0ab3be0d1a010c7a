"""Benefits that somebody must look at again, the oldest first; and each township's float with its vouchers."""

from decimal import Decimal, InvalidOperation

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.assistance import float_ledger, reviews
from backend.assistance.float_ledger import BY_COUNTY, KEEP, Voucher
from backend.assistance.together_file import table
from backend.console.blueprints import page_blueprint
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.people.models import Division
from backend.people.rules import allows
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_reviews", __name__, "/console/assistance")

KIND_WORDS = {"replenish": "县里拨入", "advance": "先行救助支出", "refund": "退回", "give_back": "缴回县里"}


@blueprint.get("/reviews")
def index() -> str:
    me = viewer()
    me.require(reviews.VIEW)
    with reading() as work:
        return render_template(
            "console/reviews.html", rows=reviews.due(work, me), today=local(work.now).date(),
            names={code: one.title for code, one in table().names.items()}, places=_places(work),
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
        )  # fmt: skip


def _towns(work: Work, me: Viewer) -> list[Division]:
    found = select(Division).where(Division.level == "town", me.sees(Division.path, reviews.VIEW))
    return list(work.session.scalars(found.order_by(Division.code)))


def _kinds(me: Viewer, path: str) -> list[str]:
    """What this viewer may enter; the verb decides again."""
    county_too = allows(me.grants, float_ledger.FILL, path.partition("/")[0] + "/")
    return [kind for kind in KIND_WORDS if (county_too if kind in BY_COUNTY else me.may(KEEP, path))]


@blueprint.post("/float")
def enter() -> Response:
    me, form, code = viewer(), request.form, request.args.get("division", "")
    try:
        with unit_of_work(me.actor) as work:
            float_ledger.enter(work, me, code, Voucher(form.get("kind", ""), _amount(), form.get("voucher", "")))
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_ledger(problem["detail"]), status)
    return redirect(url_for(".ledger", division=code), 303)


def _amount() -> Decimal:
    try:
        found = Decimal(request.form.get("amount", "").strip())
    except InvalidOperation as error:
        raise BadInputError(field="金额", why="请填写数字") from error
    if not found.is_finite() or found.adjusted() > 9:  # noqa: PLR2004 - the column's digits
        raise BadInputError(field="金额", why="这个金额太大")
    return found
