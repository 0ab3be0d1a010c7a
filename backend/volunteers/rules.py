"""Ages, availability, what a volunteer says of themself, and whether somebody may do a service. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backend.core.errors import BadInputError, DomainError
from backend.residents.proxy_rules import birthday, is_minor
from backend.volunteers.errors import (
    GuardianNeededError,
    InsuranceNeededError,
    QualificationMissingError,
    TooYoungError,
)
from backend.volunteers.vocabulary import DEMANDS, LANGUAGES, QUALIFICATIONS, SERVICES, SKILLS, titles

DAYS, DAY_MINUTES = 7, 1440
MOST_WINDOWS, MOST_AREAS = 28, 20
WEST, EAST, SOUTH, NORTH = 73.0, 136.0, 3.0, 54.0  # China
ROUGH = 2  # decimals of a degree kept: about a kilometre, so that nobody's door is in the table
REASON_LEAST, REASON_MOST = 2, 200

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


@dataclass(frozen=True, slots=True)
class Ability:
    """What is known of a volunteer on the day of a service. ``proofs``: checked and valid on that day."""

    born: date | None
    guardian_agreed: bool
    proofs: Collection[str]
    insured: bool


@dataclass(frozen=True, slots=True)
class Service:
    """What a service asks. ``risk_age``: below it nobody does what has a bodily risk."""

    needs: Collection[str]
    min_age: int
    risk: bool
    risk_age: int


def old_enough(born: date | None, age: int, on: date) -> bool:
    """Whether somebody has reached an age on a day; whose birth date is not known is taken to be of age."""
    return born is None or on >= birthday(born, age)


def unfit(able: Ability, service: Service, on: date) -> DomainError | None:
    """The first thing that stands in the way, or None."""
    least = max(service.min_age, service.risk_age) if service.risk else service.min_age
    if not old_enough(able.born, least, on):
        return TooYoungError(age=least)
    if is_minor(able.born, on) and not able.guardian_agreed:
        return GuardianNeededError()
    if lacking := [code for code in service.needs if code not in able.proofs]:
        return QualificationMissingError(what="、".join(titles(QUALIFICATIONS, lacking)) or "资格证明")
    return InsuranceNeededError() if service.risk and not able.insured else None


def lacking_proofs(services: Collection[str], proofs: Collection[str]) -> list[str]:
    """In words: which proofs the services somebody offers still ask for."""
    needed = {proof for code in services for proof in DEMANDS[code].needs}
    return titles(QUALIFICATIONS, needed - set(proofs))


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


def reason(text: str) -> str:
    """A reason in words that its subject reads. Raises ``BadInputError``."""
    words = text.strip()
    if not REASON_LEAST <= len(words) <= REASON_MOST:
        raise BadInputError(field="原因", why=f"请用 {REASON_LEAST} 到 {REASON_MOST} 个字说明")
    return words


def stars(minutes: int, hours_of: Sequence[int]) -> int:
    """How many stars this much service is worth (0 … the number of levels)."""
    return sum(minutes >= hours * 60 for hours in hours_of)
