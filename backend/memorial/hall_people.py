"""Who keeps a hall together: kin proven at the counter, guests by a code, who comes after the keeper."""

import hmac
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, case, select

from backend.core import audit
from backend.core.crypto import new_token, token_digest
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.locks import claim
from backend.memorial import hall_telling, halls, rules
from backend.memorial.deceased import HANDLE
from backend.memorial.errors import InviteError, NotNearKinError
from backend.memorial.models import Hall, HallRole
from backend.people.service import Viewer
from backend.residents.models import Person

PORTION = 50
GIVEN = ("editor", "family")


def join(work: Work, by: Viewer, hall_id: UUID, person_id: UUID, relation: str, proof: str) -> HallRole:
    """Somebody whose relation a clerk has seen on papers; a guest becomes family. Without a keeper near kin keep it.

    Raises ``NotAllowedError``, ``NotFoundError``, ``BadInputError``.
    """
    by.require(HANDLE)
    if relation not in rules.RELATION_ZH:
        raise BadInputError(field="关系", why="请从列表中选择")
    hall = halls.find(work, hall_id, lock=True)
    row = halls.keep_role(work, hall, person_id, "family", relation, proof, by.staff_id)
    if row.role == "guest" or row.relation != relation:
        row.relation, row.proof, row.staff_id = relation, proof, by.staff_id
        row.role = "family" if row.role == "guest" else row.role
    if halls.is_near(row) and not _has_keeper(work, hall):
        _make_keeper(work, hall, row, "原来没有人管理")
    elif row.role == "family":
        hall_telling.one(work, hall, person_id, f"join:{row.id}:{relation}", "您已登记为家人，可以看，也可以放照片。")
    audit.record(work, "memorial.join", f"memorial_hall:{hall.id}", relation=relation)
    return row


def _has_keeper(work: Work, hall: Hall) -> bool:
    work.session.flush()
    return work.session.scalars(halls.roles(hall).where(HallRole.role == "keeper")).first() is not None


def _make_keeper(work: Work, hall: Hall, row: HallRole, why: str) -> None:
    row.role, row.successor = "keeper", False
    work.session.flush()
    hall_telling.keeper(work, hall, row, why)
    audit.record(work, "memorial.keeper", f"memorial_hall:{hall.id}", person=str(row.person_id))


def everybody(work: Work, hall: Hall) -> Sequence[tuple[HallRole, str]]:
    """Who has a role, with their name: kin before guests."""
    found = work.session.execute(
        select(HallRole, Person.name).join(Person, Person.id == HallRole.person_id)
        .where(HallRole.hall_id == hall.id, HallRole.ended_at.is_(None))
        .order_by(HallRole.role == "guest", HallRole.since, HallRole.id)
    )  # fmt: skip
    return [(row, name) for row, name in found]


# -- the keeper's acts


def appoint(work: Work, person_id: UUID, hall_id: UUID, role_id: UUID, role: str) -> HallRole:
    """Make proven family an editor, or an editor family. Raises ``BadInputError`` and what ``halls.require`` does."""
    hall, row = _of_keeper(work, person_id, hall_id, role_id)
    if role not in GIVEN or row.role not in GIVEN:
        raise BadInputError(field="角色", why="只能在共同编辑和家人之间改")
    row.role = role
    hall_telling.role(work, hall, row, f"管理人请您做{rules.ROLE_ZH[role]}。")
    audit.record(work, "memorial.appoint", f"memorial_hall:{hall.id}", role=role)
    return row


def name_successor(work: Work, person_id: UUID, hall_id: UUID, role_id: UUID) -> HallRole:
    """Who keeps the hall when its keeper dies or leaves: one of the near kin. Raises ``NotNearKinError``."""
    hall, row = _of_keeper(work, person_id, hall_id, role_id)
    if not halls.is_near(row):
        raise NotNearKinError
    for other in work.session.scalars(halls.roles(hall)):
        other.successor = other.id == row.id
    return row


def hand_over(work: Work, person_id: UUID, hall_id: UUID, role_id: UUID) -> HallRole:
    """Another near relative keeps the hall from now on; whoever hands over stays as an editor."""
    hall, row = _of_keeper(work, person_id, hall_id, role_id)
    if not halls.is_near(row) or row.person_id == person_id:
        raise NotNearKinError
    old = work.session.scalars(halls.roles(hall).where(HallRole.role == "keeper")).one()
    old.role = "editor"
    work.session.flush()
    _make_keeper(work, hall, row, "家人交给了您")
    return row


