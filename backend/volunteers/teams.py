"""Teams and organisations: founded by staff, led by a volunteer; people ask, the leader or staff admit (招募录用)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select, update
from stdnum.cn import uscc as credit_code
from stdnum.exceptions import ValidationError

from backend.core import audit, phone
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.people.models import Division
from backend.people.service import Viewer
from backend.residents.masking import mask_name
from backend.residents.telling import tell_resident
from backend.volunteers import rules, service
from backend.volunteers.errors import (
    AlreadyAskedError,
    MemberDecidedError,
    TeamClosedError,
    TeamExistsError,
)
from backend.volunteers.models import LIVE_MEMBERSHIP, TeamMember, Volunteer, VolunteerTeam
from backend.volunteers.service import HANDLE, VIEW
from backend.volunteers.states import MEMBER

KINDS = {"team": "志愿服务队", "organisation": "志愿服务组织", "mutual_help": "互助小组"}
LIVE = ("applied", "member")
PAGE = "pages/volunteer/teams"
LISTED = 100


@dataclass(frozen=True, slots=True)
class Founding:
    """A team as it is registered. ``uscc``: an organisation's unified social credit code (GB 32100)."""

    name: str
    kind: str
    division: str
    uscc: str | None = None
    leader_id: UUID | None = None
    phone: str = ""
    about: str = ""
    recruiting: bool = True


def found(work: Work, viewer: Viewer, wish: Founding) -> VolunteerTeam:
    """Register a team. Raises ``NotAllowedError``, ``BadInputError`` and ``TeamExistsError``."""
    place = work.session.get(Division, wish.division)
    viewer.require(HANDLE, place.path if place else None)
    if place is None or wish.kind not in KINDS:
        raise BadInputError(field="队伍", why="请从列表中选择类型和所在地")
    row = {
        "id": new_id(), "name": _name(wish.name), "kind": wish.kind, "uscc": _uscc(wish), "about": wish.about.strip(),
        "division_code": place.code, "division_path": place.path, "leader_id": _leader(work, wish.leader_id),
        "phone": _phone(wish.phone), "recruiting": wish.recruiting, "state": "active", "created_at": work.now,
    }  # fmt: skip
    team = _written(work, row)
    if team.leader_id is not None:
        _join(work, team, team.leader_id, "member")
    audit.record(work, "team.found", f"team:{team.id}", kind=team.kind)
    return team


def _written(work: Work, row: dict[str, Any]) -> VolunteerTeam:
    same = or_(VolunteerTeam.name == row["name"], VolunteerTeam.uscc == row["uscc"])
    if work.session.scalar(select(VolunteerTeam.id).where(same)) is not None:
        raise TeamExistsError
    if not insert_new(work, VolunteerTeam, row):  # by its name or by its code, whichever somebody was faster with
        raise TeamExistsError
    return work.session.get_one(VolunteerTeam, row["id"])


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 2 <= len(name) <= 60:  # noqa: PLR2004 - a name that fits on a line
        raise BadInputError(field="队伍名称", why="请写 2 到 60 个字")
    return name


def _uscc(wish: Founding) -> str | None:
    """Checked by its check digit; an organisation must have one (志愿服务条例 6, 社会组织登记)."""
    if not wish.uscc:
        if wish.kind == "organisation":
            raise BadInputError(field="统一社会信用代码", why="志愿服务组织要填，可从登记证书上抄")
        return None
    try:
        return str(credit_code.validate(wish.uscc))
    except ValidationError:
        raise BadInputError(field="统一社会信用代码", why="18 位代码不对，请对照证书核对") from None


def _leader(work: Work, volunteer_id: UUID | None) -> UUID | None:
    """An active volunteer."""
    if volunteer_id is None:
        return None
    row = work.session.get(Volunteer, volunteer_id)
    if row is None:
        raise NotFoundError(volunteer=volunteer_id)
    service.require_active(work, row)
    return row.id


