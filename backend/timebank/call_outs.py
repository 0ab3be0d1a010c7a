"""应急响应联动 (R-175): a missing elder or a disaster calls those nearby who agreed to emergency calls.

What is told on a lock screen is a title; the words, and a missing person's description in them, only to those who are
coming, and only while it lasts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.alarms import queries as alarms
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new, insert_numbered
from backend.core.locks import for_update
from backend.people.models import Division
from backend.people.service import Viewer
from backend.residents.models import Person
from backend.residents.telling import tell_resident
from backend.timebank import order_params, order_rules
from backend.timebank.matching import codes, far, listed, place_of
from backend.timebank.matching_rules import TOWN_DEPTH
from backend.timebank.order_errors import WrongOrderStateError
from backend.timebank.order_models import CallOut, CallOutAnswer
from backend.timebank.order_records import reason
from backend.timebank.order_rules import Point
from backend.timebank.states import ANSWER, ANSWER_ZH, CALL
from backend.volunteers.models import Volunteer
from backend.volunteers.vocabulary import SKILLS

RAISE = "callout.raise"
PREFIX, PAGE = "HU", "/pages/help/call"
MOST_CALLED, LONGEST_TITLE = 500, 40
LEAST_RADIUS, MOST_RADIUS = 100, 50_000
PRIORITY, DEADLINE_S = 1, 1800.0
TOLD = ("asked", "coming", "arrived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """``kind``: missing or disaster; ``title``: what a lock screen may show; ``radius_m`` around ``place``."""

    kind: str
    title: str
    words: str
    division: str
    place: Point | None = None
    radius_m: int = 5000
    skills: tuple[str, ...] = ()
    alarm_id: UUID | None = None


def raise_call(work: Work, viewer: Viewer, call: Call) -> CallOut:
    """Call those who match; told at once. Raises ``BadInputError``, ``NotAllowedError``, ``NotFoundError`` (alarm)."""
    place = work.session.get(Division, call.division)
    if place is None:
        raise BadInputError(field="地点", why="请从列表中选择")
    viewer.require(RAISE, place.path)
    _check(work, call)
    if call.alarm_id is not None:
        alarms.visible(work, viewer, call.alarm_id)
    longitude, latitude = call.place or (None, None)
    row = {
        "id": new_id(), "kind": call.kind, "title": call.title.strip(), "words": reason(call.words, "情况"),
        "division_path": place.path, "longitude": longitude, "latitude": latitude, "radius_m": call.radius_m,
        "skills": list(call.skills), "alarm_id": call.alarm_id, "state": "open", "opened_by": viewer.staff_id,
        "opened_at": work.now,
    }  # fmt: skip
    made = work.session.get_one(CallOut, insert_numbered(work, CallOut, row, PREFIX))
    _call_volunteers(work, made)
    audit.record(work, "callout.raise", f"call_out:{made.id}", kind=made.kind)
    return made


def _check(work: Work, call: Call) -> None:
    order_rules.require_near(call.place, order_params.limits(work))
    if call.kind not in ("missing", "disaster"):
        raise BadInputError(field="种类", why="请选“老人走失”或“灾害”")
    if not 2 <= len(call.title.strip()) <= LONGEST_TITLE:  # noqa: PLR2004 - two characters say something
        raise BadInputError(field="标题", why=f"请写 2 到 {LONGEST_TITLE} 个字，不要写姓名")
    if not LEAST_RADIUS <= call.radius_m <= MOST_RADIUS:
        raise BadInputError(field="范围", why="请填 100 到 50000 米")
    if set(call.skills) - set(SKILLS):
        raise BadInputError(field="技能", why="请从列表中选择")


def _call_volunteers(work: Work, made: CallOut) -> None:
    for one in _matching(work, made):
        row = {
            "id": new_id(), "call_out_id": made.id, "volunteer_id": one.id, "state": "asked", "asked_at": work.now,
        }  # fmt: skip
        if insert_new(work, CallOutAnswer, row, unique=("call_out_id", "volunteer_id")):
            _tell(work, made, one.person_id, "help_call")


def _matching(work: Work, made: CallOut) -> list[Volunteer]:
    """Who agreed to such calls, has the skills, and is within the radius; without a place: in the same town."""
    town = "/".join(codes(made.division_path)[:TOWN_DEPTH]) + "/"
    mine = select(Volunteer).join(Person, Person.id == Volunteer.person_id).where(
        Volunteer.state == "active", Volunteer.emergency_calls, Person.died_on.is_(None),
        *(listed(Volunteer.skills, skill) for skill in made.skills),
    )  # fmt: skip
    if made.longitude is None or made.latitude is None:
        return list(work.session.scalars(mine.where(Volunteer.division_path.startswith(town)).limit(MOST_CALLED)))
    found = work.session.scalars(mine.order_by(far(made.longitude, made.latitude), Volunteer.id).limit(MOST_CALLED))
    return [one for one in found if _within(one, (made.longitude, made.latitude), made.radius_m, town)]


def _within(one: Volunteer, place: Point, radius_m: int, town: str) -> bool:
    where = place_of(one)
    if where is None:
        return one.division_path.startswith(town)
    return order_rules.distance_m(where, place) <= radius_m


def _tell(work: Work, made: CallOut, person_id: UUID, template: str) -> None:
    tell_resident(
        work, person_id, key=f"{template}:{made.id}", template=template,
        facts={"number": made.number, "title": made.title}, page=f"{PAGE}?id={made.id}", priority=PRIORITY,
        deadline_s=DEADLINE_S, sms=True,
    )  # fmt: skip


# -- a volunteer's side


def answer(work: Work, volunteer: Volunteer, call_id: UUID, action: str) -> CallOutAnswer:
    """``come``, ``decline`` or ``arrive``; a second tap changes nothing. Raises ``WrongOrderStateError``."""
    made, row = _asked(work, volunteer, call_id)
    if made.state != "open":
        raise WrongOrderStateError(state=made.state, state_zh="已经解散", action=action, possible=[])
    done = {"come": "coming", "decline": "declined", "arrive": "arrived"}.get(action)
    if row.state == done:
        return row
    target = ANSWER.table[row.state].get(action) if done else None
    if target is None:
        raise WrongOrderStateError(state=row.state, state_zh=ANSWER_ZH[row.state], action=action, possible=[])
    row.state, row.answered_at = target, row.answered_at or work.now
    if action == "arrive":
        row.done_at = work.now
    work.session.flush()
    return row


def _asked(work: Work, volunteer: Volunteer, call_id: UUID) -> tuple[CallOut, CallOutAnswer]:
    made = work.session.scalars(for_update(work, select(CallOut).where(CallOut.id == call_id))).first()
    mine = select(CallOutAnswer).where(CallOutAnswer.call_out_id == call_id, CallOutAnswer.volunteer_id == volunteer.id)
    row = work.session.scalars(mine.execution_options(populate_existing=True)).first()
    if made is None or row is None:
        raise NotFoundError(call=str(call_id))
    return made, row


def shown_to(work: Work, volunteer: Volunteer, call_id: UUID) -> dict[str, Any]:
    """A call as one of the called sees it: its words and its place only while they are coming or there."""
    made, row = _asked(work, volunteer, call_id)
    needs_to_know = made.state == "open" and row.state in ("coming", "arrived")
    return {
        "id": made.id, "number": made.number, "kind": made.kind, "title": made.title, "state": made.state,
        "mine": row.state, "mine_zh": ANSWER_ZH[row.state], "opened_at": made.opened_at,
        "words": made.words if needs_to_know else None,
        "place": place_of_call(made) if needs_to_know else None,
    }  # fmt: skip


def place_of_call(made: CallOut) -> list[float] | None:
    return None if made.longitude is None or made.latitude is None else [made.longitude, made.latitude]


def of_volunteer(work: Work, volunteer: Volunteer) -> list[UUID]:
    """The open calls somebody was asked to, the newest first."""
    mine = (
        select(CallOut.id)
        .join(CallOutAnswer, CallOutAnswer.call_out_id == CallOut.id)
        .where(CallOutAnswer.volunteer_id == volunteer.id, CallOut.state == "open")
    )
    return list(work.session.scalars(mine.order_by(CallOut.opened_at.desc(), CallOut.id)))


# -- the desk's side


def find(work: Work, viewer: Viewer, call_id: UUID) -> CallOut:
    """Locked. Raises ``NotFoundError``."""
    mine = select(CallOut).where(CallOut.id == call_id, viewer.sees(CallOut.division_path, RAISE))
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise NotFoundError(call=str(call_id))
    return row


def answers(work: Work, made: CallOut) -> Sequence[CallOutAnswer]:
    mine = select(CallOutAnswer).where(CallOutAnswer.call_out_id == made.id)
    return work.session.scalars(mine.order_by(CallOutAnswer.asked_at, CallOutAnswer.id)).all()


def listed_calls(work: Work, viewer: Viewer) -> Sequence[CallOut]:
    """Calls of the viewer's part, the open ones first."""
    mine = select(CallOut).where(viewer.sees(CallOut.division_path, RAISE))
    return work.session.scalars(mine.order_by(CallOut.state, CallOut.opened_at.desc(), CallOut.id).limit(100)).all()


def stand_down(work: Work, viewer: Viewer, call_id: UUID, finding: str) -> CallOut:
    """It is over: everybody who was asked, is coming or is there learns it. A second tap changes nothing."""
    made = find(work, viewer, call_id)
    if made.state == "over":
        return made
    made.finding = reason(finding, "结果")
    made.state, made.over_at = CALL.next(made.state, "stand_down"), work.now
    for row in answers(work, made):
        if row.state in TOLD:
            row.state, row.done_at = ANSWER.table[row.state]["release"], row.done_at or work.now
            _tell(work, made, work.session.get_one(Volunteer, row.volunteer_id).person_id, "help_call_over")
    audit.record(work, "callout.stand_down", f"call_out:{made.id}")
    return made
