"""低收入人口动态监测 (R-039): every household is looked at by the dated rules; each warning is raised once.

A warning ends in a review of the household's benefits, in a lead that somebody follows, or is put aside with a reason.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import select, update

from backend.assistance import benefits, leads, sheets
from backend.assistance.benefits import LIVE
from backend.assistance.errors import LeadReasonMissingError, WarningSettledError
from backend.assistance.facts import PersonFacts
from backend.assistance.leads import About, Finder, Found
from backend.assistance.leads_models import MonitoringWarning
from backend.assistance.models import Benefit, FactSheet, Household, HouseholdMember
from backend.assistance.money import NOTHING
from backend.assistance.monitoring_rules import RULES_ZH, Running, Sign, Watched, signs
from backend.assistance.notices_of_params import ParamNotice
from backend.assistance.together_file import table
from backend.cases.rules import good_reason
from backend.core import audit, params
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import DomainError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.people.service import Viewer
from backend.residents.models import Person

FILE = Path(__file__).with_name("params") / "monitoring.yaml"
VIEW, HANDLE = leads.VIEW, leads.HANDLE
PORTION, LISTED = 100, 300
STATE_ZH = {"open": "待处理", "review": "已转复核", "lead": "已转走访", "dismissed": "已排除"}
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Scanned:
    """One portion: the last household looked at (None: that was all), and how many warnings were new."""

    last: UUID | None
    raised: int


# -- looking


def scan(work: Work, after: UUID | None = None) -> Scanned:
    """Look at the next ``PORTION`` households. Looking twice on a day raises nothing twice."""
    day = local(work.now).date()
    found = select(Household).where(Household.closed_at.is_(None)).order_by(Household.id).limit(PORTION)
    homes = work.session.scalars(found if after is None else found.where(Household.id > after)).all()
    if not homes:
        return Scanned(None, 0)
    numbers, members = _numbers(day), _members(work, homes)
    running = _running(work, homes, members)
    rows = [
        _row(work, home, sign)
        for home in homes
        for sign in signs(numbers, members[home.id], running[home.id], day)
    ]  # fmt: skip
    return Scanned(homes[-1].id, len(_raise(work, rows)))


def _numbers(day: date) -> dict[str, Any]:
    """The rules that hold on a day; one whose value is null is switched off."""
    return {name: found.value for name, found in params.load(FILE).in_force(day)}


def doubts(day: date) -> list[ParamNotice]:
    """Numbers of the rules that somebody in this county must look at again."""
    return leads.doubtful(FILE, day)


def _members(work: Work, homes: Sequence[Household]) -> Mapping[UUID, list[Watched]]:
    mine = select(HouseholdMember, Person.died_on).join(Person, Person.id == HouseholdMember.person_id)
    live = HouseholdMember.until.is_(None), HouseholdMember.household_id.in_([home.id for home in homes])
    found: defaultdict[UUID, list[Watched]] = defaultdict(list)
    for row, died_on in work.session.execute(mine.where(*live).order_by(HouseholdMember.position)):
        facts = PersonFacts.model_validate_json(row.facts)
        found[row.household_id].append(Watched(row.person_id, facts, died_on))
    return found


def _running(
    work: Work, homes: Sequence[Household], members: Mapping[UUID, list[Watched]]
) -> Mapping[UUID, list[Running]]:  # fmt: skip
    """Live benefits of the households and of their members, by household."""
    lives_in = {one.person_id: home for home, people in members.items() for one in people}
    theirs = Benefit.household_id.in_([home.id for home in homes]) | Benefit.person_id.in_(lives_in)
    newer, names = _newer(work, homes), table().names
    found: defaultdict[UUID, list[Running]] = defaultdict(list)
    for row in work.session.scalars(select(Benefit).where(Benefit.state.in_(LIVE), theirs).order_by(Benefit.id)):
        home = row.household_id or lives_in[cast("UUID", row.person_id)]
        known = names.get(row.programme)
        now = _now(work, newer.get((home, row.programme)), row)
        title = known.title if known else row.programme
        found[home].append(Running(str(row.id), title, row.last_month, row.monthly, now))
    return found


def _newer(work: Work, homes: Sequence[Household]) -> Mapping[tuple[UUID, str], FactSheet]:
    """The newest sheet of facts of each household and programme."""
    mine = select(FactSheet).where(FactSheet.household_id.in_([home.id for home in homes]))
    rows = work.session.scalars(mine.order_by(FactSheet.changed_at, FactSheet.case_id))
    return {(row.household_id, row.programme): row for row in rows if row.household_id is not None}


def _now(work: Work, sheet: FactSheet | None, benefit: Benefit) -> Decimal | None:
    """What facts newer than the benefit give today; None where there are none, or they do not settle it yet."""
    if sheet is None or sheet.changed_at <= benefit.changed_at:
        return None
    facts = sheets.known_today(work, sheets.read(sheet.facts), sheet.programme, sheet.household_id)
    try:
        found = sheets.verdict_on(work, sheet.programme, facts)
    except DomainError as refused:
        log.warning("monitoring.no_verdict", code=refused.code)
        return None
    if not found.ready:
        return None
    return (found.monthly or NOTHING) if found.eligible else NOTHING


def _row(work: Work, home: Household, sign: Sign) -> dict[str, Any]:
    return {
        "id": new_id(), "dedup_key": f"{sign.rule}:{sign.anchor}", "rule": sign.rule, "household_id": home.id,
        "person_id": sign.person_id, "division_path": home.division_path, "words": sign.words, "state": "open",
        "raised_at": work.now,
    }  # fmt: skip


def _raise(work: Work, rows: Sequence[dict[str, Any]]) -> Sequence[Any]:
    return insert_new(work, MonitoringWarning, rows, unique=("dedup_key",)) if rows else ()


# -- what becomes of a warning


def open_warnings(work: Work, viewer: Viewer, path: str) -> Sequence[tuple[MonitoringWarning, str, str | None]]:
    """What nobody has dealt with at or below a place: with the household's number and the person's name."""
    mine = (
        select(MonitoringWarning, Household.number, Person.name)
        .join(Household, Household.id == MonitoringWarning.household_id)
        .outerjoin(Person, Person.id == MonitoringWarning.person_id)
        .where(
            MonitoringWarning.state == "open", viewer.sees(MonitoringWarning.division_path, VIEW),
            MonitoringWarning.division_path.startswith(path, autoescape=True),
        )
        .order_by(MonitoringWarning.raised_at, MonitoringWarning.id)
        .limit(LISTED)
    )  # fmt: skip
    return [(row, number, name) for row, number, name in work.session.execute(mine)]


def to_review(work: Work, viewer: Viewer, warning_id: UUID) -> int:
    """The household's benefits are due for review today; how many. Raises ``WarningSettledError``."""
    row = _settle(work, viewer, warning_id, "review")
    today, persons = local(work.now).date(), [row.person_id] if row.person_id else []
    rows = benefits.live(work, row.household_id, persons)
    for benefit in rows:
        benefit.review_on = min(benefit.review_on, today)
    return len(rows)


