"""Accounts of the time bank at the counter: somebody found by a whole number or name; what they have and how it moved.

Whoever looks at an account is written down, as the API of the bank does.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from backend.console import tapped
from backend.console.blueprints import page_blueprint
from backend.console.timebank.account_chart import movements
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, DomainError
from backend.core.numbers import normal
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents import finding, masking
from backend.residents.documents import KINDS
from backend.residents.models import Person
from backend.timebank import credit, families, gifts, views
from backend.timebank.accounts import require_person
from backend.timebank.adjusting import ADJUST
from backend.timebank.kin import RELATIONS
from backend.timebank.models import ElderFacts
from backend.timebank.rules import words
from backend.volunteers import service
from backend.volunteers.models import Volunteer
from backend.volunteers.service import HANDLE, VIEW

blueprint = tapped.with_keys(page_blueprint("console_accounts", __name__, "/console/time-bank"))

USUAL = 90  # days of a statement unless somebody asks for others
LONGEST = 1100  # days: three years
FACTS = {"alone": "独居", "empty_nest": "空巢", "low_income": "低保", "disabled": "失能"}
DONE = {
    "adjust": "已记账，本人的明细里看得到。", "kin": "亲属关系已登记，可以转赠时间。", "end-kin": "亲属登记已结束。",
    "facts": "情况已登记。", "family": "家庭账户已开立。", "invite": "已邀请，等亲属本人同意。",
    "agree": "已加入家庭账户。", "pay-in": "时间已存进家庭账户。",
}  # fmt: skip


@blueprint.context_processor
def desk_words() -> dict[str, Any]:
    """What the viewer may do at this desk."""
    me = viewer()
    return {"may_handle": me.may(HANDLE), "may_adjust": me.may(ADJUST), "may_credit": me.may(credit.HANDLE)}


@blueprint.get("/")
def index() -> str:
    """Where somebody is looked for."""
    return _search()


def _search(problem: str = "", found: Sequence[Person] | None = None) -> str:
    viewer().require(VIEW)
    shown = None if found is None else [_line(one) for one in found]
    return render_template("console/time_accounts.html", problem=problem, found=shown)


def _line(row: Person) -> dict[str, Any]:
    born = f"{row.birth_date.year} 年生" if row.birth_date else ""
    return {"id": row.id, "name": masking.mask_name(row.name), "number": masking.mask_id(row.id_number), "born": born}


@blueprint.post("/find")
def find() -> AnyResponse | str | tuple[str, int]:
    """One person: their account. Several of one name: a choice, masked. That it was asked is written down."""
    me = viewer()
    me.require(VIEW)
    try:
        with unit_of_work(me.actor) as work:
            found = _matching(work, me, request.form.get("q", ""))
            if len(found) == 1:
                return redirect(address(found[0].id), 303)
            return _search(found=found)
    except DomainError as error:
        status, body = problem_of(error.code, error.facts)
        return _search(problem=body["detail"]), status


def _matching(work: Work, me: Viewer, text: str) -> Sequence[Person]:
    number = normal(text)
    if number is None:
        return finding.find(work, me, text)
    mine = select(Person).join(Volunteer, Volunteer.person_id == Person.id)
    return work.session.scalars(mine.where(Volunteer.number == number)).all()


def address(person_id: UUID, done: str = "") -> str:
    """The address of somebody's account."""
    return url_for("console_accounts.account", person_id=person_id, done=done or None)


# -- one account


@blueprint.get("/<uuid:person_id>")
def account(person_id: UUID) -> str | tuple[str, int]:
    """One account; ``since`` and ``until`` choose the days of the statement."""
    try:
        return page(person_id)
    except BadInputError as error:
        status, body = problem_of(error.code, error.facts)
        return _search(problem=body["detail"]), status


def page(person_id: UUID, problem: str = "") -> str:
    """The page; ``problem`` is said at the top, with what was typed still in its form."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = _opened(work, me, person_id)
        since, until = _days(work)
        moved = views.period(work, person_id, since, until)
        return render_template(
            "console/time_account.html", who=row, number=masking.mask_id(row.id_number),
            has=views.overview(work, person_id), moved=moved, since=since, until=until, words=words,
            chart=_drawing(movements(since, until, moved["lines"])) if moved["lines"] else None,
            kin=views.relatives(work, person_id), relations=RELATIONS, id_kinds=KINDS, facts=FACTS,
            known=_known(work, person_id), volunteer=service.of_person(work, person_id), problem=problem,
            orders=[views.gift_order(work, one) for one in gifts.orders_of(work, person_id)[:10]], form=request.form,
            family=families.of_person(work, person_id), opened=request.form.get("do", ""), today=local(work.now).date(),
            said="" if problem else DONE.get(request.args.get("done", ""), ""),
        )  # fmt: skip


def _opened(work: Work, me: Viewer, person_id: UUID) -> Person:
    """Whose account it is; that somebody looked is written down. Raises ``NotFoundError``, ``NotAllowedError``."""
    me.require(VIEW)
    require_person(work, person_id)
    audit.record_read(work, person_id, why="time_bank")
    return work.session.get_one(Person, person_id)


def _days(work: Work) -> tuple[date, date]:
    """The days asked for, both included. Raises ``BadInputError``."""
    today = local(work.now).date()
    until = _day("until", today)
    since = _day("since", until - timedelta(days=USUAL))
    if since > until or (until - since).days > LONGEST:
        raise BadInputError(field="起止日期", why="结束不能早于开始，一次最多看三年")
    return since, until


def _day(name: str, usual: date) -> date:
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(text) if text else usual
    except ValueError as error:
        raise BadInputError(field="日期", why="请选择日期") from error


def _known(work: Work, person_id: UUID) -> ElderFacts | None:
    """What was declared of an elder and holds."""
    live = select(ElderFacts).where(ElderFacts.person_id == person_id, ElderFacts.ended_at.is_(None))
    return work.session.scalars(live).first()


def _drawing(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - our own SVG, no person's words in it


@blueprint.get("/<uuid:person_id>/statement.csv")
def statement(person_id: UUID) -> Response:
    """The statement as a table; that it was taken is written down like every look."""
    me, out = viewer(), io.StringIO()
    with unit_of_work(me.actor) as work:
        _opened(work, me, person_id)
        since, until = _days(work)
        moved = views.period(work, person_id, since, until)
    sheet = csv.writer(out)
    sheet.writerow(["日期", "事项", "变动（分钟）", "余额（分钟）"])
    sheet.writerow([since, "期初余额", "", moved["opening"]])
    sheet.writerows(
        [f"{one['at']:%Y-%m-%d %H:%M}", one["title"], one["amount"], one["balance"]] for one in moved["lines"]
    )
    sheet.writerow([until, "期末余额", "", moved["closing"]])
    # The mark at the start tells a spreadsheet that this is UTF-8.
    return _file("\ufeff" + out.getvalue(), f"time-{since}-{until}.csv")


def _file(text: str, name: str) -> Response:
    answer = make_response(text)
    answer.headers.update(
        {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f"attachment; filename={name}"}
    )
    return answer


@blueprint.post("/credit-export")
def credit_export() -> Response:
    """The list for 信易+: excellent volunteers who have agreed, and a line in the audit."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        return _file(credit.export(work, me), "xinyi-plus.csv")
