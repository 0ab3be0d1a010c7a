"""A hall asked for by phone: what cannot be is refused at once, papers only where no register knows, one answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from PIL import Image
from sqlalchemy import func, select

from backend import kin_registers
from backend.assistance import households
from backend.assistance.facts import PersonFacts
from backend.cases import paper_files, papers
from backend.cases.errors import PaperRefusedError, PaperUnsafeError
from backend.cases.scanning import CLEAN, WAITING
from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.core.errors import BadInputError, DomainError, NotAllowedError, NotFoundError
from backend.core.ids import new_id
from backend.marriage.record_models import ArchiveEntry
from backend.memorial import deceased, halls
from backend.memorial import hall_application_desk as desk
from backend.memorial import hall_application_papers as kept
from backend.memorial import hall_application_rules as rules
from backend.memorial import hall_application_views as views
from backend.memorial import hall_applications as applications
from backend.memorial.deceased import Dead
from backend.memorial.errors import (
    DeathDiffersError,
    HallExistsError,
    LivingPersonError,
    NotNearKinError,
    WishError,
)
from backend.memorial.hall_application_errors import (
    ApplicationMovedError,
    HallThereError,
    MartyrAskedError,
    PapersAskedError,
)
from backend.memorial.hall_application_holdings import ERASABLES, HOLDINGS
from backend.memorial.hall_application_models import ApplicationDead, ApplicationPaper, HallApplication
from backend.memorial.hall_application_rules import Proven
from backend.memorial.hall_applications import Asked, AskedDead
from backend.memorial.models import Hall, HallConcern, HallRole
from backend.memorial.states import APPLICATION
from backend.notices.models import Notice
from backend.people.rules import Grant
from backend.people.service import Viewer
from backend.residents.indexes import id_index, name_index
from backend.residents.models import InboxItem, Person
from scheduler import hall_application_jobs as jobs
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.at_once import at_once
from tests.support.front_desk import sign_in
from tests.support.halls import BORN, DIED, MOTHER, Family
from tests.support.residents import id_number, person
from tests.support.world import COUNTY, TOWN

MINI = "/api/v1/mini/memorial/applications"
FATHER = AskedDead("王𬱖山", date(2026, 11, 3), "child", date(1938, 2, 1))
ASKED = Asked((FATHER,), TOWN)
DUE = date(2026, 11, 27)  # five working days after that Sunday
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


def upload(kind: str = "kinship", data: bytes | None = None) -> papers.Upload:
    return papers.read_upload(kind, "户口簿.jpg", data or made.photo())


def handed_in(work: WorkFactory, who: UUID, asked: Asked = ASKED, note: str = "证明在老家，下月寄来") -> UUID:
    with work() as w:
        row = applications.begin(w, who, asked)
        return applications.submit(w, who, row.id, note, kin_registers.proof, version=row.version).id


def state_of(work: WorkFactory, which: UUID) -> tuple[str, int]:
    with work() as w:
        row = applications.find(w, which)
        return row.state, row.version


def inbox(work: WorkFactory, who: UUID) -> list[str]:
    """What they were told of an application, and of keeping a hall."""
    with work() as w:
        mine = select(InboxItem.template).where(InboxItem.person_id == who).order_by(InboxItem.template)
        return [one for one in w.session.scalars(mine) if one.startswith("hall_") or one == "memorial_keeper"]


# -- what cannot be


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"dead": (replace(FATHER, relation="in_law"),)}, NotNearKinError),
        ({"kind": "couple"}, BadInputError),
        ({"kind": "palace"}, BadInputError),
        ({"dead": (FATHER, FATHER), "kind": "couple"}, BadInputError),
        ({"theme": "gold"}, BadInputError),
        ({"privacy": "all"}, BadInputError),
        ({"wish": "no_hall"}, WishError),
        ({"wish": "family_only", "privacy": "public"}, WishError),
        ({"title": "怀" * 31}, BadInputError),
        ({"note": "长" * 501}, BadInputError),
        ({"division": COUNTY}, BadInputError),
        ({"dead": (replace(FATHER, died=date(2026, 11, 23)),)}, BadInputError),
        ({"dead": (replace(FATHER, born=date(2026, 11, 4)),)}, BadInputError),
        ({"dead": (replace(FATHER, id_number="500118193802010000"),)}, BadInputError),
        ({"martyr": True}, MartyrAskedError),
        ({"dead": (AskedDead(MOTHER.name, DIED, "child", BORN),)}, HallThereError),
    ],
    ids=[
        "in-law", "one-of-two", "kind", "twice", "theme", "privacy", "wish", "wish-narrower", "title", "note", "county",
        "tomorrow", "before-birth", "check-digit", "martyr", "hall-there",
    ],
)  # fmt: skip
@sqlite
def test_what_cannot_be_is_refused_before_anything_is_kept(
    family: Family, work: WorkFactory, changed: dict[str, Any], error: type[DomainError]
) -> None:
    with pytest.raises(error), work() as w:
        applications.begin(w, family.people["stranger"], replace(ASKED, **changed))
    with work() as w:
        assert w.session.scalar(select(func.count()).select_from(HallApplication)) == 0


@sqlite
def test_nobody_living_and_whoever_knows_only_a_number_learns_nothing(family: Family, work: WorkFactory) -> None:
    with work() as w:
        person(w, "王秀英", BORN, 9)
        numbered = replace(FATHER, born=BORN, id_number=id_number(BORN, 9))
        with pytest.raises(DeathDiffersError):
            applications.begin(w, family.people["son"], replace(ASKED, dead=(numbered,)))
        with pytest.raises(LivingPersonError):
            applications.begin(w, family.people["son"], replace(ASKED, dead=(replace(numbered, name="王秀英"),)))


@sqlite
def test_a_known_martyr_and_one_that_is_reported_have_no_application(family: Family, work: WorkFactory) -> None:
    named = replace(ASKED, dead=(replace(FATHER, name="王英雄", born=BORN, died=DIED),))
    with work() as w:
        hero = deceased.register(w, family.staff("clerk"), replace(MOTHER, name="王英雄"))
        hero.martyr = True
        with pytest.raises(MartyrAskedError):
            applications.begin(w, family.people["son"], named)
        for _ in range(2):
            applications.report_martyr(w, family.people["son"], named)
        assert [row.kind for row in w.session.scalars(select(HallConcern))] == ["martyr"]


# -- papers only where no register knows


def archived(w: Any, one: str, other: str, kind: str = "marriage", day: date = date(1962, 1, 5)) -> None:
    w.session.add(
        ArchiveEntry(
            id=new_id(), digest=f"{kind}{day}", kind=kind, registered_on=day, office_name="城厢镇", name_a="甲",
            name_index_a=name_index("甲"), id_a=one, index_a=id_index(one), name_b="乙", name_index_b=name_index("乙"),
            id_b=other, index_b=id_index(other), box="1", page="1", note="",
        )
    )  # fmt: skip
    w.session.flush()


@sqlite
def test_a_marriage_and_a_death_the_registers_know_need_no_paper_until_a_later_divorce(
    family: Family, work: WorkFactory
) -> None:
    his, hers = id_number(date(1938, 2, 1), 5), id_number(date(1970, 1, 1), 301)
    with work() as w:
        husband = person(w, "王𬱖山", date(1938, 2, 1), 5)
        w.session.get_one(Person, husband).died_on = FATHER.died
        archived(w, his, hers)
        wife = family.people["son"]  # 301: any number of the register will do
        asked = replace(ASKED, dead=(replace(FATHER, relation="spouse", id_number=his),))
        row = applications.begin(w, wife, asked)
        shown = views.for_applicant(w, row, kin_registers.proof)
        assert (shown["wanted"], shown["lacking"]) == ([], [])
        assert shown["dead"][0]["checked"] == ["系统已核对，不用交去世证明", "系统已核对，不用交关系证明"]
        seen = views.for_desk(w, row, kin_registers.proof)["seen"]
        assert seen == "系统已核对：居民登记里有去世日期，一致；婚姻登记：1962年1月5日登记"
        archived(w, his, hers, "divorce", date(1990, 1, 1))
        assert views.for_applicant(w, row, kin_registers.proof)["wanted"] == ["kinship"]


@pytest.mark.parametrize(
    ("head", "relation", "claimed", "proven"),
    [
        ("dead", "child", "child", True), ("dead", "child", "sibling", False), ("applicant", "parent", "child", True),
        ("applicant", "grandparent", "grandchild", True), ("applicant", "other_dependant", "child", False),
    ],
)  # fmt: skip
@sqlite
def test_a_family_on_assistance_proves_the_relation_to_its_head_and_no_other(
    family: Family, work: WorkFactory, head: str, relation: Any, claimed: str, proven: bool
) -> None:
    son = family.people["son"]
    with work() as w:
        father = person(w, "王𬱖山", date(1938, 2, 1), 5)
        first, second = (father, son) if head == "dead" else (son, father)
        members = [
            households.NewMember(
                who, what, PersonFacts(key=what, birth_date=BORN, relation=what), since=date(2020, 1, 1)
            )
            for who, what in ((first, "applicant"), (second, relation))
        ]
        households.found(w, division_code=TOWN, urban=True, address="桃园路8号", members=members)
        one, other = w.session.get_one(Person, son), w.session.get_one(Person, father)
        assert kin_registers.proof(w, one, other, claimed) is None  # alive
        other.died_on = FATHER.died
        assert (kin_registers.proof(w, one, other, claimed) is not None) is proven
        other.died_on = date(2020, 1, 1)  # they belonged together from that day on, not the day before
        assert kin_registers.proof(w, one, other, claimed) is None


def test_only_what_no_register_shows_is_wanted_and_words_do_instead_of_a_paper() -> None:
    whole, bare = Proven("一致", "一致"), Proven(None, None)
    assert [rules.wanted(one) for one in ([whole], [whole, bare], [Proven(None, "一致")])] == [
        [], ["death", "kinship"], ["death"],
    ]  # fmt: skip
    assert rules.lacking(["death", "kinship"], {"death"}, "三个字") == ["kinship"]
    assert rules.lacking(["death", "kinship"], set(), "没有证明") == []


@sqlite
def test_nothing_is_handed_in_without_its_papers_and_the_term_counts_working_days(
    family: Family, work: WorkFactory
) -> None:
    son = family.people["stranger"]
    with work() as w:
        row = applications.begin(w, son, ASKED)
        assert (row.title, row.state, row.due_on, row.territory) == ("怀念王𬱖山", "draft", None, f"{COUNTY}/{TOWN}/")
        with pytest.raises(PapersAskedError) as lacking:
            applications.submit(w, son, row.id, "", kin_registers.proof, version=row.version)
        assert lacking.value.facts["papers"] == "去世证明、关系证明"
        for kind in ("death", "kinship"):
            kept.add(w, son, row.id, upload(kind, made.photo("PNG" if kind == "death" else "JPEG")))
        done = applications.submit(w, son, row.id, "", kin_registers.proof, version=row.version)
        assert (done.state, done.due_on) == ("submitted", DUE)
        with pytest.raises(ApplicationMovedError):  # it lies with the desk
            applications.amend(w, son, row.id, ASKED)
        with pytest.raises(NotFoundError):
            applications.own(w, family.people["guest"], row.id)


@sqlite
def test_a_photo_is_kept_without_its_place_and_seen_with_a_watermark_and_large_or_strange_files_are_refused(
    family: Family, work: WorkFactory
) -> None:
    son = family.people["son"]
    with work() as w:
        row = applications.begin(w, son, ASKED)
        paper = kept.add(w, son, row.id, upload())
        assert kept.add(w, son, row.id, upload()).id == paper.id  # the same file is one paper
        stored = paper_files.read(paper.id)
        assert b"Exif" not in stored
        assert b"phone of somebody" not in stored
        data, kind = desk.paper(w, family.staff("clerk"), row.id, paper.id)
        assert (kind, data == stored, Image.MIME["JPEG"]) == ("image/jpeg", False, "image/jpeg")
        with pytest.raises(BadInputError):
            kept.add(w, son, row.id, replace(upload(), kind="gift"))
        paper.scan = WAITING
    for strange in (b"GIF89a" + b"x" * 40, b"\xff\xd8\xff" + b"x" * (30 * 1024 * 1024)):
        with pytest.raises(PaperRefusedError):
            upload(data=strange)
    with work() as w:
        with pytest.raises(PaperUnsafeError):
            desk.paper(w, family.staff("clerk"), row.id, paper.id)
        assert kept.waiting(w) == [paper.id]
        kept.looked_into(w, paper.id, CLEAN)
        kept.looked_into(w, new_id(), CLEAN)  # taken out meanwhile
        assert kept.waiting(w) == []
        kept.remove(w, son, row.id, paper.id)
    assert not (paper_files.folder() / f"{paper.id}.sealed").exists()


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


# -- over HTTP


@dataclass
class Phone:
    app: APIFlask
    token: str

    def __call__(self, method: str, path: str = "", json: Any = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("h", {})
        return self.app.test_client().open(MINI + path, method=method, json=json, headers=headers, **more)


BODY = {
    "dead": [{"name": "王𬱖山", "died": "2026-11-03", "born": "1938-02-01", "id_number": None, "relation": "child"}],
    "division": TOWN,
}  # fmt: skip


@sqlite
def test_a_hall_is_asked_for_on_the_phone_and_taken_back(family: Family, app: APIFlask) -> None:
    with unit_of_work() as w:
        phone, other = (Phone(app, sign_in(w, family.people[name])) for name in ("son", "stranger"))
    choices = phone("GET", "/choices").get_json()
    assert (choices["workdays"], choices["sizes"]["couple"], "in_law" in choices["relations"]) == (5, [2, 2], False)
    assert TOWN in [one["code"] for one in choices["places"]]
    key = {"Idempotency-Key": "ask-once-0001"}
    first, again = (phone("POST", "", BODY, h=key) for _ in range(2))
    assert (first.status_code, again.get_json()["id"]) == (201, first.get_json()["id"])
    one = f"/{first.get_json()['id']}"
    assert phone("POST", f"{one}/submit", {"version": 0}).get_json()["code"] == "memorial.papers_asked"
    sent = phone("POST", f"{one}/papers", data={"kind": "death", "file": (BytesIO(made.photo()), "证.jpg")}).get_json()
    assert (sent["lacking"], sent["papers"][0]["kind_zh"]) == (["kinship"], "去世证明")
    paper = f"{one}/papers/{sent['papers'][0]['id']}"
    assert phone("GET", paper).headers["Cache-Control"] == "no-store"
    assert [other("GET", path).status_code for path in (one, paper)] == [404, 404]
    assert phone("DELETE", paper).get_json()["papers"] == []
    amended = phone("POST", one, BODY | {"title": "想念父亲"}).get_json()
    done = phone("POST", f"{one}/submit", {"version": amended["version"], "note": "证明在老家，下月寄来"}).get_json()
    assert (done["state_zh"], done["due_zh"], done["title"]) == ("等工作人员看", "最迟 2026年11月27日 答复", "想念父亲")
    assert [row["number"] for row in phone("GET").get_json()["items"]] == [done["number"]]
    assert phone("POST", f"{one}/withdraw").get_json()["state_zh"] == "已撤回"
    martyr = phone("POST", "", BODY | {"martyr": True})
    assert (martyr.status_code, "退役军人事务局" in martyr.get_json()["detail"]) == (409, True)
    with unit_of_work() as w:
        (report,) = w.session.scalars(select(HallConcern))
        assert "王𬱖山" in report.words
