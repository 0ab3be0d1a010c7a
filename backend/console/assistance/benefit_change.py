"""A review that found something changed: what it is now, what that comes to, and the decision the family reads."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import make_response, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backend.assistance import benefits, changes, handling, notices_of_params, sheets, what_changed
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.counting import INCOME_WORDS
from backend.assistance.models import Benefit
from backend.assistance.money import cents
from backend.assistance.payments import PAY
from backend.assistance.verdicts import Verdict
from backend.assistance.what_changed import KINDS, Changed, NewIncome
from backend.cases.tasks import HANDLE
from backend.console import form_values as said
from backend.console import tapped
from backend.console.assistance import benefit_words
from backend.console.assistance.benefits import blueprint
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.problems import problem_of
from backend.residents import masking as mask

WHYS = {"changed": "收入或财产有变化", "work": "有人就业，收入增加（可以渐退）"} | handling.STOPS


@blueprint.get("/<uuid:benefit_id>/change")
def change(benefit_id: UUID) -> str:
    return _page(benefit_id)


def _page(benefit_id: UUID, problem: str = "", verdict: Verdict | None = None) -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        row = _mine(work, me, benefit_id)
        audit.record(work, "benefit.facts", f"benefit:{benefit_id}", why="review")
        return render_template(
            "console/benefit_change.html", row=row, problem=problem, verdict=verdict, form=request.form, whys=WHYS,
            kinds={one: INCOME_WORDS[one] for one in KINDS}, members=_members(benefits.facts_of(row.basis)),
            financial=benefits.facts_of(row.basis).assets.financial, names=benefit_words.programme_names(),
            heard=handling.open_hearing(row, local(work.now).date()), may_pay=me.may(PAY, row.division_path),
            doubts=[] if verdict is None else notices_of_params.of_verdict(verdict),
        )  # fmt: skip


def _mine(work: Work, me: Viewer, benefit_id: UUID) -> Benefit:
    row = work.session.get(Benefit, benefit_id)
    if row is None:
        raise NotFoundError(benefit=str(benefit_id))
    me.require(HANDLE, row.division_path)
    return row


def _members(facts: FamilyFacts) -> list[dict[str, Any]]:
    return [
        {
            "name": mask.mask_name(one.name),
            "incomes": [(INCOME_WORDS[income.kind], cents(income.monthly), income.source) for income in one.incomes],
        }
        for one in facts.members
    ]


@blueprint.post("/<uuid:benefit_id>/change/preview")
def preview_change(benefit_id: UUID) -> Response:
    """What it comes to under today's law; nothing is written."""
    me = viewer()
    try:
        with unit_of_work(me.actor) as work:
            row = _mine(work, me, benefit_id)
            known = sheets.known_today(work, _facts(row), row.programme, row.household_id)
            verdict = sheets.verdict_on(work, row.programme, known)
    except DomainError as error:
        status, body = problem_of(error.code, error.facts)
        return make_response(_page(benefit_id, body["detail"]), status)
    return make_response(_page(benefit_id, verdict=verdict))


@blueprint.post("/<uuid:benefit_id>/change")
def decide_change(benefit_id: UUID) -> Response:
    """The county's decision; its benefit is the page one comes to."""

    def act(work: Work, me: Viewer) -> str:
        said.sure()
        row = _mine(work, me, benefit_id)
        me.require(PAY, row.division_path)
        if said.text("why") not in WHYS:
            raise BadInputError(field="为什么变", why="请从列表中选择")
        made = changes.change_of_circumstance(
            work, me, benefit_id, _facts(row), said.text("why"), reason=said.text("reason"),
            hearing=handling.open_hearing(row, local(work.now).date()),
        )  # fmt: skip
        if made is None:
            raise BadInputError(field="情况", why="和原来一样，没有要改的")
        now = work.session.scalars(select(Benefit.id).where(Benefit.decision_id == made.id)).first()
        return url_for(".benefit", benefit_id=now or benefit_id, done="changed" if now else "stopped")

    return tapped.done(act, lambda problem: _page(benefit_id, problem))


def _facts(row: Benefit) -> FamilyFacts:
    """What was decided on, with what was typed. Raises ``BadInputError``."""
    before = benefits.facts_of(row.basis)
    amounts = {spot: said.money(name, "收入") for name, spot in _income_fields(before)}
    new = {place: one for place in range(len(before.members)) if (one := _new(place)) is not None}
    financial = said.money("financial", "存款") if said.text("financial") else None
    try:
        return what_changed.applied(before, Changed(amounts, new, financial, said.text("source")[:200]))
    except ValueError as error:
        raise BadInputError(field="情况", why="收入和存款要是大于等于零的数，最多两位小数") from error


def _income_fields(facts: FamilyFacts) -> Iterator[tuple[str, tuple[int, int]]]:
    """Only what came with the form: an income that is not on it stays."""
    for place, member in enumerate(facts.members):
        for at in range(len(member.incomes)):
            if said.text(name := f"income-{place}-{at}"):
                yield name, (place, at)


def _new(place: int) -> NewIncome | None:
    if not said.text(f"amount-{place}"):
        return None
    kind = next((one for one in KINDS if one == said.text(f"kind-{place}")), None)
    if kind is None:
        raise BadInputError(field="收入种类", why="请从列表中选择")
    return NewIncome(kind, said.money(f"amount-{place}", "收入"))
