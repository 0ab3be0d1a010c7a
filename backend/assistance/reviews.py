"""Looking again (R-027): what is due is told, no change is a tick, a change is a decision; refusals of work; fraud.

When to look again is worked out with the verdict (``review_after``); a death brings it forward to today.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select, true

from backend.assistance import benefits, entitlements
from backend.assistance.benefits import LIVE, Hearing
from backend.assistance.errors import FineTooHighError, ReviewChangedError
from backend.assistance.law import book
from backend.assistance.models import Benefit, Household, HouseholdMember
from backend.assistance.money import NOTHING, cents
from backend.assistance.payees import with_homes
from backend.assistance.profiles import profile_on, same_day_later
from backend.assistance.simulation import township_of
from backend.assistance.verdicts import Verdict
from backend.cases.tasks import HANDLE, VIEW
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import claim, for_update
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.models import Division
from backend.people.service import Viewer
from backend.residents.models import Person

PAGE, PORTION, YEAR = 200, 200, 12
WEEK, TODAY = timedelta(days=7), timedelta(0)
PRIORITY, DEADLINE_S = 7, 86_400.0


@dataclass(frozen=True, slots=True)
class Due:
    """A benefit somebody must look at again; ``household`` is its number, never a name."""

    benefit_id: UUID
    programme: str
    division_path: str
    review_on: date
    monthly: Decimal
    household: str | None


def due(work: Work, viewer: Viewer, within: timedelta = TODAY, programme: str = "") -> list[Due]:
    """The oldest first, of the viewer's part of the county; ``within``: those of the next days too."""
    last = local(work.now).date() + within
    only = Benefit.programme == programme if programme else true()
    found: Any = (
        select(
            Benefit.id, Benefit.programme, Benefit.division_path, Benefit.review_on, Benefit.monthly, Household.number
        )
        .select_from(Benefit)
        .where(Benefit.state.in_(LIVE), Benefit.review_on <= last, only, viewer.sees(Benefit.division_path, VIEW))
        .order_by(Benefit.review_on, Benefit.id)
        .limit(PAGE)
    )
    return [Due(*row) for row in work.session.execute(with_homes(found))]


def due_counts(work: Work, viewer: Viewer, within: timedelta = TODAY) -> list[tuple[str, int, int]]:
    """Programme, how many are due, how many of these are late."""
    today = local(work.now).date()
    late = func.sum(case((Benefit.review_on < today, 1), else_=0))
    found = (
        select(Benefit.programme, func.count(), late)
        .where(Benefit.state.in_(LIVE), Benefit.review_on <= today + within, viewer.sees(Benefit.division_path, VIEW))
        .group_by(Benefit.programme)
        .order_by(Benefit.programme)
    )
    return [(programme, count, int(late)) for programme, count, late in work.session.execute(found)]


def tell_due(work: Work) -> int:
    """Tell each township's clerks once a week how many reviews are due and how many are a week late; townships."""
    today = local(work.now).date()
    year, week, _day = today.isocalendar()
    found = select(Benefit.division_path, Benefit.review_on).where(Benefit.state.in_(LIVE), Benefit.review_on <= today)
    count, late = Counter[str](), Counter[str]()
    for path, review_on in work.session.execute(found):
        count[township_of(path)] += 1
        late[township_of(path)] += review_on <= today - WEEK
    for code, number in count.items():
        place = work.session.get_one(Division, code)
        tell_staff(
            work, nearest(work, "clerk", place.path), "benefit_reviews", f"{code}:{year}-{week}", priority=PRIORITY,
            deadline_s=DEADLINE_S, place=place.name, count=number, overdue=late[code],
        )  # fmt: skip
    return len(count)


def confirm(work: Work, viewer: Viewer, benefit_id: UUID, verdict: Verdict) -> Benefit:
    """Nothing has changed: look again at the verdict's next day. Raises ``ReviewChangedError`` for another amount."""
    row = benefits.locked(work, benefit_id)
    viewer.require(HANDLE, row.division_path)
    if not verdict.eligible or (verdict.monthly or NOTHING) != row.monthly or row.state not in LIVE:
        raise ReviewChangedError(benefit=str(benefit_id))
    row.review_on = verdict.review_after or same_day_later(verdict.day, YEAR)
    audit.record(work, "benefit.review", f"benefit:{benefit_id}", next=row.review_on)
    return row


