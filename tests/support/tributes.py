"""A hall to remember somebody in, who visits it, and who moderates; written as rows."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.core.db import Work
from backend.core.ids import new_id
from backend.memorial.models import Hall, HallRole
from backend.memorial.moderation_desk import decide
from backend.memorial.tribute_models import ModerationItem
from backend.memorial.tributes import Offering, give
from backend.people.rules import Grant
from backend.people.service import Viewer
from tests.support import world
from tests.support.residents import person
from tests.support.world import COUNTY, TOWN

STAFF = {"clerk": "clerk", "clerk2": "clerk", "clerk3": "clerk", "officer": "officer", "duty": "duty"}


@dataclass
class Remembering:
    """``hall`` is public, ``home`` for the family; ``kin`` keeps both, ``visitor`` is a stranger."""

    world: world.World
    hall: UUID
    home: UUID
    kin: UUID
    visitor: UUID
    viewers: dict[str, Viewer]


def build(work: Work) -> Remembering:
    county = world.build(work, roster=False)
    viewers = {}
    for name, role in STAFF.items():
        county.staff[name] = county.staff.get(name) or world._staff(work, name, role, COUNTY)
        viewers[name] = Viewer(county.staff[name], name, name, (Grant(role, f"{COUNTY}/"),), new_id(), "csrf")
    kin, visitor = person(work, "李红", serial=2), person(work, "王小明", date(1980, 3, 3), serial=3)
    clerk = county.staff["clerk"]
    halls = [hall(work, clerk, kin, privacy, number) for number, privacy in enumerate(("public", "family"), 1)]
    return Remembering(county, *halls, kin, visitor, viewers)


def hall(work: Work, staff_id: UUID, keeper: UUID, privacy: str, number: int) -> UUID:
    row = Hall(
        id=new_id(), number=f"JN261122-{number:05d}-0", kind="person", title="怀念母亲王秀英", theme="plain",
        privacy=privacy, territory=f"{COUNTY}/{TOWN}/", staff_id=staff_id, created_at=work.now, changed_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    work.session.add(
        HallRole(
            id=new_id(), hall_id=row.id, person_id=keeper, role="keeper", relation="child", proof="户口簿",
            staff_id=staff_id, since=work.now,
        )
    )  # fmt: skip
    work.session.flush()
    return row.id


def written(work: Work, found: Remembering, words: str = "妈妈，我们都好，您放心。") -> ModerationItem:
    """Words of the visitor in the public hall, waiting for a person."""
    row = give(work, found.visitor, found.hall, Offering("words", words))
    item = work.session.query(ModerationItem).filter_by(subject_id=row.id).one()
    item.state, item.queued_at = "queued", work.now
    work.session.flush()
    return item


def shown(work: Work, found: Remembering) -> ModerationItem:
    """The same, let through by the clerk."""
    return decide(work, found.viewers["clerk"], written(work, found).id, "show")


def shown_slander(work: Work, found: Remembering) -> UUID:
    """Words in the family's hall that were shown and then removed as slander of martyrs."""
    row = give(work, found.kin, found.home, Offering("words", "不敬的话"))
    item = work.session.query(ModerationItem).filter_by(subject_id=row.id).one()
    item.state, item.queued_at = "queued", work.now
    decide(work, found.viewers["clerk"], item.id, "refuse", "slander")
    return item.id
