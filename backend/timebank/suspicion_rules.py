"""What looks wrong in a day's services and gifts, with the evidence in words. Pure: a person decides."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from backend.timebank.order_rules import Point, distance_m

KIND_ZH = {
    "overlap": "时间重叠", "day": "一天时间过长", "pair": "总是同一对人", "circle": "互相转赠",
    "travel": "赶不到的路程", "self_service": "帮自己或家人", "ghost": "受助人可疑",
}  # fmt: skip
SAME_PLACE_M = 500


@dataclass(frozen=True, slots=True)
class Service:
    """One recorded service. ``place``: where it was, if that is known."""

    id: UUID
    volunteer: UUID
    person: UUID
    receiver: UUID | None
    name: str
    started: datetime
    ended: datetime
    minutes: int
    day: date
    path: str
    place: Point | None = None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """``key`` names the same suspicion once; ``records`` are what would be taken back."""

    kind: str
    key: str
    person: UUID
    path: str
    words: str
    records: tuple[UUID, ...] = ()


def overlaps(services: Sequence[Service]) -> Iterable[Suspicion]:
    """Two services of one volunteer at the same time: the same minutes can count once only."""
    for before, after in _neighbours(services):
        if after.started < before.ended:
            words = f"“{before.name}”{_span(before)}，“{after.name}”{_span(after)}，时间重叠"
            yield Suspicion("overlap", _pair(before.id, after.id), after.person, after.path, words, (after.id,))


def long_days(services: Sequence[Service], most: int) -> Iterable[Suspicion]:
    by_day: dict[tuple[UUID, date], list[Service]] = defaultdict(list)
    for one in services:
        by_day[one.volunteer, one.day].append(one)
    for (volunteer, day), rows in by_day.items():
        total = sum(one.minutes for one in rows)
        if total > most:
            words = f"{day.month}月{day.day}日共服务 {total} 分钟，超过 {most} 分钟"
            yield Suspicion("day", f"{volunteer}:{day}", rows[0].person, rows[0].path, words, _ids(rows))


def pairs(services: Sequence[Service], most: int, month: str) -> Iterable[Suspicion]:
    """The same two people, again and again. ``month`` makes it one row a month."""
    by_pair: dict[tuple[UUID, UUID], list[Service]] = defaultdict(list)
    for one in services:
        if one.receiver is not None:
            by_pair[one.person, one.receiver].append(one)
    for (person, receiver), rows in by_pair.items():
        total = sum(one.minutes for one in rows)
        if total > most:
            words = f"三十天内帮同一个人 {len(rows)} 次，共 {total} 分钟，超过 {most} 分钟"
            yield Suspicion("pair", f"{person}:{receiver}:{month}", person, rows[0].path, words, _ids(rows))


def travels(services: Sequence[Service], most_kmh: float) -> Iterable[Suspicion]:
    """From one place to the next faster than anybody travels."""
    for before, after in _neighbours(services):
        if before.place is None or after.place is None or after.started < before.ended:
            continue
        metres = distance_m(before.place, after.place)
        minutes = (after.started - before.ended) / timedelta(minutes=1)
        if metres > SAME_PLACE_M and metres / 1000 > most_kmh * minutes / 60:
            words = f"“{before.name}”结束后 {minutes:.0f} 分钟就在 {metres / 1000:.1f} 公里外开始“{after.name}”"
            yield Suspicion("travel", _pair(before.id, after.id), after.person, after.path, words, (after.id,))


def self_services(services: Sequence[Service], family: Mapping[UUID, frozenset[UUID]]) -> Iterable[Suspicion]:
    """Somebody was paid for helping themself or their family. ``family``: receiver → who counts as one with them."""
    for one in services:
        if one.receiver is not None and (one.receiver == one.person or one.person in family.get(one.receiver, ())):
            yield Suspicion(
                "self_service",
                str(one.id),
                one.person,
                one.path,
                f"“{one.name}”{_span(one)}帮的是自己或家人",
                (one.id,),
            )


def circles(
    gifts: Iterable[tuple[UUID, UUID, int]], paths: Mapping[UUID, str], month: str
) -> Iterable[Suspicion]:  # fmt: skip
    """Time given away that comes back: giver → receiver → … → giver, of up to four people."""
    given: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for giver, receiver, minutes in gifts:
        given[giver][receiver] = given[giver].get(receiver, 0) + minutes
    seen: set[frozenset[UUID]] = set()
    for first in sorted(given):
        for ring in _rings(given, first):
            if frozenset(ring) not in seen:
                seen.add(frozenset(ring))
                words = f"{len(ring)} 个人转了一圈，时间又回到原处，最少一笔 {_least(given, ring)} 分钟"
                key = ":".join((*sorted(one.hex[-24:] for one in ring), month))
                yield Suspicion("circle", key, first, paths.get(first, ""), words)


LONGEST_RING = 4


def _rings(given: Mapping[UUID, Mapping[UUID, int]], first: UUID) -> Iterable[tuple[UUID, ...]]:
    waiting: list[tuple[UUID, ...]] = [(first,)]
    while waiting:
        way = waiting.pop()
        for following in given.get(way[-1], {}):
            if following == first and len(way) > 1:
                yield way
            elif following not in way and len(way) < LONGEST_RING and following > first:
                waiting.append((*way, following))


def _least(given: Mapping[UUID, Mapping[UUID, int]], ring: Sequence[UUID]) -> int:
    steps = zip(ring, (*ring[1:], ring[0]), strict=True)
    return min(given[giver][receiver] for giver, receiver in steps)


@dataclass(frozen=True, slots=True)
class Visited:
    """Somebody who was helped: how often, by how many, whether they ever said anything, how often after they died."""

    person: UUID
    path: str
    orders: int
    helpers: int
    answered: bool
    after_death: int


def ghosts(people: Iterable[Visited], least: int, month: str) -> Iterable[Suspicion]:
    """The dead who are still helped; those who never answer and are helped by one person only."""
    for one in people:
        if one.after_death:
            words = f"去世后还记了 {one.after_death} 次服务"
            yield Suspicion("ghost", f"{one.person}:dead", one.person, one.path, words)
        elif one.orders >= least and one.helpers == 1 and not one.answered:
            words = f"{one.orders} 单都是同一个人来帮，本人从来没有确认或评价过"
            yield Suspicion("ghost", f"{one.person}:{month}", one.person, one.path, words)


def _neighbours(services: Sequence[Service]) -> Iterable[tuple[Service, Service]]:
    """One volunteer's services one after the other, each with the one that ended last before it began."""
    ordered = sorted(services, key=lambda one: (one.volunteer, one.started, one.ended, one.id))
    last: Service | None = None
    for one in ordered:
        if last is not None and last.volunteer == one.volunteer:
            yield last, one
            last = one if one.ended > last.ended else last
        else:
            last = one


def _pair(one: UUID, other: UUID) -> str:
    return ":".join(sorted((str(one), str(other))))


def _ids(rows: Iterable[Service]) -> tuple[UUID, ...]:
    return tuple(one.id for one in rows)


def _span(one: Service) -> str:
    return f"（{one.day.month}月{one.day.day}日，{one.minutes} 分钟）"
