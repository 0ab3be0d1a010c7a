"""What was found out about a family: the check of means, home visits, and the sheet of facts that they correct."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.assistance import means, means_objections, means_report, self_care, sheets, visits
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.errors import QueryUnrelatedError, SheetChangedError, SheetFixedError
from backend.assistance.means_rules import TITLES, in_words
from backend.assistance.models import FactSheet
from backend.assistance.visit_findings import ITEMS_ZH
from backend.cases import service
from backend.cases.models import Case
from backend.cases.tasks import HANDLE, today
from backend.console import form_values as said
from backend.console.cases import facts as case_facts
from backend.console.cases.agreements import items_said
from backend.console.cases.desk import blueprint, refusal
from backend.console.cases.page import posted_id, seen, word
from backend.console.cases.sections import RELATIONS
from backend.core import audit
from backend.core.db import Work, reading, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of

DONE = {
    "facts": "已更正，新的计算在申请页上。", "adopt": "已把核对到的财产记到家庭情况里。", "recheck": "已重新发出核对。",
    "withdrawal": "已登记撤回，没有查的不再查。", "self-care": "已登记评估结果，新的计算在申请页上。",
    "explained": "已记下核实结果，本人会收到。", "permission": "已登记授权，马上开始核对。",
}  # fmt: skip
Verb = Callable[[Work, Viewer, Case], object]


@blueprint.get("/<uuid:case_id>/evidence")
def evidence(case_id: UUID) -> str:
    return _page(case_id)


@dataclass(frozen=True, slots=True)
class Filling:
    """A sheet that was typed and not kept: the values piece by piece, what is wrong, which list gets one more row."""

    values: Sequence[Mapping[str, Any]]
    version: str
    why: str
    faults: Mapping[str, str] = field(default_factory=dict)
    more: str = ""


def _page(case_id: UUID, problem: str = "", filling: Filling | None = None) -> str:
    """Reading it is a look at the records of everybody whose answers are shown."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = service.find(work, case_id, viewer=me)
        sheet, handles = sheets.sheet_of(work, row.id), me.may(HANDLE, row.territory)
        audit.record_read(work, row.applicant_id, why=f"case:{row.id}")
        return render_template(
            "console/case_evidence.html", case=row, sheet=sheet, problem=problem, **_parts(sheet, filling),
            amendable=handles and row.state in sheets.AMENDABLE,
            means=means_report.read(work, me, row) if sheet and handles else None, visits=visits.of_case(work, row.id),
            may_visit=handles and visits.may_begin(work, row.id),
            relations=RELATIONS, titles=TITLES, in_words=in_words, handles=handles,
            self_care_asked=sheet is not None and self_care.asked_of(row), item_words=ITEMS_ZH,
            assessments=[(one, self_care.items_of(one)) for one in self_care.of_case(work, row.id)],
            done=DONE.get(request.args.get("done", "")) if request.method == "GET" else None,
        )  # fmt: skip


def _parts(sheet: FactSheet | None, filling: Filling | None) -> dict[str, Any]:
    """The sheet as it is kept, or as it was typed."""
    if sheet is None:
        return {"facts": None}
    facts = sheets.read(sheet.facts)
    found = case_facts.pieces(sheet.programme, facts)
    now = filling or Filling(case_facts.known(found, facts), str(sheet.version), "")
    parts = case_facts.drawn(found, now.values, now.faults, now.more)
    return {
        "facts": facts, "parts": parts, "faults": now.faults, "loose": case_facts.elsewhere(parts, now.faults),
        "drawn_at": now.version, "why": now.why,
    }  # fmt: skip


