"""Entering sites, rooms, beds, elders and contacts: checked, sealed, audited."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from backend.core import audit, idnumber, phone, versions
from backend.core.clock import local
from backend.core.crypto import keyring
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.eldercare.errors import AlreadyKnownError, BedTakenError, WrongSiteError
from backend.eldercare.models import Bed, Contact, Elder, Room, Site
from backend.eldercare.places import TOPIC
from backend.eldercare.schemas import NewContact, NewElder
from backend.people.models import Division

T = TypeVar("T")
Row = TypeVar("Row", Site, Room, Bed, Elder, Contact)

ID_NUMBER, PHONE = "id_number", "phone"
"""Kinds of the blind index."""
ARRIVAL_S = range(60, 7201)


def register_site(
    work: Work,
    division_code: str,
    kind: Literal["care_home", "home_service"],
    *,
    address: str,
    phone_number: str,
    arrival_s: int,
) -> Site:
    """Make a division of level "site" a care home or a service station."""
    division = work.session.get(Division, division_code)
    if division is None or division.level != "site":
        raise NotFoundError(division=division_code)
    if arrival_s not in ARRIVAL_S:
        raise BadInputError(field="到场时限", why="应在 1 到 120 分钟之间")
    number = _checked("电话", phone.normalise, phone_number)
    site = Site(division_code=division_code, kind=kind, address=address.strip(), phone=number, arrival_s=arrival_s)
    return _add(work, site, "site.registered", f"site:{division_code}", "这个机构")


def register_room(
    work: Work, site_code: str, floor: int, number: str, kind: Literal["bedroom", "bathroom", "common"] = "bedroom"
) -> Room:
    """A room of a site; corridors and bathrooms too, because alarms come from there."""
    room = Room(site_code=_site(work, site_code).division_code, floor=floor, number=_word("房间号", number), kind=kind)
    return _add(work, room, "room.registered", f"site:{site_code}", "这个房间")


def register_bed(work: Work, room_id: UUID, label: str) -> Bed:
    """A bed in a room."""
    room = work.session.get(Room, room_id)
    if room is None:
        raise NotFoundError(room=room_id)
    village = work.session.get_one(Division, room.site_code).parent_code or room.site_code
    bed = Bed(site_code=room.site_code, room_id=room.id, label=_word("床号", label), division_code=village)
    return _add(work, bed, "bed.registered", f"site:{room.site_code}", "这张床")


def register_family_bed(work: Work, site_code: str, division_code: str, address: str, label: str = "家庭床位") -> Bed:
    """A family care bed: its address is sealed, its village or community is not."""
    if work.session.get(Division, division_code) is None:
        raise NotFoundError(division=division_code)
    bed = Bed(
        site_code=_site(work, site_code).division_code,
        label=_word("床位名称", label),
        address=_word("地址", address),
        division_code=division_code,
    )
    return _add(work, bed, "bed.registered", f"site:{site_code}", "这张床")


def register_elder(work: Work, new: NewElder) -> Elder:
    """Enter an elder. Raises ``BadInputError``, ``AlreadyKnownError`` (same ID number), ``BedTakenError``."""
    site = _site(work, new.site_code)
    number = _id_number(work, new.id_number)
    if number is not None and find_by_id_number(work, number.text) is not None:
        raise AlreadyKnownError(what="这个身份证号")
    sex, born = _who(new, number, local(work.now).date())
    elder = Elder(
        id=new_id(), name=_word("姓名", new.name), sex=sex, birth_date=born, site_code=site.division_code,
        conditions=new.conditions, door_code=new.door_code, care_notes=new.care_notes,
    )  # fmt: skip
    if number is not None:
        elder.id_number, elder.id_number_index = number.text, keyring().blind_index(ID_NUMBER, number.text)
    if new.phone:
        elder.phone = _checked("电话", phone.normalise, new.phone)
        elder.phone_index = keyring().blind_index(PHONE, elder.phone)
    if new.bed_id is not None:
        elder.bed_id = _free_bed(work, new.bed_id, new.site_code).id
    return _add(work, elder, "elder.registered", f"elder:{elder.id}", "这位老人")


def _id_number(work: Work, text: str | None) -> idnumber.IdNumber | None:
    if not text:
        return None
    today = local(work.now).date()
    return _checked("身份证号", lambda given: idnumber.parse(given, today), text)


def _who(new: NewElder, number: idnumber.IdNumber | None, today: date) -> tuple[str, date]:
    """Sex and birth date: what was entered wins, because it is what the family says."""
    sex = new.sex or (number.sex if number else None)
    born = new.birth_date or (number.birth_date if number else None)
    if sex is None or born is None:
        raise BadInputError(field="出生日期和性别", why="没有身份证号时必须填写")
    if not idnumber.OLDEST <= born <= today:
        raise BadInputError(field="出生日期", why="不合理")
    return sex, born


def add_contact(work: Work, elder_id: UUID, new: NewContact) -> Contact:
    """Somebody to call for an elder: at ``position`` (the later ones move down), or last."""
    elder = _elder(work, elder_id)
    number = _checked("联系人电话", phone.normalise, new.phone)
    last = work.session.scalar(select(func.max(Contact.position)).where(Contact.elder_id == elder.id)) or 0
    position = min(new.position or last + 1, last + 1)
    _make_room(work, elder.id, position)
    contact = Contact(
        elder_id=elder.id, position=position, name=_word("联系人姓名", new.name), relation=_word("关系", new.relation),
        phone=number, phone_index=keyring().blind_index(PHONE, number), openid=new.openid, notify=new.notify,
    )  # fmt: skip
    return _add(work, contact, "contact.added", f"elder:{elder.id}", "这位联系人")


def _make_room(work: Work, elder_id: UUID, position: int) -> None:
    """Last first: the positions are unique at every moment."""
    later = select(Contact).where(Contact.elder_id == elder_id, Contact.position >= position)
    for contact in work.session.scalars(later.order_by(Contact.position.desc())).all():
        contact.position += 1
        work.session.flush()


def move_bed(work: Work, elder_id: UUID, bed_id: UUID | None) -> Elder:
    """Move an elder to another bed, or out of beds (None). Devices of a bed stay with the bed."""
    elder = _elder(work, elder_id)
    before = elder.bed_id
    if bed_id is not None and bed_id != before:
        elder.bed = _free_bed(work, bed_id, elder.site_code)
    elder.bed_id = bed_id
    work.session.flush()
    _changed(work, "elder.moved", f"elder:{elder.id}", bed=bed_id, before=before)
    return elder


def find_by_id_number(work: Work, id_number: str) -> Elder | None:
    """Look a person up by the digest of the number; nothing is opened on the way."""
    index = keyring().blind_index(ID_NUMBER, id_number)
    return work.session.scalars(select(Elder).where(Elder.id_number_index == index)).first()


def find_by_phone(work: Work, number: str) -> list[Elder]:
    """Elders with this telephone of their own. Raises ``BadInputError``."""
    index = keyring().blind_index(PHONE, _checked("电话", phone.normalise, number))
    return list(work.session.scalars(select(Elder).where(Elder.phone_index == index).order_by(Elder.id)))


def _free_bed(work: Work, bed_id: UUID, site_code: str) -> Bed:
    # Only the bed's own row is locked: its room is an outer join, which PostgreSQL does not lock.
    work.session.execute(for_update(work, select(Bed.id).where(Bed.id == bed_id)))
    bed = work.session.get(Bed, bed_id)
    if bed is None:
        raise NotFoundError(bed=bed_id)
    if bed.site_code != site_code:
        raise WrongSiteError
    if work.session.scalar(select(Elder.id).where(Elder.bed_id == bed_id, Elder.active)) is not None:
        raise BedTakenError
    return bed


def _site(work: Work, code: str) -> Site:
    site = work.session.get(Site, code)
    if site is None:
        raise NotFoundError(site=code)
    return site


def _elder(work: Work, elder_id: UUID) -> Elder:
    elder = work.session.get(Elder, elder_id)
    if elder is None or not elder.active:
        raise NotFoundError(elder=elder_id)
    return elder


def _word(field: str, text: str) -> str:
    if not text.strip():
        raise BadInputError(field=field, why="不能为空")
    return text.strip()


def _checked(field: str, check: Callable[[str], T], text: str) -> T:
    try:
        return check(text)
    except ValueError as error:
        raise BadInputError(field=field, why=str(error)) from None


def _add(work: Work, row: Row, action: str, subject: str, what: str) -> Row:
    """Insert; the database's own constraints say "that is known already"."""
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise AlreadyKnownError(what=what) from None
    _changed(work, action, subject)
    return row


def _changed(work: Work, action: str, subject: str, **facts: Any) -> None:
    audit.record(work, action, subject, **{name: value for name, value in facts.items() if value})
    versions.bump(work, TOPIC)