def send_away(work: Work, person_id: UUID, hall_id: UUID, role_id: UUID) -> None:
    """A guest is not let in any more. Kin are not sent away by kin, there is a mediator. Raises ``BadInputError``."""
    hall, row = _of_keeper(work, person_id, hall_id, role_id)
    if row.role != "guest":
        raise BadInputError(field="家人", why="家人之间有不同意见，请申请调解")
    row.ended_at = work.now
    hall_telling.role(work, hall, row, "家人调整了受邀的人，您现在不能再进去了。")


def _of_keeper(work: Work, person_id: UUID, hall_id: UUID, role_id: UUID) -> tuple[Hall, HallRole]:
    hall = halls.find(work, hall_id, lock=True)
    halls.require(work, hall, person_id, "people")
    row = work.session.scalars(halls.roles(hall).where(HallRole.id == role_id)).first()
    if row is None:
        raise NotFoundError(role=str(role_id))
    return hall, row


# -- guests


def invite(work: Work, person_id: UUID, hall_id: UUID) -> str:
    """A new code for guests; the one before opens nothing any more."""
    hall = halls.find(work, hall_id, lock=True)
    halls.require(work, hall, person_id, "people")
    code = new_token()
    hall.invite_digest = token_digest(code)
    return code


def enter(work: Work, person_id: UUID, number: str, code: str) -> HallRole:
    """Become a guest by a code. Raises ``InviteError``."""
    hall = by_code(work, number, code)
    row = halls.keep_role(work, hall, person_id, "guest", "other", None, None)
    if row.since == work.now:
        hall_telling.guest(work, hall)
    return row


def by_code(work: Work, number: str, code: str) -> Hall:
    """The hall that this code opens to guests. Raises ``InviteError``."""
    hall = work.session.scalars(select(Hall).where(Hall.number == number)).first()
    fits = hall is not None and hmac.compare_digest(hall.invite_digest or "", token_digest(code))
    if hall is None or not fits or hall.state != "open" or hall.privacy == "family":
        raise InviteError
    return hall


def public(work: Work, number: str) -> Hall:
    """A hall that its number alone opens. Raises ``InviteError``."""
    mine = select(Hall).where(Hall.number == number, Hall.privacy == "public", Hall.state == "open")
    hall = work.session.scalars(mine).first()
    if hall is None:
        raise InviteError
    return hall


# -- succession


def leave(work: Work, person_id: UUID, hall_id: UUID) -> None:
    """Whoever leaves; after a keeper comes the successor. Raises ``NotFoundError``."""
    hall = halls.find(work, hall_id, lock=True)
    row = work.session.scalars(halls.roles(hall).where(HallRole.person_id == person_id)).first()
    if row is None:
        raise NotFoundError(hall=str(hall_id))
    _end(work, hall, row)


def _end(work: Work, hall: Hall, row: HallRole) -> None:
    row.ended_at = work.now
    work.session.flush()
    hall_telling.left(work, hall, row)
    if row.role == "keeper":
        _succeed(work, hall)


def _succeed(work: Work, hall: Hall) -> None:
    """The one named, else an editor, else whoever of the near kin has been here longest; else nobody for now."""
    order = (HallRole.successor.desc(), case((HallRole.role == "editor", 0), else_=1), HallRole.since, HallRole.id)
    living = halls.roles(hall).join(Person, Person.id == HallRole.person_id).where(Person.died_on.is_(None))
    near = (one for one in work.session.scalars(living.order_by(*order)) if halls.is_near(one))
    if (found := next(near, None)) is not None:
        _make_keeper(work, hall, found, "原来的管理人不再管理了")


def succeed_the_dead(work: Work) -> int:
    """Roles of those who have died meanwhile end, and somebody comes after each keeper; how many. For the job."""
    rows = work.session.scalars(claim(work, _of_the_dead().limit(PORTION))).all()
    for row in rows:
        _end(work, halls.find(work, row.hall_id, lock=True), row)
    return len(rows)


def _of_the_dead() -> Select[HallRole]:
    dead = select(Person.id).where(Person.died_on.is_not(None))
    return select(HallRole).where(HallRole.ended_at.is_(None), HallRole.person_id.in_(dead)).order_by(HallRole.id)
