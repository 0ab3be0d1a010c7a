"""Paying: batches made by one and approved by another, the file for the bank, its answer; open data for everybody."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from backend.assistance import open_data, payments
from backend.assistance.bank_files import MOST_BYTES, formats
from backend.assistance.models import Benefit, PaymentBatch
from backend.assistance.payments import BATCH, PAY
from backend.assistance.together_file import table
from backend.console.blueprints import page_blueprint
from backend.core.clock import local
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.people.models import Staff
from backend.people.service import Viewer, county
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_payments", __name__, "/console/payments")
public = Blueprint("open_data", __name__, url_prefix="/open-data")

SHOWN = 60
STATES = {
    "made": "等待审批",
    "approved": "等待发送",
    "sent": "等待银行回盘",
    "settled": "已结清",
    "cancelled": "已取消",
}
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
    with reading() as work:
        viewer().require(PAY, county(work).path)
        batches = work.session.scalars(select(PaymentBatch).order_by(PaymentBatch.made_at.desc()).limit(SHOWN)).all()
        return render_template(
            "console/payments.html", batches=batches, states=STATES, problem=problem, programmes=_programmes(work),
            names=_names(), banks=formats(), month=f"{local(work.now):%Y-%m}", form=request.form,
        )  # fmt: skip


def _programmes(work: Work) -> list[str]:
    return sorted(work.session.scalars(select(Benefit.programme).distinct()))


def _names() -> dict[str, str]:
    return {code: one.title for code, one in table().names.items()}


@blueprint.post("/")
def make() -> AnyResponse:
    me, form = viewer(), request.form
    try:
        with unit_of_work(me.actor) as work:
            batch = payments.make(work, me, form.get("programme", ""), _month(), form.get("bank", ""))
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_index(problem["detail"]), status)
    return redirect(url_for(".batch", batch_id=batch.id), 303)


def _month() -> date:
    try:
        return date.fromisoformat(f"{request.form.get('month', '')}-01")
    except ValueError as error:
        raise BadInputError(field="月份", why="请选择发放的月份") from error


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
        people = {
            one.id: one.name for one in work.session.scalars(select(Staff)) if one.id in (row.made_by, row.approved_by)
        }
        return render_template(
            "console/payment_batch.html", row=row, states=STATES, names=_names(), bank=formats()[row.bank],
            people=people, steps=BATCH.actions(row.state), mine=row.made_by == me.staff_id, problem=problem,
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
        return _refused(batch_id, error)
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(data, content_type="text/csv", headers=headers)


@blueprint.post("/<uuid:batch_id>/settle")
def settle(batch_id: UUID) -> AnyResponse:
    sent = request.files.get("file")
    data = b""
    if sent is not None:
        with sent.stream as stream:
            data = stream.read()
    return _done(batch_id, lambda work, me: payments.settle(work, me, batch_id, data))


def _done(batch_id: UUID, act: Callable[[Work, Viewer], object]) -> AnyResponse:
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            act(work, me)
    except DomainError as error:
        return _refused(batch_id, error)
    return redirect(url_for(".batch", batch_id=batch_id), 303)


def _refused(batch_id: UUID, error: DomainError) -> AnyResponse:
    status, problem = problem_of(error.code, error.facts)
    return make_response(_batch(batch_id, problem["detail"]), status)


# -- for everybody


@public.get("/assistance.json")
def as_json() -> AnyResponse:
    with reading() as work:
        return jsonify(open_data.published(work))


@public.get("/assistance.csv")
def as_csv() -> AnyResponse:
    with reading() as work:
        body = open_data.as_csv(open_data.published(work))
    headers = {"Content-Disposition": "attachment; filename=assistance.csv"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)
