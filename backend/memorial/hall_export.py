"""Everything of a hall in one file for the family (个人信息保护法 45, 49), made while it is sent: a hall with a hundred
thousand words takes no more memory than one with ten. A page that opens without a network, the words as JSON too, and
the pictures and sounds as they are kept.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, tuple_

from backend.cases import paper_files
from backend.core import audit
from backend.core.db import Work, reading
from backend.memorial import hall_export_page as page
from backend.memorial import hall_views, halls
from backend.memorial.models import Hall, HallMedia
from backend.memorial.tribute_models import Tribute
from backend.memorial.tribute_rules import KINDS
from backend.residents.masking import mask_name
from backend.residents.models import Person

PORTION = 200  # words read at a time: nothing is held open while a slow telephone takes them
README = (
    "这是纪念馆里的全部内容。\n"
    "先把整个文件夹解开，再点开“打开看.html”，不用联网。\n"
    "“照片和录音”里是文件，“纪念馆.json”给懂电脑的人用。请妥善保存。\n"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What may be sent, to whom: made once the right to it was asked."""

    hall_id: UUID
    person_id: UUID


def order(work: Work, person_id: UUID, hall_id: UUID) -> Order:
    """Ask for everything; that it was is written down. Raises what ``halls.require`` does."""
    hall = halls.find(work, hall_id)
    halls.require(work, hall, person_id, "export")
    audit.record(work, "memorial.export", f"memorial_hall:{hall.id}")
    return Order(hall.id, person_id)


class _Sink:
    """Where the ZIP is written: what has come in since is taken away and sent."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing is held open."""

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def pieces(asked: Order) -> Iterator[bytes]:
    """The ZIP, piece by piece; each reads the database for a moment of its own."""
    sink = _Sink()
    with reading() as work:
        told, media = _told(work, asked), _media(work, asked)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("请先看.txt", README)
        for name, lines in (("打开看.html", _page(asked, told)), ("纪念馆.json", _json(asked, told))):
            with whole.open(name, "w", force_zip64=True) as part:
                for line in lines:
                    part.write(line.encode())
                    yield sink.taken()
        for one in media:
            _put(whole, one)
            yield sink.taken()
    yield sink.taken()


def _put(whole: zipfile.ZipFile, one: page.Medium) -> None:
    """As it is kept, not packed a second time; what was taken away in this moment is left out."""
    try:
        data = paper_files.read(one.id)
    except FileNotFoundError:
        return
    whole.writestr(one.file, data, compress_type=zipfile.ZIP_STORED)


def _told(work: Work, asked: Order) -> dict[str, Any]:
    hall = halls.find(work, asked.hall_id)
    return hall_views.for_person(work, hall, asked.person_id) | {"media": [each.line() for each in _media(work, asked)]}


def _media(work: Work, asked: Order) -> list[page.Medium]:
    mine = select(HallMedia).where(HallMedia.hall_id == asked.hall_id, HallMedia.state.in_(("shown", "waiting")))
    rows = work.session.scalars(mine.order_by(HallMedia.at, HallMedia.id))
    return [
        page.Medium(row.id, row.kind, page.file_of(row.id, row.at, row.media_type), row.caption, revived=row.revived)
        for row in rows
    ]


def _page(asked: Order, told: dict[str, Any]) -> Iterator[str]:
    yield page.head(told)
    for at, said in enumerate(_words(asked)):
        yield page.words(said) if at else page.TITLE + page.words(said)
    yield page.foot(told)


def _json(asked: Order, told: dict[str, Any]) -> Iterator[str]:
    whole = json.dumps(told, ensure_ascii=False, indent=1, default=str)
    yield whole.rstrip().removesuffix("}").rstrip() + ',\n "words": ['
    for at, said in enumerate(_words(asked)):
        yield (",\n  " if at else "\n  ") + json.dumps(said, ensure_ascii=False, default=str)
    yield "\n ]\n}\n"


# -- words, a portion at a time


def _words(asked: Order) -> Iterator[dict[str, Any]]:
    """All that is shown, and what the one who asks wrote for themselves, the oldest first."""
    after: tuple[datetime, UUID] | None = None
    while True:
        with reading() as work:
            rows = _portion(work, asked, after)
        yield from (line for line, _place in rows)
        if len(rows) < PORTION:
            return
        after = rows[-1][1]


def _portion(
    work: Work, asked: Order, after: tuple[datetime, UUID] | None
) -> list[tuple[dict[str, Any], tuple[datetime, UUID]]]:
    whole = work.session.scalars(select(Hall.privacy).where(Hall.id == asked.hall_id)).one() == "family"
    found = (
        select(Tribute.id, Tribute.created_at, Tribute.day, Tribute.kind, Tribute.words, Person.name)
        .join(Person, Person.id == Tribute.person_id)
        .where(Tribute.hall_id == asked.hall_id, Tribute.words.is_not(None))
        .where(or_(Tribute.shown, Tribute.person_id == asked.person_id))
        .order_by(Tribute.created_at, Tribute.id)
    )
    if after is not None:
        found = found.where(tuple_(Tribute.created_at, Tribute.id) > after)
    return [
        (_line(row.day, row.kind, row.words, row.name if whole else mask_name(row.name)), (row.created_at, row.id))
        for row in work.session.execute(found.limit(PORTION))
    ]


def _line(day: date, kind: str, words: str, who: str) -> dict[str, Any]:
    return {"day": day, "kind_zh": KINDS[kind], "who": who, "words": words}