@blueprint.post("/<uuid:case_id>/evidence/facts")
def amend_facts(case_id: UUID) -> Response:
    """The sheet with what was corrected on the page, or only one row more or less of a list."""
    me, wish = viewer(), word("wish")
    with reading() as work:
        sheet = sheets.sheet_of(work, service.find(work, case_id, viewer=me).id)
        if sheet is None:
            raise NotFoundError(sheet=case_id)
        facts, programme = sheets.read(sheet.facts), sheet.programme
    if wish.startswith(("more.", "less.")):
        return _html(_page(case_id, filling=_rows(facts, programme, wish)))
    try:
        with unit_of_work(me.actor) as work:
            found = case_facts.corrected(facts, programme, request.form, today(work))
            why = case_facts.reason(word("why"))
            sheets.amend(work, me, service.find(work, case_id, viewer=me), found, version=seen(), why=why)
    except DomainError as error:
        return _not_amended(case_id, facts, programme, error)
    return redirect(url_for(".evidence", case_id=case_id, done="facts"), 303)


def _html(page: str) -> Response:
    return Response(page, content_type="text/html; charset=utf-8")


def _rows(facts: FamilyFacts, programme: str, wish: str) -> Filling:
    found = case_facts.pieces(programme, facts)
    values, (rows, _, path) = case_facts.typed(found, request.form), wish.partition(".")
    if rows == "less":
        values = case_facts.without(found, values, path)
    return Filling(values, word("version"), word("why"), more=path if rows == "more" else "")


def _not_amended(case_id: UUID, facts: FamilyFacts, programme: str, error: DomainError) -> Response:
    """What was typed stays, what is wrong stands beside its field; whoever came second sees what the first has kept."""
    if isinstance(error, NotFoundError | NotAllowedError):
        raise error
    detail = problem_of(error.code, error.facts)[1]["detail"]
    if isinstance(error, SheetChangedError | SheetFixedError):
        return refusal(error, _page(case_id, detail))
    faults = error.facts.get("errors", {})
    typed = case_facts.typed(case_facts.pieces(programme, facts), request.form)
    kept = Filling(typed, word("version"), word("why"), faults)
    return refusal(error, _page(case_id, "" if faults else detail, kept))


@blueprint.post("/<uuid:case_id>/evidence/<action>")
def change_evidence(case_id: UUID, action: str) -> Response:
    me, verb = viewer(), VERBS.get(action)
    if verb is None:
        raise NotFoundError(action=action)
    try:
        with unit_of_work(me.actor) as work:
            verb(work, me, service.find(work, case_id, viewer=me))
    except DomainError as error:
        if isinstance(error, QueryUnrelatedError):  # refused, and lasting: in a unit of work of its own
            with unit_of_work(me.actor) as work:
                means.unrelated(work, service.find(work, case_id, viewer=me), posted_id("person"))
        if isinstance(error, NotFoundError):
            raise
        return refusal(error, _page(case_id, problem_of(error.code, error.facts)[1]["detail"]))
    return redirect(url_for(".evidence", case_id=case_id, done=action), 303)


def _explained(work: Work, me: Viewer, row: Case) -> Any:
    upheld = word("upheld") == "yes"
    return means_objections.settle(work, me, row, posted_id("objection"), upheld=upheld, finding=word("finding"))


def _withdraw(work: Work, me: Viewer, row: Case) -> Any:
    """The person has signed that they take it back; the paper is kept."""
    me.require(HANDLE, row.territory)
    if word("paper") != "yes":
        raise BadInputError(field="撤回书", why="请先让本人签字，再勾选")
    return means.withdraw(work, row, posted_id("person"))


def _assessed(work: Work, me: Viewer, row: Case) -> Any:
    return self_care.record(work, me, row, items_said(), word("assessor"), said.day("assessed_on", "评估日期"))


VERBS: dict[str, Verb] = {
    "adopt": lambda work, me, row: means_report.adopt(work, me, row, version=seen()),
    "permission": lambda work, me, row: means.sign(work, me, row, posted_id("person")),
    "recheck": lambda work, me, row: means.recheck(work, me, row, posted_id("person")),
    "explained": _explained,
    "withdrawal": _withdraw,
    "self-care": _assessed,
}
