"""How far the check of means of a case has come, in a line for each grown-up: for the page of the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from backend.assistance import means, sheets
from backend.assistance.facts import HouseholdFacts
from backend.assistance.means_report import why_not
from backend.assistance.means_rules import OPEN, SOURCE_TITLES
from backend.assistance.models import Authorisation, MeansQuery
from backend.cases.tasks import today
from backend.core.db import Work


@dataclass(frozen=True, slots=True)
class AdultStatus:
    """``done``: allowed, and every source that was asked has answered."""

    name: str
    words: str
    done: bool


def status(work: Work, case_id: UUID, facts: HouseholdFacts) -> list[AdultStatus]:
    """Of every grown-up whose permission the check needs; two queries, none of an answer."""
    permissions = select(Authorisation).where(Authorisation.case_id == case_id)
    given = {one.person_id: one for one in work.session.scalars(permissions)}
    asked = _states(work, case_id)
    found = []
    for one in means.adults_in(facts, today(work)):
        key = sheets.person_id_of(one)
        words, done = _words(work, given.get(key) if key else None, asked.get(key, {}) if key else None)
        found.append(AdultStatus(one.name or "没有写姓名", words, done))
    return found


def _states(work: Work, case_id: UUID) -> dict[UUID, dict[str, str]]:
    """Person → source → state of its newest round."""
    columns = (MeansQuery.person_id, MeansQuery.source, MeansQuery.state)
    rows = work.session.execute(select(*columns).where(MeansQuery.case_id == case_id).order_by(MeansQuery.round))
    found: dict[UUID, dict[str, str]] = {}
    for person, source, state in rows:
        found.setdefault(person, {})[source] = state
    return found


def _words(work: Work, given: Authorisation | None, asked: dict[str, str] | None) -> tuple[str, bool]:
    if asked is None:
        return "没有身份证号，核对不了", False
    if given is None or given.withdrawn_at is not None or not (asked or means.holds(given, today(work))):
        return why_not(given), False
    if not asked:
        return "已授权，还没有开始核对", False
    return _answered(asked)


def _answered(asked: dict[str, str]) -> tuple[str, bool]:
    waiting = [source for source, state in asked.items() if state in OPEN]
    silent = [source for source, state in asked.items() if state not in OPEN and state != "answered"]
    if waiting:
        return f"正在核对，{_titles(waiting)}还没有答复", False
    if silent:
        return f"{_titles(silent)}没有答复，请人工核对", False
    return f"核对完成，{len(asked)}个部门都答复了", True


def _titles(sources: Sequence[str]) -> str:
    return "、".join(SOURCE_TITLES.get(one, one) for one in sources)
