"""Anti-abuse: the rules of ``suspicion_rules`` over what was recorded and given lately; each finding is one flag.

Nothing is taken back by a rule: a person looks at the evidence and dismisses it or upholds it, with a reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.people.service import Viewer, county
from backend.residents.models import Person
from backend.timebank import order_params
from backend.timebank import suspicion_rules as rules
from backend.timebank.matching import family_of
from backend.timebank.models import TimeAccount, TimeEntry, TimeTransfer
from backend.timebank.order_errors import WrongOrderStateError
from backend.timebank.order_models import AbuseFlag, HelpOrder, OrderEvent, OrderHelper
from backend.timebank.order_records import reason
from backend.timebank.order_rules import Point
from backend.timebank.states import FLAG
from backend.timebank.suspicion_rules import Service, Suspicion, Visited
from backend.volunteers import records
from backend.volunteers.activity_models import Activity, ServiceRecord
from backend.volunteers.models import Volunteer

VIEW, DECIDE = "order.view", "dispute.settle"
LOOKED_BACK, VISITS_BACK = timedelta(days=30), timedelta(days=90)
PORTION, LISTED = 25, 200
STATE_ZH = {"open": "等待处理", "dismissed": "已排除", "upheld": "已查实"}
ENDED_ZH = "已处理"
GIFT = "gift"


@dataclass(frozen=True, slots=True)
class Seen:
    """One portion: how many flags are new, and where the next one goes on (None: all were looked at)."""

    found: int
    last: UUID | None


# -- looking


def scan(work: Work, after: UUID | None) -> Seen:
    """The services of the next few volunteers who served lately. For the job."""
    since = work.now - LOOKED_BACK
    served = select(ServiceRecord.volunteer_id).where(
        ServiceRecord.state == "recorded", ServiceRecord.started_at >= since
    )
    if after is not None:
        served = served.where(ServiceRecord.volunteer_id > after)
    ids = work.session.scalars(served.distinct().order_by(ServiceRecord.volunteer_id).limit(PORTION)).all()
    services = _services(work, ids)
    family = {one.receiver: frozenset(family_of(work, one.receiver)) for one in services if one.receiver}
    found = _keep(work, _suspicions(work, services, family))
    return Seen(found, ids[-1] if len(ids) == PORTION else None)


def _suspicions(
    work: Work, services: Sequence[Service], family: dict[UUID, frozenset[UUID]]
) -> Iterable[Suspicion]:  # fmt: skip
    yield from rules.overlaps(services)
    yield from rules.long_days(services, order_params.value(work, "day_limit"))
    yield from rules.pairs(services, order_params.value(work, "pair_limit"), _month(work))
    yield from rules.travels(services, order_params.value(work, "travel_kmh"))
    yield from rules.self_services(services, family)


def _month(work: Work) -> str:
    return f"{local(work.now):%Y-%m}"


def _services(work: Work, volunteer_ids: Sequence[UUID]) -> list[Service]:
    rows = work.session.execute(
        select(ServiceRecord, Volunteer.person_id)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(ServiceRecord.volunteer_id.in_(volunteer_ids), ServiceRecord.state == "recorded")
        .where(ServiceRecord.started_at >= work.now - LOOKED_BACK)
    ).all()
    places = _places(work, [row for row, _person in rows])
    return [
        Service(
            row.id, row.volunteer_id, person, row.receiver_id, row.name, row.started_at, row.ended_at, row.minutes,
            local(row.started_at).date(), row.division_path, places.get(row.source_id),
        )
        for row, person in rows
    ]  # fmt: skip


def _places(work: Work, rows: Sequence[ServiceRecord]) -> dict[str, Point]:
    """Where the orders and activities behind these records were, by their id."""
    ids = [UUID(row.source_id) for row in rows if row.source in ("order", "activity")]
    found: dict[str, Point] = {}
    for id_, longitude, latitude in (
        *work.session.execute(
            select(HelpOrder.id, HelpOrder.longitude, HelpOrder.latitude).where(HelpOrder.id.in_(ids))
        ),
        *work.session.execute(select(Activity.id, Activity.longitude, Activity.latitude).where(Activity.id.in_(ids))),
    ):
        if longitude is not None and latitude is not None:
            found[str(id_)] = (longitude, latitude)
    return found


def look_at_people(work: Work) -> int:
    """Circles of gifts, and receivers who may not exist; how many flags are new. For the job."""
    month, whole = _month(work), county(work).path
    gifts = _gifts(work)
    found = _keep(work, rules.circles(gifts, dict.fromkeys({one for row in gifts for one in row[:2]}, whole), month))
    return found + _keep(work, rules.ghosts(_visited(work), order_params.value(work, "ghost_orders"), month))


def _gifts(work: Work) -> list[tuple[UUID, UUID, int]]:
    """Giver, receiver, minutes of the gifts of the last thirty days."""
    legs = (
        select(TimeTransfer.id, TimeAccount.owner, TimeEntry.amount)
        .join(TimeEntry, TimeEntry.transfer_id == TimeTransfer.id)
        .join(TimeAccount, TimeAccount.id == TimeEntry.account_id)
        .where(TimeTransfer.kind == GIFT, TimeTransfer.at >= work.now - LOOKED_BACK, TimeAccount.kind == "personal")
        .order_by(TimeTransfer.id, TimeEntry.amount)
    )
    both: dict[UUID, list[tuple[str, int]]] = {}
    for row in work.session.execute(legs):
        both.setdefault(row.id, []).append((row.owner, row.amount))
    pairs = [found for found in both.values() if len(found) == 2]  # noqa: PLR2004 - who gives, who gets
    return [(UUID(giver[0]), UUID(receiver[0]), receiver[1]) for giver, receiver in pairs]


def _visited(work: Work) -> list[Visited]:
    orders = select(HelpOrder).where(HelpOrder.state == "confirmed", HelpOrder.wanted_from >= work.now - VISITS_BACK)
    by_person: dict[UUID, list[HelpOrder]] = {}
    for order in work.session.scalars(orders):
        by_person.setdefault(order.receiver_id, []).append(order)
    return [_visit(work, person_id, rows) for person_id, rows in sorted(by_person.items())]


def _visit(work: Work, person_id: UUID, rows: Sequence[HelpOrder]) -> Visited:
    ids = [one.id for one in rows]
    helpers = select(OrderHelper.volunteer_id).where(
        OrderHelper.order_id.in_(ids), OrderHelper.state == "confirmed"
    ).distinct()  # fmt: skip
    agreed = select(OrderEvent.id).where(
        OrderEvent.order_id.in_(ids), OrderEvent.action == "agree", OrderEvent.by_kind != "system"
    )
    answered = any(one.stars for one in rows) or work.session.scalars(agreed.limit(1)).first() is not None
    died = work.session.get_one(Person, person_id).died_on
    late = sum(1 for one in rows if died is not None and local(one.wanted_from).date() > died)
    return Visited(
        person_id, rows[0].division_path, len(rows), len(work.session.scalars(helpers).all()), answered, late
    )  # fmt: skip


def _keep(work: Work, found: Iterable[Suspicion]) -> int:
    """A suspicion that was seen before, decided or not, is not raised again."""
    new = 0
    for one in found:
        row = {
            "id": new_id(), "kind": one.kind, "key": one.key, "person_id": one.person, "division_path": one.path,
            "evidence": {"words": one.words, "records": [str(each) for each in one.records]}, "state": "open",
            "found_at": work.now, "finding": "",
        }  # fmt: skip
        new += len(insert_new(work, AbuseFlag, row, unique=("kind", "key")))
    return new


# -- deciding


def listed(work: Work, viewer: Viewer, states: Sequence[str] = ("open",)) -> Sequence[AbuseFlag]:
    """Flags of the viewer's part, the newest first."""
    mine = select(AbuseFlag).where(viewer.sees(AbuseFlag.division_path, VIEW), AbuseFlag.state.in_(states))
    return work.session.scalars(mine.order_by(AbuseFlag.found_at.desc(), AbuseFlag.id).limit(LISTED)).all()


