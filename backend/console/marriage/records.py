"""Corrections of registrations: what waits for a decision, what must go into the national system (条例 20)."""

from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from backend.booking.matters import matter_of
from backend.console.blueprints import page_blueprint
from backend.console.marriage.archive import shown as shown_entry
from backend.console.marriage.records_words import changes_of, lines_of, staff_names
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import DomainError, NotFoundError
from backend.marriage import corrections
from backend.marriage.corrections import CORRECT, FIELDS, JUDGMENTS, OF_REGISTRATION, Change, Subject
from backend.marriage.models import Registration
from backend.marriage.record_models import Correction
from backend.people.sessions import viewer
from backend.problems import problem_of

blueprint = page_blueprint("console_records", __name__, "/console/marriage/records")

WHY = "correction"
DONE = {"asked": "已提出更正，等另一位同事审核。", "decided": "已审核。", "uploaded": "已记下：上传完成。"}


@blueprint.get("/")
def index() -> str:
    return _page()


def _page(problem: str = "") -> str:
    me = viewer()
    me.require(CORRECT)
    with reading() as work:
        waiting, judgments = corrections.waiting(work, me), corrections.to_upload(work, me)
        names = staff_names(work, [*waiting, *judgments])
        return render_template(
            "console/marriage_records.html",
            waiting=changes_of(waiting, names),
            judgments=changes_of(judgments, names),
            mine=me.staff_id,
            problem=problem,
            done=DONE.get(request.args.get("done", "")),
        )


@blueprint.post("/find")
def find() -> Response:
    """A registration of this house by its case number or the number of its certificate."""
    me, number = viewer(), request.form.get("number", "").strip().upper()
    me.require(CORRECT)
    with reading() as work:
        same = or_(Registration.number == number, Registration.certificate_number == number)
        found = work.session.scalars(select(Registration.id).where(same)).first()
    if found is None:
        return make_response(_page("没有找到这个号码的登记。请核对编号或证件字号；历史登记请到“婚姻档案”里查。"), 404)
    return redirect(url_for(".registration", case_id=found), 303)


@blueprint.get("/registrations/<uuid:case_id>")
def registration(case_id: UUID) -> str:
    return _registration(case_id)


def _registration(case_id: UUID, problem: str = "") -> str:
    """A registration with its corrections; looking at it is logged."""
    me, subject = viewer(), Subject(registration_id=case_id)
    with unit_of_work(me.actor) as work:
        original, history = corrections.original(work, me, subject), corrections.history(work, subject)
        matter = work.session.get_one(Registration, case_id).matter
        audit.record_read(work, f"registration-{case_id}", why=WHY)
        return render_template(
            "console/marriage_entry.html",
            title=matter_of(matter).title,
            lines=lines_of(original, history),
            changes=changes_of(history, staff_names(work, history)),
            subject=subject,
            fields={name: FIELDS[name] for name in OF_REGISTRATION if name in original},
            judgments=JUDGMENTS,
            may_correct=True,
            back=url_for(".index"),
            problem=problem,
            form=request.form,
            done=request.args.get("done"),
        )


@blueprint.post("/corrections/<of>/<uuid:of_id>")
def ask(of: str, of_id: UUID) -> Response:
    """Ask for a correction of a ``registration`` or of an ``entry`` of the archive."""
    me, archived, form = viewer(), of == "entry", request.form
    subject = Subject(archive_id=of_id) if archived else Subject(registration_id=of_id)
    after = form.get("judgment", "") if form.get("field") == "validity" else form.get("after", "")
    try:
        with unit_of_work(me.actor) as work:
            corrections.ask(work, me, subject, Change(form.get("field", ""), after, form.get("evidence", "")))
    except NotFoundError:
        raise
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        again = shown_entry(of_id, WHY, "", problem["detail"]) if archived else _registration(of_id, problem["detail"])
        return make_response(again, status)
    return redirect(url_for(".index", done="asked"), 303)


@blueprint.get("/corrections/<uuid:correction_id>")
def correction(correction_id: UUID) -> str:
    return _correction(correction_id)


def _correction(correction_id: UUID, problem: str = "") -> str:
    """One correction with what it says and its evidence; looking at it is logged."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = _found(work, correction_id)
        audit.record_read(work, f"correction-{correction_id}", why=WHY)
        return render_template(
            "console/marriage_correction.html",
            one=changes_of([row], staff_names(work, [row]))[0],
            mine=me.staff_id,
            problem=problem,
            form=request.form,
        )


def _found(work: Work, correction_id: UUID) -> Correction:
    row = work.session.get(Correction, correction_id)
    if row is None:
        raise NotFoundError(correction=str(correction_id))
    corrections.original(work, viewer(), Subject(row.registration_id, row.archive_id))  # refuses who may not see it
    return row


@blueprint.post("/corrections/<uuid:correction_id>/decide")
def decide(correction_id: UUID) -> Response:
    me, form = viewer(), request.form
    try:
        with unit_of_work(me.actor) as work:
            approve = form.get("decision") == "approve"
            corrections.decide(work, me, correction_id, approve=approve, answer=form.get("answer", ""))
    except NotFoundError:
        raise
    except DomainError as error:
        return _refused(correction_id, error)
    return redirect(url_for(".index", done="decided"), 303)


def _refused(correction_id: UUID, error: DomainError) -> Response:
    status, problem = problem_of(error.code, error.facts)
    return make_response(_correction(correction_id, problem["detail"]), status)


@blueprint.post("/corrections/<uuid:correction_id>/uploaded")
def uploaded(correction_id: UUID) -> Response:
    me = viewer()
    with unit_of_work(me.actor) as work:
        corrections.mark_uploaded(work, me, correction_id)
    return redirect(url_for(".index", done="uploaded"), 303)
