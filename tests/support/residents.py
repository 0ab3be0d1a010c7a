"""People for tests: with numbers that can be true, with and without a WeChat account."""

from datetime import date
from uuid import UUID

from backend.core.db import Work
from backend.core.idnumber import check_digit
from backend.core.ids import new_id
from backend.residents.indexes import id_index, name_index, phone_index
from backend.residents.models import Person, WeChatAccount


def id_number(born: date = date(1960, 5, 1), serial: int = 1) -> str:
    """A number with a right check digit; an odd ``serial`` is a man's."""
    first = f"500118{born:%Y%m%d}{serial:03d}"
    return first + check_digit(first)


def person(
    work: Work,
    name: str = "王秀英",
    born: date = date(1960, 5, 1),
    serial: int = 1,
    phone: str | None = None,
    assurance: int = 2,
) -> UUID:
    """A person of the register."""
    number = id_number(born, serial)
    row = Person(
        id=new_id(), name=name, name_index=name_index(name), id_number=number, id_index=id_index(number),
        birth_date=born, sex="male" if serial % 2 else "female", assurance=assurance, created_at=work.now,
        phone=phone, phone_index=phone_index(phone) if phone else None,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row.id


def account(work: Work, person_id: UUID | None = None, openid: str | None = None) -> UUID:
    """A WeChat account, bound to a person if one is given."""
    openid = openid or f"openid-{new_id()}"
    row = WeChatAccount(
        id=new_id(), appid="wx-test", openid=openid, openid_index=f"index-{openid}"[:64], person_id=person_id,
        bound_at=work.now if person_id else None, created_at=work.now, last_seen_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row.id