def _phone(text: str) -> str:
    try:
        return phone.normalise(text) if text.strip() else ""
    except ValueError as error:
        raise BadInputError(field="联系电话", why=str(error)) from None


def change(work: Work, viewer: Viewer, team: VolunteerTeam, *, leader_id: UUID | None, recruiting: bool) -> None:
    """Another leader, or recruiting or not. Raises ``NotAllowedError`` and those of the leader."""
    viewer.require(HANDLE, team.division_path)
    team.leader_id, team.recruiting = _leader(work, leader_id), recruiting
    if team.leader_id is not None and _live(work, team.id, team.leader_id) is None:
        _join(work, team, team.leader_id, "member")
    work.session.flush()
    audit.record(work, "team.change", f"team:{team.id}", leader=str(leader_id), recruiting=recruiting)


def close(work: Work, viewer: Viewer, team: VolunteerTeam, why: str) -> None:
    """Everybody leaves; who still waits is told. Raises ``NotAllowedError`` and ``BadInputError``."""
    viewer.require(HANDLE, team.division_path)
    words = rules.reason(why)
    team.state, team.recruiting = "closed", False
    work.session.flush()
    mine = select(TeamMember).where(TeamMember.team_id == team.id, TeamMember.state.in_(LIVE)).order_by(TeamMember.id)
    for row in work.session.scalars(for_update(work, mine)).all():
        row.state, row.decided_at, row.why = "left", work.now, words
        _told(work, team, row, "队伍已解散")
    audit.record(work, "team.close", f"team:{team.id}", why=words)


# -- finding


def find(work: Work, team_id: UUID) -> VolunteerTeam:
    """Any team: they are public. Raises ``NotFoundError``."""
    row = work.session.get(VolunteerTeam, team_id)
    if row is None:
        raise NotFoundError(team=team_id)
    return row


def listed(work: Work, viewer: Viewer | None = None) -> Sequence[Row[VolunteerTeam, int]]:
    """Teams with how many members they have: all active ones, or those in the viewer's part of the county."""
    counted = select(func.count()).where(TeamMember.team_id == VolunteerTeam.id, TeamMember.state == "member")
    wanted = select(VolunteerTeam, counted.scalar_subquery())
    which = VolunteerTeam.state == "active" if viewer is None else viewer.sees(VolunteerTeam.division_path, VIEW)
    return work.session.execute(wanted.where(which).order_by(VolunteerTeam.name).limit(LISTED)).all()


def of_volunteer(work: Work, volunteer_id: UUID) -> Sequence[Row[TeamMember, VolunteerTeam]]:
    """Somebody's applications and memberships, newest first."""
    mine = select(TeamMember, VolunteerTeam).join(VolunteerTeam, VolunteerTeam.id == TeamMember.team_id)
    mine = mine.where(TeamMember.volunteer_id == volunteer_id)
    return work.session.execute(mine.order_by(TeamMember.asked_at.desc()).limit(LISTED)).all()


def members(work: Work, team_id: UUID) -> Sequence[Row[TeamMember, Volunteer]]:
    """Who is in it and who asks to be."""
    who = select(TeamMember, Volunteer).join(Volunteer, Volunteer.id == TeamMember.volunteer_id)
    who = who.where(TeamMember.team_id == team_id, TeamMember.state.in_(LIVE))
    return work.session.execute(who.order_by(TeamMember.asked_at)).all()


def require_leader(work: Work, volunteer: Volunteer, team_id: UUID) -> VolunteerTeam:
    """The team, if the volunteer leads it. Raises ``NotFoundError``."""
    team = find(work, team_id)
    if team.leader_id != volunteer.id:
        raise NotFoundError(team=team_id)
    return team


# -- asking and admitting


