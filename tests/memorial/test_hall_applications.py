"""A hall asked for by phone: every action in every state, who answers, what is told, what goes, two at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend import kin_registers
from backend.cases import paper_files
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.core.errors import BadInputError, NotAllowedError
from backend.core.ids import new_id
from backend.memorial import deceased, halls
from backend.memorial import hall_application_desk as desk
from backend.memorial import hall_application_papers as kept
from backend.memorial import hall_application_views as views
from backend.memorial import hall_applications as applications
from backend.memorial.deceased import Dead
from backend.memorial.errors import (
    HallExistsError,
)
from backend.memorial.hall_application_errors import (
    ApplicationMovedError,
    HallThereError,
)
from backend.memorial.hall_application_holdings import ERASABLES, HOLDINGS
from backend.memorial.hall_application_models import ApplicationDead, ApplicationPaper
from backend.memorial.hall_applications import AskedDead
from backend.memorial.models import Hall, HallConcern, HallRole
from backend.memorial.states import APPLICATION
from backend.notices.models import Notice
from backend.people.rules import Grant
from backend.people.service import Viewer
from backend.residents.models import InboxItem
from scheduler import hall_application_jobs as jobs
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.at_once import at_once
from tests.support.hall_applications import ASKED, DUE, FATHER, handed_in, upload
from tests.support.halls import Family
from tests.support.residents import person
from tests.support.world import COUNTY

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


def state_of(work: WorkFactory, which: UUID) -> tuple[str, int]:
    with work() as w:
        row = applications.find(w, which)
        return row.state, row.version


def inbox(work: WorkFactory, who: UUID) -> list[str]:
    """What they were told of an application, and of keeping a hall."""
    with work() as w:
        mine = select(InboxItem.template).where(InboxItem.person_id == who).order_by(InboxItem.template)
        return [one for one in w.session.scalars(mine) if one.startswith("hall_") or one == "memorial_keeper"]


# -- states


VERBS: dict[str, Callable[[Any, Family, UUID, int], Any]] = {
    "submit": lambda w, f, one, seen: applications.submit(
        w, f.people["son"], one, "证明在老家", kin_registers.proof, version=seen
    ),
    "withdraw": lambda w, f, one, _seen: applications.withdraw(w, f.people["son"], one),
    "open": lambda w, f, one, seen: desk.open_hall(w, f.staff("clerk"), one, "户口簿和火化证", version=seen),
    "return": lambda w, f, one, seen: desk.send_back(w, f.staff("clerk"), one, "请补户口簿", version=seen),
    "refuse": lambda w, f, one, seen: desk.refuse(w, f.staff("clerk"), one, "unproven", "看不清关系", version=seen),
}
REACHED = {
    "draft": (), "submitted": ("submit",), "returned": ("submit", "return"), "opened": ("submit", "open"),
    "refused": ("submit", "refuse"), "withdrawn": ("withdraw",),
}  # fmt: skip


@pytest.mark.parametrize("state", REACHED)
@sqlite
def test_every_action_in_every_state_does_what_the_table_says(family: Family, work: WorkFactory, state: str) -> None:
    with work() as w:
        which = applications.begin(w, family.people["son"], ASKED).id
        for action in REACHED[state]:
            VERBS[action](w, family, which, applications.find(w, which).version)
    assert state_of(work, which)[0] == state
    for action, verb in VERBS.items():
        with work() as w:
            seen = applications.find(w, which).version
            try:
                verb(w, family, which, seen)
                reached = applications.find(w, which).state
            except ApplicationMovedError:
                reached = None
            w.session.rollback()
        known = APPLICATION.table[state].get(action)
        twice = state == "withdrawn" and action == "withdraw"  # taken back twice is once
        assert (action, reached) == (action, "withdrawn" if twice else known)


@sqlite
def test_the_desk_opens_the_hall_as_it_was_asked_for_and_the_family_hears_of_each_answer(
    family: Family, work: WorkFactory
) -> None:
    son, clerk = family.people["stranger"], family.staff("clerk")
    both = (FATHER, AskedDead("李𠮷兰", date(1999, 1, 1), "child"))
    asked = replace(ASKED, dead=both, kind="couple", title="怀念爸妈", theme="dusk", privacy="invited")
    which = handed_in(work, son, asked)
    seen = state_of(work, which)[1]
    with work() as w:
        with pytest.raises(BadInputError):
            desk.send_back(w, clerk, which, "补齐吧", version=seen)
        desk.send_back(w, clerk, which, "请补拍户口簿第二页", version=seen)
    with work() as w:
        row = applications.find(w, which)
        assert (row.missing, row.due_on) == ("请补拍户口簿第二页", None)
        row = applications.amend(w, son, which, replace(asked, title="怀念爸爸妈妈", note="证明在老家"))
        row = applications.submit(w, son, which, "", kin_registers.proof, version=row.version)
        assert (row.due_on, row.missing) == (DUE, None)
        hall = desk.open_hall(w, clerk, which, "户口簿、火化证", version=row.version)
        names = [one.name for one in halls.remembered(w, hall)]
        assert (hall.title, hall.kind, hall.theme, hall.privacy) == ("怀念爸爸妈妈", "couple", "dusk", "invited")
        assert names == ["王𬱖山", "李𠮷兰"]
        keeper = w.session.scalars(select(HallRole).where(HallRole.hall_id == hall.id)).one()
        assert (keeper.person_id, keeper.role, keeper.relation, keeper.proof) == (
            son, "keeper", "child", "户口簿、火化证",
        )  # fmt: skip
    assert inbox(work, son) == ["hall_returned", "memorial_keeper"]
    with work() as w, pytest.raises(HallThereError):  # asked again by a brother, it meets the hall
        applications.begin(w, family.people["guest"], ASKED)


@sqlite
def test_a_refusal_has_a_reason_from_the_list_and_a_martyr_is_reported(family: Family, work: WorkFactory) -> None:
    son, clerk = family.people["son"], family.staff("clerk")
    which = handed_in(work, son)
    with work() as w:
        seen = applications.find(w, which).version
        for reason, said in (("because", "看不清关系"), ("unproven", "不行"), ("unproven", " " * 9)):
            with pytest.raises(BadInputError):
                desk.refuse(w, clerk, which, reason, said, version=seen)
        desk.refuse(w, clerk, which, "martyr", "证明写明是烈士", version=seen)
        assert [row.kind for row in w.session.scalars(select(HallConcern))] == ["martyr"]
        assert applications.begin(w, son, ASKED).id != which  # they may ask again
    assert "hall_refused" in inbox(work, son)


@sqlite
def test_only_clerks_of_that_part_of_the_county_answer_and_every_look_is_written_down(
    family: Family, work: WorkFactory
) -> None:
    which = handed_in(work, family.people["son"])
    lead = Viewer(family.staff("clerk").staff_id, "lead", "lead", (Grant("lead", f"{COUNTY}/"),), new_id(), "csrf")
    away = replace(lead, grants=(Grant("clerk", f"{COUNTY}/500118999/"),))
    with work() as w:
        seen = applications.find(w, which).version
        for who in (family.staff("duty"), lead, away):
            with pytest.raises(NotAllowedError):
                desk.open_hall(w, who, which, "户口簿和火化证", version=seen)
        for who in (family.staff("duty"), away):
            with pytest.raises(NotAllowedError):
                desk.read(w, who, which)
        assert [row.id for row in desk.waiting(w, lead)] == [which]
        assert desk.waiting(w, away) == []
        desk.read(w, lead, which)
    with work() as w:
        looks = select(AuditEntry.body).where(AuditEntry.action == "person.read")
        assert [f"memorial_application:{which}" in body for body in w.session.scalars(looks)] == [True]


@sqlite
def test_the_desk_sees_other_applications_and_a_namesake_who_lives(family: Family, work: WorkFactory) -> None:
    first = handed_in(work, family.people["son"])
    handed_in(work, family.people["daughter"])
    with work() as w:
        person(w, "王𬱖山", date(1938, 2, 1), 5)
        row = applications.find(w, first)
        (one,) = views.for_desk(w, row, kin_registers.proof)["dead"]
        assert [sign[:4] for sign in one["signs"]] == ["还有家人", "没有填身"]
        dead = Dead(FATHER.name, FATHER.died, FATHER.born, proof="火化证")
        there = deceased.register(w, family.staff("clerk"), dead)
        halls.open_hall(w, family.staff("clerk"), made.opening(family.people["daughter"], there.id))
        (one,) = views.for_desk(w, row, kin_registers.proof)["dead"]
        assert one["signs"][0].startswith("这位逝者已经有纪念馆")
        with pytest.raises(HallExistsError):
            desk.open_hall(w, family.staff("clerk"), first, "户口簿和火化证", version=row.version)


# -- by the clock


@sqlite
def test_an_overdue_application_is_told_to_the_desk_once_a_day_after_its_last_day(
    family: Family, work: WorkFactory, clock: ManualClock
) -> None:
    which = handed_in(work, family.people["son"])
    clock.advance((DUE - date(2026, 11, 22)).days * 86_400)
    assert jobs.tell_overdue() == 0  # its last day is not over
    clock.advance(86_400)
    assert [jobs.tell_overdue() for _ in range(2)] == [1, 0]
    with work() as w:
        told = set(w.session.scalars(select(Notice.recipient_id).where(Notice.template == "hall_application_overdue")))
        assert {str(family.staff(name).staff_id) for name in ("clerk", "officer")} <= told
        line = views.desk_line(applications.find(w, which), DUE + timedelta(days=1))
        assert (line["late"], line["today"]) == (True, False)


@sqlite
def test_what_was_left_lying_is_taken_back_and_of_what_is_long_over_nothing_personal_stays(
    family: Family, work: WorkFactory, clock: ManualClock
) -> None:
    son = family.people["son"]
    with work() as w:
        row = applications.begin(w, son, ASKED)
        which = row.id
        paper = kept.add(w, son, which, upload()).id
    clock.advance(90 * 86_400)
    assert jobs.tidy() == 0
    clock.advance(1)
    assert [jobs.tidy() for _ in range(2)] == [1, 0]
    assert state_of(work, which)[0] == "withdrawn"
    clock.advance(90 * 86_400 + 1)
    assert [jobs.tidy() for _ in range(2)] == [1, 0]
    with work() as w:
        assert applications.find(w, which).title == desk.GONE
        assert [
            w.session.scalar(select(func.count()).select_from(one)) for one in (ApplicationDead, ApplicationPaper)
        ] == [0, 0]
    assert not (paper_files.folder() / f"{paper}.sealed").exists()


@sqlite
def test_a_person_is_shown_what_is_held_and_forgotten_once_it_is_answered(family: Family, work: WorkFactory) -> None:
    son = family.people["son"]
    which = handed_in(work, son)
    (holding,), (erasable,) = HOLDINGS, ERASABLES
    with work() as w:
        (line,) = holding.collect(w, son)
        assert (line["名称"], line["状态"], line["材料"]) == ("怀念王𬱖山", "等工作人员看", "0 份")
        assert erasable.live(w, son) == ["还没有答复的纪念馆申请"]
        desk.send_back(w, family.staff("clerk"), which, "请补户口簿", version=applications.find(w, which).version)
        assert erasable.live(w, son) == []
        erasable.erase(w, son)
        assert (applications.find(w, which).state, applications.find(w, which).note) == ("withdrawn", "")


# -- two at once


@pytest.mark.both_databases
def test_two_clerks_and_two_taps_at_once_open_one_hall_and_keep_one_application(
    family: Family, work: WorkFactory, app: APIFlask
) -> None:
    son, clerk = family.people["son"], family.staff("clerk")

    def tap(_number: int) -> UUID:
        with unit_of_work() as w:
            return applications.begin(w, son, ASKED).id

    assert len(set(at_once(app, 4, tap))) == 1
    which = handed_in(work, son)
    _state, seen = state_of(work, which)

    def open_(_number: int) -> str:
        with unit_of_work(clerk.actor) as w:
            desk.open_hall(w, clerk, which, "户口簿和火化证", version=seen)
            return "opened"

    answers = at_once(app, 3, open_)
    assert sorted(map(str, answers)) == sorted(map(str, ["opened", ApplicationMovedError, ApplicationMovedError]))
    with work() as w:
        assert [row.title for row in w.session.scalars(select(Hall))].count("怀念王𬱖山") == 1