def decide(
    work: Work, viewer: Viewer, flag_id: UUID, *, uphold: bool, finding: str, void: Sequence[UUID] = ()
) -> AbuseFlag:
    """Dismiss, or uphold and take back the records named in ``void`` (of the evidence), with what they earned.

    Raises ``WrongOrderStateError`` (decided before), ``BadInputError``, ``NotFoundError`` and what ``records.void``
    raises (the time may have been spent: an officer then makes it up by an adjustment).
    """
    mine = select(AbuseFlag).where(AbuseFlag.id == flag_id, viewer.sees(AbuseFlag.division_path, DECIDE))
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise NotFoundError(flag=str(flag_id))
    action, words = ("uphold" if uphold else "dismiss"), reason(finding)
    if action not in FLAG.actions(row.state):
        raise WrongOrderStateError(state=row.state, state_zh=STATE_ZH[row.state], action=action, possible=[])
    named = {UUID(one) for one in row.evidence["records"]}
    if set(void) - named or (void and not uphold):
        raise BadInputError(field="服务记录", why="只能收回这条线索里的服务记录，而且要先查实")
    row.state, row.finding = FLAG.next(row.state, action), words
    row.decided_at, row.decided_by = work.now, viewer.staff_id
    for record_id in sorted(set(void)):
        records.void(work, None, record_id, words)
    audit.record(work, f"flag.{action}", f"flag:{row.id}", records=[str(one) for one in void])
    return row
