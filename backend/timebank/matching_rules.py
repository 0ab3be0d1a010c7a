"""Who is asked first, and why, in words a volunteer and an elder can read. Pure.

Kind, skills and nearness must fit; everything else only moves somebody up. Nobody is scored down for age or sex.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from backend.timebank.order_rules import Point, distance_m

HALF_AWAY_M = 2000  # as far as this, nearness counts half
SAME_VILLAGE, SAME_TOWN, HIS_AREA = "和您同一个村（社区）", "和您同一个镇街", "在您愿意服务的地方"
MINUTES_OF_DAY = 1440
TOWN_DEPTH, VILLAGE_DEPTH = 2, 3


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked: codes of the vocabulary, local moments, (longitude, latitude), codes from the county down."""

    kind: str
    skills: frozenset[str]
    language: str | None
    language_zh: str
    sex: str | None
    starts: datetime
    ends: datetime
    minutes: int
    place: Point | None
    divisions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a volunteer. ``before``: times they helped this person; ``lately``: orders taken lately."""

    services: frozenset[str]
    skills: frozenset[str]
    languages: frozenset[str]
    areas: frozenset[str]
    hours: Sequence[Sequence[int]]
    sex: str | None
    place: Point | None
    divisions: Sequence[str]
    before: int = 0
    disliked: bool = False
    lately: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """How well they fit, and the reasons that are shown."""

    score: float
    reasons: list[str] = field(default_factory=list)


def match(need: Need, one: Candidate, weights: Mapping[str, float], radius_m: int) -> Match | None:
    """None if they cannot do it, are too far away, or this person was not content with them."""
    if need.kind not in one.services or not need.skills <= one.skills or one.disliked:
        return None
    if need.sex is not None and one.sex != need.sex:
        return None
    near = _near(need, one, radius_m)
    if near is None:
        return None
    parts = [("near", *near), _before(one), _hours(need, one), _language(need, one), _fair(one)]
    score = sum(weights[name] * share for name, share, _ in parts)
    return Match(round(score, 3), [words for _, _, words in parts if words])


def _near(need: Need, one: Candidate, radius_m: int) -> tuple[float, str] | None:
    if need.place is not None and one.place is not None:
        away = distance_m(need.place, one.place)
        return (1 / (1 + away / HALF_AWAY_M), f"离您约{_about(away)}") if away <= radius_m else None
    if one.divisions[:VILLAGE_DEPTH] == need.divisions[:VILLAGE_DEPTH]:
        return 0.7, SAME_VILLAGE
    if one.divisions[:TOWN_DEPTH] == need.divisions[:TOWN_DEPTH]:
        return 0.4, SAME_TOWN
    return (0.3, HIS_AREA) if one.areas & set(need.divisions) else None


def _about(metres: int) -> str:
    """``800米``, ``2.3公里``: rounded, nobody's door is told by it."""
    return f"{max(100, round(metres, -2))}米" if metres < 950 else f"{metres / 1000:.1f}公里"  # noqa: PLR2004 - rounds to 1.0 km


def _before(one: Candidate) -> tuple[str, float, str]:
    return "before", min(1.0, one.before / 3), "以前也是您去的" if one.before else ""


def _hours(need: Need, one: Candidate) -> tuple[str, float, str]:
    """Half for somebody who never said when they have time."""
    if not one.hours:
        return "hours", 0.5, ""
    fits = any(_room(need, *hour) >= need.minutes for hour in one.hours)
    return "hours", float(fits), "是您方便的时间" if fits else ""


def _room(need: Need, weekday: int, first: int, last: int) -> int:
    """Minutes of the window that lie in one weekly period; a window may reach over midnight."""
    room, midnight = 0, need.starts.replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight < need.ends:
        if midnight.weekday() == weekday:
            opens, closes = midnight + timedelta(minutes=first), midnight + timedelta(minutes=min(last, MINUTES_OF_DAY))
            room += max(0, (min(closes, need.ends) - max(opens, need.starts)) // timedelta(minutes=1))
        midnight += timedelta(days=1)
    return room


def _language(need: Need, one: Candidate) -> tuple[str, float, str]:
    if need.language is None:
        return "language", 0.0, ""
    speaks = need.language in one.languages
    return "language", float(speaks), f"您会说{need.language_zh}" if speaks else ""


def _fair(one: Candidate) -> tuple[str, float, str]:
    return "fair", 1 / (1 + one.lately), "最近还没有请您帮过忙" if one.lately == 0 else ""
