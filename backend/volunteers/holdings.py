"""What volunteering holds about a person, and what goes when they ask to be forgotten; the record of service stays."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, delete, func, or_, select, update

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.residents import retention
from backend.residents.holdings import Erasable, Holding, Kept, Line
from backend.residents.masking import mask_phone
from backend.volunteers import registering
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.certificates import duration
from backend.volunteers.guardians import NOBODY
from backend.volunteers.models import (
    Qualification,
    ServiceCertificate,
    TeamMember,
    Training,
    Volunteer,
    VolunteerHonour,
    VolunteerTeam,
)
from backend.volunteers.states import VOLUNTEER_ZH
from backend.volunteers.vocabulary import LANGUAGES, QUALIFICATIONS, SERVICES, SKILLS, titles

RULE = "volunteer_record"
BLANK = {
    "skills": [], "services": [], "languages": [], "areas": [], "hours": [], "longitude": None, "latitude": None,
    "emergency_calls": False, "national_exchange": False, "why": "", **NOBODY,
}  # fmt: skip


def _of(work: Work, person_id: UUID) -> Volunteer | None:
    return work.session.scalars(select(Volunteer).where(Volunteer.person_id == person_id)).first()


def _registration(work: Work, person_id: UUID) -> list[Line]:
    row = _of(work, person_id)
    mine = [] if row is None else [_line(row), *_proofs(work, row.id)]
    wards = select(Volunteer.number).where(Volunteer.guardian_id == person_id)
    return [*mine, *({"身份": "监护人", "孩子的志愿者编号": number} for number in work.session.scalars(wards))]


def _line(row: Volunteer) -> Line:
    return {
        "志愿者编号": row.number, "状态": VOLUNTEER_ZH[row.state],
        "登记日期": local(row.registered_at).date().isoformat(),
        "服务类别": "、".join(titles(SERVICES, row.services)) or "没有",
        "特长": "、".join(titles(SKILLS, row.skills)) or "没有",
        "会说的话": "、".join(titles(LANGUAGES, row.languages)) or "没有",
        "空闲时间": f"{len(row.hours)} 段", "大概位置": "没有" if row.longitude is None else "填了",
        "监护人": row.guardian_name or "没有", "监护人电话": mask_phone(row.guardian_phone) or "没有",
        "应急召集": "愿意" if row.emergency_calls else "不愿意",
        "报送全国系统": "同意" if row.national_exchange else "不同意",
    }  # fmt: skip


def _proofs(work: Work, volunteer_id: UUID) -> list[Line]:
    held = work.session.scalars(select(Qualification).where(Qualification.volunteer_id == volunteer_id))
    taught = work.session.scalars(select(Training).where(Training.volunteer_id == volunteer_id))
    given = work.session.scalars(select(VolunteerHonour).where(VolunteerHonour.volunteer_id == volunteer_id))
    return [
        *({"资格": QUALIFICATIONS.get(one.kind, one.kind), "证书号": one.number} for one in held),
        *({"培训": one.name, "日期": one.held_on.isoformat()} for one in taught),
        *({"荣誉": one.name, "日期": one.given_on.isoformat()} for one in given),
    ]


def _service(work: Work, person_id: UUID) -> list[Line]:
    """What they did, and what was done for them."""
    mine = (
        select(ServiceRecord, Volunteer.person_id)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(or_(Volunteer.person_id == person_id, ServiceRecord.receiver_id == person_id))
        .order_by(ServiceRecord.started_at.desc())
    )
    return [_service_line(row, own=row[1] == person_id) for row in work.session.execute(mine)]


def _service_line(row: Row[ServiceRecord, UUID], *, own: bool) -> Line:
    record = row[0]
    line = {
        "服务": record.name, "日期": local(record.started_at).date().isoformat(), "时长": duration(record.minutes),
        "记录单位": record.organiser, "身份": "志愿者" if own else "接受服务的人",
    }  # fmt: skip
    return line | ({"状态": "已作废"} if record.state == "void" else {})


def _live(work: Work, person_id: UUID) -> Sequence[str]:
    row = _of(work, person_id)
    return ["已报名、还没开始的志愿活动"] if row is not None and registering.signed_up(work, row.id) else []


def _kept(work: Work, person_id: UUID) -> list[Kept]:
    """From the last service on."""
    row = _of(work, person_id)
    last = select(func.max(ServiceRecord.ended_at)).where(ServiceRecord.volunteer_id == (row.id if row else None))
    ended = work.session.execute(last).scalar_one()
    found = retention.kept(RULE, ended, local(work.now).date()) if ended is not None else None
    return [found] if found else []


def _erase(work: Work, person_id: UUID) -> None:
    row = _of(work, person_id)
    if row is None:
        return
    if row.state != "withdrawn":
        registering.move(work, row, "withdraw")
    _leave_teams(work, row.id)
    for table in (Qualification, Training, VolunteerHonour):
        work.execute_dml(delete(table).where(table.volunteer_id == row.id))
    if not _kept(work, person_id):
        work.execute_dml(delete(ServiceCertificate).where(ServiceCertificate.volunteer_id == row.id))
    for name, value in BLANK.items():
        setattr(row, name, value)
    work.session.flush()
    audit.record(work, "volunteer.erase", f"volunteer:{row.id}")


def _leave_teams(work: Work, volunteer_id: UUID) -> None:
    work.execute_dml(update(VolunteerTeam).where(VolunteerTeam.leader_id == volunteer_id).values(leader_id=None))
    live = update(TeamMember).where(
        TeamMember.volunteer_id == volunteer_id, TeamMember.state.in_(("applied", "member"))
    )
    work.execute_dml(live.values(state="left", decided_at=work.now, why=""))


HOLDINGS = (
    Holding(
        "volunteer", "志愿者登记", "组织和安排志愿服务，核对年龄和资格",
        "本人自愿登记（个人信息保护法第13条第1款第1项；志愿服务条例第7条）",
        "退出并注销后删除", _registration,
    ),
    Holding(
        "volunteer_service", "志愿服务记录", "如实记录志愿服务，依申请出具证明",
        "履行法定义务所必需（个人信息保护法第13条第1款第3项；志愿服务条例第19条）",
        "最后一次服务后十年", _service,
    ),
)  # fmt: skip
ERASABLES = (Erasable("志愿者登记里的特长、时间、位置、资格和荣誉", _live, _kept, _erase),)
