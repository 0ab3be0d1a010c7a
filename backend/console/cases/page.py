"""One case at the desk: what to do next first, then everything it is decided on; each act checks the page is fresh."""

from collections.abc import Callable
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.cases import appeals, deciding, publishing, referrals, service, steps, tasks, views
from backend.cases.deciding import Words
from backend.cases.errors import ChangedMeanwhileError
from backend.cases.models import Case
from backend.cases.registry import matter_of_case
from backend.cases.service import By
from backend.console.cases.desk import blueprint, refusal
from backend.console.cases.sections import sections
from backend.core import audit
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of

HOW = {"paper": "当面交给本人", "post": "邮寄送达", "app": "小程序送达", "read_aloud": "读给本人听"}
DONE = {
    "claim": "这件事归您办了。", "hand-back": "已退回，同事可以接着办。", "assign": "已转给同事。",
    "accept": "已受理。",
    "return": "已告知要补的全部材料。", "not-accept": "已告知不予受理和理由。", "finish": "这一步办好了。",
    "decide": "已作出决定，请打印决定书送达。", "deliver": "已送达，办结。", "refer": "已转请部门协助。",
    "answer": "已登记答复。", "objection": "已记下核实结果。", "appeal": "已答复申诉。", "withdraw": "已撤回。",
    "submit": "已提交，等待受理。", "amend": "已更正，请看新的计算。",
}  # fmt: skip
SILENT = {
    "claim": "有人认领了", "hand_back": "退回待办", "assign": "转给同事", "finish_step": "办完一步",
    "amend_facts": "更正了家庭情况", "referral_overdue": "部门超期没有答复",
}  # fmt: skip
FOUND_BY = {
    "visit": ("去入户调查", "两位调查人和家属签完字，这一步自动办完。", "visits-title"),
    "means": ("看核对结果", "部门答复都回来、差异都核实了，再办完这一步。", "means-title"),
    "self_care": ("记六项能力评估", "入户时看过六项，或评估机构评过，这一步自动办完。", "care-title"),
}  # fmt: skip
Act = Callable[[Work, Viewer, Case], object]


@blueprint.get("/<uuid:case_id>")
def case(case_id: UUID) -> str:
    return case_page(case_id)


def case_page(case_id: UUID, problem: str = "", *, stale: bool = False) -> str:
    """The page as it stands now; opening it is a look at somebody's record, and written down."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = service.find(work, case_id, viewer=me)
        shown = views.for_desk(work, row, me)
        more = sections(work, row)
        audit.record_read(work, row.applicant_id, why=f"case:{row.id}")
        return render_template(
            "console/case.html", case=shown, **more, problem=problem, stale=stale, how=HOW, me=me,
            found_by=FOUND_BY, departments=referrals.DEPARTMENTS, spec=matter_of_case(row), words_of=SILENT,
            done=DONE.get(request.args.get("done", "")) if request.method == "GET" else None,
        )  # fmt: skip


@blueprint.post("/<uuid:case_id>/<action>")
def act(case_id: UUID, action: str) -> Response:
    """One act. Of two clerks at once the second sees the page as it is now, with what happened in words."""
    me, verb = viewer(), ACTS.get(action)
    if verb is None:
        raise NotFoundError(action=action)
    try:
        with unit_of_work(me.actor) as work:
            row = service.find(work, case_id, viewer=me)
            if seen() != row.version:
                raise ChangedMeanwhileError(version=seen())
            verb(work, me, row)
    except DomainError as error:
        if isinstance(error, NotFoundError):
            raise
        _status, body = problem_of(error.code, error.facts)
        stale = isinstance(error, ChangedMeanwhileError)
        return refusal(error, case_page(case_id, body["detail"], stale=stale))
    return redirect(url_for(".case", case_id=case_id, done=action), 303)


def seen() -> int:
    """The version of the case the asker's page was drawn from; -1 for none."""
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() else -1


def word(name: str) -> str:
    """A field of the form, trimmed."""
    return request.form.get(name, "").strip()


def posted_id(name: str) -> UUID:
    """Raises ``NotFoundError`` for what is no id."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise NotFoundError from None


def _send_back(work: Work, me: Viewer, row: Case) -> None:
    papers, fields = request.form.getlist("papers"), request.form.getlist("fields")
    service.send_back(work, me, row, version=seen(), papers=papers, fields=fields)


def _finish(work: Work, me: Viewer, row: Case) -> None:
    steps.finish(
        work, me, row, posted_id("task"), version=seen(), outcome=word("outcome"), note_words=word("note") or None
    )


def _deliver(work: Work, me: Viewer, row: Case) -> None:
    if word("how") not in HOW:
        raise BadInputError(field="送达方式", why="请从列表中选择")
    deciding.deliver(work, me, row, version=seen(), how=word("how"))


def _withdraw(work: Work, me: Viewer, row: Case) -> None:
    me.require(tasks.HANDLE, row.territory)
    service.withdraw(work, row, version=seen(), by=By(staff=me))


def _settled(verb: Callable[..., object], name: str) -> Act:
    """An objection or an appeal is answered: whether it is right, and what was found."""
    return lambda work, me, _row: verb(
        work, me, posted_id(name), upheld=word("upheld") == "yes", finding=word("finding")
    )


ACTS: dict[str, Act] = {
    "claim": lambda work, me, _row: tasks.claim(work, me, posted_id("task")),
    "hand-back": lambda work, me, _row: tasks.hand_back(work, me, posted_id("task")),
    "assign": lambda work, me, _row: tasks.assign(work, me, posted_id("task"), posted_id("staff")),
    "accept": lambda work, me, row: service.accept(work, me, row, version=seen()),
    "return": _send_back,
    "not-accept": lambda work, me, row: service.not_accept(work, me, row, version=seen(), reason=word("reason")),
    "finish": _finish,
    "decide": lambda work, me, row: deciding.decide(
        work, me, row, Words(word("outcome"), word("reason"), word("article")), version=seen()
    ),
    "deliver": _deliver,
    "withdraw": _withdraw,
    "refer": lambda work, me, row: referrals.send(work, me, row, word("department"), word("question")),
    "answer": lambda work, me, _row: referrals.answer(work, me, posted_id("referral"), word("answer"), word("by")),
    "objection": _settled(publishing.settle_objection, "objection"),
    "appeal": _settled(appeals.settle, "appeal"),
}


@blueprint.get("/<uuid:case_id>/tasks/<uuid:task_id>/assign")
def assigning(case_id: UUID, task_id: UUID) -> str:
    """To whom a task can be given."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row, task = service.find(work, case_id, viewer=me), tasks.find(work, me, task_id)
        if task.assignee_id != me.staff_id:
            me.require(tasks.SUPERVISE, task.territory)
        found = [one for one in tasks.colleagues(work, task.territory) if one.id != task.assignee_id]
        return render_template(
            "console/case_assign.html", case=row, task=task, colleagues=found, title=views.step_title(row, task)
        )
