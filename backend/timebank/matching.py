"""From an order to the volunteers who are asked, a few at a time, the best first; never ending in silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import cos, radians
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import DomainError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import claim
from backend.residents.models import Person, Proxy
from backend.residents.telling import tell_resident
from backend.timebank import matching_rules, order_params
from backend.timebank.matching_rules import Candidate, Match, Need
from backend.timebank.models import HouseholdTime, TimeKin
from backend.timebank.order_models import LIVE_HELPER, HelpOrder, OrderHelper
from backend.timebank.order_records import locked, note
from backend.timebank.order_telling import HELPING_PAGE, area, kind_zh, tell_desk, when
from backend.timebank.states import COMING, LIVE
from backend.volunteers import fitness
from backend.volunteers.models import Volunteer
from backend.volunteers.vocabulary import DEMANDS, LANGUAGES

MOST_LOOKED_AT = 400
PORTION = 3  # each looks at hundreds of volunteers: nobody with an alarm in hand waits behind many
LATELY = timedelta(days=30)
FAMILY = ("child", "spouse", "parent", "sibling", "grandchild", "grandparent")
OFFER_PRIORITY, OFFER_S = 4, 7200.0
SLOWLY = timedelta(hours=2)
NOWHERE = 10_000.0
BAD_STARS = 2


@dataclass(frozen=True, slots=True)
class Ranked:
    """A volunteer who could come, and why they are asked."""

    volunteer: Volunteer
    match: Match


def codes(path: str) -> list[str]:
    """The codes of a division path, from the county down."""
    return [part for part in path.split("/") if part]


def need_of(order: HelpOrder) -> Need:
    return Need(
        kind=order.kind, skills=frozenset(order.skills), language=order.language,
        language_zh=LANGUAGES.get(order.language or "", ""), sex=order.sex, starts=local(order.wanted_from),
        ends=local(order.wanted_until), minutes=order.minutes, place=place_of(order),
        divisions=codes(order.division_path),
    )  # fmt: skip


def place_of(row: HelpOrder | Volunteer) -> tuple[float, float] | None:
    return None if row.longitude is None or row.latitude is None else (row.longitude, row.latitude)


# -- who may not


def outsiders_only(work: Work, order: HelpOrder) -> set[UUID]:
    """Persons whose help would not be volunteering: the receiver, their family, and who asked for it."""
    asked_by = set() if order.asked_by is None else {order.asked_by}
    return family_of(work, order.receiver_id) | asked_by


def family_of(work: Work, receiver: UUID) -> set[UUID]:
    """Somebody and their household and close relatives, as far as the time bank and proxies know them."""
    kin = work.session.execute(
        select(TimeKin.giver_id, TimeKin.receiver_id).where(
            or_(TimeKin.giver_id == receiver, TimeKin.receiver_id == receiver), TimeKin.ended_at.is_(None)
        )
    )
    proxies = work.session.execute(
        select(Proxy.principal_id, Proxy.agent_id).where(
            or_(Proxy.principal_id == receiver, Proxy.agent_id == receiver), Proxy.state == "active",
            Proxy.relation.in_(FAMILY),
        )
    )  # fmt: skip
    found = {one for row in (*kin, *proxies) for one in row if one is not None}
    return found | {receiver, *_household(work, receiver)}


def _household(work: Work, person_id: UUID) -> Sequence[UUID]:
    mine = select(HouseholdTime.household).where(HouseholdTime.person_id == person_id, HouseholdTime.ended_at.is_(None))
    members = select(HouseholdTime.person_id).where(HouseholdTime.household.in_(mine), HouseholdTime.ended_at.is_(None))
    return work.session.scalars(members).all()


# -- who could


def ranked(work: Work, order: HelpOrder) -> list[Ranked]:
    """Those who could come and were not asked yet, the best first; of equals in the order of their ids."""
    rows = _candidates(work, order)
    known = _Known(work, order, [one.id for one in rows])
    need, weights = need_of(order), order_params.value(work, "offer_weights")
    radius = order_params.value(work, "offer_radius_m")
    found = []
    for one in rows:
        fits = None if one.id in known.busy else matching_rules.match(need, known.candidate(one), weights, radius)
        if fits is not None:
            found.append(Ranked(one, fits))
    return sorted(found, key=lambda each: (-each.match.score, str(each.volunteer.id)))


class _Known:
    """What the database knows of these volunteers, each question asked once for all."""

    def __init__(self, work: Work, order: HelpOrder, ids: list[UUID]) -> None:
        mine, receiver = OrderHelper.volunteer_id.in_(ids), HelpOrder.receiver_id == order.receiver_id
        self.busy = _busy(work, order, ids)
        self._lately = _counted(work, mine, OrderHelper.accepted_at >= work.now - LATELY)
        self._before = _counted(work, mine, receiver, OrderHelper.state == "confirmed")
        self._disliked = _counted(
            work, mine, receiver, OrderHelper.state == "confirmed", HelpOrder.stars <= BAD_STARS
        )  # fmt: skip
        people = select(Volunteer.id, Person.sex).join(Person, Person.id == Volunteer.person_id)
        self._sexes = {row.id: row.sex for row in work.session.execute(people.where(Volunteer.id.in_(ids)))}

    def candidate(self, one: Volunteer) -> Candidate:
        return Candidate(
            services=frozenset(one.services), skills=frozenset(one.skills), languages=frozenset(one.languages),
            areas=frozenset(one.areas), hours=one.hours, sex=self._sexes.get(one.id), place=place_of(one),
            divisions=codes(one.division_path), before=self._before.get(one.id, 0),
            disliked=one.id in self._disliked, lately=self._lately.get(one.id, 0),
        )  # fmt: skip


def _counted(work: Work, *conditions: ColumnElement[bool]) -> dict[UUID, int]:
    count = (
        select(OrderHelper.volunteer_id, func.count().label("times"))
        .join(HelpOrder, HelpOrder.id == OrderHelper.order_id)
        .where(*conditions)
        .group_by(OrderHelper.volunteer_id)
    )
    return {row.volunteer_id: row.times for row in work.session.execute(count)}


def _busy(work: Work, order: HelpOrder, ids: list[UUID]) -> set[UUID]:
    """Those who have taken another order whose time overlaps."""
    other = (
        select(OrderHelper.volunteer_id)
        .join(HelpOrder, HelpOrder.id == OrderHelper.order_id)
        .where(
            OrderHelper.volunteer_id.in_(ids), OrderHelper.state.in_(COMING), HelpOrder.id != order.id,
            HelpOrder.wanted_from < order.wanted_until, HelpOrder.wanted_until > order.wanted_from,
        )
    )  # fmt: skip
    return set(work.session.scalars(other))


def _candidates(work: Work, order: HelpOrder) -> Sequence[Volunteer]:
    """The nearest few hundred active ones who offer this kind: a county has too many to look at each."""
    asked = select(OrderHelper.volunteer_id).where(OrderHelper.order_id == order.id)
    found = (
        select(Volunteer)
        .join(Person, Person.id == Volunteer.person_id)
        .where(
            Volunteer.state == "active", Person.died_on.is_(None), Volunteer.id.not_in(asked),
            Volunteer.person_id.not_in(outsiders_only(work, order)), listed(Volunteer.services, order.kind),
            _around(order),
        )
    )  # fmt: skip
    nearest_first = far(order.longitude, order.latitude) if order.longitude is not None else Volunteer.id
    return work.session.scalars(found.order_by(nearest_first, Volunteer.id).limit(MOST_LOOKED_AT)).all()


def listed(column: object, code: str) -> ColumnElement[bool]:
    """Whether a JSON list of codes holds one; the same on both databases."""
    return cast(column, String).like(f'%"{code}"%')


def far(longitude: float | None, latitude: float | None) -> ColumnElement[float]:
    """A number that grows with the distance; those who never said where they are come last."""
    east = (Volunteer.longitude - longitude) * cos(radians(latitude or 0))
    north = Volunteer.latitude - latitude
    return func.coalesce(east * east + north * north, NOWHERE)


def _around(order: HelpOrder) -> ColumnElement[bool]:
    """In the same town, or ready to help in one of the order's divisions, or with a place that can be measured."""
    own = codes(order.division_path)
    town = "/".join(own[: matching_rules.TOWN_DEPTH]) + "/"
    ready = [listed(Volunteer.areas, code) for code in own]
    return or_(Volunteer.division_path.startswith(town), Volunteer.longitude.is_not(None), *ready)


