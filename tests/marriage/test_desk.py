"""A case at the desk: opened, noted, checked, then registered, refused or frozen, each only as the table allows."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.marriage import service
from backend.marriage.cases import WalkIn
from backend.marriage.declared import Declared
from backend.marriage.errors import (
    CaseSettledError,
    CheckIncompleteError,
    CheckStaleError,
    NoLicenceError,
    NotAGroundError,
    NotPossibleError,
    NotReadyError,
    ReportSettledError,
)
from backend.marriage.models import RegistrarLicence, ReportTask
from backend.marriage.numbers import is_certificate_number
from backend.notices.models import Notice
from backend.residents.models import InboxItem
from scheduler.marriage_jobs import overdue_reports
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.registry import HERE, SINGLE, Registry, check, couple, registered, someone, walk_in
from tests.support.residents import person

TODAY = date(2026, 11, 22)


@pytest.fixture
def here(work: WorkFactory) -> Registry:
    with work() as w:
        return registry.build(w)


def test_a_couple_that_just_comes_is_married_with_a_number_of_the_national_shape(
    work: WorkFactory, here: Registry
) -> None:
    with work() as w:
        case = registered(w, here.viewer(), "marriage_registration", couple(w))
        assert case.state == "registered"
        assert case.certificate_number is not None
        assert case.certificate_number.startswith("J500118-2026-000001-")
        assert is_certificate_number(case.certificate_number)
        assert case.registrar_certificate == "渝婚登0001"
        second = registered(w, here.viewer(), "marriage_registration", couple(w, 2))
        assert "000002" in str(second.certificate_number)


def test_numbers_are_counted_by_county_kind_and_year(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        there = registered(w, here.viewer("registrar_there"), "marriage_registration", couple(w), registry.THERE)
        reissue = registered(w, here.viewer(), "certificate_reissue", (couple(w)[0],))
        assert str(there.certificate_number).startswith("J500119-2026-000001-")
        assert str(reissue.certificate_number).startswith("BJ500118-2026-000001-")


def test_a_wrong_digit_or_two_swapped_ones_of_a_certificate_number_are_found(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        number = str(registered(w, here.viewer(), "marriage_registration", couple(w)).certificate_number)
    assert not is_certificate_number(number.replace("000001", "000002"))
    assert not is_certificate_number(number.replace("2026", "2062"))


def test_what_was_judged_is_frozen_with_its_sources(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        found = service.check_of(check(w, here.viewer(), walk_in(w, here.viewer(), "marriage_registration", couple(w))))
    assert found is not None
    assert found.ok
    assert found.day == TODAY
    assert found.sources["age_male"] == "民法典第1047条"
    assert found.facts["parties"][0]["status"] == "single"


def test_without_a_check_nothing_is_registered(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        case = walk_in(w, here.viewer(), "marriage_registration", couple(w))
        with pytest.raises(CaseSettledError):
            service.register(w, here.viewer(), case.id)
        assert case.state == "open"


@pytest.mark.parametrize("lacking", ["present", "identity_seen", "statement"])
def test_both_must_be_here_seen_and_have_signed(work: WorkFactory, here: Registry, lacking: str) -> None:
    who = here.viewer()
    with work() as w:
        case = walk_in(w, who, "marriage_registration", couple(w))
        noted = dict.fromkeys(("present", "identity_seen", "statement"), True) | {lacking: False}
        service.note_presence(w, who, case.id, 2, **noted)
        check(w, who, case, SINGLE)
        with pytest.raises(NotReadyError) as error:
            service.register(w, who, case.id)
        assert error.value.facts["missing"].startswith("林*的")


def test_a_case_cannot_be_checked_with_one_of_the_two_left_out(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        case = walk_in(w, who, "marriage_registration", couple(w))
        with pytest.raises(CheckIncompleteError):
            service.run_check(w, who, case.id, {case.parties[0].id: SINGLE})


def test_a_check_of_yesterday_is_not_enough_today(work: WorkFactory, here: Registry, clock: ManualClock) -> None:
    who = here.viewer()
    with work() as w:
        case = check(w, who, walk_in(w, who, "marriage_registration", couple(w)))
    clock.advance(86_400)
    with work() as w, pytest.raises(CheckStaleError):
        service.register(w, who, case.id)


def test_a_check_does_not_hold_when_other_facts_were_noted_since(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        case = check(w, who, walk_in(w, who, "marriage_registration", couple(w)))
        service.note_facts(w, who, case.id, Declared(relation="cousins"))
        with pytest.raises(CheckStaleError):
            service.register(w, who, case.id)
        check(w, who, case)
        with pytest.raises(NotPossibleError) as error:
            service.register(w, who, case.id)
    assert [one["code"] for one in error.value.facts["reasons"]] == ["kin"]


# -- only a certified registrar signs


def test_a_registrar_without_a_certificate_decides_nothing(work: WorkFactory, here: Registry) -> None:
    who = here.viewer("unlicensed")
    with work() as w:
        case = check(w, who, walk_in(w, who, "marriage_registration", couple(w)))
        with pytest.raises(NoLicenceError):
            service.register(w, who, case.id)
        with pytest.raises(NoLicenceError):
            service.refuse(w, who, case.id, "will_unclear")


@pytest.mark.parametrize(
    ("first", "last", "revoked", "valid"),
    [(0, 0, False, True), (1, 9, False, False), (-9, -1, False, False), (-9, 0, False, True), (-9, 9, True, False)],
)
def test_a_certificate_counts_from_its_first_day_to_its_last(
    work: WorkFactory, here: Registry, first: int, last: int, *, revoked: bool, valid: bool
) -> None:
    who = here.viewer("unlicensed")
    with work() as w:
        held = RegistrarLicence(
            staff_id=who.staff_id, number="渝婚登9999", valid_from=TODAY + timedelta(days=first),
            valid_until=TODAY + timedelta(days=last), revoked_at=w.now if revoked else None,
        )  # fmt: skip
        w.session.add(held)
        w.session.flush()
        if valid:
            assert service.licence(w, who).number == "渝婚登9999"
        else:
            with pytest.raises(NoLicenceError):
                service.licence(w, who)


@pytest.mark.parametrize("role", ["clerk", "lead"])
def test_nobody_but_a_registrar_opens_checks_or_decides(work: WorkFactory, here: Registry, role: str) -> None:
    with work() as w:
        case = check(w, here.viewer(), walk_in(w, here.viewer(), "marriage_registration", couple(w)))
        for act in (
            lambda: service.open_walk_in(w, here.viewer(role), WalkIn(HERE, "marriage_registration", couple(w, 2))),
            lambda: service.questions(w, here.viewer(role), case.id),
            lambda: service.register(w, here.viewer(role), case.id),
            lambda: service.refuse(w, here.viewer(role), case.id, "will_unclear"),
        ):
            with pytest.raises(NotAllowedError):
                act()


def test_the_registrar_of_another_county_finds_nothing_here(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        case = walk_in(w, here.viewer(), "marriage_registration", couple(w))
        with pytest.raises(NotFoundError):
            service.find(w, here.viewer("registrar_there"), case.id)


# -- refusing


def test_a_refusal_has_the_checks_reason_and_article_and_is_told_and_printed(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        known = person(w, "陈小明", date(2005, 3, 4), serial=1)
        young = someone(w, "陈小明", 1, date(2005, 3, 4), known)
        case = check(w, who, walk_in(w, who, "marriage_registration", (young, couple(w)[1])))
        service.refuse(w, who, case.id, "under_age", "已当面说明。")
        assert (case.reason_code, case.article) == ("under_age", "民法典第1047条")
        paper = service.refusal_text(w, case)
        told = w.session.scalars(select(InboxItem).where(InboxItem.person_id == known)).one()
    assert "要到2027年3月4日才可以登记" in paper
    assert "行政复议" in paper
    assert "民法典第1047条" in told.body
    assert "结婚" not in told.title


@pytest.mark.parametrize("code", ["under_age", "kin", "status_unknown", "nonsense"])
def test_a_reason_that_the_check_did_not_find_is_no_reason(work: WorkFactory, here: Registry, code: str) -> None:
    who = here.viewer()
    with work() as w:
        case = check(w, who, walk_in(w, who, "marriage_registration", couple(w)))
        with pytest.raises(NotAGroundError):
            service.refuse(w, who, case.id, code)


def test_a_registrar_may_refuse_for_what_only_eyes_can_see_even_before_a_check(
    work: WorkFactory, here: Registry
) -> None:
    who = here.viewer()
    with work() as w:
        case = walk_in(w, who, "marriage_registration", couple(w))
        assert service.refuse(w, who, case.id, "will_unclear").state == "refused"


# -- 条例 6: freezing


def test_suspicion_freezes_the_case_opens_a_report_at_once_and_tells_the_people_nothing(
    work: WorkFactory, here: Registry
) -> None:
    who = here.viewer()
    with work() as w:
        known = person(w, "林芳", date(1990, 1, 1), serial=2)
        case = check(
            w, who, walk_in(w, who, "marriage_registration", (couple(w)[0], someone(w, "林芳", 2, person_id=known)))
        )
        task = service.freeze(w, who, case.id, "coercion", "女方哭泣，男方替她回答。")
        assert task.due_at - w.now == timedelta(hours=2)
        for act in (service.register, lambda *all_: service.refuse(*all_, "coerced")):
            with pytest.raises(CaseSettledError):
                act(w, who, case.id)
        assert w.session.scalars(select(InboxItem)).all() == []
        told = w.session.scalars(select(Notice)).all()
        assert [(notice.recipient_id, notice.template) for notice in told] == [
            (str(here.staff["lead"]), "marriage_report")
        ]


@pytest.mark.parametrize(("minutes", "overdue"), [(119, 0), (120, 0), (121, 1)])
def test_the_leads_are_told_once_of_a_report_that_nobody_made_in_time(
    work: WorkFactory, here: Registry, clock: ManualClock, minutes: int, overdue: int
) -> None:
    with work() as w:
        case = walk_in(w, here.viewer(), "marriage_registration", couple(w))
        service.freeze(w, here.viewer(), case.id, "trafficking", "女方说不出自己住哪里。")
    clock.advance(minutes * 60)
    assert overdue_reports() == overdue
    assert overdue_reports() == 0
    with work() as w:
        told = w.session.scalars(select(Notice).where(Notice.template == "marriage_report_overdue")).all()
        assert len(told) == overdue


def test_a_report_that_was_made_is_not_overdue(work: WorkFactory, here: Registry, clock: ManualClock) -> None:
    with work() as w:
        case = walk_in(w, here.viewer(), "marriage_registration", couple(w))
        task = service.freeze(w, here.viewer(), case.id, "trafficking", "女方说不出自己住哪里。")
        service.report(w, here.viewer(), task.id, "城关派出所")
    clock.advance(86_400)
    assert overdue_reports() == 0


def test_only_a_lead_releases_and_everything_is_checked_again(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        case = check(w, who, walk_in(w, who, "marriage_registration", couple(w)))
        service.freeze(w, who, case.id, "violence", "手臂有伤。")
        with pytest.raises(NotAllowedError):
            service.release(w, who, case.id, "误会")
        with pytest.raises(BadInputError):
            service.release(w, here.viewer("lead"), case.id, " ")
        service.release(w, here.viewer("lead"), case.id, "派出所核实，双方自愿")
        assert case.state == "open"
        with pytest.raises(CaseSettledError):
            service.register(w, who, case.id)
        check(w, who, case)
        assert service.register(w, who, case.id).state == "registered"


def test_a_report_is_made_and_then_closed_in_this_order(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        case = walk_in(w, who, "marriage_registration", couple(w))
        task = service.freeze(w, who, case.id, "trafficking", "女方说不出自己住哪里。")
        with pytest.raises(ReportSettledError):
            service.close_report(w, who, task.id, "查清")
        service.report(w, who, task.id, "城关派出所 张警官")
        service.close_report(w, who, task.id, "已解救")
        found = w.session.scalars(select(ReportTask)).one()
        assert (found.state, found.reported_to, found.result) == ("closed", "城关派出所 张警官", "已解救")
