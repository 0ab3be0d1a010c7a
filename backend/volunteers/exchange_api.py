"""Files to and from the national volunteer system: ``/api/v1/staff/volunteer-exchange``."""

from typing import Any, Literal, cast

from apiflask import APIBlueprint
from flask import Response, request

from backend.core.db import reading, unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.volunteers import exchange, exchange_schemas
from backend.volunteers.exchange import Report
from backend.volunteers.exchange_files import Format, Kind

blueprint = APIBlueprint("volunteer_exchange", __name__, url_prefix="/api/v1/staff/volunteer-exchange", tag="志愿者")
LARGEST = 4 * 1024 * 1024
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@blueprint.url_value_preprocessor
def _allow_a_file(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001 - Flask's signature
    request.max_content_length = LARGEST


def _file() -> tuple[Kind, Format, bytes]:
    """The form's ``file``; its kind stands in the address, its format in its name."""
    kind, sent = cast("Kind", (request.view_args or {})["kind"]), request.files.get("file")
    form = (sent.filename or "").rpartition(".")[2].lower() if sent else ""
    if sent is None or form not in TYPES:
        raise BadInputError(field="文件", why="请选择 CSV 或 JSON 文件")
    return kind, cast("Format", form), sent.stream.read()


def _words(error: DomainError) -> str:
    return str(problem_of(error.code, error.facts)[1]["detail"])


def _shown(report: Report) -> dict[str, Any]:
    return {
        "rows": len(report.lines), "taken": report.count("taken"), "unchanged": report.count("unchanged"),
        "refused": report.count("refused"),
        "lines": [{"line": one.line, "result": one.result, "why": one.why} for one in report.lines],
    }  # fmt: skip


@blueprint.get("/<any(volunteers,records):kind>.<any(csv,json):form>")
@blueprint.doc(responses={200: "导出的文件：只有同意报送的人"})
def get_file(kind: Literal["volunteers", "records"], form: Literal["csv", "json"]) -> Response:
    """导出给全国志愿服务信息系统的文件"""
    with unit_of_work(viewer().actor) as work:
        data = exchange.export(work, viewer(), kind, form)
    answer = Response(data, content_type=TYPES[form])
    answer.headers["Content-Disposition"] = f"attachment; filename={kind}.{form}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/<any(volunteers,records):kind>/preview")
@blueprint.output(exchange_schemas.ExchangeReport)
@blueprint.doc(description="multipart/form-data：file（CSV 或 JSON，4 MB、2000 行以内）")
def post_preview(kind: str) -> dict[str, Any]:  # noqa: ARG001 - read with the file
    """先看一个文件导入后会怎样，不保存"""
    sort, form, data = _file()
    with unit_of_work(viewer().actor) as work:
        return _shown(exchange.preview(work, viewer(), sort, form, data, _words))


@blueprint.post("/<any(volunteers,records):kind>")
@blueprint.output(exchange_schemas.ExchangeReport, status_code=201)
@blueprint.doc(description="multipart/form-data：file（CSV 或 JSON，4 MB、2000 行以内）")
def post_file(kind: str) -> dict[str, Any]:  # noqa: ARG001 - read with the file
    """导入一个文件；每一行的结果都写明，同一个文件只导一次"""
    sort, form, data = _file()
    with unit_of_work(viewer().actor) as work:
        return _shown(exchange.take(work, viewer(), sort, form, data, _words))


@blueprint.get("/runs")
@blueprint.output(exchange_schemas.ExchangeRunList)
def get_runs() -> dict[str, Any]:
    """最近的导入和导出"""
    with reading() as work:
        return {"items": exchange.runs(work, viewer())}
