"""Everything of a hall in one file for the family (个人信息保护法 45, 49): words as JSON, pictures, sounds."""

import json
import zipfile
from io import BytesIO
from uuid import UUID

from sqlalchemy import select

from backend.cases import paper_files
from backend.core import audit
from backend.core.db import Work
from backend.memorial import hall_views, halls, tributes
from backend.memorial.models import Hall, HallMedia

SUFFIX = {"image/jpeg": "jpg", "audio/mpeg": "mp3", "audio/wav": "wav"}
README = "这是纪念馆里的全部内容：纪念馆.json 是文字，“照片和录音”里是原来的文件。请妥善保存。\n"


def export(work: Work, person_id: UUID, hall_id: UUID) -> bytes:
    """A ZIP; that it was made is written down. Raises what ``halls.require`` does."""
    hall = halls.find(work, hall_id)
    halls.require(work, hall, person_id, "export")
    audit.record(work, "memorial.export", f"memorial_hall:{hall.id}")
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("请先看.txt", README)
        whole.writestr(
            "纪念馆.json", json.dumps(_written(work, hall, person_id), ensure_ascii=False, indent=1, default=str)
        )
        for row in _media(work, hall):
            whole.writestr(_name(row), paper_files.read(row.id))
    return out.getvalue()


def _written(work: Work, hall: Hall, person_id: UUID) -> dict[str, object]:
    return hall_views.for_person(work, hall, person_id) | {
        "media": [{"file": _name(row), "caption": row.caption, "state": row.state} for row in _media(work, hall)],
        "words": [{"day": one.day, "words": one.words} for one in tributes.shown(work, hall.id)],
    }


def _media(work: Work, hall: Hall) -> list[HallMedia]:
    mine = select(HallMedia).where(HallMedia.hall_id == hall.id, HallMedia.state.in_(("shown", "waiting")))
    return list(work.session.scalars(mine.order_by(HallMedia.at, HallMedia.id)))


def _name(row: HallMedia) -> str:
    return f"照片和录音/{row.at:%Y%m%d}-{row.id}.{SUFFIX[row.media_type]}"
