"""Memorial halls: opened at a counter by proven near kin, shown to whom the family chose, closed and opened again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new, insert_numbered
from backend.core.locks import for_update
from backend.memorial import deceased, hall_telling, hall_version, rules
from backend.memorial.errors import (
    HallExistsError,
    HallRightError,
    HallStateError,
    KeeperBlockedError,
    LivingPersonError,
    MartyrError,
    NotNearKinError,
    WishError,
)
from backend.memorial.models import LIVE, Deceased, Hall, HallConcern, HallPerson, HallRole
from backend.memorial.states import HALL
from backend.memorial.themes import THEMES
from backend.people.rules import allows
from backend.people.service import Viewer
from backend.residents.models import Person

PREFIX = "JN"
LONGEST_TITLE, LONGEST_PROOF = 30, 500


@dataclass(frozen=True, slots=True)
class Opening:
    """A hall as it is asked for at the counter; ``relation`` and ``proof``: of the one who asks, and papers seen."""

    applicant_id: UUID
    relation: str
    proof: str
    deceased_ids: Sequence[UUID]
    kind: str
    title: str
    theme: str


def open_hall(work: Work, by: Viewer, asked: Opening) -> Hall:
    """A new hall, for the family only until its keeper opens it further.

    Raises ``NotAllowedError``, ``NotNearKinError``, ``BadInputError``, ``NotFoundError``, ``MartyrError``,
    ``WishError``, ``HallExistsError``.
    """
    by.require(deceased.HANDLE)
    if asked.relation not in rules.NEAR_ZH:
        raise NotNearKinError
    _check_words(asked)
    dead = [deceased.find(work, one) for one in sorted(set(asked.deceased_ids))]
    if why := rules.wrong_size(asked.kind, len(dead)):
        raise BadInputError(field="逝者", why=why)
    for one in dead:
        check_dead(work, one)
    hall = find(work, _written(work, by, asked))
    _lay(work, hall, asked.deceased_ids)
    own = keep_role(work, hall, asked.applicant_id, "keeper", asked.relation, asked.proof, by.staff_id)
    hall_telling.keeper(work, hall, own, "您申请设的馆已经设好")
    audit.record(work, "memorial.open", f"memorial_hall:{hall.id}", relation=asked.relation)
    return hall


def _check_words(asked: Opening) -> None:
    if not 0 < len(asked.title.strip()) <= LONGEST_TITLE:
        raise BadInputError(field="名称", why=f"请写 1 到 {LONGEST_TITLE} 个字")
    if asked.theme not in THEMES:
        raise BadInputError(field="样式", why="请从列表中选择")


def check_dead(work: Work, one: Deceased) -> None:
    """Whether they may have a hall, asked again at the opening: a mistake may have been found since.

    Raises ``MartyrError``, ``WishError``, ``LivingPersonError``, ``DeathDiffersError``.
    """
    reported = select(HallConcern.id).where(
        HallConcern.deceased_id == one.id, HallConcern.kind == "martyr", HallConcern.state.in_(("open", "again"))
    )
    if one.martyr or work.session.scalars(reported).first() is not None:
        raise MartyrError
    if one.wish == "no_hall":
        raise WishError(wish_zh=rules.WISH_ZH[one.wish])
    found_alive = (
        select(HallConcern.id)
        .join(HallPerson, HallPerson.hall_id == HallConcern.hall_id)
        .where(HallPerson.deceased_id == one.id, HallConcern.kind == "living", HallConcern.state == "upheld")
    )
    if work.session.scalars(found_alive).first() is not None:
        raise LivingPersonError
    deceased.require_still_dead(work, one)


def _written(work: Work, by: Viewer, asked: Opening) -> UUID:
    row = {
        "id": new_id(), "kind": asked.kind, "title": asked.title.strip(), "story": "", "story_new": None,
        "story_state": "none", "theme": asked.theme, "privacy": "family", "state": "open", "state_why": "",
        "invite_digest": None, "territory": territory_of(by), "staff_id": by.staff_id,
        "created_at": work.now, "changed_at": work.now, "version": 0,
    }  # fmt: skip
    made: UUID = insert_numbered(work, Hall, row, PREFIX)
    return made


def territory_of(by: Viewer) -> str:
    """Where the clerk works who opens it: the widest part for which they may."""
    return min((one.path for one in by.grants if allows([one], deceased.HANDLE)), key=len)


def _lay(work: Work, hall: Hall, deceased_ids: Sequence[UUID]) -> None:
    for position, one in enumerate(dict.fromkeys(deceased_ids), 1):
        row = {"id": new_id(), "hall_id": hall.id, "deceased_id": one, "position": position, "ended_at": None}
        if not insert_new(work, HallPerson, row, unique=("deceased_id",), where=LIVE):
            there = hall_of(work, one)
            raise HallExistsError(number=there.number if there else "")


def hall_of(work: Work, deceased_id: UUID) -> Hall | None:
    """The one hall in which somebody is remembered, if there is one."""
    mine = select(Hall).join(HallPerson, HallPerson.hall_id == Hall.id)
    here = mine.where(HallPerson.deceased_id == deceased_id, HallPerson.ended_at.is_(None))
    return work.session.scalars(here).first()


# -- who is who


def keep_role(
    work: Work, hall: Hall, person_id: UUID, role: str, relation: str, proof: str | None, staff_id: UUID | None
) -> HallRole:
    """Write a role of somebody living who has none here yet; the one they have otherwise. Raises ``BadInputError``."""
    if proof is not None and not 0 < len(proof.strip()) <= LONGEST_PROOF:
        raise BadInputError(field="关系证明", why="请写明看了什么证明")
    person = work.session.get(Person, person_id)
    if person is None or person.died_on is not None or person.erased_at is not None:
        raise BadInputError(field="家人", why="没有登记，或已经去世、注销")
    row = {
        "id": new_id(), "hall_id": hall.id, "person_id": person_id, "role": role, "relation": relation,
        "proof": proof, "staff_id": staff_id, "successor": False, "since": work.now, "ended_at": None,
    }  # fmt: skip
    insert_new(work, HallRole, row, unique=("hall_id", "person_id"), where=LIVE)
    return work.session.scalars(roles(hall).where(HallRole.person_id == person_id)).one()


def roles(hall: Hall) -> Select[HallRole]:
    """Everybody who has a role now."""
    return select(HallRole).where(HallRole.hall_id == hall.id, HallRole.ended_at.is_(None))


def _own(work: Work, hall: Hall, person_id: UUID | None) -> HallRole | None:
    return work.session.scalars(roles(hall).where(HallRole.person_id == person_id)).first() if person_id else None


def near_kin(work: Work, hall: Hall, person_id: UUID | None) -> bool:
    """Whether papers have shown that this person is near kin (民法典 1045) of the dead remembered here."""
    return is_near(_own(work, hall, person_id))


def is_near(role: HallRole | None) -> bool:
    """The same of a role."""
    return role is not None and role.proof is not None and role.relation in rules.NEAR_ZH


def may_see(work: Work, hall: Hall, person_id: UUID | None) -> bool:
    """Whether the hall is shown to this person (None: to everybody). Near kin see it always."""
    if rules.sees(None, hall.privacy, hall.state):
        return True
    own = _own(work, hall, person_id)
    return is_near(own) or rules.sees(own.role if own else None, hall.privacy, hall.state)


def require(work: Work, hall: Hall, person_id: UUID, act: str) -> HallRole:
    """The role that allows this act in the present state.

    Raises ``NotFoundError`` for those who may not even see it, ``HallRightError``, ``HallStateError``,
    ``KeeperBlockedError``.
    """
    own = _own(work, hall, person_id)
    if own is None:
        raise NotFoundError(hall=str(hall.id)) if not may_see(work, hall, person_id) else HallRightError(role_zh="访客")
    if not rules.may(own.role, act, near=is_near(own)):
        raise HallRightError(role_zh=rules.ROLE_ZH[own.role])
    if act not in rules.STATE_ACTS[hall.state]:
        raise HallStateError(state_zh=rules.STATE_ZH[hall.state])
    if own.role == "keeper" and act in rules.BLOCKED_ACTS and _blocked(work, hall):
        raise KeeperBlockedError
    return own


def _blocked(work: Work, hall: Hall) -> bool:
    waiting = select(HallConcern.id).where(
        HallConcern.hall_id == hall.id, HallConcern.state == "open", HallConcern.blocks
    )
    return work.session.scalars(waiting).first() is not None


# -- finding


def find(work: Work, hall_id: UUID, *, lock: bool = False) -> Hall:
    """Raises ``NotFoundError``."""
    mine = select(Hall).where(Hall.id == hall_id).execution_options(populate_existing=lock)
    row = work.session.scalars(for_update(work, mine) if lock else mine).first()
    if row is None:
        raise NotFoundError(hall=str(hall_id))
    return row


def of_person(work: Work, person_id: UUID) -> Sequence[tuple[Hall, HallRole]]:
    """The halls in which somebody has a role."""
    mine = select(Hall, HallRole).join(HallRole, HallRole.hall_id == Hall.id)
    found = work.session.execute(
        mine.where(HallRole.person_id == person_id, HallRole.ended_at.is_(None)).order_by(HallRole.since, Hall.id)
    )
    return [(hall, role) for hall, role in found]


def remembered(work: Work, hall: Hall) -> Sequence[Deceased]:
    """Who is remembered here, in the order of the opening."""
    mine = select(Deceased).join(HallPerson, HallPerson.deceased_id == Deceased.id)
    return work.session.scalars(mine.where(HallPerson.hall_id == hall.id).order_by(HallPerson.position)).all()


# -- changing


def touch(work: Work, hall: Hall) -> None:
    """What anybody keeps of the page is old now."""
    hall_version.touch(work, Hall.id == hall.id)


def move(work: Work, hall: Hall, action: str, why: str, by: UUID | None = None) -> None:
    """Along the table of states; the family is told, but for ``by`` who did it. Raises ``HallStateError``."""
    if action not in HALL.actions(hall.state):
        raise HallStateError(state_zh=rules.STATE_ZH[hall.state])
    hall.state, hall.state_why = HALL.next(hall.state, action), why
    touch(work, hall)
    hall_telling.moved(work, hall, action, by)
    audit.record(work, f"memorial.{action}", f"memorial_hall:{hall.id}")


def close(work: Work, person_id: UUID, hall_id: UUID, why: str) -> Hall:
    """By the keeper; nothing is deleted, the family can open it again. Raises what ``require`` does."""
    hall = find(work, hall_id, lock=True)
    require(work, hall, person_id, "close")
    move(work, hall, "close", why, person_id)
    return hall


def restore(work: Work, person_id: UUID, hall_id: UUID) -> Hall:
    """As it was, unless the dead turned out to be a martyr, or alive. Raises what ``require`` does, ``MartyrError``."""
    hall = find(work, hall_id, lock=True)
    require(work, hall, person_id, "restore")
    for one in remembered(work, hall):
        check_dead(work, one)
    move(work, hall, "restore", "", person_id)
    return hall


def set_privacy(work: Work, person_id: UUID, hall_id: UUID, privacy: str) -> Hall:
    """Raises ``WishError`` if the dead wanted it narrower, ``BadInputError``, and what ``require`` does."""
    hall = find(work, hall_id, lock=True)
    require(work, hall, person_id, "privacy")
    if privacy not in rules.OPENNESS:
        raise BadInputError(field="谁能看", why="请从列表中选择")
    for one in remembered(work, hall):
        if rules.too_open(privacy, one.wish):
            raise WishError(wish_zh=rules.WISH_ZH[one.wish])
    hall.privacy = privacy
    touch(work, hall)
    audit.record(work, "memorial.privacy", f"memorial_hall:{hall.id}", privacy=privacy)
    return hall
