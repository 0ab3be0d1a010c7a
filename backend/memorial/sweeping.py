"""代祭扫: staff sweep a grave for a family that cannot come, free of charge, with pictures only the family sees."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from backend.cases import paper_files
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.memorial import cemeteries
from backend.memorial.burial_errors import ErrandOverError, ErrandTakenError
from backend.memorial.burial_models import OPEN_ERRAND, CemeteryZone, Plot, SweepingErrand, SweepingPhoto
from backend.memorial.burial_params import number
from backend.memorial.burial_states import ERRAND
from backend.people.service import Viewer
from backend.residents.telling import tell_resident

LONGEST, MOST_PHOTOS, LISTED, LARGEST_SIDE = 200, 6, 100, 1600
PAGE = "/pages/cemeteries/errand?id={id}"


@dataclass(frozen=True, slots=True)
class Request:
    """Which grave, on which day, what to read there (may be empty)."""

    plot_id: UUID
    day: date
    words: str = field(default="", repr=False)


def ask(work: Work, person_id: UUID, wanted: Request) -> SweepingErrand:
    """One a grave and day, for tomorrow at the earliest. Raises ``ErrandTakenError``, ``BadInputError``."""
    today, ahead = local(work.now).date(), number(work, "errand_days_ahead")
    if not timedelta() < wanted.day - today <= timedelta(days=ahead):
        raise BadInputError(field="日期", why=f"请选明天起 {ahead} 天内的日子")
    if len(wanted.words.strip()) > LONGEST:
        raise BadInputError(field="寄语", why=f"最多 {LONGEST} 个字")
    row = {
        "id": new_id(), "plot_id": wanted.plot_id, "person_id": person_id, "day": wanted.day,
        "words": wanted.words.strip(), "state": "asked", "answer": None, "at": work.now, "settled_at": None,
        "settled_by": None,
    }  # fmt: skip
    if not insert_new(work, SweepingErrand, row, unique=("plot_id", "day"), where=OPEN_ERRAND):
        raise ErrandTakenError
    return work.session.get_one(SweepingErrand, row["id"])


def of_person(work: Work, person_id: UUID) -> Sequence[SweepingErrand]:
    """What somebody asked for, the latest day first."""
    mine = select(SweepingErrand).where(SweepingErrand.person_id == person_id)
    return work.session.scalars(mine.order_by(SweepingErrand.day.desc(), SweepingErrand.id).limit(LISTED)).all()


def find(work: Work, errand_id: UUID, *, person_id: UUID) -> SweepingErrand:
    """One's own. Raises ``NotFoundError``."""
    found = work.session.get(SweepingErrand, errand_id)
    if found is None or found.person_id != person_id:
        raise NotFoundError(errand=str(errand_id))
    return found


def to_do(work: Work, cemetery_id: UUID) -> Sequence[SweepingErrand]:
    """What waits at a cemetery, the next day first; whoever asks has found the cemetery."""
    here = select(Plot.id).join(CemeteryZone, CemeteryZone.id == Plot.zone_id)
    mine = select(SweepingErrand).where(
        SweepingErrand.plot_id.in_(here.where(CemeteryZone.cemetery_id == cemetery_id)),
        SweepingErrand.state == "asked",
    )
    return work.session.scalars(mine.order_by(SweepingErrand.day, SweepingErrand.at).limit(LISTED)).all()


# -- staff


def finish(work: Work, staff: Viewer, errand_id: UUID, pictures: Sequence[bytes]) -> SweepingErrand:
    """Done, with pictures (kept without the place and time cameras write into them); the family is told.

    Raises ``ErrandOverError``, ``BadInputError`` without a picture or before the day, ``PaperRefusedError``.
    """
    if not 1 <= len(pictures) <= MOST_PHOTOS:
        raise BadInputError(field="照片", why=f"请放 1 到 {MOST_PHOTOS} 张照片")
    errand = _locked(work, staff, errand_id, "finish")
    if local(work.now).date() < errand.day:
        raise BadInputError(field="日期", why="还没有到约好的日子")
    for data in pictures:
        row = SweepingPhoto(id=new_id(), errand_id=errand.id, at=work.now)
        work.session.add(row)
        paper_files.write(row.id, paper_files.plain_photo(data, LARGEST_SIDE))
    return _settle(work, staff, errand, "finish", "sweeping_done")


def refuse(work: Work, staff: Viewer, errand_id: UUID, why: str) -> SweepingErrand:
    """It cannot be done, with the reason the family reads. Raises ``ErrandOverError``, ``BadInputError``."""
    clean = why.strip()
    if not 0 < len(clean) <= LONGEST:
        raise BadInputError(field="原因", why=f"请写明原因，1 到 {LONGEST} 个字")
    errand = _locked(work, staff, errand_id, "refuse")
    errand.answer = clean
    return _settle(work, staff, errand, "refuse", "sweeping_refused")


def _locked(work: Work, staff: Viewer, errand_id: UUID, action: str) -> SweepingErrand:
    mine = select(SweepingErrand).where(SweepingErrand.id == errand_id).execution_options(populate_existing=True)
    found = work.session.scalars(for_update(work, mine)).one_or_none()
    if found is None:
        raise NotFoundError(errand=str(errand_id))
    cemeteries.require_plot(work, staff, work.session.get_one(Plot, found.plot_id))
    if action not in ERRAND.actions(found.state):
        raise ErrandOverError
    return found


def _settle(work: Work, staff: Viewer, errand: SweepingErrand, action: str, template: str) -> SweepingErrand:
    errand.state = ERRAND.next(errand.state, action)
    errand.settled_at, errand.settled_by = work.now, staff.staff_id
    cemetery = cemeteries.cemetery_of(work, work.session.get_one(Plot, errand.plot_id))
    tell_resident(
        work, errand.person_id, key=f"{template}:{errand.id}", template=template,
        facts={"cemetery": cemetery.name, "phone": cemetery.phone}, page=PAGE.format(id=errand.id),
    )  # fmt: skip
    audit.record(work, f"sweeping.{action}", f"sweeping:{errand.id}")
    return errand


# -- pictures


def photos(work: Work, errand: SweepingErrand) -> Sequence[UUID]:
    mine = select(SweepingPhoto.id).where(SweepingPhoto.errand_id == errand.id)
    return work.session.scalars(mine.order_by(SweepingPhoto.id)).all()


def photo(work: Work, errand: SweepingErrand, photo_id: UUID) -> bytes:
    """A picture (JPEG), for the family. Raises ``NotFoundError``."""
    if photo_id not in photos(work, errand):
        raise NotFoundError(photo=str(photo_id))
    return paper_files.read(photo_id)
