"""A hall asked for by phone: near kin say who has died, bring what no register shows, and get an answer in time.

What cannot be is refused at once: somebody living, a martyr, somebody who has a hall already. The desk's part stands
in ``hall_application_desk.py``, the papers in ``hall_application_papers.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from backend.cases.places import township_of
from backend.core import audit, calendar_store
from backend.core.clock import local
from backend.core.crypto import keyring
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.core.locks import for_update
from backend.memorial import deceased, hall_checks, hall_concerns, halls, rules
from backend.memorial import hall_application_rules as words
from backend.memorial.deceased import Dead
from backend.memorial.errors import DeathDiffersError, MartyrError, NotNearKinError, WishError
from backend.memorial.hall_application_errors import (
    ApplicationMovedError,
    HallThereError,
    MartyrAskedError,
    PapersAskedError,
)
from backend.memorial.hall_application_models import ApplicationDead, ApplicationPaper, HallApplication
from backend.memorial.hall_checks import Kin
from backend.memorial.hall_params import number
from backend.memorial.models import Deceased
from backend.memorial.states import APPLICATION
from backend.memorial.themes import THEMES
from backend.residents import persons
from backend.residents.documents import Document, same_name

PREFIX = "NG"
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class AskedDead:
    """Somebody to be remembered; ``id_number`` None: not known. ``relation``: what the applicant is to them."""

    name: str = field(repr=False)
    died: date
    relation: str
    born: date | None = None
    id_number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """An application as it is written; ``title`` may be empty. ``martyr``: the applicant says one of them is."""

    dead: Sequence[AskedDead]
    division: str
    kind: str = "person"
    title: str = ""
    theme: str = "pine"
    privacy: str = "family"
    wish: str = "none"
    note: str = field(default="", repr=False)
    martyr: bool = False


# -- written


def begin(work: Work, person_id: UUID, asked: Asked) -> HallApplication:
    """A draft; the one there is, if the same person has asked for the same dead and it is not over.

    Raises ``BadInputError``, ``NotNearKinError``, ``WishError``, ``LivingPersonError``, ``DeathDiffersError``,
    ``MartyrAskedError``, ``HallThereError``.
    """
    dead = check(work, asked)
    row = {
        "id": new_id(), "person_id": person_id, "state": "draft", "created_at": work.now, "version": 0,
        **_facts(work, asked, dead),
    }  # fmt: skip
    try:
        made = insert_numbered(work, HallApplication, row, PREFIX, unique=(), met=partial(_meet, work, row))
    except _FirstError as first:
        return first.row
    found = work.session.get_one(HallApplication, made)
    work.session.add_all(_rows(found, dead))
    audit.record(work, "memorial.apply", f"memorial_application:{found.id}")
    return found


class _FirstError(Exception):
    """The same was asked before; a refusal to nobody, so no error of the domain."""

    def __init__(self, row: HallApplication) -> None:
        self.row = row
        super().__init__(row.number)


def _meet(work: Work, row: dict[str, Any]) -> None:
    mine = select(HallApplication).where(
        HallApplication.person_id == row["person_id"], HallApplication.subject_index == row["subject_index"],
        HallApplication.state.in_(words.LIVE),
    )  # fmt: skip
    first = work.session.scalars(mine).first()
    if first is not None:
        raise _FirstError(first)


def amend(work: Work, person_id: UUID, application_id: UUID, asked: Asked) -> HallApplication:
    """Written anew, while it lies with the applicant. Raises what ``begin`` does, ``ApplicationMovedError``."""
    row = own(work, person_id, application_id, lock=True)
    require_action(row, "submit")
    dead = check(work, asked)
    facts = _facts(work, asked, dead)
    try:
        if facts["subject_index"] != row.subject_index:
            _meet(work, {"person_id": person_id, **facts})
    except _FirstError as first:
        raise BadInputError(field="逝者", why=f"您已有一份申请（{first.row.number}），请看那一份") from None
    for name, value in facts.items():
        setattr(row, name, value)
    work.execute_dml(delete(ApplicationDead).where(ApplicationDead.application_id == row.id))
    work.session.add_all(_rows(row, dead))
    touch(work, row)
    return row


Read = tuple[AskedDead, str, Document | None, date | None, str]


def _facts(work: Work, asked: Asked, dead: Sequence[Read]) -> dict[str, Any]:
    town = township_of(work, asked.division)
    subject = "|".join(sorted(identity for *_, identity in dead))
    return {
        "subject_index": keyring().blind_index("memorial_application", subject), "kind": asked.kind,
        "title": asked.title.strip() or words.title_for(name for _, name, *_ in dead), "theme": asked.theme,
        "privacy": asked.privacy, "wish": asked.wish, "note": asked.note.strip(), "division_code": town.code,
        "territory": town.path, "touched_at": work.now,
    }  # fmt: skip


def _rows(row: HallApplication, dead: Sequence[Read]) -> list[ApplicationDead]:
    return [
        ApplicationDead(
            id=new_id(), application_id=row.id, position=position, name=name, identity_index=identity, born=born,
            id_number=document.number if document else None, died=one.died, relation=one.relation,
        )
        for position, (one, name, document, born, identity) in enumerate(dead, 1)
    ]  # fmt: skip


def check(work: Work, asked: Asked) -> list[Read]:
    """Everybody named, against what the house knows; raises what ``begin`` does."""
    _check_words(asked)
    in_order = sorted(asked.dead, key=lambda one: one.id_number or "")  # rows are locked: two relatives never wait
    by_place = {id(one): _one(work, one) for one in in_order}
    found = [by_place[id(one)] for one in asked.dead]
    if len({identity for *_, identity in found}) < len(found):
        raise BadInputError(field="逝者", why="同一位写了两次，请删去一次")
    if asked.martyr:
        raise MartyrAskedError
    for read in found:
        _check_known(work, read, asked.privacy)
    return found


def _check_words(asked: Asked) -> None:
    if why := rules.wrong_size(asked.kind, len(asked.dead)) if asked.kind in rules.SIZE else "请从列表中选择":
        raise BadInputError(field="种类", why=why)
    if any(one.relation not in rules.NEAR_ZH for one in asked.dead):
        raise NotNearKinError
    if asked.theme not in THEMES or asked.privacy not in rules.OPENNESS:
        raise BadInputError(field="样式和谁能看", why="请从列表中选择")
    if asked.wish not in rules.WISH_ZH:
        raise BadInputError(field="逝者的安排", why="请从列表中选择")
    if asked.wish == "no_hall" or rules.too_open(asked.privacy, asked.wish):
        raise WishError(wish_zh=rules.WISH_ZH[asked.wish])
    if len(asked.title.strip()) > halls.LONGEST_TITLE:
        raise BadInputError(field="名称", why=f"请写 1 到 {halls.LONGEST_TITLE} 个字")
    if len(asked.note.strip()) > LONGEST_NOTE:
        raise BadInputError(field="说明", why=f"最多 {LONGEST_NOTE} 个字")


def _one(work: Work, one: AskedDead) -> Read:
    name, document, born = deceased.read_dead(work, Dead(one.name, one.died, one.born, id_number=one.id_number))
    known = persons.find(work, document.number) if document else None
    if known is not None and not same_name(known.name, name):
        raise DeathDiffersError  # first: whoever does not know the name learns nothing of who lives
    deceased.require_dead(work, document, one.died)
    return one, name, document, born, deceased.identity_of(name, born, one.died, document)


def _check_known(work: Work, read: Read, privacy: str) -> None:
    one, name, _document, _born, identity = read
    row = work.session.scalars(select(Deceased).where(Deceased.identity_index == identity)).first()
    if row is None:
        return
    if row.died != one.died or not same_name(row.name, name):
        raise DeathDiffersError
    try:
        halls.check_dead(work, row)
    except MartyrError:
        raise MartyrAskedError from None
    if halls.hall_of(work, row.id) is not None:
        raise HallThereError
    if rules.too_open(privacy, row.wish):
        raise WishError(wish_zh=rules.WISH_ZH[row.wish])


def report_martyr(work: Work, person_id: UUID, asked: Asked) -> None:
    """The bureau is told who was to have a private hall, once; in a unit of work of its own: the asking is refused."""
    names = "、".join(f"{one.name.strip()[:32]}（{one.died.isoformat()}去世）" for one in asked.dead)
    said = f"有家人在手机上为烈士申请纪念馆：{names}"[: hall_concerns.LONGEST]
    hall_concerns.report_named_martyr(work, person_id, said)


# -- handed in and taken back


def submit(work: Work, person_id: UUID, application_id: UUID, note: str, kin: Kin, *, version: int) -> HallApplication:
    """To the desk; the term for the answer begins. Raises ``PapersAskedError``, ``ApplicationMovedError``."""
    row = own(work, person_id, application_id, lock=True)
    require_action(row, "submit", version)
    if len(note.strip()) > LONGEST_NOTE:
        raise BadInputError(field="说明", why=f"最多 {LONGEST_NOTE} 个字")
    row.note = note.strip() or row.note
    proven = hall_checks.of_application(work, row, kin)
    there = {one.kind for one in papers_of(work, row)}
    if lacking := words.lacking(words.wanted(proven), there, row.note):
        raise PapersAskedError(papers="、".join(words.PAPER_ZH[kind] for kind in lacking))
    row.due_on = calendar_store.current(work).add_workdays(local(work.now).date(), number(work, "hall_answer_workdays"))
    row.state, row.missing, row.overdue_told_at = APPLICATION.next(row.state, "submit"), None, None
    touch(work, row)
    audit.record(work, "memorial.application_submit", f"memorial_application:{row.id}")
    return row


def withdraw(work: Work, person_id: UUID, application_id: UUID) -> HallApplication:
    """Taken back; twice is once. Raises ``NotFoundError``, ``ApplicationMovedError``."""
    row = own(work, person_id, application_id, lock=True)
    if row.state == "withdrawn":
        return row
    require_action(row, "withdraw")
    end(work, row, "withdraw")
    return row


def end(work: Work, row: HallApplication, action: str) -> None:
    """Out of everybody's hands, along the table of states."""
    row.state, row.due_on, row.missing = APPLICATION.next(row.state, action), None, None
    row.decided_at = work.now
    touch(work, row)
    audit.record(work, f"memorial.application_{action}", f"memorial_application:{row.id}")


