"""Corrections: two people, the original never edited, a court's judgment noted and sent on."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from backend.core.db import unit_of_work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.core.ids import new_id
from backend.marriage import archive_search, corrections, standing
from backend.marriage.archive_search import Query
from backend.marriage.corrections import Change, Subject
from backend.marriage.errors import CorrectionAskedError, RecordSettledError, TwoPeopleError
from backend.marriage.record_models import ArchiveEntry, Correction
from backend.people.service import Viewer
from backend.residents.indexes import id_index, name_index
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.registry import Registry
from tests.support.residents import id_number

HIS, RIGHT = id_number(date(1970, 1, 2), 1), id_number(date(1970, 1, 2), 3)
Asked = Callable[..., UUID]


@pytest.fixture
def town(work: WorkFactory) -> Registry:
    with work() as w:
        return registry.build(w)


@pytest.fixture
def who(town: Registry) -> Viewer:
    return town.viewer()


@pytest.fixture
def other(town: Registry) -> Viewer:
    return town.viewer("unlicensed")


@pytest.fixture
def entry(work: WorkFactory) -> Subject:
    row = ArchiveEntry(
        id=new_id(), digest="d" * 64, kind="marriage", registered_on=date(1998, 5, 20), office_name="城厢镇",
        name_a="陈名", name_index_a=name_index("陈名"), id_a=HIS, index_a=id_index(HIS), name_b="林芳",
        name_index_b=name_index("林芳"), box="1998-1", page="1", note="",
    )  # fmt: skip
    with work() as w:
        w.session.add(row)
    return Subject(archive_id=row.id)


@pytest.fixture
def asked(who: Viewer, entry: Subject) -> Asked:
    def ask(name: str = "name_a", after: str = "陈明", evidence: str = "户籍证明", subject: Subject = entry) -> UUID:
        with unit_of_work(who.actor) as w:
            return corrections.ask(w, who, subject, Change(name, after, evidence)).id

    return ask


def approve(who: Viewer, correction: UUID) -> None:
    with unit_of_work(who.actor) as w:
        corrections.decide(w, who, correction, approve=True, answer="")


def test_what_holds_is_the_original_with_what_was_approved(
    who: Viewer, other: Viewer, entry: Subject, asked: Asked
) -> None:
    correction = asked()
    with unit_of_work() as w:
        assert corrections.current(w, who, entry)["name_a"] == "陈名"
        assert [row.id for row in corrections.waiting(w, who)] == [correction]
    approve(other, correction)
    with unit_of_work() as w:
        assert corrections.current(w, who, entry)["name_a"] == "陈明"
        assert corrections.original(w, who, entry)["name_a"] == "陈名"
        assert corrections.waiting(w, who) == []
    again = asked(after="陈鸣")
    approve(other, again)
    with unit_of_work() as w:
        assert corrections.current(w, who, entry)["name_a"] == "陈鸣"
        assert [row.before for row in corrections.history(w, entry)] == ["陈名", "陈明"]


def test_an_entry_is_found_by_what_was_corrected_and_by_what_was_written(
    who: Viewer, other: Viewer, entry: Subject, asked: Asked
) -> None:
    approve(other, asked("id_a", RIGHT))
    with unit_of_work(who.actor) as w:
        for number in (HIS, RIGHT):
            found = archive_search.search(w, who, Query("own", id_number=number))
            assert [row.id for row in found] == [entry.archive_id]


def test_who_asks_cannot_decide_and_the_database_refuses_it_too(who: Viewer, asked: Asked, work: WorkFactory) -> None:
    correction = asked()
    with pytest.raises(TwoPeopleError):
        approve(who, correction)
    decided = update(Correction).values(state="approved", decided_by=who.staff_id)
    with pytest.raises(IntegrityError), work() as w:
        w.session.execute(decided)


def test_a_decision_is_made_once_and_a_refusal_needs_words(who: Viewer, other: Viewer, asked: Asked) -> None:
    correction = asked()
    with pytest.raises(BadInputError), unit_of_work() as w:
        corrections.decide(w, other, correction, approve=False, answer=" ")
    with unit_of_work() as w:
        assert corrections.decide(w, other, correction, approve=False, answer="证明不足").state == "refused"
    with pytest.raises(RecordSettledError):
        approve(other, correction)


def test_one_question_about_a_field_at_a_time(asked: Asked) -> None:
    asked()
    with pytest.raises(CorrectionAskedError):
        asked(after="陈鸣")
    assert asked("note", "补记")


@pytest.mark.parametrize(
    ("name", "after", "evidence"),
    [
        ("name_a", "陈名", "同样"), ("name_a", "", "空"), ("name_a", "陈明", " "), ("digest", "x", "没有这一项"),
        ("id_a", "123", "号码不对"), ("registered_on", "1998-02-30", "日子不对"), ("validity", "也许", "不是判决"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused(asked: Asked, name: str, after: str, evidence: str) -> None:
    with pytest.raises(BadInputError):
        asked(name, after, evidence)


def test_a_judgment_is_noted_and_waits_for_its_upload(who: Viewer, other: Viewer, entry: Subject, asked: Asked) -> None:
    correction = asked("validity", "void", "（2026）渝0238民初1号")
    with pytest.raises(RecordSettledError), unit_of_work() as w:
        corrections.mark_uploaded(w, who, correction)
    approve(other, correction)
    with unit_of_work() as w:
        assert corrections.current(w, who, entry)["validity"] == "法院判决：婚姻无效"
        assert [row.id for row in corrections.to_upload(w, who)] == [correction]
        corrections.mark_uploaded(w, who, correction)
    with unit_of_work() as w:
        assert corrections.to_upload(w, who) == []
    with pytest.raises(RecordSettledError), unit_of_work() as w:
        corrections.mark_uploaded(w, who, correction)


def test_an_annulled_marriage_no_longer_counts_as_one(
    town: Registry, who: Viewer, other: Viewer, asked: Asked, work: WorkFactory
) -> None:
    with work(who.actor) as w:
        case = registry.registered(w, who, "marriage_registration", registry.couple(w))
        person, subject = case.parties[0].person_index, Subject(registration_id=case.id)
    correction = asked("validity", "revoked", "撤销判决", subject)
    with work() as w:
        assert standing.last_registered(w, person) is not None
    approve(other, correction)
    with work() as w:
        assert standing.last_registered(w, person) is None
        assert corrections.current(w, who, subject)["name_a"] == "陈明"


def test_a_registration_is_corrected_at_its_own_office_only(
    town: Registry, who: Viewer, asked: Asked, work: WorkFactory
) -> None:
    with work(who.actor) as w:
        case = registry.registered(w, who, "marriage_registration", registry.couple(w))
    correction = asked("name_a", "陈鸣", "户籍证明", Subject(registration_id=case.id))
    stranger = town.viewer("registrar_there")
    with work() as w:
        assert corrections.waiting(w, stranger) == []
    with pytest.raises(NotFoundError):
        approve(stranger, correction)
    with pytest.raises(NotAllowedError):
        approve(town.viewer("clerk"), correction)
    with work() as w:
        assert w.session.scalars(select(Correction.state)).one() == "asked"