def to_lead(work: Work, viewer: Viewer, warning_id: UUID) -> UUID:
    """Somebody goes and looks: a lead of its own. Raises ``WarningSettledError``."""
    row = _settle(work, viewer, warning_id, "lead")
    home = work.session.get_one(Household, row.household_id)
    person = work.session.get(Person, row.person_id) if row.person_id else None
    said = About(
        name=person.name[:40] if person else "", where=home.address[:120],
        words=f"{RULES_ZH.get(row.rule, row.rule)}：{row.words}（家庭 {home.number}）"[:500],
    )  # fmt: skip
    made = leads.report(
        work, Found(division=home.division_code, about=said, finder=Finder(), finder_kind="monitoring"),
        person_id=row.person_id,
    )  # fmt: skip
    row.lead_id = made.id
    return made.id


def dismiss(work: Work, viewer: Viewer, warning_id: UUID, reason: str) -> None:
    """Nothing is to be done, for this reason. Raises ``LeadReasonMissingError`` and ``WarningSettledError``."""
    words = good_reason(reason)
    if words is None:
        raise LeadReasonMissingError
    _settle(work, viewer, warning_id, "dismissed", reason=words)


def _settle(work: Work, viewer: Viewer, warning_id: UUID, state: str, **more: Any) -> MonitoringWarning:
    mine = select(MonitoringWarning).where(
        MonitoringWarning.id == warning_id, viewer.sees(MonitoringWarning.division_path, HANDLE)
    )
    row = work.session.scalars(mine).first()
    if row is None:
        raise NotFoundError(warning=warning_id)
    changed = work.execute_dml(
        update(MonitoringWarning)
        .where(MonitoringWarning.id == warning_id, MonitoringWarning.state == "open")
        .values(state=state, settled_at=work.now, settled_by=viewer.staff_id, **more)
        .execution_options(synchronize_session=False)
    )
    if not changed:
        raise WarningSettledError
    work.session.refresh(row)
    audit.record(work, f"warning.{state}", f"warning:{row.id}", rule=row.rule)
    return row
