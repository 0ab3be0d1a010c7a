"""One row for each person: found by the blind index of their number, or made, by whoever comes first."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from backend.core import audit
from backend.core import phone as phones
from backend.core.clock import local
from backend.core.db import Work, is_sqlite
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.residents import indexes
from backend.residents.documents import Document, read, read_name, same_name
from backend.residents.errors import NameDiffersError, PersonDeadError
from backend.residents.models import Person


@dataclass(frozen=True, slots=True)
class Proof:
    """How well an identity was proved, and by whom (``assured_by``: a provider's name)."""

    level: int = 0
    by: str | None = None


UNPROVED = Proof()


def today(work: Work) -> date:
    """The day of this unit of work in the county."""
    return local(work.now).date()


def find_or_create_person(
    work: Work,
    *,
    name: str,
    id_kind: str,
    id_number: str,
    phone: str | None = None,
    assurance: int = 0,
    assured_by: str | None = None,
) -> Person:
    """The person of this number; made if nobody has met them yet. For clerks and partners, and for every proof.

    Whoever asks for several people in one unit of work does so in the order of their numbers, or two such units may
    wait for each other.
    Raises ``BadInputError``, ``PersonDeadError``, and ``NameDiffersError`` if the number is known with another name,
    unless this proof is stronger than any before: then the name is put right.
    """
    document, proof = read(id_kind, id_number, today(work)), Proof(assurance, assured_by)
    person = known_as(work, read_name(name), document, proof)
    if phone is not None and person.phone is None:
        keep_phone(person, phone)
    return person


def known_as(work: Work, name: str, document: Document, proof: Proof = UNPROVED) -> Person:
    """The same for a document that has been read."""
    person = _found_or_made(work, name, document, lock=proof.level > 0)
    if person.died_on is not None:
        raise PersonDeadError
    if not same_name(person.name, name):
        _put_name_right(work, person, name, proof)
    if proof.level > person.assurance:
        person.assurance, person.assured_by, person.assured_at = proof.level, proof.by, work.now
    return person


def find(work: Work, number: str, *, lock: bool = False) -> Person | None:
    """The person of a normalised number."""
    mine = select(Person).where(Person.id_index == indexes.id_index(number)).execution_options(populate_existing=lock)
    return work.session.scalars(for_update(work, mine) if lock else mine).first()


def _found_or_made(work: Work, name: str, document: Document, *, lock: bool) -> Person:
    found = find(work, document.number, lock=lock)
    if found is None:
        _make(work, name, document)
        found = find(work, document.number, lock=lock)
    if found is None:
        raise LookupError("a person that was just made")
    return found


def _make(work: Work, name: str, document: Document) -> None:
    """Whoever comes second at the same moment waits here, and then finds what the first has made."""
    row = {
        "id": new_id(), "name": name, "name_index": indexes.name_index(name), "id_kind": document.kind,
        "id_number": document.number, "id_index": indexes.id_index(document.number),
        "birth_date": document.birth_date, "sex": document.sex, "assurance": 0, "created_at": work.now,
    }  # fmt: skip
    insert = sqlite_insert if is_sqlite(work) else pg_insert
    work.session.execute(insert(Person).values(row).on_conflict_do_nothing(index_elements=["id_index"]))


def _put_name_right(work: Work, person: Person, name: str, proof: Proof) -> None:
    if proof.level <= person.assurance:
        raise NameDiffersError
    person.name, person.name_index = name, indexes.name_index(name)
    audit.record(work, "person.renamed", f"person:{person.id}", by=proof.by, level=proof.level)


def keep_phone(person: Person, phone: str) -> None:
    """Keep a number as it is dialled. Raises ``BadInputError``."""
    try:
        number = phones.normalise(phone)
    except ValueError as error:
        raise BadInputError(field="手机号", why=str(error)) from None
    person.phone, person.phone_index = number, indexes.phone_index(number)
