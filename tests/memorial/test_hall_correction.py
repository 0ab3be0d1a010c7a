"""The record of the dead put right: on papers, by two people where it moves a register or a wish, with what it said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from backend.core.audit import AuditEntry
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.memorial import day_reminders, deceased, hall_corrections, hall_mediation, hall_views, halls
from backend.memorial import hall_concerns as concerns
from backend.memorial.day_reminders import DayWish
from backend.memorial.errors import DeathDiffersError, HallRightError, LivingPersonError
from backend.memorial.farewell_models import DayReminder
from backend.memorial.hall_corrections import Correction
from backend.memorial.models import Deceased, HallConcern
from backend.memorial.tribute_errors import NewEyesError
from backend.residents.models import InboxItem, Person
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.halls import BORN, DIED, MOTHER, Family
from tests.support.residents import account, id_number, person

RIGHT = date(2025, 8, 2)
WHY = "家人带来了火化证"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


def test_a_name_is_put_right_by_one_clerk_who_says_why_and_what_it_said_is_kept(
    family: Family, work: WorkFactory
) -> None:
    clerk = family.staff("clerk")
    with work(clerk.actor) as w:
        version = made.row(w, family).version
        found = hall_corrections.ask(w, clerk, family.mother, Correction(replace(MOTHER, name="王秀兰"), "写错一个字"))
        w.session.flush()
        row = w.session.get_one(Deceased, family.mother)
        assert (found.state, row.name, row.proof_kind) == ("done", "王秀兰", "clerk")
        assert hall_views.correction(found, row)["changes"] == ["姓名：王𬱖兰 → 王秀兰"]
        w.session.refresh(hall := made.row(w, family))
        assert hall.version > version  # what is kept of the page is old
    with work() as w:
        told = w.session.scalars(select(InboxItem.body).where(InboxItem.person_id == family.people["niece"])).all()
        assert any("更正" in body for body in told)
        done = select(AuditEntry.body).where(AuditEntry.action.in_(("deceased.ask", "deceased.correct")))
        bodies = w.session.scalars(done.order_by(AuditEntry.seq)).all()
        assert ("name" in bodies[0], "done" in bodies[1], "王秀兰" in "".join(bodies)) == (True, True, False)


@pytest.mark.parametrize(
    ("right", "why", "field"),
    [
        (MOTHER, WHY, "更正"),
        (replace(MOTHER, name="王秀兰"), " ", "更正原因"),
        (replace(MOTHER, name="王秀兰", proof=" "), WHY, "去世证明"),
        (replace(MOTHER, died=date(1940, 4, 30)), WHY, "去世日期"),
        (replace(MOTHER, wish="no_hall"), WHY, "逝者的安排"),
    ],
    ids=["nothing", "no-reason", "no-papers", "before-birth", "wish-unproven"],
)
def test_what_cannot_be_right_changes_nothing(
    family: Family, work: WorkFactory, right: deceased.Dead, why: str, field: str
) -> None:
    with work() as w, pytest.raises(BadInputError) as refused:
        hall_corrections.ask(w, family.staff("clerk"), family.mother, Correction(right, why))
    assert refused.value.facts["field"] == field


@pytest.mark.parametrize(
    "right",
    [replace(MOTHER, died=RIGHT), replace(MOTHER, wish="family_only", wish_proof="遗嘱")],
    ids=["day-of-death", "wish"],
)
def test_another_day_of_death_or_wish_waits_for_somebody_else_who_may_also_refuse(
    family: Family, work: WorkFactory, right: deceased.Dead
) -> None:
    clerk, officer = family.staff("clerk"), family.staff("officer")
    with work() as w:
        own = hall_corrections.ask(w, officer, family.mother, Correction(right, WHY))
        with pytest.raises(BadInputError):  # one at a time
            hall_corrections.ask(w, clerk, family.mother, Correction(replace(MOTHER, name="王秀兰"), WHY))
        with pytest.raises(NewEyesError):
            hall_corrections.decide(w, officer, own.id, agreed=True)
        with pytest.raises(NotAllowedError):
            hall_corrections.decide(w, clerk, own.id, agreed=True)
        assert w.session.get_one(Deceased, family.mother).died == DIED
    lead = replace(officer, staff_id=family.staff("clerk2").staff_id)
    with work() as w:
        assert [row.id for row, _dead in hall_corrections.waiting(w, lead)] == [own.id]
        with pytest.raises(BadInputError):
            hall_corrections.decide(w, lead, own.id, agreed=False)
        assert hall_corrections.decide(w, lead, own.id, agreed=False, why="证明对不上").state == "refused"
        with pytest.raises(NotFoundError):
            hall_corrections.decide(w, lead, own.id, agreed=True)
        again = hall_corrections.ask(w, clerk, family.mother, Correction(right, WHY))
        assert hall_corrections.decide(w, officer, again.id, agreed=True).state == "done"
        row = w.session.get_one(Deceased, family.mother)
        assert (row.died, row.wish) == (right.died, right.wish)


def test_whoever_asked_to_be_told_of_the_day_is_told_of_the_right_one(family: Family, work: WorkFactory) -> None:
    son = family.people["son"]
    with work() as w:
        day_reminders.ask(w, son, DayWish(family.hall, "death", lunar=False, days_before=1))
        day_reminders.ask(w, son, DayWish(family.hall, "qingming", lunar=False, days_before=1))
        before = {row.kind: row.day for row in w.session.scalars(select(DayReminder))}
        asked = hall_corrections.ask(
            w, family.staff("clerk"), family.mother, Correction(replace(MOTHER, died=RIGHT), WHY)
        )
        hall_corrections.decide(w, family.staff("officer"), asked.id, agreed=True)
        after = {row.kind: row.day for row in w.session.scalars(select(DayReminder))}
    assert (before["death"], after["death"]) == (date(2027, 8, 1), date(2027, 8, 2))
    assert before["qingming"] == after["qingming"]


def test_the_register_moves_with_the_day_unless_the_telephone_was_used_after_it(
    family: Family, work: WorkFactory
) -> None:
    clerk, officer, number = family.staff("clerk"), family.staff("officer"), id_number(BORN, 9)
    with work() as w:
        who = person(w, "王秀英", BORN, 9)
        deceased.record_death(w, officer, number, DIED, "死亡证明")
        aunt = replace(MOTHER, name="王秀英", id_number=number)
        row = deceased.register(w, clerk, aunt)
        asked = hall_corrections.ask(w, clerk, row.id, Correction(replace(aunt, died=RIGHT, id_number=None), WHY))
        hall_corrections.decide(w, officer, asked.id, agreed=True)
        assert (w.session.get_one(Person, who).died_on, row.died, row.id_number) == (RIGHT, RIGHT, number)
        account(w, who)
        back = hall_corrections.ask(w, clerk, row.id, Correction(replace(aunt, died=DIED), WHY))
        with pytest.raises(LivingPersonError):
            hall_corrections.decide(w, officer, back.id, agreed=True)


def test_a_record_is_never_put_right_into_somebody_elses_and_keeps_its_kind_of_number(
    family: Family, work: WorkFactory
) -> None:
    clerk = family.staff("clerk")
    with work() as w:
        deceased.register(w, clerk, replace(MOTHER, name="王秀兰"))
        with pytest.raises(DeathDiffersError):
            hall_corrections.ask(w, clerk, family.mother, Correction(replace(MOTHER, name="王秀兰"), WHY))
        guest = replace(MOTHER, name="JANE DOE", id_kind="passport", id_number="E12345678")
        row = deceased.register(w, clerk, guest)
        hall_corrections.ask(w, clerk, row.id, Correction(replace(MOTHER, name="JANE DOW"), "护照上是 W"))
        assert (row.name, row.id_kind, row.id_number) == ("JANE DOW", "passport", "E12345678")


Ask = Callable[[Any, Family, HallConcern], Any]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (lambda w, f, row: hall_corrections.ask(
            w, f.staff("clerk"), f.mother, Correction(replace(MOTHER, name="王秀兰"), WHY, row.id)), "upheld"),
        (lambda w, f, row: hall_mediation.settle(
            w, f.staff("officer"), row.id, hall_mediation.Answer("户口簿上就是这个字", upheld=False)), "dismissed"),
    ],
    ids=["put-right", "as-it-is"],
)  # fmt: skip
def test_near_kin_ask_by_phone_and_read_what_became_of_it(
    family: Family, work: WorkFactory, answer: Ask, state: str
) -> None:
    daughter = family.people["daughter"]
    with work() as w:
        row = concerns.ask_correction(w, daughter, family.hall, "名字里那个字写错了", "023-1")
        assert concerns.ask_correction(w, daughter, family.hall, "名字写错了，请改", None).id == row.id
        for name, error in (("niece", HallRightError), ("stranger", NotFoundError)):
            with pytest.raises(error):
                concerns.ask_correction(w, family.people[name], family.hall, "名字写错了", None)
        answer(w, family, row)
        assert (row.state, row.staff_id is not None, len(row.answer or "") > 3) == (state, True, True)
        told = w.session.scalars(select(InboxItem).where(InboxItem.template == "memorial_answer")).one()
        assert (told.person_id, row.number in told.body) == (daughter, True)
        assert halls.remembered(w, made.row(w, family))[0].name == ("王秀兰" if state == "upheld" else "王𬱖兰")
