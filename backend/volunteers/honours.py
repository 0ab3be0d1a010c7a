"""Honours: stars reached by hours of service, given by a job; praise given by staff (表彰)."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import Row, exists, func, select

from backend.core import audit, params
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.people.service import Viewer
from backend.residents.telling import tell_resident
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.models import Volunteer, VolunteerHonour
from backend.volunteers.service import HANDLE

PARAMS = Path(__file__).parent / "params" / "volunteers.yaml"
WORDS = ("一星", "二星", "三星", "四星", "五星")
HOUSE, PRAISE = "县民政局", "praise"
PAGE = "pages/volunteer/honours"
PORTION = 50


def levels(work: Work) -> Sequence[int]:
    """The hours of one star, two stars, … as they hold today."""
    return [int(hours) for hours in params.load(PARAMS).at("honour_levels", local(work.now).date()).value]


def served(work: Work, volunteer_id: UUID) -> int:
    """Minutes of recorded service, all of them."""
    mine = select(func.coalesce(func.sum(ServiceRecord.minutes), 0))
    mine = mine.where(ServiceRecord.volunteer_id == volunteer_id, ServiceRecord.state == "recorded")
    return int(work.session.execute(mine).scalar_one())


def of(work: Work, volunteer_id: UUID) -> Sequence[VolunteerHonour]:
    """What somebody has received, newest first."""
    mine = select(VolunteerHonour).where(VolunteerHonour.volunteer_id == volunteer_id)
    return work.session.scalars(mine.order_by(VolunteerHonour.given_on.desc(), VolunteerHonour.level.desc())).all()


def give_stars(work: Work) -> int:
    """A portion of the stars that are due and not yet given; how many were given."""
    return sum(_give_level(work, star, hours * 60) for star, hours in enumerate(levels(work), 1))


def _give_level(work: Work, star: int, minutes: int) -> int:
    rows = _due(work, _code(star), minutes)
    for volunteer, total in rows:
        _give(work, volunteer, _code(star), f"{WORDS[star - 1]}志愿者", HOUSE, int(total))
    return len(rows)


def _code(star: int) -> str:
    return f"star{star}"


def _due(work: Work, level: str, minutes: int) -> Sequence[Row[Volunteer, int]]:
    has = exists().where(VolunteerHonour.volunteer_id == ServiceRecord.volunteer_id, VolunteerHonour.level == level)
    enough = (
        select(ServiceRecord.volunteer_id, func.sum(ServiceRecord.minutes).label("total"))
        .where(ServiceRecord.state == "recorded", ~has)
        .group_by(ServiceRecord.volunteer_id)
        .having(func.sum(ServiceRecord.minutes) >= minutes)
        .subquery()
    )
    wanted = select(Volunteer, enough.c.total).join(enough, enough.c.volunteer_id == Volunteer.id)
    return work.session.execute(
        wanted.where(Volunteer.state != "withdrawn").order_by(Volunteer.id).limit(PORTION)
    ).all()


def _give(work: Work, volunteer: Volunteer, level: str, name: str, by: str, minutes: int | None) -> bool:
    """Once; told only if it is news."""
    row = {
        "id": new_id(), "volunteer_id": volunteer.id, "level": level, "name": name, "given_by": by,
        "given_on": local(work.now).date(), "minutes": minutes,
    }  # fmt: skip
    made = insert_new(work, VolunteerHonour, row, unique=("volunteer_id", "level", "name"))
    if made:
        facts, key = {"name": name, "by": by}, f"honour:{row['id']}"
        tell_resident(work, volunteer.person_id, key=key, template="volunteer_honour", facts=facts, page=PAGE)
    return bool(made)


def praise(work: Work, viewer: Viewer, volunteer: Volunteer, name: str, by: str) -> None:
    """An honour given by staff, once for each name. Raises ``NotAllowedError`` and ``BadInputError``."""
    viewer.require(HANDLE, volunteer.division_path)
    title, giver = " ".join(name.split()), " ".join(by.split())
    if not 2 <= len(title) <= 40 or not 2 <= len(giver) <= 40:  # noqa: PLR2004 - words that fit on a line
        raise BadInputError(field="表彰", why="名称和授予单位各写 2 到 40 个字")
    if not _give(work, volunteer, PRAISE, title, giver, None):
        raise BadInputError(field="表彰", why="这个荣誉已经给过了，不用重复")
    audit.record(work, "volunteer.praise", f"volunteer:{volunteer.id}", name=title)
