"""Files to and from the national volunteer system: taken out, looked at before they are taken in, and what became."""

import base64
from typing import Any, cast
from uuid import UUID

from flask import make_response, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.people.models import Staff
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.volunteers import exchange
from backend.volunteers.exchange_files import FIELDS, MOST_ROWS, Format, Kind
from backend.volunteers.models import ExchangeRun
from backend.volunteers.service import HANDLE

blueprint = tapped.with_keys(page_blueprint("console_exchange", __name__, "/console/volunteers/exchange"))

KINDS = {"volunteers": "志愿者登记信息", "records": "服务记录"}
DIRECTIONS = {"export": "导出", "import": "导入"}
RESULTS = {"taken": "可以导入", "unchanged": "已经有了", "refused": "不能导入"}
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
LARGEST = 4 * 1024 * 1024
SHOWN = 200  # lines of a preview that are listed; all are counted


@blueprint.url_value_preprocessor
def _allow_a_file(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001 - Flask's signature
    """The file itself, and the same once more as text between the preview and the import."""
    request.max_content_length = request.max_form_memory_size = LARGEST * 3 // 2


@blueprint.get("/")
def index() -> str:
    """What can be taken out and in, and the last files."""
    return _page()


def _page(problem: str = "", **more: Any) -> str:
    me = viewer()
    me.require(HANDLE)
    with reading(me.actor) as work:
        runs = exchange.runs(work, me)
        mine = select(Staff.id, Staff.name).where(Staff.id.in_({one.by for one in runs}))
        names = {row.id: row.name for row in work.session.execute(mine)}
        return render_template(
            "console/volunteer_exchange.html", runs=runs, names=names, kinds=KINDS, directions=DIRECTIONS,
            fields=FIELDS, most=MOST_ROWS, problem=problem, form=request.form, results=RESULTS, shown=SHOWN, **more,
        )  # fmt: skip


@blueprint.get("/<any(volunteers,records):kind>.<any(csv,json):form>")
def export(kind: Kind, form: Format) -> Response:
    """The file, of those who agreed; that it was taken is written down."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        data = exchange.export(work, me, kind, form)
    answer = make_response(data)
    answer.headers.update({"Content-Type": TYPES[form], "Content-Disposition": f"attachment; filename={kind}.{form}"})
    return answer


@blueprint.post("/preview")
def preview() -> Response:
    """What would become of each line; nothing is kept, the file goes back into the page for the import."""
    me, data = viewer(), b""
    try:
        kind, form, data = _sent()
        with unit_of_work(me.actor) as work:
            report = exchange.preview(work, me, kind, form, data, _words)
    except DomainError as error:
        status, body = problem_of(error.code, error.facts)
        return make_response(_page(body["detail"]), status)
    file = base64.b64encode(data).decode()
    return make_response(_page(report=report, kind=kind, format=form, file=file))


def _sent() -> tuple[Kind, Format, bytes]:
    """The form's file and what it holds; its format stands in its name. Raises ``BadInputError``."""
    sent = request.files.get("file")
    form = (sent.filename or "").rpartition(".")[2].lower() if sent else ""
    if sent is None or form not in TYPES:
        raise BadInputError(field="文件", why="请选择 CSV 或 JSON 文件")
    with sent.stream as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadInputError(field="文件", why="文件太大，请分成几份")
    return _kind(), cast("Format", form), data


def _kind() -> Kind:
    if said.text("kind") not in KINDS:
        raise BadInputError(field="内容", why="请从列表中选择")
    return cast("Kind", said.text("kind"))


def _words(error: DomainError) -> str:
    return str(problem_of(error.code, error.facts)[1]["detail"])


@blueprint.post("/")
def take() -> Response:
    """Take in what was looked at; the answer is the run with its report."""

    def run(work: Work, me: Viewer) -> str:
        kind, form, data = _kind(), said.text("format"), _kept()
        if form not in TYPES:
            raise BadInputError(field="文件", why="请重新选择文件")
        exchange.take(work, me, kind, cast("Format", form), data, _words)
        mine = select(ExchangeRun.id).where(ExchangeRun.direction == "import", ExchangeRun.by == me.staff_id)
        made = work.session.scalars(mine.order_by(ExchangeRun.at.desc(), ExchangeRun.id.desc()).limit(1)).one()
        return url_for(".one", run_id=made)

    return tapped.done(run, _page)


def _kept() -> bytes:
    try:
        return base64.b64decode(said.text("file"), validate=True)
    except ValueError as error:  # also what is no base64
        raise BadInputError(field="文件", why="请重新选择文件") from error


@blueprint.get("/<uuid:run_id>")
def one(run_id: UUID) -> str:
    """One file that went out or came in, with the lines that were refused and why."""
    me = viewer()
    me.require(HANDLE)
    with reading(me.actor) as work:
        row = work.session.get(ExchangeRun, run_id)
        if row is None:
            raise NotFoundError(run=str(run_id))
        by = work.session.get_one(Staff, row.by).name
        return render_template(
            "console/volunteer_exchange_run.html", run=row, by=by, kinds=KINDS, directions=DIRECTIONS
        )
