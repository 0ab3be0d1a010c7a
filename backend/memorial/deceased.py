"""The dead, each once; nobody who lives. The registers are asked first, papers are seen by a clerk (decision 0041)."""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.crypto import keyring
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import for_update
from backend.core.lunar import lunar_of
from backend.eldercare.models import Elder
from backend.memorial import hall_version
from backend.memorial.errors import DeathDiffersError, LivingPersonError
from backend.memorial.models import Deceased, Hall, HallPerson
from backend.memorial.rules import WISH_ZH, wrong_days
from backend.people.service import Viewer
from backend.residents import persons
from backend.residents.documents import Document, read, read_name, same_name
from backend.residents.indexes import id_index, name_index
from backend.residents.models import Person, WeChatAccount

HANDLE, MEDIATE = "memorial.handle", "memorial.mediate"
LONGEST_PROOF = 500


@dataclass(frozen=True, slots=True)
class Dead:
    """Somebody who has died, as the papers say. ``id_number``: None for those who never had one.

    ``proof``: which papers were seen, or the number in the register of burials; ``wish``: a key of ``rules.WISH_ZH``,
    with what shows it in ``wish_proof``.
    """

    name: str
    died: date
    born: date | None = None
    id_kind: str = "resident_id"
    id_number: str | None = field(default=None, repr=False)
    proof: str = ""
    proof_kind: str = "clerk"
    wish: str = "none"
    wish_proof: str | None = None


def register(work: Work, by: Viewer, dead: Dead) -> Deceased:
    """The row of somebody who has died; the one there is, if the days agree.

    Raises ``NotAllowedError``, ``BadInputError``, ``LivingPersonError``, ``DeathDiffersError``.
    """
    by.require(HANDLE)
    name, document, born = _checked(work, dead)
    person = require_dead(work, document, dead.died)
    if person is not None and not same_name(person.name, name):
        raise DeathDiffersError
    month, day = lunar_of(dead.died)
    row = {
        "id": new_id(), "name": name, "name_index": name_index(name),
        "identity_index": identity_of(name, born, dead.died, document),
        "id_kind": document.kind if document else None,
        "id_number": document.number if document else None, "person_id": person.id if person else None,
        "born": born, "died": dead.died, "lunar_month": month, "lunar_day": day,
        "proof_kind": dead.proof_kind, "proof": dead.proof.strip(), "wish": dead.wish, "wish_proof": dead.wish_proof,
        "martyr": False, "staff_id": by.staff_id, "created_at": work.now,
    }  # fmt: skip
    if made := insert_new(work, Deceased, row, unique=("identity_index",)):
        audit.record(work, "deceased.register", f"deceased:{made[0]}", proof_kind=dead.proof_kind)
    return _same(work, str(row["identity_index"]), name, dead.died)


def corrected(work: Work, row: Deceased, right: Dead) -> Dead:
    """The record as it will read, with the number it has. Raises ``BadInputError``, ``DeathDiffersError``."""
    whole = replace(right, id_kind=row.id_kind or "resident_id", id_number=row.id_number)
    name, document, born = _checked(work, whole)
    identity = identity_of(name, born, right.died, document)
    other = select(Deceased.id).where(Deceased.identity_index == identity, Deceased.id != row.id)
    if work.session.scalars(other).first() is not None:
        raise DeathDiffersError
    return replace(whole, name=name, born=born)


def put_right(work: Work, row: Deceased, right: Dead) -> None:
    """Write a record anew; another day of death on the register of residents too, if it has the same wrong one.

    Raises ``BadInputError``, ``LivingPersonError``, ``DeathDiffersError``.
    """
    whole = corrected(work, row, right)
    if row.person_id is not None and whole.died != row.died:
        _move_death(work, work.session.get_one(Person, row.person_id), row.died, whole.died)
    document = Document(whole.id_kind, whole.id_number) if whole.id_number else None
    require_dead(work, document, whole.died)
    row.name, row.name_index = whole.name, name_index(whole.name)
    row.identity_index = identity_of(whole.name, whole.born, whole.died, document)
    row.born, row.died, row.proof = whole.born, whole.died, whole.proof.strip()
    row.lunar_month, row.lunar_day = lunar_of(whole.died)
    row.wish, row.wish_proof = whole.wish, whole.wish_proof
    hall_version.touch(work, Hall.id.in_(select(HallPerson.hall_id).where(HallPerson.deceased_id == row.id)))


def _move_death(work: Work, person: Person, wrong: date, right: date) -> None:
    if person.died_on != wrong:
        return
    if _seen_after(work, person, right):
        raise LivingPersonError
    person.died_on = right
    audit.record(work, "person.death", f"person:{person.id}", proof=True)


