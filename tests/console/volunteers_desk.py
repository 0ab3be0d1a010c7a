"""What the tests of volunteers and of accounts of time share: a county, its forms, and who looked at whom."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from backend.core.audit import AuditEntry
from backend.core.clock import CHINA
from backend.core.db import Work
from backend.core.ids import new_id
from backend.timebank import gifts, ledger, points
from backend.timebank.ledger import POINTS_BUREAU
from backend.volunteers import qualifications, records
from backend.volunteers.qualifications import Proof
from tests.support import help_orders
from tests.support.help_orders import Help, of
from tests.support.timebank import moved
from tests.support.volunteers import served

DESK, BANK = "/console/volunteers/", "/console/time-bank/"
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)


def build(work: Work) -> Help:
    """Three volunteers: the first has served an hour and a half and has a proof that nobody has looked at."""
    built = help_orders.build(work)
    records.record(work, served(built.volunteers[0], MORNING, 90))
    proof = Proof("first_aid", "县红十字会", "J-8812", date(2024, 1, 5), date(2026, 12, 10))
    qualifications.say(work, of(work, built.volunteers[0]), proof)
    return built


def send(client: Client, path: str, **said: object) -> TestResponse:
    page = client.get(DESK).get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token, "key": str(new_id()), **said})


def looks(work: Work, person_id: UUID) -> int:
    """How often somebody's record was read by staff."""
    mine = select(func.count()).where(AuditEntry.action == "person.read", AuditEntry.subject == f"person:{person_id}")
    return int(work.session.scalar(mine) or 0)


def rich(work: Work, found: Help, stock: int = 2) -> list[str]:
    """Two gifts reserved by the elder, who had a thousand points; the orders' numbers."""
    row = gifts.add(work, found.viewers["officer"], "保温杯", "不锈钢，500 毫升", 300, stock)
    ledger.post(work, moved("points", POINTS_BUREAU, points.of(found.elder), 1000))
    return [gifts.reserve(work, found.elder, row.id, f"gift-{one}").number for one in range(2)]
