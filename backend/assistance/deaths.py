"""The person whom 惠民殡葬 is about: known to the register by number; a death that was checked is recorded.

A relative applies, so the benefit stays the relative's; of the dead person the register gives the day of death.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from backend.assistance import households, reviews
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.declaring import day_in
from backend.cases.models import Case
from backend.cases.records import form_of, note
from backend.core import idnumber
from backend.core.clock import local
from backend.core.db import Work
from backend.residents import persons
from backend.residents.documents import same_name
from backend.residents.models import Person, WeChatAccount

PROGRAMME = "funeral_fee_waiver"
NUMBER, BORN, DIED = "他的身份证号", "他的出生日期", "哪一天去世的"
YOURSELF = "这是申请人自己的身份证号。请填去世的人的；号码不清楚的，请到窗口，我们帮您查"
OTHER_NAME = "姓名和登记的不一样，请核对姓名和号码"
OTHER_DAY = "登记的去世日期是{day}，请核对"
AT_THE_WINDOW = "和登记的不一样。请核对姓名、号码和日期；没有填错的，请到窗口或打电话，我们帮您办"


def faults(work: Work, case: Case, form: Mapping[str, Any]) -> dict[str, str]:
    """Field → what cannot be true about the person who has died; nothing for any other matter."""
    return dict(_faults(work, case, form)) if case.matter == PROGRAMME else {}


def _faults(work: Work, case: Case, form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    try:
        number = idnumber.parse(form["id_number"], persons.today(work))
    except ValueError as fault:
        yield NUMBER, f"{fault}。"
        return
    if day_in(form["birth_date"]) != number.birth_date:
        yield BORN, "和身份证号对不上，请核对"
        return
    known, died = persons.find(work, number.text), day_in(form["died_on"])
    if known is not None and died is not None:
        yield from _against_the_register(work, case, form["name"], known, died)


def _against_the_register(work: Work, case: Case, name: str, known: Person, died: date) -> Iterator[tuple[str, str]]:
    """On a phone nobody learns what the register says; at the window, the clerk looks into who is still seen."""
    online = case.source == "online"
    if known.id == case.applicant_id:
        yield NUMBER, YOURSELF
    elif not same_name(known.name, name):
        yield NUMBER, AT_THE_WINDOW if online else OTHER_NAME
    elif known.died_on is not None and known.died_on != died:
        yield DIED, AT_THE_WINDOW if online else OTHER_DAY.format(day=known.died_on)
    elif known.died_on is None and online and _seen_after(work, known, died):
        yield DIED, AT_THE_WINDOW


def _seen_after(work: Work, known: Person, died: date) -> bool:
    """Whether their own account was used on a later day: the living are not applied for."""
    seen = work.session.scalar(select(func.max(WeChatAccount.last_seen_at)).where(WeChatAccount.person_id == known.id))
    return seen is not None and local(seen).date() > died


def as_registered(work: Work, case: Case, facts: FamilyFacts) -> FamilyFacts:
    """The facts with the day of death that the register has."""
    known = _dead(work, case)
    if known is None or known.died_on is None:
        return facts
    dead = facts.person.model_copy(update={"died_on": known.died_on})
    return facts.model_copy(update={"members": tuple(dead if one.key == dead.key else one for one in facts.members)})


def _dead(work: Work, case: Case) -> Person | None:
    """Who has died, if the register knows them; None for any other matter."""
    number = form_of(case).get("id_number") if case.matter == PROGRAMME else None
    return None if not number else persons.find(work, idnumber.parse(number, persons.today(work)).text)


def record(work: Work, case: Case) -> None:
    """Who they are and that they have died was checked: the register knows it now, and what they received is looked at.

    Raises ``BadInputError`` for a day that cannot be.
    """
    known, died = _dead(work, case), day_in(form_of(case).get("died_on"))
    if known is None or known.died_on is not None or died is None:
        return
    households.record_death(work, known.id, died)
    work.session.flush()
    reviews.after_deaths(work)
    note(work, case.id, "death", None, day=str(died))
