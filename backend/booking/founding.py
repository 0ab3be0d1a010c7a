"""An office that begins to take appointments, and the matters it takes on; later changes go through ``desk_plan``."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select

from backend.booking import desk_plan
from backend.booking.desk_plan import MatterRules
from backend.booking.matters import matter_of
from backend.booking.models import Office, OfficeMatter, Window
from backend.core import audit
from backend.core.crypto import new_token
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id


@dataclass(frozen=True, slots=True)
class NewOffice:
    """The fields of ``models.Office``; its poster's secret is drawn."""

    code: str
    name: str
    kind: str
    division_code: str
    address: str
    phone: str
    directions: str = ""
    longitude: float | None = None
    latitude: float | None = None
    traits: tuple[str, ...] = ()
    heart_day_windows: int = 0


def open_office(work: Work, new: NewOffice) -> Office:
    """An office without matters or windows yet. Raises ``BadInputError`` for a code that is used."""
    if work.session.scalar(select(Office.id).where(Office.code == new.code)) is not None:
        raise BadInputError(field="编号", why="这个编号已经有了，请换一个")
    values = asdict(new) | {"traits": list(new.traits)}
    office = Office(id=new_id(), checkin_secret=new_token(), **values)
    work.session.add(office)
    audit.record(work, "office.opened", f"office:{new.code}")
    return office


def take_on(work: Work, office: Office, matter: str, pool: str, rules: MatterRules) -> None:
    """The office does a matter from now on, at the windows of a pool.

    Raises ``UnknownMatterError``, and ``BadInputError`` for rules that contradict themselves.
    """
    matter_of(matter)
    work.session.add(OfficeMatter(office_id=office.id, matter=matter, pool=pool))
    work.session.flush()
    desk_plan.save_matter(work, office, matter, rules)


def windows(work: Work, office: Office, pool: str) -> Sequence[Window]:
    """The counters in use of a pool, as they were set up."""
    mine = select(Window).where(Window.office_id == office.id, Window.pool == pool, Window.active)
    return work.session.scalars(mine.order_by(Window.id)).all()
