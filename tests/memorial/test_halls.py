"""Halls: nobody living, who may do what, the keeper's succession, disputes, martyrs, what the dead wanted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.crypto import keyring
from backend.core.db import Work
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.eldercare.models import Elder
from backend.memorial import deceased, hall_concerns, hall_mediation, hall_people, hall_views, hall_words, halls, rules
from backend.memorial.deceased import Dead
from backend.memorial.errors import (
    DeathDiffersError,
    HallExistsError,
    HallRightError,
    HallStateError,
    InviteError,
    KeeperBlockedError,
    LivingPersonError,
    MartyrError,
    NotNearKinError,
    WishError,
)
from backend.memorial.hall_concerns import Objection
from backend.memorial.hall_mediation import Answer
from backend.memorial.models import Deceased, HallRole
from backend.residents.models import Person
from scheduler import memorial_jobs
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.halls import BORN, DIED, MOTHER, Family, opening
from tests.support.residents import account, id_number, person

TODAY = date(2026, 11, 22)
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


# -- the dead


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"died": TODAY + timedelta(days=1)}, "去世日期"),
        ({"died": BORN - timedelta(days=1)}, "去世日期"),
        ({"born": date(1941, 5, 1), "id_number": id_number(BORN, 7)}, "出生日期"),
        ({"id_number": "500118194005010000"}, "证件号码"),
        ({"name": "<b>王</b>"}, "姓名"),
        ({"proof": "  "}, "去世证明"),
        ({"wish": "no_hall"}, "逝者的安排"),
    ],
    ids=["tomorrow", "before-birth", "other-birthday", "check-digit", "html", "no-papers", "wish-unproven"],
)
@sqlite
def test_what_cannot_be_true_of_somebody_who_died_is_refused_by_name(
    family: Family, work: WorkFactory, changed: dict[str, Any], field: str
) -> None:
    with work() as w, pytest.raises(BadInputError) as refused:
        deceased.register(w, family.staff("clerk"), replace(MOTHER, **changed))
    assert refused.value.facts["field"] == field


@sqlite
def test_somebody_dies_once_today_and_on_the_day_of_birth_too_and_keeps_a_rare_character(
    family: Family, work: WorkFactory
) -> None:
    clerk = family.staff("clerk")
    with work() as w:
        again = deceased.register(w, clerk, MOTHER)
        assert (again.id, again.name, again.lunar_month, again.lunar_day) == (family.mother, "王𬱖兰", -6, 8)
        assert hall_views.dead_line(again)["lunar_zh"] == "农历闰六月初八"
        numbered = replace(MOTHER, id_number=id_number(BORN, 7), died=TODAY)
        one = deceased.register(w, clerk, numbered)
        assert deceased.register(w, clerk, numbered).id == one.id
        assert deceased.register(w, clerk, Dead("王小宝", TODAY, TODAY, proof="死亡证明")).born == TODAY
        with pytest.raises(DeathDiffersError):
            deceased.register(w, clerk, replace(numbered, died=DIED))
    with work() as w, pytest.raises(NotAllowedError):
        deceased.register(w, family.staff("duty"), MOTHER)


@sqlite
def test_nobody_whom_a_register_knows_as_living_is_ever_mourned(
    family: Family, work: WorkFactory, clock: ManualClock
) -> None:
    clerk, officer, number = family.staff("clerk"), family.staff("officer"), id_number(BORN, 9)
    alive = replace(MOTHER, name="王秀英", id_number=number)
    with work() as w:
        who = person(w, "王秀英", BORN, 9)
        with pytest.raises(LivingPersonError):
            deceased.register(w, clerk, alive)
        with pytest.raises(NotAllowedError):
            deceased.record_death(w, clerk, number, DIED, "死亡证明")
        phone = account(w, who)
        with pytest.raises(LivingPersonError):  # the telephone was used after that day
            deceased.record_death(w, officer, number, DIED, "死亡证明")
        assert phone
        deceased.record_death(w, officer, number, TODAY, "死亡证明")
        with pytest.raises(DeathDiffersError):
            deceased.register(w, clerk, replace(alive, name="王秀莲", died=TODAY))
        assert deceased.register(w, clerk, replace(alive, died=TODAY)).person_id == who
    with work() as w:
        elder = w.session.get_one(Elder, family.county.world.elder)
        elder.id_number_index = keyring().blind_index("id_number", id_number(BORN, 11))
        with pytest.raises(LivingPersonError):  # cared for today
            deceased.register(w, clerk, replace(alive, id_number=id_number(BORN, 11)))


# -- opening


@sqlite
def test_only_near_kin_open_a_hall_one_for_each_of_the_dead_and_never_against_their_wish(
    family: Family, work: WorkFactory
) -> None:
    clerk, son = family.staff("clerk"), family.people["son"]
    with work() as w:
        father = deceased.register(w, clerk, replace(MOTHER, name="王老大", wish="family_only", wish_proof="遗嘱")).id
        silent = deceased.register(w, clerk, replace(MOTHER, name="王老二", wish="no_hall", wish_proof="遗嘱")).id
    refused: list[tuple[halls.Opening, type[DomainError]]] = [
        (opening(son, father, relation="in_law"), NotNearKinError),
        (opening(son, family.mother), HallExistsError),
        (opening(son, father, kind="couple"), BadInputError),
        (opening(son, silent), WishError),
        (replace(opening(son, father), theme="gold"), BadInputError),
        (replace(opening(son, father), proof=" "), BadInputError),
    ]
    for asked, error in refused:
        with pytest.raises(error), work() as w:
            halls.open_hall(w, clerk, asked)
    with work() as w:
        hall = halls.open_hall(w, clerk, opening(son, father))
        for privacy, error in (("invited", WishError), ("public", WishError), ("all", BadInputError)):
            with pytest.raises(error):
                halls.set_privacy(w, son, hall.id, privacy)
        assert hall.privacy == "family"


# -- who may do what

Acts = dict[str, Callable[[Work, Family, UUID], Any]]
ACTS: Acts = {
    "edit": lambda w, f, me: hall_words.set_theme(w, me, f.hall, "dusk"),
    "people": lambda w, f, me: hall_people.invite(w, me, f.hall),
    "privacy": lambda w, f, me: halls.set_privacy(w, me, f.hall, "public"),
    "dispute": lambda w, f, me: hall_concerns.dispute(w, me, f.hall, "照片不合适", blocks=False),
    "remove": lambda w, f, me: hall_words.erase_story(w, me, f.hall),
    "close": lambda w, f, me: halls.close(w, me, f.hall, "家人商量好的"),
}
ALLOWED = {
    "son": {"edit", "people", "privacy", "dispute", "remove", "close"},
    "daughter": {"edit", "dispute", "remove"}, "niece": set(), "guest": set(), "stranger": set(),
}  # fmt: skip


@pytest.mark.parametrize("who", ALLOWED)
@sqlite
def test_each_role_may_do_its_own_and_near_kin_what_the_law_gives_them(
    family: Family, work: WorkFactory, who: str
) -> None:
    for act, verb in ACTS.items():
        with work() as w:
            try:
                verb(w, family, family.people[who])
                done = True
            except (HallRightError, NotFoundError):
                done = False
            w.session.rollback()
        assert (act, done) == (act, act in ALLOWED[who])


@pytest.mark.parametrize(
    ("privacy", "state", "seen"),
    [
        ("family", "open", {"son", "daughter", "niece"}),
        ("invited", "open", {"son", "daughter", "niece", "guest"}),
        ("public", "open", {"son", "daughter", "niece", "guest", "stranger", None}),
        ("public", "frozen", {"son", "daughter", "niece"}),
        ("public", "closed", {"son", "daughter"}),
    ],
)
@sqlite
def test_a_hall_is_shown_to_whom_the_family_chose(
    family: Family, work: WorkFactory, privacy: str, state: str, seen: set[str | None]
) -> None:
    with work() as w:
        hall = made.row(w, family)
        hall.privacy, hall.state = privacy, state
        asked: dict[str | None, UUID | None] = {None: None, **family.people}
        assert {name for name, one in asked.items() if halls.may_see(w, hall, one)} == seen


def test_every_act_of_every_role_is_in_the_table_and_near_kin_need_no_role() -> None:
    assert rules.STATE_ACTS["open"] | {"restore"} == rules.ACTS
    assert all(rules.may(role, act, near=True) for role in (None, *rules.ROLE_ZH) for act in rules.NEAR_ACTS)
    assert not any(rules.may(None, act, near=False) for act in rules.ACTS)


# -- keepers


@pytest.mark.both_databases
def test_after_a_keeper_who_died_comes_the_one_named_and_then_nobody_but_kin_at_the_counter(
    family: Family, work: WorkFactory
) -> None:
    son, daughter = family.people["son"], family.people["daughter"]
    with work() as w:
        grandson = hall_people.join(
            w, family.staff("clerk"), family.hall, family.people["stranger"], "grandchild", "出生证明"
        )
        hall_people.name_successor(w, son, family.hall, grandson.id)
        w.session.get_one(Person, son).died_on = TODAY
    assert [memorial_jobs.succeed_keepers() for _ in range(2)] == [1, 0]
    with work() as w:
        hall = made.row(w, family)
        assert made.role_of(w, hall, family.people["stranger"]) == "keeper"
        assert made.role_of(w, hall, son) is None
        hall_people.leave(w, family.people["stranger"], family.hall)
        assert made.role_of(w, hall, daughter) == "keeper"
        hall_people.leave(w, daughter, family.hall)  # the niece is no near kin
        assert made.role_of(w, hall, family.people["niece"]) == "family"
        hall_people.join(w, family.staff("clerk"), family.hall, daughter, "child", "户口簿")
        assert made.role_of(w, hall, daughter) == "keeper"


@sqlite
def test_a_keeper_hands_over_to_near_kin_only_and_sends_away_guests_only(family: Family, work: WorkFactory) -> None:
    son = family.people["son"]
    with work() as w:
        mine = select(HallRole).where(HallRole.hall_id == family.hall)
        ids = {row.person_id: row.id for row in w.session.scalars(mine)}
        with pytest.raises(NotNearKinError):
            hall_people.hand_over(w, son, family.hall, ids[family.people["niece"]])
        with pytest.raises(BadInputError):
            hall_people.send_away(w, son, family.hall, ids[family.people["niece"]])
        hall_people.send_away(w, son, family.hall, ids[family.people["guest"]])
        hall_people.hand_over(w, son, family.hall, ids[family.people["daughter"]])
        hall = made.row(w, family)
        roles = [made.role_of(w, hall, family.people[name]) for name in ("son", "daughter", "guest")]
        assert roles == ["editor", "keeper", None]


@sqlite
def test_a_code_opens_until_a_new_one_is_given_and_never_a_hall_of_the_family(
    family: Family, work: WorkFactory
) -> None:
    with work() as w:
        hall, stranger = made.row(w, family), family.people["stranger"]
        new = hall_people.invite(w, family.people["son"], family.hall)
        for code in (family.code, "", "错"):
            with pytest.raises(InviteError):
                hall_people.enter(w, stranger, hall.number, code)
        hall.privacy = "family"
        with pytest.raises(InviteError):
            hall_people.enter(w, stranger, hall.number, new)
        hall.privacy = "invited"
        assert hall_people.enter(w, stranger, hall.number, new).role == "guest"


# -- disputes, martyrs, the living


@sqlite
def test_a_keeper_blocked_by_kin_waits_for_the_mediator_who_may_stop_everybody(
    family: Family, work: WorkFactory
) -> None:
    son, daughter, officer = family.people["son"], family.people["daughter"], family.staff("officer")
    with work() as w:
        said = hall_concerns.dispute(w, daughter, family.hall, "生平写得不对", blocks=True)
        assert hall_concerns.dispute(w, daughter, family.hall, "还有照片", blocks=True).id == said.id
        with pytest.raises(KeeperBlockedError):
            hall_words.write_story(w, son, family.hall, "新的生平")
        with pytest.raises(NotAllowedError):
            hall_mediation.settle(w, family.staff("clerk"), said.id, Answer("已经商量好", upheld=True))
        hall_mediation.freeze(w, officer, family.hall, "双方正在调解")
        with pytest.raises(HallStateError):
            hall_words.set_theme(w, daughter, family.hall, "dusk")
        hall_mediation.settle(w, officer, said.id, Answer("已经商量好，照片换掉", upheld=False, mediated="agreed"))
        hall_mediation.thaw(w, officer, family.hall)
        assert hall_words.set_theme(w, son, family.hall, "river").theme == "river"


@sqlite
def test_martyrs_have_no_private_hall_and_the_report_stays(family: Family, work: WorkFactory) -> None:
    clerk, officer, son = family.staff("clerk"), family.staff("officer"), family.people["son"]
    with work() as w:
        hero = deceased.register(w, clerk, replace(MOTHER, name="王英雄"))
        said = hall_concerns.report_martyr(w, hero.id, "证明写明是烈士")
        assert hall_concerns.report_martyr(w, hero.id, "再报一次").id == said.id
        with pytest.raises(MartyrError):  # reported, not decided: the report goes first
            halls.open_hall(w, clerk, opening(son, hero.id))
        hall_mediation.settle(w, officer, said.id, Answer("查过烈士名录", upheld=True))
        with pytest.raises(MartyrError):
            halls.open_hall(w, clerk, opening(son, hero.id))
        made.row(w, family).privacy = "public"
        found = hall_concerns.complain(w, family.hall, Objection("martyr", "这位是烈士"))
        hall_mediation.settle(w, officer, found.id, Answer("查过烈士名录，属实", upheld=True))
        assert (made.row(w, family).state, w.session.get_one(Deceased, family.mother).martyr) == ("closed", True)
        with pytest.raises(MartyrError):
            halls.restore(w, son, family.hall)


@sqlite
def test_the_hall_of_somebody_who_lives_is_closed_for_good_and_another_is_restored(
    family: Family, work: WorkFactory
) -> None:
    son, officer = family.people["son"], family.staff("officer")
    with work() as w:
        halls.close(w, son, family.hall, "先关一关")
        with pytest.raises(HallStateError):
            hall_words.set_theme(w, son, family.hall, "dusk")
        made.row(w, family).privacy = "public"
        assert halls.restore(w, son, family.hall).state == "open"
        said = hall_concerns.complain(w, family.hall, Objection("living", "我还活着", contact="023-1"))
        hall_mediation.settle(w, officer, said.id, Answer("本人到窗口来过", upheld=True))
        with pytest.raises(LivingPersonError):
            halls.restore(w, son, family.hall)
