"""From a document to a person before the registrar: sex, birth, where from, and the index a couple is known by."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from backend.core import idnumber
from backend.core.errors import BadInputError
from backend.marriage.declared import IdKind
from backend.marriage.rules import Region, Sex
from backend.residents.indexes import id_index

# Residence permits of 港澳台居民 are shaped like resident identity numbers.
PERMITS: dict[str, Region] = {"81": "hongkong", "82": "macau", "83": "taiwan"}
BY_KIND: dict[str, Region] = {"hkmt_permit": "hongkong", "foreign_pr": "foreign", "passport": "foreign"}


@dataclass(frozen=True, slots=True)
class Identity:
    """One of the people as their document names them. ``phone`` and ``person_id`` where they are known."""

    name: str = field(repr=False)
    id_kind: IdKind
    id_number: str = field(repr=False)
    sex: Sex
    birth_date: date
    region: Region
    phone: str | None = field(default=None, repr=False)
    person_id: UUID | None = None

    @property
    def index(self) -> str:
        return id_index(self.id_number)


def identity(
    name: str,
    id_kind: IdKind,
    id_number: str,
    today: date,
    *,
    sex: Sex | None = None,
    birth_date: date | None = None,
    region: Region | None = None,
    phone: str | None = None,
    person_id: UUID | None = None,
) -> Identity:
    """Read a document. A resident's number says sex and birth; for any other kind both must be given.

    Raises ``BadInputError`` for a number that cannot be, an impossible date, or a missing name.
    """
    clean = " ".join(name.split())
    if not clean:
        raise BadInputError(field="姓名", why="请填写与证件一致的姓名")
    if id_kind == "resident_id":
        number = _resident(id_number, today)
        sex, birth_date, id_number = number.sex, number.birth_date, number.text
    if sex is None or birth_date is None or not id_number.strip():
        raise BadInputError(field="证件", why="护照和通行证要填写号码、性别和出生日期")
    if birth_date > today:
        raise BadInputError(field="出生日期", why="出生日期不能晚于今天")
    known = region_of(id_kind, id_number, region)
    return Identity(clean, id_kind, id_number.strip().upper(), sex, birth_date, known, phone, person_id)


def _resident(id_number: str, today: date) -> idnumber.IdNumber:
    try:
        return idnumber.parse(id_number, today)
    except ValueError as error:
        raise BadInputError(field="身份证号", why=str(error)) from None


def region_of(id_kind: str, id_number: str, said: Region | None) -> Region:
    """Where somebody is from: what the document shows wins over what was said; a passport may be a 华侨's."""
    shown = PERMITS.get(id_number[:2]) if id_kind == "resident_id" else None
    return shown or said or BY_KIND.get(id_kind, "mainland")


def couple_key(indexes: Sequence[str]) -> str:
    """One key for the same people in any order; of one person, that person's own."""
    if len(set(indexes)) != len(indexes):
        raise BadInputError(field="双方", why="两个人的证件号码不能相同")
    return hashlib.sha256("\0".join(sorted(indexes)).encode()).hexdigest()
