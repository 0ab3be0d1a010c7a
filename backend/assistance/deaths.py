"""The person whom a funeral's matter is about: known to the register by number; a death that was checked is recorded.

A relative applies, so the benefit stays the relative's; of the dead person the registers give the day of death, how
the ashes were buried, and what was given for them before.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.assistance import households, reviews
from backend.assistance.circumstances import FamilyFacts, Funeral
from backend.assistance.declaring import day_in
from backend.assistance.errors import HeldTogetherError
from backend.assistance.models import FuneralReward
from backend.assistance.programmes.funerals import REWARDS
from backend.assistance.verdicts import Verdict
from backend.cases.models import Case, Decision
from backend.cases.records import form_of, note
from backend.core import idnumber
from backend.core.clock import local
from backend.core.db import Work
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.residents import persons
from backend.residents.documents import same_name
from backend.residents.indexes import id_index
from backend.residents.models import Person, WeChatAccount

MATTERS = frozenset({"funeral_fee_waiver", "ecological_burial", "cremation_reward"})
Register = Callable[[Work, str, str, UUID], Mapping[str, Any]]
NUMBER, BORN, DIED = "他的身份证号", "他的出生日期", "哪一天去世的"
YOURSELF = "这是申请人自己的身份证号。请填去世的人的；号码不清楚的，请到窗口，我们帮您查"
OTHER_NAME = "姓名和登记的不一样，请核对姓名和号码"
OTHER_DAY = "登记的去世日期是{day}，请核对"
GIVEN = "这位逝者的奖补已经发过，每位逝者只发一次"
AT_THE_WINDOW = "和登记的不一样。请核对姓名、号码和日期；没有填错的，请到窗口或打电话，我们帮您办"


def faults(work: Work, case: Case, form: Mapping[str, Any]) -> dict[str, str]:
    """Field → what cannot be true about the person who has died; nothing for any other matter."""
    return dict(_faults(work, case, form)) if case.matter in MATTERS else {}


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


_registers: dict[str, Register] = {}


def asking(name: str, register: Register) -> None:
    """Ask this register of burials from now on; again changes nothing.

    It gets the dead person's number and name and who applies, and answers with the fields of ``circumstances.Funeral``
    it knows: what it knows is asked of nobody on paper.
    """
    _registers[name] = register


def as_registered(work: Work, case: Case, facts: FamilyFacts) -> FamilyFacts:
    """The facts with what the registers have: the day of death, the burial, what was given before."""
    number = _number(work, case)
    if number is None:
        return facts
    known = persons.find(work, number)
    if known is not None and known.died_on is not None:
        dead = facts.person.model_copy(update={"died_on": known.died_on})
        members = tuple(dead if one.key == dead.key else one for one in facts.members)
        facts = facts.model_copy(update={"members": members})
    return facts.model_copy(update={"funeral": _funeral_today(work, case, facts.funeral or Funeral(), number)})


def _funeral_today(work: Work, case: Case, funeral: Funeral, number: str) -> Funeral:
    mine = select(FuneralReward.reward).join(Decision, Decision.id == FuneralReward.decision_id)
    given = mine.where(FuneralReward.dead_index == id_index(number), Decision.case_id != case.id)
    found: dict[str, Any] = {"rewarded": frozenset(work.session.scalars(given))}
    for register in _registers.values():
        found |= register(work, number, str(form_of(case).get("name", "")), case.applicant_id)
    return Funeral.model_validate(funeral.model_dump() | found)


def give_rewards(work: Work, case: Case, decision: Decision, verdict: Verdict) -> None:
    """Remember for whom a reward was granted. Raises ``HeldTogetherError`` where another decision was faster."""
    number = _number(work, case)
    for name in REWARDS:
        if number is None or not verdict.has(name):
            continue
        row = {"id": new_id(), "dead_index": id_index(number), "reward": name, "decision_id": decision.id}
        if not insert_new(work, FuneralReward, row, unique=("dead_index", "reward")):
            raise HeldTogetherError(why=GIVEN)


def _number(work: Work, case: Case) -> str | None:
    """The number of who has died; None for any other matter."""
    number = form_of(case).get("id_number") if case.matter in MATTERS else None
    return None if not number else idnumber.parse(number, persons.today(work)).text


def _dead(work: Work, case: Case) -> Person | None:
    """Who has died, if the register knows them; None for any other matter."""
    number = _number(work, case)
    return None if number is None else persons.find(work, number)


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
