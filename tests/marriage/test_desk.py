"""A case at the desk: opened, noted, checked, then registered, refused or frozen, each only as the table allows."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backend.booking import service as appointments
from backend.booking.models import Booking
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.marriage import providers, service
from backend.marriage.booking import BookingAsk, book_matter
from backend.marriage.cases import WalkIn
from backend.marriage.declared import Declared, Observed
from backend.marriage.errors import (
    BookedForOtherDayError,
    CaseOpenError,
    CaseSettledError,
    CheckIncompleteError,
    CheckStaleError,
    NoLicenceError,
    NotAGroundError,
    NotPossibleError,
    NotReadyError,
    ReportSettledError,
)
from backend.marriage.identities import identity
from backend.marriage.models import RegistrarLicence, Registration, ReportTask
from backend.marriage.numbers import is_certificate_number
from backend.marriage.providers import SandboxRegistry, StatusAnswer
from backend.marriage.states import REGISTRATION
from backend.ratings.models import RatingInvitation
from backend.residents.models import InboxItem
from tests.conftest import WorkFactory
from tests.support import registry
from tests.support.registry import HERE, SINGLE, Registry, check, couple, registered, someone, walk_in
from tests.support.residents import id_number, person

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


# -- what the registry answers


def sandbox(work: WorkFactory, here: Registry, serial: int) -> tuple[str | None, list[str]]:
    """The status kept for a man of this serial and the reasons against his marriage."""
    who = here.viewer()
    with work() as w:
        case = check(w, who, walk_in(w, who, "marriage_registration", (someone(w, "陈明", serial), couple(w)[1])))
        found = service.check_of(case)
        assert found is not None
        return case.parties[0].status_check, [reason.code for reason in found.reasons]


@pytest.mark.parametrize(
    ("serial", "status", "codes"),
    [(1, "single", []), (901, "married", ["has_spouse"]), (903, "divorced", []), (905, "widowed", []),
     (907, "unknown", ["status_unknown"]), (909, "mismatch", ["identity_mismatch"]),
     (911, "unavailable", ["status_unavailable"])],
)  # fmt: skip
def test_the_status_is_kept_and_judged(
    work: WorkFactory, here: Registry, serial: int, status: str, codes: list[str]
) -> None:
    assert sandbox(work, here, serial) == (status, codes)


def test_an_outage_is_neither_a_yes_nor_a_reason_to_refuse_and_the_next_question_is_answered(
    work: WorkFactory, here: Registry
) -> None:
    who, flaky = here.viewer(), SandboxRegistry(gap=1)
    with work() as w:
        case = walk_in(w, who, "marriage_registration", couple(w))
        service.run_check(w, who, case.id, providers.ask(flaky, service.questions(w, who, case.id)))
        with pytest.raises(NotPossibleError):
            service.register(w, who, case.id)
        with pytest.raises(NotAGroundError):
            service.refuse(w, who, case.id, "status_unavailable")
        service.run_check(w, who, case.id, providers.ask(flaky, service.questions(w, who, case.id)))
        assert service.register(w, who, case.id).state == "registered"


def test_a_slow_registry_times_out_as_an_outage() -> None:
    slow = SandboxRegistry(slow_s=0.02, limit_s=0.01)
    with pytest.raises(providers.RegistryDownError):
        slow.query("陈明", id_number(date(1990, 1, 1), 913), "HD1")
    patient = SandboxRegistry(slow_s=0.0, limit_s=0.01)
    assert patient.query("陈明", id_number(date(1990, 1, 1), 913), "HD1").status == "single"


def test_nobody_is_asked_about_without_a_purpose() -> None:
    with pytest.raises(ValueError, match=" "):
        SandboxRegistry().query("陈明", id_number(date(1990, 1, 1), 1), " ")


def test_whoever_was_married_here_today_is_married_whatever_the_line_says(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        first = couple(w)
        registered(w, who, "marriage_registration", first)
        case = walk_in(w, who, "marriage_registration", (first[0], someone(w, "赵丽", 4)))
        found = service.check_of(check(w, who, case, SINGLE))
        assert found is not None
        assert [reason.code for reason in found.reasons] == ["has_spouse"]


def test_somebody_whose_divorce_is_running_elsewhere_cannot_marry(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        first = couple(w)
        registered(w, here.viewer("registrar_there"), "divorce_application", first, registry.THERE)
        case = walk_in(w, here.viewer(), "marriage_registration", (first[0], someone(w, "赵丽", 4)))
        found = service.check_of(check(w, here.viewer(), case, SINGLE))
        assert found is not None
        assert [reason.code for reason in found.reasons] == ["has_spouse"]


def test_a_couple_married_to_others_is_not_divorced_from_each_other(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        one, other = couple(w, 1), couple(w, 2)
        registered(w, who, "marriage_registration", one)
        registered(w, who, "marriage_registration", other)
        case = walk_in(w, who, "divorce_application", (one[0], other[1]))
        found = service.check_of(check(w, who, case, SINGLE))
        assert found is not None
        assert [reason.code for reason in found.reasons] == ["not_each_other"]


def test_the_spouse_that_the_registry_names_counts(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        man, woman = couple(w)
        case = walk_in(w, who, "divorce_application", (man, woman))
        spouses = {1: woman.id_number, 2: id_number(date(1980, 1, 1), 77)}
        answers = {
            party.id: StatusAnswer("married", date(2015, 6, 1), spouses[party.position]) for party in case.parties
        }
        found = service.check_of(service.run_check(w, who, case.id, answers))
        assert found is not None
        assert [reason.code for reason in found.reasons] == ["not_each_other"]


def test_papers_the_registrar_has_seen_settle_a_contradiction(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        case = walk_in(w, who, "marriage_registration", (someone(w, "陈明", 901), couple(w)[1]))
        seen = Observed(status="divorced", proofs=("divorce_certificate",))
        service.note_presence(w, who, case.id, 1, present=True, identity_seen=True, statement=True, observed=seen)
        check(w, who, case)
        assert service.register(w, who, case.id).state == "registered"


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


# -- from a booking


def booked(work: WorkFactory, here: Registry, day: date = TODAY) -> Booking:
    with work() as w:
        ids = [person(w, "陈明", date(1990, 1, 1), serial=1), person(w, "林芳", date(1990, 1, 1), serial=2)]
        man, woman = someone(w, "陈明", 1, person_id=ids[0]), someone(w, "林芳", 2, person_id=ids[1])
        ask = BookingAsk(HERE, "marriage_registration", registry.slot(w, here, day, 15), (man, woman))
        return appointments.find(w, book_matter(w, ask, by=ids[0]))


def test_a_booking_becomes_one_case_and_is_done_when_the_case_is(work: WorkFactory, here: Registry) -> None:
    booking, who = booked(work, here), here.viewer()
    with work() as w:
        case = service.open_from_booking(w, who, booking.id)
        assert service.open_from_booking(w, who, booking.id).id == case.id
        assert [(party.name, party.sex) for party in case.parties] == [("陈明", "male"), ("林芳", "female")]
        for party in case.parties:
            service.note_presence(w, who, case.id, party.position, present=True, identity_seen=True, statement=True)
        check(w, who, case)
        service.register(w, who, case.id)
    with work() as w:
        assert appointments.find(w, booking.id).state == "done"
        invited = w.session.scalars(select(RatingInvitation)).all()
        told = {item.template for item in w.session.scalars(select(InboxItem))}
    assert {one.subject_id for one in invited} == {str(case.id)}
    assert len(invited) == 2
    assert "marriage_done" in told


def test_a_booking_of_another_day_is_not_opened_today(work: WorkFactory, here: Registry) -> None:
    booking = booked(work, here, TODAY + timedelta(days=1))
    with work() as w, pytest.raises(BookedForOtherDayError) as error:
        service.open_from_booking(w, here.viewer(), booking.id)
    assert error.value.facts["day"] == "11月23日"


def test_a_couple_has_one_open_case_of_a_matter(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        man, woman = couple(w)
        walk_in(w, here.viewer(), "marriage_registration", (man, woman))
        with pytest.raises(CaseOpenError):
            walk_in(w, here.viewer("registrar_there"), "marriage_registration", (woman, man), office=registry.THERE)


def test_when_they_leave_the_case_is_abandoned_and_they_may_come_again(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with work() as w:
        case = walk_in(w, who, "marriage_registration", couple(w))
        with pytest.raises(BadInputError):
            service.abandon(w, who, case.id, "")
        service.abandon(w, who, case.id, "忘带身份证")
        again = registered(w, who, "marriage_registration", couple(w))
        assert (case.state, again.state) == ("abandoned", "registered")
        assert [event.action for event in service.events(w, case)][-1] == "abandon"


# -- documents


def test_a_passport_needs_sex_and_birth_and_means_another_office(work: WorkFactory, here: Registry) -> None:
    who = here.viewer()
    with pytest.raises(BadInputError):
        identity("Anna", "passport", "E1234567", TODAY)
    with work() as w:
        anna = identity("Anna  Berg", "passport", "e1234567", TODAY, sex="female", birth_date=date(1992, 2, 29))
        assert (anna.name, anna.id_number, anna.region) == ("Anna Berg", "E1234567", "foreign")
        found = service.check_of(check(w, who, walk_in(w, who, "marriage_registration", (couple(w)[0], anna))))
        assert found is not None
        assert [reason.code for reason in found.reasons] == ["foreign_element"]


@pytest.mark.parametrize(
    ("number", "why"),
    [("500118200302290010", "出生日期"), ("500118199001010012", "校验位"), ("50011819900101001", "18 位")],
)
def test_a_number_that_cannot_be_is_refused_with_what_is_wrong(number: str, why: str) -> None:
    from backend.core.idnumber import check_digit

    given = number[:17] + check_digit(number[:17]) if "0229" in number else number
    with pytest.raises(BadInputError) as error:
        identity("陈明", "resident_id", given, TODAY)
    assert why in error.value.facts["why"]


def test_somebody_born_on_29_february_is_who_their_number_says() -> None:
    assert identity("陈明", "resident_id", id_number(date(2004, 2, 29), 1), TODAY).birth_date == date(2004, 2, 29)


def test_a_residence_permit_of_taiwan_is_shaped_like_an_identity_card_and_names_its_region() -> None:
    from backend.core.idnumber import check_digit

    body = "83000019900101001"
    assert identity("林志", "resident_id", body + check_digit(body), TODAY).region == "taiwan"


def test_the_same_person_twice_is_no_couple(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        man = couple(w)[0]
        with pytest.raises(BadInputError):
            service.open_walk_in(w, here.viewer(), WalkIn(HERE, "marriage_registration", (man, man)))
        assert w.session.scalars(select(Registration)).all() == []


def test_every_state_of_a_case_is_one_the_database_knows() -> None:
    known = {"open", "checked", "registered", "refused", "frozen", "abandoned"}
    assert set(REGISTRATION.table) == known
    assert {target for actions in REGISTRATION.table.values() for target in actions.values()} <= known
