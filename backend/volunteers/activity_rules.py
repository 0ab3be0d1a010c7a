"""Rules of activities: what may be published, when somebody may come and go, and what a check-in code says. Pure."""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.core.distance import Point, metres
from backend.core.errors import BadInputError
from backend.volunteers.activity_errors import (
    CodeOldError,
    CodeWrongError,
    NotAnActivityError,
    PositionVagueError,
    TooFarError,
)
from backend.volunteers.record_rules import LONGEST, MINUTE

CODE_LASTS = timedelta(seconds=30)  # the screen shows the next one then; the one before is still taken
CODE_DIGITS = 20
VAGUE_M, FORGIVEN_M = 300, 100  # a worse position is no position; of a better one this much is the phone's fault
MOST_PEOPLE, SHORTEST_TITLE, SHORTEST_TEXT = 10_000, 4, 10
LONGEST_TEXT, LONGEST_NAME, LONGEST_SEARCH = 2000, 60, 400
YOUNGEST, OLDEST = 8, 100
NEAREST_FENCE, FARTHEST_FENCE = 20, 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an organiser says of an activity (重庆条例 16: content, time, place, conditions, risks, whom to ask)."""

    title: str
    kind: str
    content: str
    organiser: str
    contact: str
    contact_phone: str
    division_code: str
    place: str
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime | None = None
    capacity: int
    longitude: float | None = None
    latitude: float | None = None
    fence_m: int | None = None
    min_age: int = 18
    needs: tuple[str, ...] = ()
    risk: bool = False
    risks: str = ""
    group_time: bool = False
    team_id: UUID | None = None
    checklist: Mapping[str, bool]


def require_plan(plan: Plan, kinds: Mapping[str, str], proofs: Mapping[str, str], now: datetime) -> None:
    """Raise ``BadInputError`` with every field that cannot be right."""
    faults = {field: why for field, why, wrong in _faults(plan, kinds, proofs, now) if wrong}
    if faults:
        field, why = next(iter(faults.items()))
        raise BadInputError(field=field, why=why, errors=faults)


def _faults(
    plan: Plan, kinds: Mapping[str, str], proofs: Mapping[str, str], now: datetime
) -> list[tuple[str, str, bool]]:
    closes = plan.closes_at or plan.starts_at
    return [
        ("title", "名称要 4 到 60 个字", not SHORTEST_TITLE <= len(plan.title.strip()) <= LONGEST_NAME),
        ("content", "内容至少写 10 个字，让人看得明白", not SHORTEST_TEXT <= len(plan.content.strip()) <= LONGEST_TEXT),
        ("kind", "请从列表里选活动种类", plan.kind not in kinds),
        ("place", "请写清楚集合地点", not 1 < len(plan.place.strip()) <= LONGEST_NAME * 2),
        ("organiser", "请写组织单位", not 1 < len(plan.organiser.strip()) <= LONGEST_NAME),
        ("contact", "请写联系人", not 1 < len(plan.contact.strip()) <= LONGEST_NAME),
        ("starts_at", "开始时间要在以后", plan.starts_at <= now),
        ("ends_at", "结束要晚于开始，最长 24 小时", not timedelta() < plan.ends_at - plan.starts_at <= LONGEST),
        ("closes_at", "报名截止不能晚于活动开始", closes > plan.starts_at),
        ("capacity", f"人数要在 1 到 {MOST_PEOPLE} 之间", not 1 <= plan.capacity <= MOST_PEOPLE),
        ("min_age", "年龄要在 8 到 100 岁之间", not YOUNGEST <= plan.min_age <= OLDEST),
        ("needs", "请从列表里选证书", not set(plan.needs) <= set(proofs)),
        ("risks", "有人身风险的活动，请写明是什么风险、怎么防", plan.risk and len(plan.risks.strip()) < SHORTEST_TITLE),
        ("fence_m", "签到范围要先有位置，20 到 5000 米", not _fence_fits(plan)),
        ("longitude", "位置的经度和纬度要一起填", not _place_fits(plan)),
    ]  # fmt: skip


def _place_fits(plan: Plan) -> bool:
    if plan.longitude is None or plan.latitude is None:
        return plan.longitude is plan.latitude
    return -180 <= plan.longitude <= 180 and -90 <= plan.latitude <= 90  # noqa: PLR2004 - degrees


def _fence_fits(plan: Plan) -> bool:
    return plan.fence_m is None or (plan.longitude is not None and NEAREST_FENCE <= plan.fence_m <= FARTHEST_FENCE)


@dataclass(frozen=True, slots=True)
class Question:
    """One that the organiser must answer with yes; ``otherwise``: what it is if not."""

    code: str
    text: str
    article: str
    otherwise: str


def require_volunteering(
    answers: Mapping[str, bool], text: str, questions: Sequence[Question], words: Mapping[str, Sequence[str]]
) -> None:
    """Refuse what is not volunteering. Raises ``NotAnActivityError`` (facts: what)."""
    for one in questions:
        if answers.get(one.code) is not True:
            raise NotAnActivityError(what=one.otherwise)
    for what, said in words.items():
        if any(word in text for word in said):
            raise NotAnActivityError(what=what)


def searchable(*texts: str) -> str:
    """What a search looks through, and a search's words in the same form."""
    return unicodedata.normalize("NFKC", " ".join(texts)).casefold().strip()[:LONGEST_SEARCH]


