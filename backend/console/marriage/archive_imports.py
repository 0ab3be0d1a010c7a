"""Loading historic registrations: the upload, its progress, and every row that could not be taken in."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from backend.app import settings_of_app
from backend.console.blueprints import page_blueprint
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.marriage import archive, archive_files
from backend.marriage.archive_rows import COLUMNS, OURS, REQUIRED
from backend.marriage.record_models import BadRow, ImportRun
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_imports", __name__, "/console/marriage/archive/imports")

MEGABYTE = 1_000_000
SHOWN_RUNS, SHOWN_ROWS = 50, 200
EXCEL_KEEPS = 11  # more digits than this, and a spreadsheet turns a number into 5.00E+17
FORMULA = "=+-@"
STATES = {"waiting": "等待导入", "running": "正在导入", "done": "导入完成", "failed": "没有完成"}


@blueprint.url_value_preprocessor
def _allow_a_large_file(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001 - Flask's signature
    """Before the form is read, and for this endpoint only: everywhere else a megabyte is the limit."""
    if endpoint == "console_imports.upload":
        request.max_content_length = settings_of_app().archive_upload_mb * MEGABYTE


@blueprint.get("/")
def index() -> str:
    viewer().require(archive.MANAGE)
    return _page()


def _page(problem: str = "") -> str:
    with reading() as work:
        runs = work.session.scalars(select(ImportRun).order_by(ImportRun.created_at.desc()).limit(SHOWN_RUNS)).all()
    return render_template(
        "console/marriage_imports.html",
        runs=runs,
        states=STATES,
        required=[COLUMNS[name][0] for name in REQUIRED],
        optional=[names[0] for name, names in COLUMNS.items() if name not in REQUIRED],
        most=settings_of_app().archive_upload_mb,
        problem=problem,
    )


@blueprint.post("/")
def upload() -> AnyResponse:
    me = viewer()
    me.require(archive.MANAGE)
    folder = settings_of_app().data_dir / archive_files.FOLDER
    try:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise BadInputError(field="文件", why="请选择历史登记的 CSV 文件")
        with sent.stream as stream:  # a large one lies in a file that nobody else closes
            stored = archive_files.store(stream, folder)
        try:
            with unit_of_work(me.actor) as work:
                run_id = archive.begin(work, me, stored, sent.filename)
        except BaseException:
            (folder / stored.name).unlink(missing_ok=True)
            raise
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_page(problem["detail"]), status)
    return redirect(url_for(".run", run_id=run_id), 303)


@blueprint.get("/<uuid:run_id>")
def run(run_id: UUID) -> str:
    with reading() as work:
        return render_template("console/marriage_import.html", **_run_facts(work, run_id))


@blueprint.get("/<uuid:run_id>/bad")
def bad(run_id: UUID) -> str:
    """The report of bad rows alone, for the page to put in when the run is over."""
    with reading() as work:
        return render_template("console/marriage_import_bad.html", **_run_facts(work, run_id))


def _run_facts(work: Work, run_id: UUID) -> dict[str, Any]:
    found = _run(work, run_id)
    reasons: Counter[str] = Counter()
    rows = select(BadRow.reasons).where(BadRow.import_id == run_id).execution_options(yield_per=1000)
    for listed in work.session.scalars(rows):
        reasons.update(_kind_of(str(reason)) for reason in listed)
    first = select(BadRow.row, BadRow.reasons).where(BadRow.import_id == run_id).order_by(BadRow.row).limit(SHOWN_ROWS)
    return {
        "run": found, "states": STATES, "reasons": reasons.most_common(), "most": SHOWN_ROWS,
        "rows": work.session.execute(first).all(),
    }  # fmt: skip


def _kind_of(reason: str) -> str:
    """Reasons that differ only in what they quote are counted as one."""
    before, quote, rest = reason.partition("“")
    return f"{before}…{rest.partition('”')[2]}" if quote else reason


def _run(work: Work, run_id: UUID) -> ImportRun:
    viewer().require(archive.MANAGE)
    found = work.session.get(ImportRun, run_id)
    if found is None:
        raise NotFoundError(run=str(run_id))
    return found


@blueprint.get("/<uuid:run_id>/progress")
def progress(run_id: UUID) -> Response:
    with reading() as work:
        found = _run(work, run_id)
    names = ("state", "total", "done", "added", "known", "bad")
    return jsonify({name: getattr(found, name) for name in names} | {"words": STATES[found.state], "why": found.why})


@blueprint.get("/<uuid:run_id>/bad.csv")
def bad_rows(run_id: UUID) -> Response:
    """The bad rows with their reasons, to be put right and uploaded again; it is logged who took them."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        found = _run(work, run_id)
        audit.record(work, "archive.bad_rows", f"import:{run_id}", rows=found.bad)
    header = [*OURS, *map(str, found.header)]
    name = {"Content-Disposition": f"attachment; filename=bad-rows-{found.created_at:%Y%m%d}.csv"}
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's way into a stream

    def lines() -> Iterator[str]:
        with app.app_context(), reading() as work:
            # The mark at the start tells a spreadsheet that this is UTF-8.
            yield "\ufeff" + _line(header)
            mine = select(BadRow).where(BadRow.import_id == run_id).order_by(BadRow.row)
            with audit.streamed(work.session, mine) as rows:
                for row in rows:
                    yield _line([str(row.row), "；".join(map(str, row.reasons)), *_cells(row)])

    return Response(lines(), content_type="text/csv; charset=utf-8", headers=name)


def _cells(row: BadRow) -> list[str]:
    """The row's cells; a row that is none, as one cell, so that nothing is lost."""
    record = archive_files.Record(row.row, row.text.encode(), closed=True)
    return archive_files.cells(record, "utf-8") or [row.text]


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_kept(cell) for cell in cells])
    return out.getvalue()


def _kept(cell: str) -> str:
    """A tab in front makes a spreadsheet leave long numbers and formulas as they are; reading takes it off again."""
    digits = sum(sign.isdigit() for sign in cell)
    return f"\t{cell}" if digits > EXCEL_KEEPS or cell[:1] in tuple(FORMULA) else cell
