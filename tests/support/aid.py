"""A family's application for 低保 with the real rules, brought to any state: the window's people and one family."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from backend.assistance import benefits, sheets
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.facts import Income, Property
from backend.assistance.models import Benefit
from backend.cases import deciding, publishing, service
from backend.cases.deciding import Words
from backend.cases.models import Case, Decision
from backend.cases.records import fresh
from backend.core.clock import ManualClock, local
from backend.core.db import Work, unit_of_work
from tests.support.cases import FORM, Window, day, done, draft, investigated
from tests.support.residents import id_number

CHECKED = Property(financial=Decimal(3000), houses=1, vehicles=0, companies=0)
BORN = {"王秀英": date(1960, 5, 1), "李小宝": date(2016, 6, 1)}


def row(name: str, born: date, serial: int, relation: str, income: str = "0", **more: Any) -> dict[str, Any]:
    """One line of the form's family."""
    return {
        "name": name, "id_number": id_number(born, serial), "birth_date": str(born), "relation": relation,
        "monthly_income": income,
    } | more  # fmt: skip


def form(**more: Any) -> dict[str, Any]:
    """王秀英 with her grandchild; no income."""
    return FORM | more


def accepted(work: Work, window: Window, filled: dict[str, Any] | None = None, matter: str = "dibao") -> Case:
    case = draft(work, window, matter, form=filled or form())
    case = service.submit(work, case, version=case.version)
    return service.accept(work, window["clerk"], case, version=case.version)


def checked(work: Work, window: Window, case: Case, **assets: Any) -> FamilyFacts:
    """The check of means has found what the family owns; the clerk puts it on the sheet."""
    row = sheets.open_sheet(work, case)
    facts = sheets.read(row.facts).model_copy(update={"assets": CHECKED.model_copy(update=assets)})
    sheets.amend(work, window["clerk"], case, facts, version=row.version, why="核对结果")
    return facts


def published(work: Work, window: Window, filled: dict[str, Any] | None = None) -> Case:
    case = investigated(work, window, accepted(work, window, filled))
    checked(work, window, case)
    return done(work, window, fresh(work, case.id), "opinion", "agree")


def go_to(clock: ManualClock, to: str, hour: int = 9) -> None:
    """A morning in the county, before or after now."""
    wanted = day(to)
    now = local(clock.now())
    there = now.replace(year=wanted.year, month=wanted.month, day=wanted.day, hour=hour, minute=0, second=0)
    clock.advance((there - now).total_seconds())


def decided(window: Window, clock: ManualClock, case: Case, until: str, words: Words | None = None) -> Decision:
    """The publication has hung its days; the officer decides and the letter is delivered. Units of work of its own."""
    go_to(clock, until)
    with unit_of_work() as work:
        publishing.end_over(work)
    with unit_of_work(window["officer"].actor) as work:
        ready = fresh(work, case.id)
        made = deciding.decide(work, window["officer"], ready, words or Words("granted"), version=ready.version)
        now = fresh(work, case.id)
        deciding.deliver(work, window["clerk"], now, version=now.version, how="paper")
        return made


def granted(
    work: Callable[..., AbstractContextManager[Work]], window: Window, clock: ManualClock, **more: Any
) -> Decision:  # fmt: skip
    """The family's 低保, decided on 30 November 2026. ``work``: the fixture."""
    with work(window["clerk"].actor) as w:
        case = published(w, window, form(**more))
    return decided(window, clock, case, "2026-11-30")


def live_one(work: Work) -> Benefit:
    """The one benefit that is given now."""
    return work.session.scalars(select(Benefit).where(Benefit.state.in_(benefits.LIVE))).one()


def earning(facts: FamilyFacts, place: int, amount: str, kind: str = "wage") -> FamilyFacts:
    """The same family with this member's income."""
    members = list(facts.members)
    income = (Income.model_validate({"kind": kind, "amount": amount}),) if Decimal(amount) else ()
    members[place] = members[place].model_copy(update={"incomes": income, "works": kind == "wage"})
    return facts.model_copy(update={"members": tuple(members)})
