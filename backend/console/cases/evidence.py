"""What was found out about a family: the check of means, home visits, and the sheet of facts that they correct."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.assistance import means, means_objections, means_report, sheets, visits
from backend.assistance.counting import INCOME_WORDS
from backend.assistance.errors import QueryUnrelatedError
from backend.assistance.means_rules import TITLES, in_words
from backend.cases import service
from backend.cases.models import Case
from backend.cases.tasks import HANDLE
from backend.console.cases import facts as case_facts
from backend.console.cases.desk import blueprint, refusal
from backend.console.cases.page import posted_id, seen, word
from backend.console.cases.sections import RELATIONS
from backend.core import audit
from backend.core.db import Work, unit_of_work
from backend.core.errors import DomainError, NotFoundError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of

DONE = {
    "facts": "已更正，新的计算在申请页上。", "adopt": "已把核对到的财产记到家庭情况里。", "recheck": "已重新发出核对。",
    "explained": "已记下核实结果，本人会收到。", "permission": "已登记授权，马上开始核对。",
}  # fmt: skip
Verb = Callable[[Work, Viewer, Case], object]


@blueprint.get("/<uuid:case_id>/evidence")
def evidence(case_id: UUID) -> str:
    return _page(case_id)


def _page(case_id: UUID, problem: str = "") -> str:
    """Reading it is a look at the records of everybody whose answers are shown."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = service.find(work, case_id, viewer=me)
        sheet, handles = sheets.sheet_of(work, row.id), me.may(HANDLE, row.territory)
        audit.record_read(work, row.applicant_id, why=f"case:{row.id}")
        return render_template(
            "console/case_evidence.html", case=row, sheet=sheet, problem=problem,
            facts=sheets.read(sheet.facts) if sheet else None, amendable=handles and row.state in sheets.AMENDABLE,
            means=means_report.read(work, me, row) if sheet and handles else None, visits=visits.of_case(work, row.id),
            may_visit=handles and visits.may_begin(work, row.id),
            incomes=INCOME_WORDS, relations=RELATIONS, titles=TITLES, in_words=in_words, handles=handles,
            done=DONE.get(request.args.get("done", "")) if request.method == "GET" else None,
        )  # fmt: skip


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


def _amend(work: Work, me: Viewer, row: Case) -> None:
    """The sheet with what was corrected on the page; ``version`` is the sheet's."""
    facts = case_facts.corrected(sheets.facts_of(work, row.id), request.form)
    sheets.amend(work, me, row, facts, version=seen(), why=case_facts.reason(word("why")))


def _explained(work: Work, me: Viewer, row: Case) -> Any:
    upheld = word("upheld") == "yes"
    return means_objections.settle(work, me, row, posted_id("objection"), upheld=upheld, finding=word("finding"))


VERBS: dict[str, Verb] = {
    "facts": _amend,
    "adopt": lambda work, me, row: means_report.adopt(work, me, row, version=seen()),
    "permission": lambda work, me, row: means.sign(work, me, row, posted_id("person")),
    "recheck": lambda work, me, row: means.recheck(work, me, row, posted_id("person")),
    "explained": _explained,
}
