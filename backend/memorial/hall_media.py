"""Pictures and sounds of a hall: sealed, seen by others after moderation, gone when near kin say so."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from backend.cases import paper_files
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.memorial import halls, moderation
from backend.memorial.errors import NotNearKinError
from backend.memorial.hall_files import Kept
from backend.memorial.models import Hall, HallMedia, HallRole, MediaConsent
from backend.memorial.moderation import Told

SUBJECT, CAPTION = "hall_media", "hall_caption"
MOST, LONGEST_CAPTION = 200, 60
CONTENT = {"photo": "picture", "sound": "sound"}


def add(work: Work, person_id: UUID, hall_id: UUID, file: Kept, caption: str, *, revived: bool) -> HallMedia:
    """Keep one; others see it once moderation has let it through, a machine-made likeness once all near kin agree too.

    Raises ``BadInputError``, ``NotNearKinError`` (a likeness by others), and what ``halls.require`` does.
    """
    hall = halls.find(work, hall_id, lock=True)
    own = halls.require(work, hall, person_id, "media")
    if revived and not halls.is_near(own):
        raise NotNearKinError
    if len(caption.strip()) > LONGEST_CAPTION:
        raise BadInputError(field="说明", why=f"最多 {LONGEST_CAPTION} 个字")
    if _many(work, hall) >= MOST:
        raise BadInputError(field="照片", why=f"一个纪念馆最多 {MOST} 件，请先删去一些")
    row = HallMedia(
        id=new_id(), hall_id=hall.id, kind=file.kind, media_type=file.media_type, size=len(file.data),
        caption=caption.strip(), revived=revived, state="waiting", person_id=person_id, at=work.now,
    )  # fmt: skip
    paper_files.write(row.id, file.data)
    work.session.add(row)
    work.session.flush()
    if revived:
        consent(work, person_id, hall_id, row.id, agreed=True)
    else:
        submit(work, hall, row)
    return row


def _many(work: Work, hall: Hall) -> int:
    mine = select(func.count()).where(HallMedia.hall_id == hall.id, HallMedia.state != "removed")
    return work.session.scalars(mine).one()


def submit(work: Work, hall: Hall, row: HallMedia) -> None:
    """To moderation, the picture and its words."""
    row.state = "waiting"
    moderation.submit(
        work, SUBJECT, row.id, CONTENT[row.kind], row.person_id, media=True, audience=hall.privacy, hall_id=hall.id
    )
    if row.caption:
        moderation.submit(work, CAPTION, row.id, row.caption, row.person_id, audience=hall.privacy, hall_id=hall.id)


def decided(work: Work, media_id: UUID, told: Told) -> None:
    """Moderation has spoken; what near kin took away stays away."""
    row = work.session.get_one(HallMedia, media_id)
    if row.state != "removed":
        row.state = "refused" if told == "removed" else told
        halls.touch(work, halls.find(work, row.hall_id))


def caption_decided(work: Work, media_id: UUID, told: Told) -> None:
    row = work.session.get_one(HallMedia, media_id)
    row.caption_shown = told == "shown"
    halls.touch(work, halls.find(work, row.hall_id))


def content(work: Work, media_id: UUID) -> tuple[bytes, str]:
    """Bytes and media type, for the moderator. Raises ``NotFoundError``."""
    row = work.session.get(HallMedia, media_id)
    if row is None or row.state == "removed":
        raise NotFoundError(media=str(media_id))
    return paper_files.read(row.id), row.media_type


def visible(work: Work, hall: Hall, person_id: UUID | None) -> Sequence[HallMedia]:
    """What this person may see: what is shown, their own that waits, and what waits for their yes. The oldest first."""
    mine = select(HallMedia).where(HallMedia.hall_id == hall.id, HallMedia.state != "removed")
    rows = work.session.scalars(mine.order_by(HallMedia.at, HallMedia.id)).all()
    near = halls.near_kin(work, hall, person_id)
    return [row for row in rows if _open_to(row, person_id, near=near)]


def _open_to(row: HallMedia, person_id: UUID | None, *, near: bool) -> bool:
    """Near kin are asked about a likeness, so they see it before others do."""
    return row.state == "shown" or row.person_id == person_id or (near and row.revived and row.state == "waiting")


def opened(work: Work, hall: Hall, person_id: UUID | None, media_id: UUID) -> tuple[bytes, str]:
    """One of those. Raises ``NotFoundError``."""
    row = work.session.get(HallMedia, media_id)
    mine = row is not None and row.hall_id == hall.id and halls.may_see(work, hall, person_id)
    if row is None or not mine or not _open_to(row, person_id, near=halls.near_kin(work, hall, person_id)):
        raise NotFoundError(media=str(media_id))
    return content(work, media_id)


def shown(work: Work, hall: Hall, media_id: UUID) -> tuple[bytes, str]:
    """One that moderation has let through, for whoever has been let in. Raises ``NotFoundError``."""
    row = work.session.get(HallMedia, media_id)
    if row is None or row.hall_id != hall.id or row.state != "shown":
        raise NotFoundError(media=str(media_id))
    return content(work, media_id)


def remove(work: Work, person_id: UUID, hall_id: UUID, media_id: UUID) -> None:
    """Gone for good: by whoever brought it, an editor, or near kin (个人信息保护法 49). Raises ``NotFoundError``."""
    hall = halls.find(work, hall_id, lock=True)
    row = _locked(work, hall, media_id)
    if row.person_id != person_id:
        halls.require(work, hall, person_id, "remove")
    row.state, row.caption, row.caption_shown = "removed", "", False
    for kind in (SUBJECT, CAPTION):
        moderation.withdraw(work, kind, row.id)
    halls.touch(work, hall)
    audit.record(work, "memorial.media_removed", f"memorial_hall:{hall.id}", media=str(row.id))
    work.after_commit(lambda: paper_files.remove(media_id))


def _locked(work: Work, hall: Hall, media_id: UUID) -> HallMedia:
    mine = select(HallMedia).where(HallMedia.id == media_id, HallMedia.hall_id == hall.id, HallMedia.state != "removed")
    row = work.session.scalars(for_update(work, mine).execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFoundError(media=str(media_id))
    return row


# -- a likeness made by a machine


def consent(work: Work, person_id: UUID, hall_id: UUID, media_id: UUID, *, agreed: bool) -> int:
    """A near relative says yes or no; how many yeses are missing. One no hides it at once.

    Raises ``NotNearKinError``, ``NotFoundError``.
    """
    hall = halls.find(work, hall_id, lock=True)
    if not halls.near_kin(work, hall, person_id):
        raise NotNearKinError
    row = _locked(work, hall, media_id)
    if not row.revived:
        raise NotFoundError(likeness=str(media_id))
    key = {"media_id": row.id, "person_id": person_id}
    insert_new(work, MediaConsent, {"id": new_id(), **key, "agreed": agreed, "at": work.now}, unique=tuple(key))
    said = work.session.scalars(select(MediaConsent).filter_by(**key)).one()
    said.agreed, said.at = agreed, work.now
    return _weigh(work, hall, row)


def _weigh(work: Work, hall: Hall, row: HallMedia) -> int:
    work.session.flush()
    left = missing(work, hall, row)
    if left:
        row.state = "waiting"
        moderation.withdraw(work, SUBJECT, row.id)
        halls.touch(work, hall)
    elif row.state != "shown":
        submit(work, hall, row)
    return left


def agreed(work: Work, row: HallMedia, person_id: UUID) -> bool | None:
    """What somebody has said to a likeness; None if nothing yet."""
    said = select(MediaConsent.agreed).where(MediaConsent.media_id == row.id, MediaConsent.person_id == person_id)
    return work.session.scalars(said).first()


def missing(work: Work, hall: Hall, row: HallMedia) -> int:
    """How many near kin have not agreed to a likeness."""
    said = select(MediaConsent.person_id).where(MediaConsent.media_id == row.id, MediaConsent.agreed)
    yes = set(work.session.scalars(said))
    near: list[HallRole] = [one for one in work.session.scalars(halls.roles(hall)) if halls.is_near(one)]
    return sum(one.person_id not in yes for one in near)