def apply(work: Work, volunteer: Volunteer, team_id: UUID, words: str = "") -> TeamMember:
    """Ask to be taken in. Raises ``TeamClosedError``, ``AlreadyAskedError`` and what ``require_active`` raises."""
    service.require_active(work, volunteer)
    team = find(work, team_id)
    if team.state != "active" or not team.recruiting:
        raise TeamClosedError
    row = _join(work, team, volunteer.id, "applied", words.strip()[: rules.REASON_MOST])
    if row is None:
        raise AlreadyAskedError
    _tell_leader(work, team, volunteer, row.id)
    return row


def _join(work: Work, team: VolunteerTeam, volunteer_id: UUID, state: str, why: str = "") -> TeamMember | None:
    """None if there is a live membership: of two taps at once one is written."""
    row = {
        "id": new_id(), "team_id": team.id, "volunteer_id": volunteer_id, "state": state, "asked_at": work.now,
        "decided_at": work.now if state == "member" else None, "why": why,
    }  # fmt: skip
    made = insert_new(work, TeamMember, row, unique=("team_id", "volunteer_id"), where=LIVE_MEMBERSHIP)
    return work.session.get_one(TeamMember, made[0]) if made else None


def _tell_leader(work: Work, team: VolunteerTeam, volunteer: Volunteer, member_id: UUID) -> None:
    if team.leader_id is None:
        return
    leader = work.session.get_one(Volunteer, team.leader_id)
    facts = {"who": mask_name(service.name_of(work, volunteer)), "team": team.name}
    key = f"team_applied:{member_id}"
    tell_resident(work, leader.person_id, key=key, template="volunteer_applied", facts=facts, page=PAGE)


def _live(work: Work, team_id: UUID, volunteer_id: UUID) -> TeamMember | None:
    mine = select(TeamMember).where(TeamMember.team_id == team_id, TeamMember.volunteer_id == volunteer_id)
    return work.session.scalars(mine.where(TeamMember.state.in_(LIVE))).first()


def decide(work: Work, team: VolunteerTeam, member_id: UUID, *, admit: bool, why: str = "") -> TeamMember:
    """Admit or refuse with a reason; whoever calls has made sure that it is the leader or staff.

    Raises ``NotFoundError``, ``BadInputError`` and ``MemberDecidedError``: of two deciders one wins.
    """
    row = work.session.get(TeamMember, member_id)
    if row is None or row.team_id != team.id:
        raise NotFoundError(member=member_id)
    words = rules.reason(why) if not admit else why.strip()[: rules.REASON_MOST]
    _move(work, row, "admit" if admit else "refuse", words)
    audit.record(work, "team.admit" if admit else "team.refuse", f"team:{team.id}", member=str(row.volunteer_id))
    _told(work, team, row, "已加入，欢迎您" if admit else f"没有录用，{words}")
    return row


def leave(work: Work, volunteer: Volunteer, team_id: UUID) -> None:
    """By oneself, at any time. Raises ``NotFoundError``."""
    row = _live(work, team_id, volunteer.id)
    if row is None:
        raise NotFoundError(team=team_id)
    _move(work, row, "leave", "")


def _move(work: Work, row: TeamMember, action: str, why: str) -> None:
    if action not in MEMBER.table[row.state]:
        raise MemberDecidedError
    swap = update(TeamMember).where(TeamMember.id == row.id, TeamMember.state == row.state)
    values = {"state": MEMBER.next(row.state, action), "decided_at": work.now, "why": why}
    if not work.execute_dml(swap.values(**values).execution_options(synchronize_session=False)):
        raise MemberDecidedError
    work.session.refresh(row)


def _told(work: Work, team: VolunteerTeam, row: TeamMember, outcome: str) -> None:
    volunteer = work.session.get_one(Volunteer, row.volunteer_id)
    facts, key = {"team": team.name, "outcome": outcome}, f"team:{row.id}:{row.state}"
    tell_resident(work, volunteer.person_id, key=key, template="volunteer_team", facts=facts, page=PAGE)
