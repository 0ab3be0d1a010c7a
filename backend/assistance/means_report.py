"""What a check of means has brought: per grown-up and source, beside what the family declared, in plain words.

Whoever of the staff reads it leaves a trace for each person whose answers are shown (``read``).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from backend.assistance import means, means_providers, sheets
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.errors import VerdictNotReadyError
from backend.assistance.means import Adult
from backend.assistance.means_models import MeansObjection
from backend.assistance.means_rules import (
    ANSWERED_BY,
    OPEN,
    OWNED,
    QUERY_ZH,
    SOURCE_TITLES,
    TITLES,
    Difference,
    FoundFact,
    Tolerance,
    income_differences,
    owned,
    owned_differences,
)
from backend.assistance.models import Authorisation, FactSheet, MeansQuery
from backend.cases.models import Case
from backend.cases.tasks import HANDLE, today
from backend.core import audit
from backend.core.db import Work
from backend.people.service import Viewer

NOBODY_TO_ASK = "还没有接通任何核对部门，请人工核对"
UNSETTLED = "核对到的财产和填的不一样，先在“核对、入户和更正”里采用核对到的，或者核实本人的说明"
ADOPTED = "采用核对到的财产"


@dataclass(frozen=True, slots=True)
class Explained:
    """A difference with what the person said to it and what came of that (None: nothing said yet)."""

    difference: Difference
    objection_id: UUID | None = None
    said: str | None = None
    state: str | None = None
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source about one person, the newest round."""

    source: str
    title: str
    state: str
    state_zh: str
    round: int
    asked_at: datetime | None
    answered_at: datetime | None
    found: tuple[FoundFact, ...]


@dataclass(frozen=True, slots=True)
class AdultLine:
    """One grown-up. ``why_not``: in words, why nobody is asked about them; empty if they have allowed it."""

    person_id: UUID | None
    name: str
    authorised: bool
    why_not: str
    valid_until: date | None
    sources: tuple[SourceLine, ...]
    differences: tuple[Explained, ...]


@dataclass(frozen=True, slots=True)
class MeansReport:
    """``owned``: of the whole family, only what every source has answered for everybody. ``differences``: in it.

    ``missing``: in words, what a person has to look at before the check is whole. ``pending``: answers are out.
    """

    case_id: UUID
    adults: tuple[AdultLine, ...]
    owned: Mapping[str, Decimal]
    differences: tuple[Explained, ...]
    missing: tuple[str, ...]
    pending: bool

    @property
    def complete(self) -> bool:
        return not self.missing


def report(work: Work, case_id: UUID) -> MeansReport:
    """The check as it stands. ``LookupError`` for a case without a sheet never comes: nobody is asked before it."""
    case = work.session.get_one(Case, case_id)
    sheet = sheets.sheet_of(work, case_id)
    family = sheets.read(sheet.facts) if sheet else None
    lines = [_adult(work, case, one) for one in means.adults_of(work, case)]
    answered = _answered_by_all(lines)
    found = [fact for one in lines for row in one.sources for fact in row.found]
    mine = _explained(work, case, case.applicant_id, _owned_differences(work, family, found, answered))
    return MeansReport(
        case_id, tuple(lines), {kind: owned(kind, found) for kind in answered}, mine,
        tuple(_missing(lines, mine)), any(row.state in OPEN for one in lines for row in one.sources),
    )  # fmt: skip


def tolerance_on(day: date) -> Tolerance:
    """What is too small to ask about on a day."""
    book = means.means_params()
    yuan, share, limit = (
        Decimal(book.at(f"means_{name}", day).value)
        for name in ("tolerance_yuan", "tolerance_share", "utilities_limit")
    )
    return Tolerance(yuan, share, limit)


def _adult(work: Work, case: Case, one: Adult) -> AdultLine:
    if one.person is None:
        return AdultLine(None, one.member.name, False, "没有身份证号，核对不了", None, (), ())
    given = means.authorisation_of(work, case.id, one.person.id)
    taken_back = given is None or given.withdrawn_at is not None
    rows = () if taken_back else tuple(_line(row) for row in _newest(work, case.id, one.person.id))
    found = [fact for row in rows for fact in row.found]
    differences = tuple(income_differences(one.member, found, tolerance_on(today(work))))
    allowed = means.holds(given, today(work)) or (not taken_back and bool(rows))
    return AdultLine(
        one.person.id, one.person.name, allowed, "" if allowed else why_not(given),
        given.valid_until if given else None, rows, _explained(work, case, one.person.id, differences),
    )  # fmt: skip


def why_not(given: Authorisation | None) -> str:
    """In words, why nobody is asked about somebody."""
    if given is None:
        return "还没有授权"
    return "撤回了授权，申请不能继续" if given.withdrawn_at else "授权已过期，请重新授权"


