"""What an officer or a clerk does to one benefit between two decisions: each with its right, its reason, its record.

The clerk of the township hears, visits and notes; whatever gives, withholds or ends money is the county's.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.assistance import benefits, changes, households, reviews
from backend.assistance.assessment import assess
from backend.assistance.benefits import Hearing
from backend.assistance.entitlements import payment_params
from backend.assistance.models import Benefit
from backend.assistance.money import NOTHING
from backend.assistance.payments import PAY
from backend.assistance.sheets import Judged, calculation_of
from backend.cases import deciding
from backend.cases.deciding import Words
from backend.cases.models import Case
from backend.cases.tasks import HANDLE
from backend.cases.telling import tell_applicant
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.people.service import Viewer

OFFERED, HEARD = "benefit.hearing_offered", "benefit.heard"
SETTLED = ("benefit.visited", "benefit.resume")  # looked at again, and nothing was cut
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


def open_hearing(row: Benefit, today: date) -> Hearing | None:
    """The last hearing, unless the matter was settled after it without a cut, or it was held too long ago.

    Who was told that they may speak and has not by the last day counts as heard from the next day on.
    """
    last = _last_word(row)
    if last is None or last.hearing is None:
        return None
    found = last.hearing if last.action == HEARD else _silence(last.hearing)
    return found if found.held_on <= today <= found.held_on + _days("hearing_valid_days", today) else None


def offered(row: Benefit, today: date) -> date | None:
    """The last day on which the family may still speak; None where nobody waits for them."""
    last = _last_word(row)
    if last is None or last.hearing is None or last.action != OFFERED or today > last.hearing.held_on:
        return None
    return last.hearing.held_on


def _last_word(row: Benefit) -> Act | None:
    return next((one for one in reversed(acts(row)) if one.action in (*SETTLED, OFFERED, HEARD)), None)


def _silence(offer: Hearing) -> Hearing:
    return Hearing(offer.held_on + timedelta(days=1), offer.heard_by, f"通知了本人，到{offer.held_on}没有提出意见")


def _days(name: str, day: date) -> timedelta:
    return timedelta(days=int(payment_params().at(name, day).value))


# -- the township's


def offer_hearing(work: Work, viewer: Viewer, benefit_id: UUID) -> date:
    """Tell the family that their money may become less and until when they may speak; that day.

    On the day after it the benefit is due for review, so that somebody goes on. Again while it runs: nothing more.
    """
    case, row = changes.hold(work, benefit_id)
    viewer.require(HANDLE, row.division_path)
    today = local(work.now).date()
    if (running := offered(row, today)) is not None:
        return running
    days = int(payment_params().at("hearing_answer_workdays", today).value)
    last = calendar_store.current(work).add_workdays(today, days)
    benefits.recorded(work, OFFERED, row, f"通知本人，{last}前可以说明意见", Hearing(last, viewer.name, ""))
    row.review_on = min(row.review_on, last + timedelta(days=1))
    said = f"救助金可能减少或停发，{last.month}月{last.day}日前请向镇街说明您的意见"
    tell_applicant(work, case, said, f"hearing:{row.id}:{last}")
    return last


def hear(work: Work, viewer: Viewer, benefit_id: UUID, hearing: Hearing) -> None:
    """Keep what the family said before a cut is decided (社会救助法 48); it is due for review today, so that
    somebody decides. Raises ``BadInputError``.
    """
    row = _mine(work, viewer, benefit_id, HANDLE)
    if not hearing.said.strip() or not hearing.heard_by.strip():
        raise BadInputError(field="听取意见", why="请写明谁听取的、本人说了什么")
    _require_past(work, hearing.held_on, "听取日期")
    benefits.recorded(work, HEARD, row, "", hearing)
    row.review_on = min(row.review_on, local(work.now).date())


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
    home = households.of_person(work, person_id)
    if home is not None:
        households.hold(work, [person_id], home.id)  # a family before its benefit, as whoever changes a family does
    row = _mine(work, viewer, benefit_id, HANDLE)
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
    case, row = changes.hold(work, benefit_id)
    viewer.require(PAY, row.division_path)
    if why not in STOPS:
        raise BadInputError(field="停发原因", why="请从列表中选择")
    heard = open_hearing(row, local(work.now).date())
    ended = benefits.stop(work, benefit_id, why=why, reason=reason, hearing=heard, last_month=last_month)
    _decide_the_end(work, viewer, case, ended, reason)
    return ended


def _decide_the_end(work: Work, viewer: Viewer, case: Case, row: Benefit, reason: str) -> None:
    """The family gets a decision it can appeal against, once the first one has reached it."""
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