# -- asking them


def require_fit(work: Work, order: HelpOrder, volunteer: Volunteer) -> None:
    """Age, certificates and insurance on the day of the order. Raises what ``fitness.require_fit`` raises."""
    asked = DEMANDS[order.kind]
    fitness.require_fit(
        work, volunteer, needs=asked.needs, min_age=max(asked.min_age, order_params.value(work, "order_helper_age")),
        risk=order.kind in order_params.value(work, "order_risky"), on=local(order.wanted_from).date(),
    )  # fmt: skip


def _fit(work: Work, order: HelpOrder, volunteer: Volunteer) -> bool:
    try:
        require_fit(work, order, volunteer)
    except DomainError:
        return False
    return True


def send_round(work: Work, order: HelpOrder) -> int:
    """Ask the next few of a locked open order; how many. Whoever was asked before may still accept."""
    size, _minutes, rounds = order_params.value(work, "offer_round")
    chosen: list[Ranked] = []
    for one in ranked(work, order):
        if len(chosen) < size and _fit(work, order, one.volunteer):
            chosen.append(one)
    order.told_round, order.told_at = order.told_round + 1, work.now
    for one in chosen:
        _offer(work, order, one)
    if chosen or order.told_round <= rounds:
        note(work, order, "offer", f"第 {order.told_round} 轮，请了 {len(chosen)} 位志愿者")
    else:
        order.told_at = work.now + SLOWLY  # nobody is left: whoever registers later is still asked
    if order.told_round == rounds or (not chosen and order.told_round < rounds):
        tell_desk(work, order, "还没有志愿者接单，请打电话帮忙找人。", urgent=True)
    return len(chosen)


