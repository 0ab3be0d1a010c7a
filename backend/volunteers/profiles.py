"""What a volunteer says of themself, put in order: closed lists, weekly availability, a rough place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backend.core.errors import BadInputError
from backend.volunteers.vocabulary import LANGUAGES, SERVICES, SKILLS

DAYS, DAY_MINUTES = 7, 1440
MOST_WINDOWS, MOST_AREAS = 28, 20
WEST, EAST, SOUTH, NORTH = 73.0, 136.0, 3.0, 54.0  # China
ROUGH = 2  # decimals of a degree kept: about a kilometre, so that nobody's door is in the table

Window = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a volunteer offers. ``hours``: ``(weekday 0–6, from minute, to minute)``; ``place``: longitude, latitude."""

    services: Sequence[str] = ()
    skills: Sequence[str] = ()
    languages: Sequence[str] = ()
    areas: Sequence[str] = ()
    hours: Sequence[Window] = ()
    place: tuple[float, float] | None = None
    emergency_calls: bool = False
    national_exchange: bool = False


def clean(profile: Profile) -> Profile:
    """The same with every list in order, without repeats, the place made rough. Raises ``BadInputError``."""
    return Profile(
        services=_chosen(SERVICES, profile.services, "服务类别"),
        skills=_chosen(SKILLS, profile.skills, "特长"),
        languages=_chosen(LANGUAGES, profile.languages, "会说的话"),
        areas=_areas(profile.areas),
        hours=windows(profile.hours),
        place=_rough(profile.place),
        emergency_calls=profile.emergency_calls,
        national_exchange=profile.national_exchange,
    )


def _chosen(known: Mapping[str, str], codes: Sequence[str], field: str) -> list[str]:
    if set(codes) - set(known):
        raise BadInputError(field=field, why="请从列表中选择")
    return [code for code in known if code in codes]


def _areas(codes: Sequence[str]) -> list[str]:
    found = sorted(set(codes))
    if len(found) > MOST_AREAS:
        raise BadInputError(field="服务区域", why=f"最多选 {MOST_AREAS} 个")
    return found


def windows(hours: Iterable[Window]) -> list[Window]:
    """Weekly availability in order, what touches or overlaps made one. Raises ``BadInputError``."""
    merged: list[Window] = []
    for day, start, end in sorted(hours):
        _check_window(day, start, end)
        if merged and merged[-1][0] == day and start <= merged[-1][2]:
            merged[-1] = (day, merged[-1][1], max(end, merged[-1][2]))
        else:
            merged.append((day, start, end))
    if len(merged) > MOST_WINDOWS:
        raise BadInputError(field="空闲时间", why=f"最多填 {MOST_WINDOWS} 段")
    return merged


def _check_window(day: int, start: int, end: int) -> None:
    if not (0 <= day < DAYS and 0 <= start < end <= DAY_MINUTES):
        raise BadInputError(field="空闲时间", why="结束要晚于开始，都在同一天内")


def _rough(place: tuple[float, float] | None) -> tuple[float, float] | None:
    if place is None:
        return None
    longitude, latitude = place
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        raise BadInputError(field="位置", why="请在地图上重新选，或者不填")
    return round(longitude, ROUGH), round(latitude, ROUGH)