def grams(text: str) -> set[str]:
    """Every two letters side by side, spaces apart."""
    return {word[at : at + 2] for word in text.split() for at in range(len(word) - 1)}


# -- the code on the spot


def code_at(activity_id: UUID, secret: str, now: datetime) -> str:
    """What the QR code shows at this moment: the activity, the half minute and a seal over both."""
    return _sealed(activity_id, secret, _window(now))


def require_code(said: str, activity_id: UUID, secret: str, now: datetime) -> None:
    """Take the code of this half minute and of the one before. Raises ``CodeOldError``, ``CodeWrongError``."""
    parts = said.strip().split(":")
    window = int(parts[2]) if len(parts) == 4 and parts[2].isascii() and parts[2].isdecimal() else -1  # noqa: PLR2004 - mark, activity, window, seal
    if not hmac.compare_digest(said.strip().encode(), _sealed(activity_id, secret, window).encode()):
        raise CodeWrongError
    if not 0 <= _window(now) - window <= 1:
        raise CodeOldError


def _sealed(activity_id: UUID, secret: str, window: int) -> str:
    seal = hmac.new(secret.encode(), f"{activity_id}:{window}".encode(), hashlib.sha256).hexdigest()
    return f"hd:{activity_id.hex}:{window}:{seal[:CODE_DIGITS]}"


def _window(now: datetime) -> int:
    return (now - datetime(2020, 1, 1, tzinfo=UTC)) // CODE_LASTS


def require_near(here: Point, accuracy_m: float, there: Point, fence_m: int) -> None:
    """Whether a phone is on the spot. Raises ``PositionVagueError``, ``TooFarError`` (facts: metres)."""
    if not 0 <= accuracy_m <= VAGUE_M:
        raise PositionVagueError
    away = metres(here, there) - min(accuracy_m, FORGIVEN_M)
    if away > fence_m:
        raise TooFarError(metres=round(away))


# -- how long somebody was there


def counted(
    came_at: datetime | None, left_at: datetime | None, starts_at: datetime, ends_at: datetime
) -> tuple[datetime, datetime, int] | None:
    """The part of somebody's stay that lies in the activity, with its whole minutes; None if that is not one minute."""
    if came_at is None or left_at is None:
        return None
    since, until = max(came_at, starts_at), min(left_at, ends_at)
    minutes = (until - since) // MINUTE
    return (since, until, minutes) if minutes >= 1 else None


def question_list(raw: Mapping[str, Mapping[str, Any]]) -> tuple[Question, ...]:
    """The questions of the file in its order."""
    return tuple(Question(code, one["text"], one["article"], one["otherwise"]) for code, one in raw.items())
