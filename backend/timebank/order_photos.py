"""Photos of the help given: only if the receiver agreed, without the place and time cameras write into them, sealed,
gone when the term is over.
"""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from backend.cases import paper_files
from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import claim
from backend.timebank import order_params
from backend.timebank.order_errors import PhotoNotAgreedError, WrongOrderStateError
from backend.timebank.order_models import HelpOrder, OrderPhoto
from backend.timebank.order_records import helper_of, locked, note
from backend.timebank.states import HELPER_ZH
from backend.volunteers.models import Volunteer

MOST, PORTION = 6, 50
LARGEST_SIDE = 1600
WHEN = ("started", "finished")


def read_photo(data: bytes) -> bytes:
    """The picture as a plain JPEG without anything else in it. Raises ``PaperRefusedError``, ``BadInputError``."""
    if paper_files.media_type(data) == paper_files.PDF:
        raise BadInputError(field="照片", why="只收照片（JPG、PNG）")
    plain = BytesIO()
    try:
        with Image.open(BytesIO(data)) as picture:
            picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            picture.convert("RGB").save(plain, "JPEG", quality=85)
    except OSError:  # its head is a picture's, but it ends half-way: the connection broke
        raise BadInputError(field="照片", why="照片没有传完整，请重新拍照") from None
    return plain.getvalue()


def add(work: Work, volunteer: Volunteer, order_id: UUID, data: bytes) -> OrderPhoto:
    """Keep one (as ``read_photo`` gave it). Raises ``PhotoNotAgreedError``, ``WrongOrderStateError``."""
    order = locked(work, order_id)
    helper = helper_of(work, order, volunteer)
    if helper.state not in WHEN:
        raise WrongOrderStateError(state=helper.state, state_zh=HELPER_ZH[helper.state], action="photo", possible=[])
    if not order.photo_agreed:
        raise PhotoNotAgreedError
    if len(of_order(work, order)) >= MOST:
        raise BadInputError(field="照片", why=f"一单最多 {MOST} 张")
    row = OrderPhoto(
        id=new_id(), order_id=order.id, helper_id=helper.id, file_key="", media_type=paper_files.JPEG,
        size=len(data), at=work.now,
    )  # fmt: skip
    row.file_key = f"{row.id}.sealed"
    paper_files.write(row.id, data)
    work.session.add(row)
    note(work, order, "photo")
    return row


def of_order(work: Work, order: HelpOrder) -> Sequence[OrderPhoto]:
    mine = select(OrderPhoto).where(OrderPhoto.order_id == order.id, OrderPhoto.removed_at.is_(None))
    return work.session.scalars(mine.order_by(OrderPhoto.at, OrderPhoto.id)).all()


def shown(work: Work, order: HelpOrder, photo_id: UUID) -> bytes:
    """One photo of an order the asker may see; that they looked is written down. Raises ``NotFoundError``."""
    row = work.session.get(OrderPhoto, photo_id)
    if row is None or row.order_id != order.id or row.removed_at is not None:
        raise NotFoundError(photo=str(photo_id))
    audit.record_read(work, order.receiver_id, why=f"help_order_photo:{row.id}")
    return paper_files.read(row.id)


def forget_old(work: Work) -> int:
    """Photos past their days are gone; how many. For the job."""
    before = work.now - timedelta(days=order_params.value(work, "photo_days"))
    old = select(OrderPhoto).where(OrderPhoto.removed_at.is_(None), OrderPhoto.at < before)
    rows = work.session.scalars(claim(work, old.order_by(OrderPhoto.at).limit(PORTION))).all()
    for row in rows:
        row.removed_at = work.now
        _unlink_after(work, row.id)
    return len(rows)


def _unlink_after(work: Work, photo_id: UUID) -> None:
    work.after_commit(lambda: paper_files.remove(photo_id))
