"""From a document to a person before the registrar: sex, birth, where from, and the index a couple is known by."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast
from uuid import UUID

from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.marriage.declared import IdKind
from backend.marriage.rules import Region, Sex
from backend.residents import documents
from backend.residents.indexes import id_index
from backend.residents.models import Person

# Residence permits of 港澳台居民 are shaped like resident identity numbers.
PERMITS: dict[str, Region] = {"81": "hongkong", "82": "macau", "83": "taiwan"}
BY_KIND: dict[str, Region] = {"foreign_pr": "foreign", "passport": "foreign"}


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
    id_kind: str,
    id_number: str,
    today: date,
    *,
    sex: Sex | None = None,
    birth_date: date | None = None,
    region: Region | None = None,
    phone: str | None = None,
    person_id: UUID | None = None,
) -> Identity:
    """Read a document. A number of eighteen digits says sex and birth; for any other both must be given.

    Raises ``BadInputError`` for a number that cannot be, an impossible date, or a name that is none.
    """
    read = documents.read(id_kind, id_number, today)
    if read.birth_date is not None:
        sex, birth_date = cast("Sex", read.sex), read.birth_date
    if sex is None or birth_date is None:
        raise BadInputError(field="证件", why="这种证件要另外填写性别和出生日期")
    if birth_date > today:
        raise BadInputError(field="出生日期", why="出生日期不能晚于今天")
    known, kind = region_of(read.kind, read.number, region), cast("IdKind", read.kind)
    return Identity(documents.read_name(name), kind, read.number, sex, birth_date, known, phone, person_id)


def of_person(work: Work, person_id: UUID, today: date) -> Identity:
    """Somebody of the house's register, as they have proved who they are. Raises ``BadInputError`` if they have not."""
    person = work.session.get_one(Person, person_id)
    if person.id_number is None:
        raise BadInputError(field="证件", why="您的资料里还没有证件号码，请先完成实名认证")
    return identity(
        person.name, person.id_kind, person.id_number, today, sex=cast("Sex | None", person.sex),
        birth_date=person.birth_date, phone=person.phone, person_id=person.id,
    )  # fmt: skip


def region_of(id_kind: str, id_number: str, said: Region | None) -> Region:
    """Where somebody is from: what the document shows wins over what was said; a passport may be a 华侨's."""
    shown = PERMITS.get(id_number[:2]) if id_kind == "hkmt_permit" else None
    return shown or said or BY_KIND.get(id_kind, "mainland")


def couple_key(indexes: Sequence[str]) -> str:
    """One key for the same people in any order; of one person, that person's own."""
    if len(set(indexes)) != len(indexes):
        raise BadInputError(field="双方", why="两个人的证件号码不能相同")
    return hashlib.sha256("\0".join(sorted(indexes)).encode()).hexdigest()
