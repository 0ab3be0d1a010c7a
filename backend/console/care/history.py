"""Every alarm there ever was, with filters, page by page, and as a file."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast

from flask import Response, render_template, request, stream_with_context

from backend.alarms import queries
from backend.alarms.models import Alarm
from backend.alarms.policies import book
from backend.alarms.schemas import ListQuery
from backend.console.blueprints import console
from backend.console.care import pulse
from backend.console.formats import full_time
from backend.core.clock import CHINA
from backend.core.db import reading
from backend.people.service import Viewer
from backend.people.sessions import viewer

PAGE = 50
FILE_PAGE = 500
FILE_ROWS = 50_000
TEXT_MAX = 64
STATUSES = ("all", "open", "closed")
HEAD = (
    "编号", "报警", "级别", "姓名", "位置", "设备", "发生时间", "报警时间", "首次应答", "接警人", "到场时间",
    "结案时间", "结论", "处理经过", "按压次数", "延迟到达",
)  # fmt: skip
# Excel runs a cell that begins like this; a quote in front makes it a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@console.get("/history")
def history() -> str:
    me = viewer()
    me.require("alarm.view")
    with reading() as work:
        rows, cursor = queries.page(work, me, _query(PAGE))
        return render_template(
            "console/history.html",
            items=[queries.as_dict(row) for row in rows],
            cursor=cursor,
            filters={name: value for name, value in request.args.items() if value and name != "cursor"},
            kinds={code: kind.name for code, kind in book().kinds.items()},
            sites=pulse.sites(work, me),
        )


@console.get("/history.csv")
def history_file() -> Response:
    """The same filters as a file that Excel opens (UTF-8 with its mark); at most 50,000 rows."""
    me = viewer()
    me.require("alarm.view")
    response = Response(stream_with_context(_lines(me, _query(FILE_PAGE))), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=alarms.csv"
    return response


def _query(limit: int) -> ListQuery:
    """The filters of the address; what cannot be right is left out rather than refused."""
    args = request.args
    status = args.get("status", "all")
    since, until = _midnight(args.get("since", "")), _midnight(args.get("until", ""))
    return ListQuery(
        status=cast("Literal['open', 'closed', 'all']", status if status in STATUSES else "all"),
        kind=args.get("kind") or None,
        site=args.get("site") or None,
        elder=args.get("elder") or None,
        text=args.get("text", "").strip()[:TEXT_MAX] or None,
        since=since,
        until=until + timedelta(days=1) if until else None,
        limit=limit,
        cursor=args.get("cursor") or None,
    )


def _midnight(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def _lines(me: Viewer, query: ListQuery) -> Iterator[str]:
    yield "\ufeff" + _line(HEAD)
    for _ in range(FILE_ROWS // FILE_PAGE):
        with reading() as work:
            rows, cursor = queries.page(work, me, query)
        yield "".join(_line(_cells(row)) for row in rows)
        if cursor is None:
            return
        query = query.model_copy(update={"cursor": cursor})


def _cells(row: Alarm) -> list[Any]:
    alarm = queries.as_dict(row)
    return [
        alarm["id"], alarm["kind_name"], alarm["severity_name"], row.subject_name, row.place, row.device_name,
        full_time(row.occurred_at), full_time(row.raised_at), full_time(row.first_answered_at), row.acknowledged_name,
        full_time(row.arrived_at), full_time(row.closed_at), alarm["disposition_name"], row.close_note,
        row.press_count, "是" if row.delayed else "",
    ]  # fmt: skip


def _line(cells: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_safe(cell) for cell in cells])
    return out.getvalue()


def _safe(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
