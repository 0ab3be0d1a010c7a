"""A mother who has died, her hall opened at the counter, her family around it."""

import wave
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from uuid import UUID

from PIL import Image

from backend.core.db import Work
from backend.memorial import deceased, hall_people, halls
from backend.memorial.deceased import Dead
from backend.memorial.models import Hall
from backend.people.service import Viewer
from tests.support.residents import person
from tests.support.tributes import Remembering
from tests.support.tributes import build as county

BORN, DIED = date(1940, 5, 1), date(2025, 8, 1)  # the eighth of the leap sixth month
MOTHER = Dead("王𬱖兰", DIED, BORN, proof="死亡医学证明 2025-118")  # a character beyond the BMP


@dataclass
class Family:
    """``son`` keeps the hall, ``daughter`` edits, ``niece`` is family but not near kin, ``guest`` came by code."""

    county: Remembering
    hall: UUID
    mother: UUID
    people: dict[str, UUID]
    code: str

    def staff(self, name: str) -> Viewer:
        return self.county.viewers[name]


def opening(applicant: UUID, *dead: UUID, relation: str = "child", kind: str = "person") -> halls.Opening:
    return halls.Opening(applicant, relation, "户口簿，户主王建国", dead, kind, "怀念母亲", "pine")


def build(work: Work) -> Family:
    found = county(work)
    clerk = found.viewers["clerk"]
    people = {
        name: person(work, zh, date(1970, 1, 1), serial)
        for serial, (name, zh) in enumerate(
            (("son", "王建国"), ("daughter", "王建红"), ("niece", "王小燕"), ("guest", "陈老师"), ("stranger", "张三")),
            301,
        )
    }
    mother = deceased.register(work, clerk, MOTHER).id
    hall = halls.open_hall(work, clerk, opening(people["son"], mother))
    for name, relation in (("daughter", "child"), ("niece", "kin")):
        row = hall_people.join(work, clerk, hall.id, people[name], relation, "户口簿")
        if name == "daughter":
            hall_people.appoint(work, people["son"], hall.id, row.id, "editor")
    hall.privacy = "invited"
    code = hall_people.invite(work, people["son"], hall.id)
    hall_people.enter(work, people["guest"], hall.number, code)
    return Family(found, hall.id, mother, people, code)


def row(work: Work, family: Family) -> Hall:
    return halls.find(work, family.hall)


def role_of(work: Work, hall: Hall, person_id: UUID) -> str | None:
    """``keeper``, ``editor``, ``family``, ``guest``; None for somebody who has no part in it."""
    found = (role.role for one, role in halls.of_person(work, person_id) if one.id == hall.id)
    return next(found, None)


def photo(kind: str = "JPEG") -> bytes:
    """With a place and a telephone in it, as cameras write them."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "phone of somebody"
    exif.get_ifd(0x8825)[1] = "N29"
    Image.new("RGB", (60, 40), "grey").save(out, kind, exif=exif)
    return out.getvalue()


def sound() -> bytes:
    """A tenth of a second of silence with somebody's words behind it."""
    out = BytesIO()
    with wave.open(out, "wb") as kept:
        kept.setparams((1, 2, 8000, 0, "NONE", ""))
        kept.writeframes(b"\0\0" * 800)
    return out.getvalue() + b"LIST\x0c\0\0\0place of it"