def _newest(work: Work, case_id: UUID, person_id: UUID) -> Sequence[MeansQuery]:
    """Of each source the newest round: a second look at one source keeps the answers of the others."""
    mine = (MeansQuery.case_id == case_id, MeansQuery.person_id == person_id)
    last = select(MeansQuery.source, func.max(MeansQuery.round).label("round")).where(*mine).group_by(MeansQuery.source)
    newest = last.subquery()
    joined = select(MeansQuery).join(
        newest, (newest.c.source == MeansQuery.source) & (newest.c.round == MeansQuery.round)
    )  # fmt: skip
    rows = work.session.scalars(joined.where(*mine).execution_options(populate_existing=True)).all()
    order = list(SOURCE_TITLES)
    return sorted(rows, key=lambda row: order.index(row.source) if row.source in order else len(order))


def _line(row: MeansQuery) -> SourceLine:
    return SourceLine(
        row.source, SOURCE_TITLES.get(row.source, row.source), row.state, QUERY_ZH[row.state], row.round,
        row.asked_at, row.answered_at, tuple(facts_in(row)),
    )  # fmt: skip


def facts_in(row: MeansQuery) -> list[FoundFact]:
    """What a reply says; nothing before there is one."""
    found = json.loads(row.reply) if row.reply else []
    return [FoundFact(one["kind"], Decimal(one["amount"]), row.source) for one in found]


def _answered_by_all(lines: Sequence[AdultLine]) -> list[str]:
    """Kinds of property that every source has answered for every grown-up; none while nobody was asked."""
    answers = [{row.source for row in one.sources if row.state == "answered"} for one in lines]
    whole = set.intersection(*answers) if answers else set()
    return [kind for kind in OWNED if set(ANSWERED_BY[kind]) <= whole]


def _owned_differences(
    work: Work, family: FamilyFacts | None, found: Sequence[FoundFact], answered: Sequence[str]
) -> tuple[Difference, ...]:
    if family is None:
        return ()
    return tuple(owned_differences(family, found, answered, tolerance_on(today(work))))


def _explained(work: Work, case: Case, person_id: UUID, differences: Sequence[Difference]) -> tuple[Explained, ...]:
    if not differences:
        return ()
    mine = select(MeansObjection).where(MeansObjection.case_id == case.id, MeansObjection.person_id == person_id)
    said = {one.kind: one for one in work.session.scalars(mine.order_by(MeansObjection.raised_at))}
    return tuple(_with(one, said.get(one.kind)) for one in differences)


def _with(difference: Difference, said: MeansObjection | None) -> Explained:
    if said is None:
        return Explained(difference)
    return Explained(difference, said.id, said.words, said.state, said.finding)


def _missing(lines: Sequence[AdultLine], family: Sequence[Explained]) -> list[str]:
    if not lines:
        return []
    if not means_providers.sources():
        return [NOBODY_TO_ASK]
    words = [f"{one.name}：{one.why_not}" for one in lines if not one.authorised]
    words += [f"{one.name}：还没有开始核对" for one in lines if one.authorised and not one.sources]
    for one in lines:
        words += [f"{one.name}：{row.title}{row.state_zh}" for row in one.sources if row.state != "answered"]
    explained = [(one.name, row) for one in lines for row in one.differences] + [("全家", row) for row in family]
    words += [
        f"{name}：对{TITLES[row.difference.kind]}的说明还没有处理" for name, row in explained if row.state == "open"
    ]
    return words


def require_settled(work: Work, case: Case) -> None:
    """Nobody agrees on declared property while another was found: it is adopted first, or the explanation upheld.

    Raises ``VerdictNotReadyError``.
    """
    if any(one.state != "upheld" for one in report(work, case.id).differences):
        raise VerdictNotReadyError(needs=UNSETTLED)


# -- for staff


def read(work: Work, viewer: Viewer, case: Case) -> MeansReport:
    """The report for whoever works on the case; each person's answers that are shown are logged as read.

    Raises ``NotAllowedError``.
    """
    viewer.require(HANDLE, case.territory)
    found = report(work, case.id)
    for one in found.adults:
        if one.person_id is not None and one.sources:
            audit.record_read(work, one.person_id, why=f"means:{case.id}")
    return found


def adopt(work: Work, viewer: Viewer, case: Case, *, version: int) -> FactSheet:
    """Put what the family was found to own onto its sheet, as far as everybody has answered. Raises as ``amend``."""
    found = report(work, case.id).owned
    facts = sheets.facts_of(work, case.id)
    values = {kind: amount if kind == "financial" else int(amount) for kind, amount in found.items()}
    changed = facts.model_copy(update={"assets": facts.assets.model_copy(update=values)})
    return sheets.amend(work, viewer, case, changed, version=version, why=ADOPTED)
