"""Paying: batches made by one and approved by another, the file for the bank, its answer, and what did not arrive."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from backend.assistance import accounts, corrections, payments
from backend.assistance.bank_files import MOST_BYTES, formats
from backend.assistance.models import Benefit, Household, PaymentBatch
from backend.assistance.payments import BATCH, PAY
from backend.console import form_values as said
from backend.console import tapped
from backend.console.assistance.benefit_words import CORRECTIONS, programme_names
from backend.console.blueprints import page_blueprint
from backend.console.tapped import with_keys
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import DomainError, NotFoundError
from backend.people.models import Staff
from backend.people.service import Viewer, county
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = with_keys(page_blueprint("console_payments", __name__, "/console/payments"))

SHOWN = 60
STATES = {
    "made": "等待审批",
    "approved": "等待发送",
    "sent": "等待银行回盘",
    "settled": "已结清",
    "cancelled": "已取消",
}
AGAIN = {"failed": "等下一批再发", "batched": "已在下一批里", "paid": "后来发成了"}
Step = Callable[[Work, Viewer, UUID], object]
STEPS: Mapping[str, Step] = {"approve": payments.approve, "cancel": payments.cancel}


@blueprint.url_value_preprocessor
def _allow_a_large_file(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001 - Flask's signature
    """A bank's answer for a county is larger than a form: for this endpoint only."""
    if endpoint == "console_payments.settle":
        request.max_content_length = MOST_BYTES


@blueprint.get("/")
def index() -> str:
    return _index()


def _index(problem: str = "") -> str:
    me = viewer()
    with reading() as work:
        me.require(PAY, county(work).path)
        batches = work.session.scalars(select(PaymentBatch).order_by(PaymentBatch.made_at.desc()).limit(SHOWN)).all()
        return render_template(
            "console/payments.html", batches=batches, states=STATES, problem=problem, programmes=_programmes(work),
            names=programme_names(), banks=formats(), month=f"{local(work.now):%Y-%m}", form=request.form,
            without=accounts.without(work, me), waiting=corrections.waiting(work, me), kinds=CORRECTIONS,
        )  # fmt: skip


def _programmes(work: Work) -> list[str]:
    return sorted(work.session.scalars(select(Benefit.programme).distinct()))


@blueprint.post("/")
def make() -> AnyResponse:
    def act(work: Work, me: Viewer) -> str:
        made = payments.make(work, me, said.text("programme"), said.month("month", "月份"), said.text("bank"))
        return url_for(".batch", batch_id=made.id)

    return tapped.done(act, _index)


@blueprint.get("/<uuid:batch_id>")
def batch(batch_id: UUID) -> str:
    return _batch(batch_id)


def _batch(batch_id: UUID, problem: str = "") -> str:
    me = viewer()
    with reading() as work:
        me.require(PAY, county(work).path)
        row = work.session.get(PaymentBatch, batch_id)
        if row is None:
            raise NotFoundError(batch=str(batch_id))
        staff = select(Staff).where(Staff.id.in_([row.made_by, row.approved_by]))
        failures = accounts.failures(work, batch_id)
        return render_template(
            "console/payment_batch.html", row=row, states=STATES, names=programme_names(), bank=formats()[row.bank],
            people={one.id: one.name for one in work.session.scalars(staff)}, steps=BATCH.actions(row.state),
            mine=row.made_by == me.staff_id, problem=problem, failures=failures, again=AGAIN,
            paid=accounts.paid_sum(work, batch_id), lost=sum(one.amount for one in failures),
        )  # fmt: skip


@blueprint.post("/<uuid:batch_id>/<any(approve, cancel):step>")
def take_step(batch_id: UUID, step: str) -> AnyResponse:
    return _done(batch_id, lambda work, me: STEPS[step](work, me, batch_id))


@blueprint.post("/<uuid:batch_id>/file")
def file(batch_id: UUID) -> AnyResponse:
    """The file for the bank: the first time it is sent, later the same once more."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            row = work.session.get(PaymentBatch, batch_id)
            again = row is not None and row.state == "sent"
            data = (payments.file_again if again else payments.send)(work, me, batch_id)
            name = f"{work.session.get_one(PaymentBatch, batch_id).number}.csv"
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_batch(batch_id, problem["detail"]), status)
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(data, content_type="text/csv", headers=headers)


@blueprint.post("/<uuid:batch_id>/settle")
def settle(batch_id: UUID) -> AnyResponse:
    sent = request.files.get("file")
    data = b""
    if sent is not None:
        with sent.stream as stream:
            data = stream.read()
    return _done(batch_id, lambda work, me: payments.settle(work, me, batch_id, data), data)


def _done(batch_id: UUID, act: Callable[[Work, Viewer], object], data: bytes = b"") -> AnyResponse:
    def once(work: Work, me: Viewer) -> str:
        act(work, me)
        return url_for(".batch", batch_id=batch_id)

    return tapped.done(once, lambda problem: _batch(batch_id, problem), data)


# -- to which account


@blueprint.get("/accounts/<uuid:household_id>")
def account(household_id: UUID) -> str:
    return _account(household_id)


def _account(household_id: UUID, problem: str = "") -> str:
    """The account as it is now, all but its end hidden; who is asked for it is written down."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        me.require(PAY, county(work).path)
        row = work.session.get(Household, household_id)
        if row is None:
            raise NotFoundError(household=str(household_id))
        audit.record(work, "household.read", f"household:{household_id}", why="account")
        return render_template(
            "console/payment_account.html", row=row, problem=problem, form=request.form,
            tail=(row.bank_account or "")[-4:], back=_back(),
        )  # fmt: skip


def _back() -> str:
    """The batch one came from, or all of them."""
    try:
        return url_for(".batch", batch_id=UUID(request.args.get("batch", "")))
    except ValueError:
        return url_for(".index")


@blueprint.post("/accounts/<uuid:household_id>")
def correct(household_id: UUID) -> AnyResponse:
    def act(work: Work, me: Viewer) -> str:
        accounts.correct(
            work, me, household_id, holder=said.text("holder"), account=said.text("account"), why=said.text("why")
        )
        return _back()

    return tapped.done(act, lambda problem: _account(household_id, problem))


def this_month(work: Work) -> date:
    """The first day of the present month."""
    return local(work.now).date().replace(day=1)
