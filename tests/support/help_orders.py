"""Orders of help for tests: an elder with ten hours of time, her daughter, a clerk, and volunteers nearby."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.alarms.models import Alarm
from backend.core.clock import CHINA, ManualClock
from backend.core.db import Work
from backend.core.ids import new_id
from backend.notices.models import Notice
from backend.people.rules import Grant
from backend.people.service import Viewer
from backend.residents.indexes import id_index
from backend.residents.models import InboxItem, Person, Proxy
from backend.timebank import ledger, order_ending, orders, safety
from backend.timebank.accounts import personal
from backend.timebank.models import TimeKin
from backend.timebank.order_models import HelpOrder, OrderHelper
from backend.timebank.order_records import Who, helper_of, locked
from backend.volunteers import records
from backend.volunteers.models import Volunteer
from tests.support import world
from tests.support.residents import id_number, person
from tests.support.timebank import issued
from tests.support.volunteers import served, volunteer
from tests.support.world import COUNTY, HOME, HOME_PATH, TOWN, VILLAGE

ELDER_BORN, ELDER_SERIAL = date(1942, 5, 1), 102
TEN = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)  # tomorrow morning by the clock of the tests
HERE = (105.93, 29.36)
STAFF = {
    "clerk": ("clerk", TOWN, f"{COUNTY}/{TOWN}/"), "clerk2": ("clerk", TOWN, f"{COUNTY}/{TOWN}/"),
    "officer": ("officer", COUNTY, f"{COUNTY}/"), "lead": ("lead", COUNTY, f"{COUNTY}/"),
    "elsewhere": ("clerk", HOME, HOME_PATH),
}  # fmt: skip


@dataclass
class Help:
    """The people of the stories."""

    world: world.World
    elder: UUID
    daughter: UUID
    proxy: UUID
    volunteers: list[UUID] = field(default_factory=list)
    viewers: dict[str, Viewer] = field(default_factory=dict)

    @property
    def clerk(self) -> Who:
        return Who(staff=self.viewers["clerk"])

    @property
    def herself(self) -> Who:
        return Who(person_id=self.elder)

    @property
    def by_proxy(self) -> Who:
        return Who(person_id=self.elder, agent_id=self.daughter, proxy_id=self.proxy)


def build(work: Work, volunteers: int = 3, minutes: int = 600) -> Help:
    """Write the county. Volunteer ``n`` lives about ``n`` kilometres away and offers meals and company."""
    county = world.build(work)
    elder = person(work, "王秀英", ELDER_BORN, ELDER_SERIAL)
    daughter = person(work, "李红", date(1968, 5, 1), 104, phone="13900139000")
    found = Help(county, elder, daughter, _proxy(work, elder, daughter))
    for name, (role, code, path) in STAFF.items():
        if name not in county.staff:
            county.staff[name] = world._staff(work, name, role, code)
        found.viewers[name] = Viewer(county.staff[name], name, name, (Grant(role, path),), new_id(), "csrf")
    found.volunteers = [helper(work, serial) for serial in range(1, volunteers + 1)]
    if minutes:
        ledger.post(work, issued("elder's time", personal(elder), minutes))
    return found


def helper(work: Work, serial: int, **more: Any) -> UUID:
    """A volunteer about ``serial`` kilometres to the north."""
    facts: dict[str, Any] = {
        "services": ["meals", "company"], "languages": ["local"], "longitude": HERE[0],
        "latitude": HERE[1] + serial * 0.009, "born": date(1990, 5, 1),
    }  # fmt: skip
    return volunteer(work, serial, **facts | more)


def _proxy(work: Work, elder: UUID, agent: UUID) -> UUID:
    index = id_index(id_number(ELDER_BORN, ELDER_SERIAL))
    row = Proxy(
        principal_id=elder, principal_index=index, principal_name="王秀英", agent_id=agent, kind="relative",
        relation="child", scopes=["time_bank"], state="active", consent_how="account", days=365,
        requested_at=work.now, consented_at=work.now, valid_until=work.now + timedelta(days=365),
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row.id


def make_kin(work: Work, giver: UUID, receiver: UUID) -> None:
    work.session.add(
        TimeKin(giver_id=giver, receiver_id=receiver, relation="parent", proven_by="clerk", since=work.now)
    )
    work.session.flush()


def wanted(found: Help, **more: Any) -> orders.Wanted:
    """Tomorrow from ten to twelve, an hour of meals at her home, paid from her own time."""
    facts: dict[str, Any] = {
        "receiver_id": found.elder, "kind": "meals", "words": "做一顿午饭，说说话", "starts": TEN,
        "ends": TEN + timedelta(hours=2), "minutes": 60, "division": VILLAGE, "address": "桃园路8号2单元301",
        "phone": "023-42341234", "place": HERE, "channel": "phone",
    }  # fmt: skip
    return orders.Wanted(**facts | more)


def ask(work: Work, found: Help, who: Who | None = None, **more: Any) -> HelpOrder:
    return orders.ask(work, who or found.clerk, wanted(found, **more))


def of(work: Work, volunteer_id: UUID) -> Volunteer:
    return work.session.get_one(Volunteer, volunteer_id)


def part(work: Work, order_id: UUID, volunteer_id: UUID) -> OrderHelper:
    return helper_of(work, locked(work, order_id), of(work, volunteer_id))


def visited(work: Work, order_id: UUID, volunteer_id: UUID, clock: ManualClock, minutes: int = 60) -> UUID:
    """Accepted, begun at the agreed time, finished after as many minutes; the helper's id.

    The clock stands at the end of the visit afterwards; each moment is written as it was.
    """
    orders.accept(work, of(work, volunteer_id), order_id)
    order = locked(work, order_id)
    work.now = order.wanted_from
    orders.start(work, of(work, volunteer_id), order_id, HERE)
    work.now += timedelta(minutes=minutes)
    orders.finish(work, of(work, volunteer_id), order_id)
    clock.advance((work.now - clock.now()).total_seconds())
    return part(work, order_id, volunteer_id).id


def confirmed(work: Work, found: Help, order_id: UUID, helper_id: UUID) -> HelpOrder:
    return order_ending.confirm(work, found.herself, order_id, helper_id)


def died(work: Work, person_id: UUID, on: date) -> None:
    work.session.get_one(Person, person_id).died_on = on
    work.session.flush()


def record_elsewhere(work: Work, volunteer_id: UUID, started_at: datetime) -> None:
    """Another service of the same hour, written down by somebody else."""
    records.record(work, served(volunteer_id, started_at, 30))


def alarm_of(work: Work, kind: str) -> Alarm:
    """The one alarm of a kind."""
    return work.session.scalars(select(Alarm).where(Alarm.kind == kind)).one()


def sos(work: Work, volunteer_id: UUID, order_id: UUID) -> UUID:
    return safety.sos(work, of(work, volunteer_id), order_id)


def balance(work: Work, person_id: UUID) -> int:
    return ledger.balance(work, personal(person_id))


def person_of(work: Work, volunteer_id: UUID) -> UUID:
    return of(work, volunteer_id).person_id


def desk(work: Work) -> int:
    """How often a coordinator was told."""
    told = select(func.count()).where(Notice.template == "help_order_desk")
    return int(work.session.scalar(told) or 0)


def told(work: Work, person_id: UUID) -> list[str]:
    """What somebody was told, in order."""
    mine = select(InboxItem).where(InboxItem.person_id == person_id).order_by(InboxItem.created_at, InboxItem.id)
    return [row.body for row in work.session.scalars(mine)]
