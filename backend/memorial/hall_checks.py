"""What the registers say of an application for a hall, so that no paper is asked for what is known, in plain words."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import func, select

from backend.core.db import Work
from backend.memorial import halls
from backend.memorial.hall_application_models import ApplicationDead, HallApplication
from backend.memorial.hall_application_rules import LIVE, Proven
from backend.memorial.models import Deceased
from backend.residents import persons
from backend.residents.indexes import name_index
from backend.residents.models import Person

# (work, applicant, dead, relation) → what another register says of the two; None: nothing
Kin = Callable[[Work, Person, Person, str], str | None]


def dead_of(work: Work, row: HallApplication) -> Sequence[ApplicationDead]:
    """Who is to be remembered, in the order they were named."""
    mine = select(ApplicationDead).where(ApplicationDead.application_id == row.id)
    return work.session.scalars(mine.order_by(ApplicationDead.position)).all()


def of_application(work: Work, row: HallApplication, kin: Kin) -> list[Proven]:
    """Of each of the dead, in their order."""
    work.session.flush()
    applicant = work.session.get_one(Person, row.person_id)
    return [_proven(work, applicant, one, kin) for one in dead_of(work, row)]


def _proven(work: Work, applicant: Person, one: ApplicationDead, kin: Kin) -> Proven:
    person = persons.find(work, one.id_number) if one.id_number else None
    related = kin(work, applicant, person, one.relation) if person is not None else None
    return Proven(_death(work, one, person), related)


def _death(work: Work, one: ApplicationDead, person: Person | None) -> str | None:
    if person is not None and person.died_on == one.died:
        return "居民登记里有去世日期，一致"
    return "窗口已登记过这位逝者" if _registered(work, one) is not None else None


def _registered(work: Work, one: ApplicationDead) -> Deceased | None:
    return work.session.scalars(select(Deceased).where(Deceased.identity_index == one.identity_index)).first()


def signs(work: Work, row: HallApplication, one: ApplicationDead) -> list[str]:
    """What the desk should look at before it decides; empty where nothing stands out."""
    there, found = _registered(work, one), []
    if there is not None and halls.hall_of(work, there.id) is not None:
        found.append("这位逝者已经有纪念馆，不能再设。")
    if _others(work, row, one):
        found.append("还有家人也在为这位逝者申请，请一起看。")
    if one.id_number is None and _namesakes(work, one):
        found.append("没有填身份证号；登记中有同名同生日、没有去世记录的人，请核对是不是同一人。")
    return found


def _others(work: Work, row: HallApplication, one: ApplicationDead) -> int:
    mine = (
        select(func.count())
        .select_from(ApplicationDead)
        .join(HallApplication, HallApplication.id == ApplicationDead.application_id)
        .where(ApplicationDead.identity_index == one.identity_index, HallApplication.id != row.id)
    )
    return work.session.scalars(mine.where(HallApplication.state.in_(LIVE))).one()


def _namesakes(work: Work, one: ApplicationDead) -> list[UUID]:
    mine = select(Person.id).where(
        Person.name_index == name_index(one.name), Person.birth_date == one.born, Person.died_on.is_(None)
    )
    return list(work.session.scalars(mine)) if one.born else []
