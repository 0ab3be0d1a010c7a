"""Questions residents put to a person: answered here, always with what the answer rests on (R-092)."""

from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.console.blueprints import page_blueprint
from backend.core.db import reading, unit_of_work
from backend.core.errors import DomainError
from backend.guides import service, views
from backend.guides.items import items
from backend.guides.knowledge import answers
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_questions", __name__, "/console/questions")

ANSWER = "question.answer"
CITES = 2  # how many citations the form offers; one is enough
DONE = {"answered": "已答复，提问人会收到通知。", "closed": "已结束这个问题。"}


@blueprint.get("/")
def index() -> str:
    return _page()


def _page(problem: str = "", failed: UUID | None = None) -> str:
    """The page; ``failed`` is the question whose form is shown again as it was typed."""
    viewer().require(ANSWER)
    with reading() as work:
        return render_template(
            "console/questions.html",
            waiting=service.inbox(work),
            answered=[views.question(row) for row in service.recently_answered(work)],
            figures=service.figures(work),
            choices={item.title: [(one.guide, one.heading) for one in answers(item)] for item in items().values()},
            cites=CITES,
            now=work.now,
            problem=problem,
            failed=failed,
            form=request.form,
            typed=request.form.getlist("cite"),
            done=DONE.get(request.args.get("done", "")),
        )


@blueprint.post("/<uuid:question_id>/answer")
def answer(question_id: UUID) -> Response:
    me = viewer()
    me.require(ANSWER)
    cites = [_cite(value) for value in request.form.getlist("cite") if value]
    try:
        with unit_of_work(me.actor) as work:
            service.answer(work, question_id, me.staff_id, request.form.get("answer", ""), list(dict.fromkeys(cites)))
    except DomainError as error:
        return _refused(error, question_id)
    return _back("answered")


def _cite(value: str) -> tuple[str, str]:
    guide, _, heading = value.partition(":")
    return guide, heading


@blueprint.post("/<uuid:question_id>/close")
def close(question_id: UUID) -> Response:
    me = viewer()
    me.require(ANSWER)
    try:
        with unit_of_work(me.actor) as work:
            service.close(work, question_id)
    except DomainError as error:
        return _refused(error, question_id)
    return _back("closed")


def _back(done: str) -> Response:
    return redirect(url_for(".index", done=done), code=303)


def _refused(error: DomainError, failed: UUID) -> Response:
    """The page again, with what was typed and what was wrong."""
    status, body = problem_of(error.code, error.facts)
    return make_response(_page(body["detail"], failed), status)
