"""A hall asked for by phone: what cannot be is refused at once, papers only where no register knows, over HTTP."""

from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from apiflask import APIFlask
from PIL import Image
from sqlalchemy import func, select

from backend import kin_registers
from backend.assistance import households
from backend.assistance.facts import PersonFacts
from backend.cases import paper_files
from backend.cases.errors import PaperRefusedError, PaperUnsafeError
from backend.cases.scanning import CLEAN, WAITING
from backend.core.db import unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.core.ids import new_id
from backend.marriage.record_models import ArchiveEntry
from backend.memorial import deceased
from backend.memorial import hall_application_desk as desk
from backend.memorial import hall_application_papers as kept
from backend.memorial import hall_application_rules as rules
from backend.memorial import hall_application_views as views
from backend.memorial import hall_applications as applications
from backend.memorial.errors import (
    DeathDiffersError,
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
from backend.memorial.hall_application_models import HallApplication
from backend.memorial.hall_application_rules import Proven
from backend.memorial.hall_applications import AskedDead
from backend.memorial.models import HallConcern
from backend.residents.indexes import id_index, name_index
from backend.residents.models import Person
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.front_desk import sign_in
from tests.support.hall_applications import ASKED, DUE, FATHER, upload
from tests.support.halls import BORN, DIED, MOTHER, Family
from tests.support.residents import id_number, person
from tests.support.world import COUNTY, TOWN

MINI = "/api/v1/mini/memorial/applications"
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


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
def test_a_known_martyr_has_no_application_and_a_known_wish_prevails(family: Family, work: WorkFactory) -> None:
    named = replace(ASKED, dead=(replace(FATHER, name="王英雄", born=BORN, died=DIED),))
    with work() as w:
        hero = deceased.register(w, family.staff("clerk"), replace(MOTHER, name="王英雄"))
        hero.martyr = True
        with pytest.raises(MartyrAskedError):
            applications.begin(w, family.people["son"], named)
        deceased.register(w, family.staff("clerk"), replace(MOTHER, name="王静", wish="family_only", wish_proof="遗嘱"))
        silent = replace(ASKED, dead=(replace(FATHER, name="王静", born=BORN, died=DIED),), privacy="public")
        with pytest.raises(WishError):  # what the dead arranged is known though the family does not say it
            applications.begin(w, family.people["son"], silent)
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