# -- what brings a review forward


def after_deaths(work: Work) -> int:
    """Benefits of those who died: a person's is suspended, a household's is due for review today; how many."""
    today = local(work.now).date()
    dead = select(Person.id).where(Person.died_on.is_not(None))
    homes = select(HouseholdMember.household_id).where(
        HouseholdMember.person_id.in_(dead), HouseholdMember.until.is_(None)
    )
    theirs = Benefit.person_id.in_(dead) | Benefit.household_id.in_(homes)
    not_done = (Benefit.review_on > today) | (Benefit.person_id.is_not(None) & (Benefit.state != "suspended"))
    found = select(Benefit).where(Benefit.state.in_(LIVE), not_done, theirs)
    rows = work.session.scalars(claim(work, found.order_by(Benefit.id).limit(PORTION))).all()
    for row in rows:
        row.review_on = min(row.review_on, today)
        if row.person_id is not None and row.state != "suspended":
            benefits.suspend(work, row.id, "本人已去世，等待核查")
    return len(rows)


def refused_work(work: Work, viewer: Viewer, member_id: UUID) -> int:
    """A suitable job was refused; how many in a row. At the limit the household's 低保 is due for review today."""
    member, facts = _member(work, viewer, member_id)
    facts["refusals"] = int(facts.get("refusals", 0)) + 1
    member.facts = json.dumps(facts, ensure_ascii=False)
    today = local(work.now).date()
    if facts["refusals"] >= int(book().on(today).at("dibao_refusals").value):
        for row in benefits.live(work, member.household_id):
            row.review_on = min(row.review_on, today) if row.programme == "dibao" else row.review_on
    audit.record(work, "work.refused", f"member:{member_id}", times=facts["refusals"])
    return int(facts["refusals"])


def took_work(work: Work, viewer: Viewer, member_id: UUID) -> None:
    """A job was taken: refusals are counted from the beginning again."""
    member, facts = _member(work, viewer, member_id)
    member.facts = json.dumps(facts | {"refusals": 0}, ensure_ascii=False)
    audit.record(work, "work.taken", f"member:{member_id}")


def _member(work: Work, viewer: Viewer, member_id: UUID) -> tuple[HouseholdMember, dict[str, Any]]:
    mine = select(HouseholdMember).where(HouseholdMember.id == member_id, HouseholdMember.until.is_(None))
    member = work.session.scalars(for_update(work, mine)).one_or_none()
    if member is None:
        raise NotFoundError(member=str(member_id))
    viewer.require(HANDLE, work.session.get_one(Household, member.household_id).division_path)
    return member, json.loads(member.facts)


# -- fraud


@dataclass(frozen=True, slots=True)
class Sanction:
    """What a family that deceived gives back, in which monthly parts, and its fine (collected apart). Yuan."""

    returned: Decimal
    parts: tuple[tuple[date, Decimal], ...]
    fine: Decimal


def fine_limit(day: date, unlawful: Decimal) -> Decimal:
    """The most a fine may be: twice what was taken (社会救助法 73), three times before 2026-07-01 (重庆低保条例 36)."""
    return cents(profile_on(day)["fine_cap"] * unlawful)


def sanction(
    work: Work, viewer: Viewer, benefit_id: UUID, unlawful: Decimal, fine: Decimal, reason: str,
    hearing: Hearing | None,
) -> Sanction:  # fmt: skip
    """Take back ``unlawful`` yuan and fine within the law of the day, after the family was heard.

    Raises ``FineTooHighError``, ``HearingNeededError``, ``CutReasonMissingError``, ``BadInputError``.
    """
    day = local(work.now).date()
    viewer.require("payment.handle", benefits.locked(work, benefit_id).division_path)
    benefits.require_lawful_cut(day, reason, hearing)
    if fine < NOTHING or fine != cents(abs(fine)):
        raise BadInputError(field="fine", why="罚款不能小于零，最多两位小数")
    if fine > (most := fine_limit(day, unlawful)):
        raise FineTooHighError(most=str(most))
    parts = entitlements.recover(work, benefit_id, unlawful, reason)
    row = benefits.locked(work, benefit_id)
    benefits.recorded(work, "benefit.sanction", row, reason, hearing, returned=str(unlawful), fine=str(fine))
    return Sanction(unlawful, tuple(parts), fine)
