"""Records that volunteers ask to have corrected (记录办法 13): one by one, with a decision and its reason."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from backend.console import form_values as said
from backend.console import tapped
from backend.console.timebank.activity_desk import blueprint
from backend.console.timebank.order_acts import number
from backend.core import audit
from backend.core.db import Work, unit_of_work
from backend.core.errors import NotFoundError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.volunteers import activity_views, records
from backend.volunteers.activities import HANDLE
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.models import Volunteer
from backend.volunteers.service import name_of

Step = Callable[[Work, Viewer, UUID], Any]


@blueprint.get("/records")
def wishes() -> str:
    """What waits for an answer, the oldest first; whose records were looked at is written down."""
    return _page()


def _page(problem: str = "", opened: tuple[UUID | None, str] = (None, "")) -> str:
    """``opened``: the record and the form that was refused, as it was filled in."""
    me = viewer()
    me.require(HANDLE)
    with unit_of_work(me.actor) as work:
        rows = [_shown(work, row) for row in records.asked(work, me)]
        return render_template(
            "console/activity_records.html", rows=rows, problem=problem, form=request.form, opened=opened
        )  # fmt: skip


def _shown(work: Work, row: ServiceRecord) -> dict[str, Any]:
    volunteer = work.session.get_one(Volunteer, row.volunteer_id)
    audit.record_read(work, volunteer.person_id, why=f"service_record:{row.id}")
    return activity_views.record(row) | {
        "who": name_of(work, volunteer), "number": volunteer.number, "volunteer_id": volunteer.id,
    }  # fmt: skip


@blueprint.post("/records/<uuid:record_id>/<string:act>")
def decide(record_id: UUID, act: str) -> Response:
    """One of ``STEPS``; the volunteer is told."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        step(work, me, record_id)
        return url_for(".wishes")

    return tapped.done(run, lambda problem: _page(problem, (record_id, act)))


def _correct(work: Work, me: Viewer, record_id: UUID) -> None:
    started_at, ended_at = said.moment("started_at", "开始时间"), said.moment("ended_at", "结束时间")
    minutes, why = number("minutes", "服务时长"), said.text("why")
    records.correct(work, me, record_id, started_at=started_at, ended_at=ended_at, minutes=minutes, why=why)


STEPS: dict[str, Step] = {
    "keep": lambda work, me, one: records.keep(work, me, one, said.text("why")),
    "correct": _correct,
    "void": lambda work, me, one: records.void(work, me, one, said.text("why")),
}
