"""What an officer or a clerk does to one benefit between two decisions: each with its right, its reason, its record.

The clerk of the township hears, visits and notes; whatever gives, withholds or ends money is the county's.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.assistance import benefits, households, reviews
from backend.assistance.assessment import assess
from backend.assistance.benefits import Hearing
from backend.assistance.models import Benefit
from backend.assistance.money import NOTHING
from backend.assistance.payments import PAY
from backend.assistance.sheets import Judged, calculation_of
from backend.cases import deciding
from backend.cases.deciding import Words
from backend.cases.models import Decision
from backend.cases.records import lock
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.people.service import Viewer

HANDLE = "case.handle"
HEARD, SETTLED = "benefit.heard", ("benefit.visited", "benefit.resume")  # looked at again, and nothing was cut
VISIT_DAYS = 90  # an older visit says nothing about how a family lives now
STOPS = {
    "over_standard": "收入或财产超过标准", "moved": "户籍或居住地迁出", "work_refused": "多次拒绝介绍的合适工作",
    "fraud": "骗取救助", "own_wish": "本人不再需要", "death": "享受人已去世",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to a benefit, as its sealed basis keeps it. ``at``: ISO; empty where nobody kept it."""

    action: str
    reason: str
    at: str
    by: str
    hearing: Hearing | None


def acts(row: Benefit) -> list[Act]:
    """The oldest first."""
    return [_act(one) for one in json.loads(row.basis).get("acts", [])]


def _act(one: dict[str, Any]) -> Act:
    said = one.get("hearing")
    heard = Hearing(date.fromisoformat(said["on"]), said["by"], said["said"]) if said else None
    return Act(one["action"], one["reason"], one.get("at", ""), one.get("by", ""), heard)


def open_hearing(row: Benefit) -> Hearing | None:
    """The last hearing, unless the matter was settled after it without a cut."""
    for one in reversed(acts(row)):
        if one.action in SETTLED:
            return None
        if one.action == HEARD:
            return one.hearing
    return None


# -- the township's


def hear(work: Work, viewer: Viewer, benefit_id: UUID, hearing: Hearing) -> None:
    """Keep what the family said before a cut is decided (社会救助法 48). Raises ``BadInputError``."""
    row = _mine(work, viewer, benefit_id, HANDLE)
    if not hearing.said.strip() or not hearing.heard_by.strip():
        raise BadInputError(field="听取意见", why="请写明谁听取的、本人说了什么")
    _require_past(work, hearing.held_on, "听取日期")
    benefits.recorded(work, HEARD, row, "", hearing)


def unchanged(work: Work, viewer: Viewer, benefit_id: UUID, visited_on: date) -> Benefit:
    """A visit found the family as it was decided on: judged by today's law, the money is the same.

    Raises ``ReviewChangedError`` where it is not, ``BadInputError`` for a visit that lies ahead or too far back.
    """
    row = _mine(work, viewer, benefit_id, HANDLE)
    _require_past(work, visited_on, "入户日期")
    today = local(work.now).date()
    if today - visited_on > timedelta(days=VISIT_DAYS):
        raise BadInputError(field="入户日期", why=f"已过去{VISIT_DAYS}天以上，请重新入户")
    verdict = assess(row.programme, benefits.facts_of(row.basis), today)
    reviewed = reviews.confirm(work, viewer, benefit_id, verdict)
    reviewed.assessed_on = today
    benefits.recorded(work, "benefit.visited", reviewed, f"{visited_on}入户，情况没有变化", None)
    return reviewed


def death(work: Work, viewer: Viewer, benefit_id: UUID, person_id: UUID, day: date) -> None:
    """Somebody of the family died: they leave it, what they got themselves waits, what the family gets is looked at.

    Raises ``NotFoundError`` for who is not of the family, ``BadInputError`` for a day that cannot be.
    """
    row = _mine(work, viewer, benefit_id, HANDLE)
    home = households.of_person(work, person_id)
    if person_id != row.person_id and (home is None or home.id != row.household_id):
        raise NotFoundError(person=str(person_id))
    benefits.recorded(work, "benefit.death", row, f"登记去世，日期{day}", None)
    households.record_death(work, person_id, day)
    work.session.flush()
    reviews.after_deaths(work)


# -- the county's


def suspend(work: Work, viewer: Viewer, benefit_id: UUID, reason: str) -> Benefit:
    """Raises ``CutReasonMissingError``, ``WrongStateError``, ``NotAllowedError``."""
    _mine(work, viewer, benefit_id, PAY)
    return benefits.suspend(work, benefit_id, reason)


def resume(work: Work, viewer: Viewer, benefit_id: UUID, *, back_pay: bool) -> Benefit:
    """Raises ``WrongStateError``, ``NotAllowedError``."""
    _mine(work, viewer, benefit_id, PAY)
    return benefits.resume(work, benefit_id, back_pay=back_pay)


def stop(
    work: Work, viewer: Viewer, benefit_id: UUID, *, why: str, reason: str, last_month: date | None = None
) -> Benefit:  # fmt: skip
    """End it on the hearing that was kept before. ``why``: one of ``STOPS``.

    Raises ``HearingNeededError``, ``CutReasonMissingError``, ``WrongStateError``, ``BadInputError``.
    """
    row = _mine(work, viewer, benefit_id, PAY)
    if why not in STOPS:
        raise BadInputError(field="停发原因", why="请从列表中选择")
    ended = benefits.stop(work, benefit_id, why=why, reason=reason, hearing=open_hearing(row), last_month=last_month)
    _decide_the_end(work, viewer, ended, reason)
    return ended


def _decide_the_end(work: Work, viewer: Viewer, row: Benefit, reason: str) -> None:
    """The family gets a decision it can appeal against, once the first one has reached it."""
    case = lock(work, work.session.get_one(Decision, row.decision_id).case_id)
    if case.state != "closed":
        return
    basis = benefits.basis_of(row.basis)
    found = calculation_of(Judged(basis.facts, basis.verdict, row.household_id, row.person_id))
    deciding.decide_later(work, viewer, case, Words("stopped", reason), found, version=case.version)


def monthly_today(row: Benefit, today: date) -> Decimal:
    """What today's law gives on the facts it was decided on: another amount calls for a decision."""
    return assess(row.programme, benefits.facts_of(row.basis), today).monthly or NOTHING


def _mine(work: Work, viewer: Viewer, benefit_id: UUID, action: str) -> Benefit:
    row = benefits.locked(work, benefit_id)
    viewer.require(action, row.division_path)
    return row


def _require_past(work: Work, day: date, field: str) -> None:
    if day > local(work.now).date():
        raise BadInputError(field=field, why="这一天还没有到")