def _offer(work: Work, order: HelpOrder, one: Ranked) -> None:
    row = {
        "id": new_id(), "order_id": order.id, "volunteer_id": one.volunteer.id, "state": "offered",
        "score": one.match.score, "reasons": one.match.reasons, "offered_at": work.now,
    }  # fmt: skip
    if not insert_new(work, OrderHelper, row, unique=("order_id", "volunteer_id"), where=LIVE_HELPER):
        return
    facts = {
        "area": area(work, order), "kind": kind_zh(order), "when": when(order), "minutes": order.minutes,
        "reasons": "，".join(one.match.reasons) or "正需要您这样的人",
    }  # fmt: skip
    tell_resident(
        work, one.volunteer.person_id, key=f"offer:{row['id']}", template="help_order_offer", facts=facts,
        page=f"{HELPING_PAGE}?id={order.id}", priority=OFFER_PRIORITY, deadline_s=OFFER_S,
    )  # fmt: skip


def send_due(work: Work) -> int:
    """The next round of every order that has waited long enough; how many orders. For the job."""
    _size, minutes, _rounds = order_params.value(work, "offer_round")
    waiting = select(HelpOrder.id).where(
        HelpOrder.state == "open", HelpOrder.wanted_until > work.now,
        or_(HelpOrder.told_at.is_(None), HelpOrder.told_at <= work.now - timedelta(minutes=minutes)),
    )  # fmt: skip
    ids = work.session.scalars(claim(work, waiting.order_by(HelpOrder.wanted_from, HelpOrder.id).limit(PORTION))).all()
    for order_id in ids:
        send_round(work, locked(work, order_id))
    return len(ids)


def taken_by(work: Work, volunteer: Volunteer) -> Sequence[OrderHelper]:
    """Offers and orders of one volunteer that are not over, the next visit first."""
    mine = (
        select(OrderHelper)
        .join(HelpOrder, HelpOrder.id == OrderHelper.order_id)
        .where(OrderHelper.volunteer_id == volunteer.id)
        .where(
            or_(
                (OrderHelper.state == "offered") & (HelpOrder.state == "open"),
                OrderHelper.state.in_(LIVE) & (OrderHelper.state != "confirmed"),
            )
        )
    )
    return work.session.scalars(mine.order_by(HelpOrder.wanted_from, OrderHelper.id)).all()


def promised(work: Work, volunteer_id: UUID) -> int:
    """How many orders a volunteer has accepted and not done, or done and not confirmed."""
    mine = select(func.count()).select_from(OrderHelper).where(OrderHelper.volunteer_id == volunteer_id)
    count = mine.where(OrderHelper.state.in_(("accepted", "started", "finished")))
    return work.session.execute(count).scalar_one()