def locked(work: Work, deceased_id: UUID) -> Deceased:
    """Raises ``NotFoundError``."""
    mine = select(Deceased).where(Deceased.id == deceased_id).execution_options(populate_existing=True)
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise NotFoundError(deceased=str(deceased_id))
    return row


def _checked(work: Work, dead: Dead) -> tuple[str, Document | None, date | None]:
    found = read_dead(work, dead)
    if not 0 < len(dead.proof.strip()) <= LONGEST_PROOF:
        raise BadInputError(field="去世证明", why="请写明看了什么证明")
    if dead.wish not in WISH_ZH or (dead.wish != "none" and not dead.wish_proof):
        raise BadInputError(field="逝者的安排", why="请写明是什么安排、凭什么知道")
    return found


def read_dead(work: Work, dead: Dead) -> tuple[str, Document | None, date | None]:
    """The name as it is compared, the document, the day of birth by either. Raises ``BadInputError``."""
    today = local(work.now).date()
    document = read(dead.id_kind, dead.id_number, today) if dead.id_number else None
    told = document.birth_date if document else None
    if told and dead.born and told != dead.born:
        raise BadInputError(field="出生日期", why="和证件号码里的不一样，请核对")
    born = dead.born or told
    if why := wrong_days(born, dead.died, today):
        raise BadInputError(field="去世日期", why=why)
    return read_name(dead.name), document, born


def identity_of(name: str, born: date | None, died: date, document: Document | None) -> str:
    """By what somebody is told from everybody else: the blind index of the number, else of name and days."""
    if document is not None:
        return id_index(document.number)
    return keyring().blind_index("deceased", f"{name}|{born}|{died}")


def _same(work: Work, identity: str, name: str, died: date) -> Deceased:
    """What stands there must be the same death: a number mistyped is not somebody else's day."""
    found = work.session.scalars(select(Deceased).where(Deceased.identity_index == identity)).one()
    if found.died != died or not same_name(found.name, name):
        raise DeathDiffersError
    return found


def require_dead(work: Work, document: Document | None, died: date) -> Person | None:
    """Whom the registers know by this number, as dead on this day; None if they know nobody.

    Raises ``LivingPersonError`` for whoever is registered without a day of death, is cared for today, or has used
    the mini-program after that day; ``DeathDiffersError`` if another day is registered.
    """
    if document is None:
        return None
    person = persons.find(work, document.number, lock=True)
    in_care = select(Elder.id).where(Elder.id_number_index == id_index(document.number), Elder.active)
    if work.session.scalars(in_care).first() is not None:
        raise LivingPersonError
    if person is None:
        return None
    if person.died_on is None or _seen_after(work, person, died):
        raise LivingPersonError
    if person.died_on != died:
        raise DeathDiffersError
    return person


def _seen_after(work: Work, person: Person, died: date) -> bool:
    mine = select(WeChatAccount.last_seen_at).where(
        WeChatAccount.person_id == person.id, WeChatAccount.unbound_at.is_(None)
    )
    return any(local(moment).date() > died for moment in work.session.scalars(mine))


def record_death(work: Work, by: Viewer, id_number: str, died: date, proof: str) -> Person:
    """A death of somebody on the register, on papers seen: by an officer, never by the clerk who then opens the hall
    alone. Raises ``NotAllowedError``, ``NotFoundError``, ``BadInputError``, ``LivingPersonError``.
    """
    by.require(MEDIATE)
    today = local(work.now).date()
    person = persons.find(work, read("resident_id", id_number, today).number, lock=True)
    if person is None:
        raise NotFoundError(person="id_number")
    if why := wrong_days(person.birth_date, died, today):
        raise BadInputError(field="去世日期", why=why)
    if not 0 < len(proof.strip()) <= LONGEST_PROOF:
        raise BadInputError(field="去世证明", why="请写明看了什么证明")
    if person.died_on not in (None, died):
        raise DeathDiffersError
    if _seen_after(work, person, died):
        raise LivingPersonError
    person.died_on = died
    audit.record(work, "person.death", f"person:{person.id}", proof=bool(proof))
    return person


def find(work: Work, deceased_id: UUID) -> Deceased:
    """Raises ``NotFoundError``."""
    row = work.session.get(Deceased, deceased_id)
    if row is None:
        raise NotFoundError(deceased=str(deceased_id))
    return row


def require_still_dead(work: Work, row: Deceased) -> None:
    """Whether the registers still agree with a row. Raises ``LivingPersonError``, ``DeathDiffersError``."""
    if row.id_number is not None:
        document = Document("", row.id_number)
        require_dead(work, document, row.died)
