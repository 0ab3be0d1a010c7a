"""The offline desk (R-005, R-037): a clerk enters an application for somebody who comes with a paper form."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.cases import forms, papers, service, serving, views
from backend.cases.errors import FormFaultsError
from backend.cases.models import Case
from backend.cases.records import form_of
from backend.cases.registry import matter_of_case, registry
from backend.cases.service import By
from backend.cases.tasks import HANDLE, today
from backend.console.cases import form as case_form
from backend.console.cases.desk import blueprint, refusal, townships
from backend.console.cases.page import posted_id, seen, word
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import DomainError, NotFoundError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents.persons import find_or_create_person

blueprint.url_value_preprocessor(serving.allow_a_paper)
FILLING = ("draft", "returned")
SAID = {
    "save": "已保存。",
    "paper": "已收到材料。",
    "paper-removed": "已删除这份材料。",
    "started": "已建好，请照纸质表填写。",
}


@blueprint.get("/new")
def new() -> str:
    return _new()


def _new(problem: str = "") -> str:
    me = viewer()
    me.require(HANDLE)
    matters = [one for one in registry().matters.values() if "clerk" in one.applicants]
    with reading() as work:
        return render_template(
            "console/case_new.html", matters=matters, towns=townships(work, me, HANDLE), form=request.form,
            problem=problem,
        )  # fmt: skip


@blueprint.post("/new")
def start() -> Response:
    """A draft for the person of this number."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            place = work.session.get(Division, word("division"))
            me.require(HANDLE, place.path if place else None)
            person = find_or_create_person(
                work, name=word("name"), id_kind=word("id_kind"), id_number=word("id_number"),
                phone=word("phone") or None,
            )  # fmt: skip
            row = service.start(
                work, matter_code=word("matter"), applicant_id=person.id, division_code=word("division"),
                by=By(staff=me), source="desk",
            )  # fmt: skip
            case_id = row.id
    except DomainError as error:
        return refusal(error, _new(problem_of(error.code, error.facts)[1]["detail"]))
    return _on(case_id, "started")


def _on(case_id: UUID, said: str) -> Response:
    return redirect(url_for(".form", case_id=case_id, said=said), 303)


@blueprint.get("/<uuid:case_id>/form")
def form(case_id: UUID) -> str:
    return _form(case_id)


def _form(
    case_id: UUID, values: Mapping[str, Any] | None = None, faults: Mapping[str, str] | None = None, problem: str = "",
    more: str = "",
) -> str:  # fmt: skip
    """The form as it is kept, or with what was typed and what is wrong with it. Raises ``NotFoundError``."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = _filling(work, me, case_id)
        spec, wrong = matter_of_case(row).form, faults or {}
        audit.record_read(work, row.applicant_id, why=f"case:{row.id}")
        return render_template(
            "console/case_form.html", case=views.for_desk(work, row, me), matter=matter_of_case(row),
            inputs=case_form.inputs(spec, form_of(row) if values is None else values, wrong, more),
            elsewhere=case_form.elsewhere(spec, wrong), faults=wrong, problem=problem,
            done=SAID.get(request.args.get("said", "")) if request.method == "GET" else None,
        )  # fmt: skip


def _filling(work: Work, me: Viewer, case_id: UUID) -> Case:
    """A case that can still be filled in, of a place where the viewer takes applications."""
    row = service.find(work, case_id, viewer=me)
    me.require(HANDLE, row.territory)
    if row.state not in FILLING:
        raise NotFoundError(case=case_id)
    return row


@blueprint.post("/<uuid:case_id>/form")
def fill(case_id: UUID) -> Response:
    """Save, save and hand in, or only one more row of a list."""
    me, wish = viewer(), word("wish")
    with reading() as work:
        values = case_form.values_of(matter_of_case(_filling(work, me, case_id)).form, request.form)
    rows, _, path = wish.partition(".")
    if rows in ("more", "less"):
        kept = case_form.less(values, path) if rows == "less" else values
        page = _form(case_id, kept, more=path if rows == "more" else "")
        return Response(page, content_type="text/html; charset=utf-8")
    try:
        with unit_of_work(me.actor) as work:
            row = service.save(work, _filling(work, me, case_id), values, version=seen())
            if wish == "submit":
                service.submit(work, row, version=row.version, by=By(staff=me))
    except DomainError as error:
        return _refused(case_id, values, error)
    if wish == "submit":
        return redirect(url_for(".case", case_id=case_id, done="submit"), 303)
    return _on(case_id, "save")


def _refused(case_id: UUID, values: Mapping[str, Any], error: DomainError) -> Response:
    """What was typed stays; what is wrong stands beside its field."""
    if isinstance(error, NotFoundError):
        raise error
    faults = dict(error.facts.get("errors", {})) if isinstance(error, FormFaultsError) else {}
    faults |= _in_rows(case_id, values) if faults else {}
    detail = "" if faults else problem_of(error.code, error.facts)[1]["detail"]
    return refusal(error, _form(case_id, values, faults, detail))


def _in_rows(case_id: UUID, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong in the rows of a list, by the path of the field."""
    with reading() as work:
        spec = matter_of_case(_filling(work, viewer(), case_id)).form
        faults = forms.read_all(spec, values, today(work), whole=word("wish") == "submit")[1]
        return {path: why for path, (_, why) in faults.items() if "." in path}


@blueprint.post("/<uuid:case_id>/paper")
def post_paper(case_id: UUID) -> Response:
    """A photograph or PDF of a paper the person brought."""
    me = viewer()
    try:
        upload = serving.uploaded()
        with unit_of_work(me.actor) as work:
            row = service.find(work, case_id, viewer=me)
            me.require(HANDLE, row.territory)
            papers.add(work, row, upload)
    except DomainError as error:
        return _refused_paper(case_id, error)
    return _on(case_id, "paper")


def _refused_paper(case_id: UUID, error: DomainError) -> Response:
    if isinstance(error, NotFoundError):
        raise error
    return refusal(error, _form(case_id, problem=problem_of(error.code, error.facts)[1]["detail"]))


@blueprint.post("/<uuid:case_id>/paper-removed")
def remove_paper(case_id: UUID) -> Response:
    me = viewer()
    with unit_of_work(me.actor) as work:
        papers.remove(work, _filling(work, me, case_id), posted_id("paper"))
    return _on(case_id, "paper-removed")
