"""One farewell at the desk: its time and stream, who is invited, slips of paper, consents, what was written."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import current_app, make_response, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.cases.serving import allow_a_paper, let_out, uploaded
from backend.console import form_values as said
from backend.console import tapped
from backend.console.memorial.farewells import back, blueprint, chosen, rooms
from backend.core import audit, letters_pdf
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.core.errors import DomainError, NotFoundError
from backend.memorial import (
    farewell_book,
    farewell_changes,
    farewell_guests,
    farewell_recording,
    farewell_slip,
    farewell_views,
    farewells,
)
from backend.memorial.farewell_models import Condolence, Farewell
from backend.memorial.farewell_recording import Signed
from backend.memorial.farewell_rules import LIVE
from backend.memorial.farewells import HANDLE
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of

__all__ = ["blueprint"]

Step = Callable[[Work, Viewer, Farewell], Any]
DONE = {
    "plan": "已安排。", "stream": "直播已接通，只有受邀的人能看到。", "keep": "录像已登记，到期会自动删除。",
    "cancel": "已取消，大家都会收到通知。", "words": "已撤下。", "uninvite": "邀请已收回，他打开的页面也关上了。",
    "invite": "已添加。请打印邀请单，交给家属。", "move": "已改，大家都会收到通知。", "end": "已结束，直播网址已删除。",
    "broken": "已告诉大家稍等。", "mended": "大家又能看到了。", "consent": "同意书已登记。",
    "refuse": "已记下，录像不再提供。", "erased": "已记下。",
}  # fmt: skip
blueprint.url_value_preprocessor(allow_a_paper)


@blueprint.get("/<uuid:farewell_id>")
def farewell(farewell_id: UUID) -> str:
    """One farewell; that somebody looked at who came is written down. The stream's address is not shown again."""
    return _page(farewell_id)


def _page(farewell_id: UUID, problem: str = "", opened: str = "") -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = farewells.for_staff(work, me, farewell_id)
        audit.record(work, "farewell.read", f"farewell:{row.id}")
        return render_template(
            "console/memorial/farewell.html", one=farewell_views.line(work, row), row=row, problem=problem,
            guests=farewell_views.guests(work, row), words=_words(work, row), now=work.now, opened=opened,
            consents=farewell_recording.said_by(work, row), stream=farewell_views.stream_state(row),
            last_day=farewell_recording.last_day(work, row), form=request.form, live=row.state in LIVE,
            acts=me.may(HANDLE, row.territory), today=local(work.now).date(),
            said="" if problem else DONE.get(request.args.get("done", ""), ""),
            rooms=rooms(work, me) if row.state in LIVE and row.host_id else {},
        )  # fmt: skip


def _words(work: Work, row: Farewell) -> list[dict[str, Any]]:
    entries = select(Condolence).where(Condolence.farewell_id == row.id).order_by(Condolence.created_at, Condolence.id)
    return [farewell_views.words(one, None) for one in work.session.scalars(entries)]


@blueprint.post("/<uuid:farewell_id>/<string:act>")
def act(farewell_id: UUID, act: str) -> Response:
    """One of ``STEPS``; afterwards the farewell's page again."""
    step = STEPS.get(act)
    if step is None:
        raise NotFoundError(act=act)

    def run(work: Work, me: Viewer) -> str:
        row = farewells.for_staff(work, me, farewell_id, HANDLE, lock=True)
        if act in OF_ONE_VERSION:
            farewell_changes.require_version(row, said.text("version"))
        step(work, me, row)
        return back(farewell_id, act)

    return tapped.done(run, lambda problem: _page(farewell_id, problem, act))


@blueprint.post("/<uuid:farewell_id>/consent")
def post_paper(farewell_id: UUID) -> Response:
    """A consent on paper with the scanned form, which is looked into before anything is written."""
    try:
        form = uploaded()
    except DomainError as error:
        return _refused(farewell_id, error, "consent")

    def run(work: Work, me: Viewer) -> str:
        row = farewells.for_staff(work, me, farewell_id, HANDLE, lock=True)
        signed = Signed(said.text("name"), said.day("until", "保存到"), form)
        farewell_recording.agree_on_paper(work, me, row, signed)
        return back(farewell_id, "consent")

    return tapped.done(run, lambda problem: _page(farewell_id, problem, "consent"), form.data)


def _refused(farewell_id: UUID, error: DomainError, act: str) -> Response:
    status, problem = problem_of(error.code, error.facts)
    return make_response(_page(farewell_id, problem["detail"], act), status)


@blueprint.get("/<uuid:farewell_id>/consents/<uuid:consent_id>")
def consent(farewell_id: UUID, consent_id: UUID) -> FlaskResponse:
    """The scanned form; who looked at it is written down."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = farewells.for_staff(work, me, farewell_id, HANDLE)
        data, kind = farewell_recording.form(work, row, consent_id)
    return let_out(data, kind, "录像同意书")


@blueprint.post("/<uuid:farewell_id>/slip")
def slip(farewell_id: UUID) -> Response:
    """The slip as a PDF: its code is made now and stands nowhere else, so a second one makes the first worthless."""
    me, site = viewer(), str(current_app.config["SHOUWANG"].public_url).rstrip("/")
    try:
        with unit_of_work(me.actor) as work:
            row = farewells.for_staff(work, me, farewell_id, HANDLE, lock=True)
            printed = int(said.text("printed")) if said.text("printed").isdecimal() else -1
            made = farewell_guests.for_paper(work, row, said.which("guest", "亲友"), printed)
            paper = letters_pdf.render(
                farewell_slip.of(work, row, made, site), farewell_slip.link(made, site), farewell_slip.SCAN
            )
    except DomainError as error:
        return _refused(farewell_id, error, "slip")
    answer = make_response(paper)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = 'inline; filename="invitation.pdf"'
    return answer


def _cancel(work: Work, _me: Viewer, row: Farewell) -> None:
    said.sure()
    farewell_changes.cancel(work, row, said.text("why"))


def _move(work: Work, me: Viewer, row: Farewell) -> None:
    farewell_changes.reschedule(work, row, chosen(), staff=me)


def _end(work: Work, _me: Viewer, row: Farewell) -> None:
    said.sure()
    farewell_changes.end_early(work, row)


OF_ONE_VERSION = frozenset({"stream", "broken", "mended", "move", "end", "cancel", "keep"})
STEPS: dict[str, Step] = {
    "stream": lambda work, _me, row: farewell_recording.set_stream(work, row, said.text("address")),
    "broken": lambda work, _me, row: farewell_recording.mark_stream(work, row, broken=True),
    "mended": lambda work, _me, row: farewell_recording.mark_stream(work, row, broken=False),
    "move": _move,
    "end": _end,
    "cancel": _cancel,
    "invite": lambda work, _me, row: farewell_guests.invite(work, row, said.text("guest_name")),
    "uninvite": lambda work, _me, row: farewell_guests.take_back(work, row, said.which("guest", "亲友")),
    "refuse": lambda work, me, row: farewell_recording.refuse_on_paper(work, me, row, said.which("consent", "同意书")),
    "keep": lambda work, _me, row: farewell_recording.keep(
        work, row, said.text("address"), said.day("until", "保存到")
    ),
    "erased": lambda work, _me, row: farewell_recording.erased(work, row),
    "words": lambda work, _me, row: farewell_book.take_away(work, row, said.which("words", "留言")),
}
