"""Home visits: two investigators and the family, the county's part, findings that nobody changes after signing."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.assistance import leads, near_relatives, visits
from backend.assistance.errors import (
    CountyVisitError,
    NoVisitTaskError,
    RelativeDeclaredError,
    SameInvestigatorError,
    VisitChangedError,
    VisitIncompleteError,
    VisitOverError,
)
from backend.assistance.leads import About, Found
from backend.assistance.leads_models import NearRelative, Visit
from backend.assistance.near_relatives import Declared
from backend.assistance.visit_findings import Findings
from backend.cases import publishing
from backend.cases.models import CaseTask, Publication
from backend.cases.records import fresh
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from tests.conftest import WorkFactory
from tests.support.at_once import at_once
from tests.support.cases import Window, accepted, build_window, plain_hooks, submitted
from tests.support.residents import id_number
from tests.support.world import VILLAGE

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SEEN = Findings(
    met="self", met_name="王秀英", living="poor", income="种菜，每月约三百元", care="some", agrees="differs",
    differences="多一个外孙同住", conclusion="生活困难，建议给予",
)  # fmt: skip


@pytest.fixture
def window(work: WorkFactory, monkeypatch: pytest.MonkeyPatch) -> Window:
    plain_hooks(monkeypatch)
    with work() as w:
        return build_window(w)


@pytest.fixture
def case_id(work: WorkFactory, window: Window) -> UUID:
    """A case of 低保 under investigation."""
    with work() as w:
        return accepted(w, window).id


def begun(work: WorkFactory, window: Window, case_id: UUID, who: str = "clerk", seen: Findings = SEEN) -> UUID:
    with work() as w:
        row = visits.begin_for_case(w, window[who], case_id)
        return visits.save(w, window[who], row.id, seen, version=row.version).id


def now(w: Work, visit_id: UUID) -> int:
    return w.session.get_one(Visit, visit_id, populate_existing=True).version


def sign(work: WorkFactory, window: Window, visit_id: UUID, *names: str) -> None:
    for name in names:
        with work() as w:
            visits.sign(w, window[name], visit_id, version=now(w, visit_id))


def family(work: WorkFactory, window: Window, visit_id: UUID, **said: str) -> None:
    with work() as w:
        visits.family_signs(w, window["clerk"], visit_id, version=now(w, visit_id), **said)


def finish(work: WorkFactory, window: Window, visit_id: UUID, who: str = "clerk") -> Visit:
    with work() as w:
        return visits.finish(w, window[who], visit_id, version=now(w, visit_id))


def task(w: Work, case_id: UUID) -> CaseTask:
    return w.session.scalars(select(CaseTask).where(CaseTask.case_id == case_id, CaseTask.branch == "visit")).one()


def test_two_and_the_family_sign_and_the_visit_task_is_done_in_words(
    work: WorkFactory, window: Window, case_id: UUID
) -> None:
    visit_id = begun(work, window, case_id)
    sign(work, window, visit_id, "clerk", "clerk2")
    family(work, window, visit_id, name="王秀英")
    assert finish(work, window, visit_id).finished_at is not None
    with work() as w:
        done = task(w, case_id)
        assert (done.state, done.outcome, done.done_by) == ("done", "done", window["clerk"].staff_id)
        assert done.note == "入户见到本人，居住困难；不一致：多一个外孙同住。生活困难，建议给予"
        (seen,) = visits.of_case(w, case_id)
        assert (seen.first, seen.second, seen.family, seen.missing) == ("姓名clerk", "姓名clerk2", "王秀英", ())
        sealed = w.session.connection().exec_driver_sql("SELECT findings FROM home_visit").scalar_one()
        assert "外孙".encode() not in bytes(sealed)
    with work() as w, pytest.raises(VisitOverError):
        visits.save(w, window["clerk"], visit_id, Findings(), version=now(w, visit_id))


@ONE_DATABASE
def test_the_second_is_never_the_first_and_a_third_changes_nothing(
    work: WorkFactory, window: Window, case_id: UUID
) -> None:
    visit_id = begun(work, window, case_id)
    sign(work, window, visit_id, "clerk")
    with pytest.raises(SameInvestigatorError):
        sign(work, window, visit_id, "clerk")
    sign(work, window, visit_id, "clerk2")
    with pytest.raises(VisitChangedError):
        sign(work, window, visit_id, "officer")
    with pytest.raises(NotFoundError):
        sign(work, window, visit_id, "elsewhere")
    with pytest.raises(IntegrityError), work() as w:
        w.session.get_one(Visit, visit_id).second_id = window["clerk"].staff_id


@ONE_DATABASE
@pytest.mark.parametrize(
    ("lacks", "named"),
    [
        ({"met": None}, "见到了谁"), ({"met_name": ""}, "见到的人的姓名"), ({"differences": " "}, "哪里不一致"),
        ({"conclusion": ""}, "调查结论"),
    ],
)  # fmt: skip
def test_nobody_signs_what_is_not_whole(
    lacks: dict[str, Any], named: str, work: WorkFactory, window: Window, case_id: UUID
) -> None:
    seen = Findings.model_validate(SEEN.model_dump() | lacks)
    visit_id = begun(work, window, case_id, seen=seen)
    with pytest.raises(VisitIncompleteError) as refused:
        sign(work, window, visit_id, "clerk")
    assert refused.value.facts == {"missing": named}
    agreed = {"agrees": "same", "differences": "", "met": "nobody", "met_name": ""}
    assert Findings.model_validate(SEEN.model_dump() | agreed).lacking() == []


@ONE_DATABASE
def test_a_family_that_will_not_sign_says_why_and_nothing_ends_unsigned(
    work: WorkFactory, window: Window, case_id: UUID
) -> None:
    visit_id = begun(work, window, case_id)
    sign(work, window, visit_id, "clerk", "clerk2")
    with pytest.raises(VisitIncompleteError) as refused:
        finish(work, window, visit_id)
    assert refused.value.facts == {"missing": "家属签字"}
    for said in ({}, {"refusal": "不"}, {"name": "王秀英", "refusal": "不认可调查"}):
        with pytest.raises(BadInputError):
            family(work, window, visit_id, **said)
    family(work, window, visit_id, refusal="不认可调查的内容")
    assert finish(work, window, visit_id).family_signed_at is None
    with work() as w:
        assert visits.of_case(w, case_id)[0].family == "拒绝签字：不认可调查的内容"


@ONE_DATABASE
def test_a_change_takes_every_signature_off_again(work: WorkFactory, window: Window, case_id: UUID) -> None:
    visit_id = begun(work, window, case_id)
    sign(work, window, visit_id, "clerk", "clerk2")
    family(work, window, visit_id, name="王秀英")
    changed = SEEN.model_copy(update={"living": "plain"})
    with work() as w:
        version = now(w, visit_id)
        assert visits.save(w, window["clerk2"], visit_id, SEEN, version=version).version == version
        with pytest.raises(VisitChangedError):
            visits.save(w, window["clerk2"], visit_id, changed, version=version - 1)
        visits.save(w, window["clerk2"], visit_id, changed, version=version)
        assert visits.of_case(w, case_id)[0].missing == ("第一位调查人签字", "第二位调查人签字", "家属签字")


# -- the county's part


def declare(work: WorkFactory, window: Window, number: str, **more: str) -> UUID:
    said = {"staff_name": "姓名clerk", "office": "青山镇民政办", "person_name": "王秀英", "relation": "sibling"} | more
    with work(window["officer"].actor) as w:
        return near_relatives.declare(w, window["officer"], Declared(id_number=number, **said))


@ONE_DATABASE
@pytest.mark.parametrize("whose", ["applicant", "child"])
def test_a_declared_near_relative_is_visited_by_the_county_too(
    whose: str, work: WorkFactory, window: Window, case_id: UUID
) -> None:
    declare(work, window, id_number() if whose == "applicant" else id_number(date(2016, 6, 1), 5))
    visit_id = begun(work, window, case_id)
    sign(work, window, visit_id, "clerk")
    with pytest.raises(CountyVisitError):
        sign(work, window, visit_id, "clerk2")
    sign(work, window, visit_id, "officer")
    family(work, window, visit_id, name="王秀英")
    assert finish(work, window, visit_id).finished_at is not None


@ONE_DATABASE
def test_one_declared_after_the_signatures_still_keeps_the_visit_open(
    work: WorkFactory, window: Window, case_id: UUID
) -> None:
    visit_id = begun(work, window, case_id)
    sign(work, window, visit_id, "clerk", "clerk2")
    family(work, window, visit_id, name="王秀英")
    relative = declare(work, window, id_number())
    with pytest.raises(CountyVisitError):
        finish(work, window, visit_id)
    with work() as w:
        near_relatives.remove(w, window["officer"], relative, "登记错了")
        assert w.session.scalars(select(NearRelative)).all() == []
    assert finish(work, window, visit_id).finished_at is not None


@ONE_DATABASE
def test_an_objection_to_the_publication_brings_the_county_until_it_is_dismissed(
    work: WorkFactory, window: Window, case_id: UUID
) -> None:
    with work() as w:
        day = w.now.date()
        hung = Publication(
            case_id=case_id, division_code=VILLAGE, matter="dibao", name="王秀英", members=2, first_day=day,
            last_day=day,
        )  # fmt: skip
        w.session.add(hung)
        w.session.flush()
        assert visits.requires_county(w, case_id) is False
        said = publishing.raise_objection(w, hung.id, "他家有两辆车")
        assert visits.requires_county(w, case_id) is True
        said.state = "dismissed"
        assert visits.requires_county(w, case_id) is False
    assert window.viewers


@ONE_DATABASE
def test_the_register_is_the_countys_and_holds_everybody_once(work: WorkFactory, window: Window) -> None:
    declare(work, window, id_number(serial=31))
    with pytest.raises(RelativeDeclaredError):
        declare(work, window, id_number(serial=31))
    for wrong in ({"relation": "friend"}, {"office": " "}, {"staff_name": ""}):
        with pytest.raises(BadInputError):
            declare(work, window, id_number(serial=33), **wrong)
    with work() as w:
        assert [row.person_name for row in near_relatives.listed(w, window["officer"])] == ["王秀英"]
        for name in ("clerk", "lead"):
            with pytest.raises(NotAllowedError):
                near_relatives.listed(w, window[name])


# -- beginning


@ONE_DATABASE
def test_a_case_is_visited_only_while_its_visit_is_to_be_done(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = submitted(w, window)
        with pytest.raises(NoVisitTaskError):
            visits.begin_for_case(w, window["clerk"], case.id)
        with pytest.raises(NotFoundError):
            visits.begin_for_case(w, window["elsewhere"], case.id)
        with pytest.raises(NotAllowedError):
            visits.begin_for_case(w, window["lead"], case.id)


def test_of_many_who_begin_at_once_all_get_the_same_visit(
    app: APIFlask, work: WorkFactory, window: Window, case_id: UUID
) -> None:
    def act(_number: int) -> str:
        with unit_of_work() as w:
            return str(visits.begin_for_case(w, window["clerk"], case_id).id)

    assert len(set(at_once(app, 4, act))) == 1
    with work() as w:
        assert fresh(w, case_id).state == "in_progress"


@ONE_DATABASE
def test_a_lead_is_visited_by_two_and_the_lead_goes_on(work: WorkFactory, window: Window) -> None:
    clerk = window["clerk"]
    with work() as w:
        lead = leads.report(w, Found(division=VILLAGE, about=About(words="老人没人照顾")))
        row = visits.begin_for_lead(w, clerk, lead.id)
        assert visits.begin_for_lead(w, window["clerk2"], lead.id).id == row.id
        visits.save(w, clerk, row.id, SEEN, version=row.version)
    sign(work, window, row.id, "clerk", "elsewhere")  # the village's cadre is the second
    family(work, window, row.id, name="王秀英")
    finish(work, window, row.id)
    with work() as w:
        assert leads.find(w, clerk, lead.id).state == "visiting"
        assert visits.of_lead(w, lead.id)[0].second == "姓名elsewhere"
        assert visits.of_case(w, lead.id) == []
