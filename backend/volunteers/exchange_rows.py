"""Lines of an exchange file: what goes out of volunteers and records, and what comes in, line by line."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from backend.core.clock import CHINA, local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.people.models import Division
from backend.people.service import Viewer
from backend.residents.documents import KINDS
from backend.residents.models import Person
from backend.residents.persons import find_or_create_person
from backend.residents.proxy_rules import is_minor
from backend.volunteers import records, registering, service
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.errors import GuardianNeededError
from backend.volunteers.exchange_files import Row
from backend.volunteers.guardians import By
from backend.volunteers.models import Volunteer
from backend.volunteers.profiles import Profile
from backend.volunteers.records import Served
from backend.volunteers.registering import Wish
from backend.volunteers.service import HANDLE
from backend.volunteers.vocabulary import SERVICES, SKILLS, titles

SEX = {"male": "男", "female": "女", None: ""}
MINUTE_FORMAT = "%Y-%m-%d %H:%M:%S"
COMPARED = ("服务名称", "服务类别", "服务内容", "服务地点", "开始时间", "结束时间", "服务分钟", "组织单位", "负责人")
LONGEST_NUMBER = 32
TAKEN, UNCHANGED = "taken", "unchanged"


# -- out


def volunteer_row(row: Volunteer, person: Person) -> Row:
    """A volunteer as the national system takes it."""
    return {
        "志愿者编号": row.number, "全国编号": row.national_number or "", "姓名": person.name,
        "性别": SEX[person.sex], "出生日期": person.birth_date.isoformat() if person.birth_date else "",
        "证件类型": KINDS[person.id_kind], "证件号码": person.id_number or "", "居住区域": row.division_code,
        "联系电话": person.phone or "", "专业技能": "、".join(titles(SKILLS, row.skills)),
        "服务类别": "、".join(titles(SERVICES, row.services)),
        "注册日期": local(row.registered_at).date().isoformat(),
    }  # fmt: skip


def record_row(row: ServiceRecord, volunteer: Volunteer) -> Row:
    """A service as the national system takes it; nothing of whom it was for."""
    return {
        "记录编号": row.source_id if row.source == "import" else str(row.id), "志愿者编号": volunteer.number,
        "全国编号": volunteer.national_number or "", "服务名称": row.name, "服务类别": SERVICES[row.kind],
        "服务内容": row.content, "服务地点": row.place, "开始时间": _moment(row.started_at),
        "结束时间": _moment(row.ended_at), "服务分钟": str(row.minutes), "组织单位": row.organiser,
        "负责人": row.lead, "质量评价": "" if row.quality is None else str(row.quality),
    }  # fmt: skip


def _moment(at: datetime) -> str:
    return local(at).strftime(MINUTE_FORMAT)


# -- in


def take_volunteer(work: Work, viewer: Viewer, row: Row) -> str:
    """``taken`` or ``unchanged``. Raises domain errors: the line is refused with their words.

    Somebody who is a volunteer here keeps everything as they said it; only a national number that was not known is
    added. Who is new becomes one; a minor comes to the counter with a guardian.
    """
    place = _place(work, row["居住区域"], viewer)
    person = find_or_create_person(
        work, name=row["姓名"], id_kind=_code(KINDS, row["证件类型"], "证件类型"), id_number=row["证件号码"],
        phone=row["联系电话"] or None,
    )  # fmt: skip
    _require_same(person, row)
    volunteer = service.of_person(work, person.id)
    if volunteer is None:
        if is_minor(person.birth_date, local(work.now).date()):
            raise GuardianNeededError
        volunteer = registering.register(work, person.id, Wish(place.code, _profile(row)), By(staff=viewer))
        _number(work, volunteer, row["全国编号"])
        return TAKEN
    return TAKEN if _number(work, volunteer, row["全国编号"]) else UNCHANGED


def _place(work: Work, code: str, viewer: Viewer) -> Division:
    found = work.session.get(Division, code)
    if found is None:
        raise BadInputError(field="居住区域", why="没有这个区划代码")
    viewer.require(HANDLE, found.path)
    return found


def _code(known: dict[str, str], title: str, field: str) -> str:
    code = next((code for code, words in known.items() if words == title), None)
    if code is None:
        raise BadInputError(field=field, why="不在列表里")
    return code


def _codes(known: dict[str, str], words: str, field: str) -> list[str]:
    return [_code(known, title, field) for title in words.split("、") if title]


def _require_same(person: Person, row: Row) -> None:
    """Birth date and sex, where the document says them."""
    if person.birth_date is not None and row["出生日期"] not in ("", person.birth_date.isoformat()):
        raise BadInputError(field="出生日期", why="和证件号码对不上")
    if person.sex is not None and row["性别"] not in ("", SEX[person.sex]):
        raise BadInputError(field="性别", why="和证件号码对不上")


def _profile(row: Row) -> Profile:
    skills = _codes(dict(SKILLS), row["专业技能"], "专业技能")
    return Profile(_codes(dict(SERVICES), row["服务类别"], "服务类别"), skills)


def _number(work: Work, volunteer: Volunteer, number: str) -> bool:
    """Whether the national number is news. Raises ``BadInputError`` if it contradicts what is known."""
    if not number or number == volunteer.national_number:
        return False
    other = select(Volunteer.id).where(Volunteer.national_number == number)
    if volunteer.national_number is not None or work.session.scalar(other) is not None:
        raise BadInputError(field="全国编号", why="和已登记的不一样，请核对")
    if len(number) > LONGEST_NUMBER:
        raise BadInputError(field="全国编号", why=f"最多 {LONGEST_NUMBER} 个字符")
    volunteer.national_number = number
    work.session.flush()
    return True


def volunteers_of(work: Work, rows: list[Row]) -> list[UUID]:
    """Whose services a file of records names, in the order of their ids."""
    numbers = {row["志愿者编号"] for row in rows} - {""}
    national = {row["全国编号"] for row in rows} - {""}
    which = or_(Volunteer.number.in_(numbers), Volunteer.national_number.in_(national))
    return list(work.session.scalars(select(Volunteer.id).where(which).order_by(Volunteer.id)))


def take_record(work: Work, viewer: Viewer, row: Row) -> str:
    """The same of a service. What this house recorded itself is only compared: it is corrected here, not by a file."""
    volunteer = _named(work, viewer, row)
    known = _known(work, volunteer, row["记录编号"])
    if known is not None:
        ours = record_row(known, volunteer)
        if any(ours[name] != row[name] for name in COMPARED):
            raise BadInputError(field="服务记录", why="和本系统的记录不一样，请走更正")
        return UNCHANGED
    records.record(work, _served(volunteer, row))
    return TAKEN


def _named(work: Work, viewer: Viewer, row: Row) -> Volunteer:
    by = Volunteer.national_number == row["全国编号"] if row["全国编号"] else Volunteer.number == row["志愿者编号"]
    found = work.session.scalars(select(Volunteer).where(by, viewer.sees(Volunteer.division_path, HANDLE))).first()
    if found is None:
        raise BadInputError(field="志愿者编号", why="没有这位志愿者")
    return found


def _known(work: Work, volunteer: Volunteer, number: str) -> ServiceRecord | None:
    """Ours by its id, or one that came by a file before."""
    live = select(ServiceRecord).where(ServiceRecord.volunteer_id == volunteer.id, ServiceRecord.state == "recorded")
    came = work.session.scalars(live.where(ServiceRecord.source == "import", ServiceRecord.source_id == number)).first()
    try:
        return came or work.session.scalars(live.where(ServiceRecord.id == UUID(number))).first()
    except ValueError:
        return came


def _served(volunteer: Volunteer, row: Row) -> Served:
    if not 1 <= len(row["记录编号"]) <= 64:  # noqa: PLR2004 - the column
        raise BadInputError(field="记录编号", why="要有 1 到 64 个字符")
    if not row["服务分钟"].isascii() or not row["服务分钟"].isdecimal():
        raise BadInputError(field="服务分钟", why="请填整数")
    return Served(
        volunteer_id=volunteer.id, source="import", source_id=row["记录编号"], name=_words(row, "服务名称", 64),
        kind=_code(dict(SERVICES), row["服务类别"], "服务类别"), content=_words(row, "服务内容", 500),
        place=_words(row, "服务地点", 200), started_at=_read_moment(row["开始时间"]),
        ended_at=_read_moment(row["结束时间"]), minutes=int(row["服务分钟"]), organiser=_words(row, "组织单位", 64),
        lead=_words(row, "负责人", 64),
    )  # fmt: skip


def _words(row: Row, name: str, most: int) -> str:
    if not 1 <= len(row[name]) <= most:
        raise BadInputError(field=name, why=f"要有 1 到 {most} 个字")
    return row[name]


def _read_moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, MINUTE_FORMAT).replace(tzinfo=CHINA)
    except ValueError:
        raise BadInputError(field="时间", why="要写成 2026-11-20 09:00:00") from None