def require_action(row: HallApplication, action: str, version: int | None = None) -> None:
    """Raises ``ApplicationMovedError`` if the state has no such action, or somebody was faster (``version``)."""
    if action not in APPLICATION.actions(row.state) or version not in (None, row.version):
        raise ApplicationMovedError(state_zh=words.STATE_ZH[row.state])


def touch(work: Work, row: HallApplication) -> None:
    row.version, row.touched_at = row.version + 1, work.now


# -- finding


def find(work: Work, application_id: UUID, *, lock: bool = False) -> HallApplication:
    """Raises ``NotFoundError``."""
    mine = select(HallApplication).where(HallApplication.id == application_id)
    mine = mine.execution_options(populate_existing=lock)
    row = work.session.scalars(for_update(work, mine) if lock else mine).first()
    if row is None:
        raise NotFoundError(application=str(application_id))
    return row


def own(work: Work, person_id: UUID, application_id: UUID, *, lock: bool = False) -> HallApplication:
    """One's own. Raises ``NotFoundError``."""
    row = find(work, application_id, lock=lock)
    if row.person_id != person_id:
        raise NotFoundError(application=str(application_id))
    return row


def of_person(work: Work, person_id: UUID) -> Sequence[HallApplication]:
    """What somebody asked for, the newest first."""
    mine = select(HallApplication).where(HallApplication.person_id == person_id)
    return work.session.scalars(mine.order_by(HallApplication.created_at.desc(), HallApplication.id)).all()


def papers_of(work: Work, row: HallApplication) -> Sequence[ApplicationPaper]:
    mine = select(ApplicationPaper).where(ApplicationPaper.application_id == row.id)
    return work.session.scalars(mine.order_by(ApplicationPaper.at, ApplicationPaper.id)).all()
