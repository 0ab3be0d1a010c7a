"""Care agreements of those in 特困: one live each, who has none is told, what nobody may rely on ends by itself."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.assistance import agreements, benefits, care_holdings
from backend.assistance.agreements import end_over, lacking, live_of, sign, tell_lacking
from backend.assistance.care_models import CareAgreement
from backend.assistance.errors import AgreementLiveError, NoSupportError
from backend.assistance.models import Benefit
from backend.core.clock import ManualClock
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.core.states import WrongStateError
from backend.notices.models import Notice
from backend.residents.models import Person
from scheduler.assistance_jobs import care_agreements
from tests.conftest import WorkFactory
from tests.support import payments, tekun
from tests.support.at_once import at_once
from tests.support.cases import TOWN_PATH
from tests.support.payments import Caseload
from tests.support.world import HOME, VILLAGE

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY_S = timedelta(days=1).total_seconds()


@pytest.fixture
def load(work: WorkFactory) -> Caseload:
    with work() as w:
        return payments.build(w)


@pytest.fixture
def benefit_id(work: WorkFactory, load: Caseload) -> UUID:
    with work() as w:
        return tekun.supported(w, load).id


def made(work: WorkFactory, load: Caseload, benefit_id: UUID, **more: object) -> UUID:
    with work() as w:
        return sign(w, load["clerk"], benefit_id, tekun.signed(**more))  # type: ignore[arg-type] # as tekun.signed takes


def row(work: WorkFactory, agreement_id: UUID) -> CareAgreement:
    with work() as w:
        return w.session.get_one(CareAgreement, agreement_id)


def test_of_two_clerks_who_sign_at_once_one_does(
    app: APIFlask, work: WorkFactory, load: Caseload, benefit_id: UUID
) -> None:
    def once(number: int) -> str:
        with work() as w:
            sign(w, load[("clerk", "clerk2")[number]], benefit_id, tekun.signed())
        return "signed"

    found = at_once(app, 2, once)
    assert (found.count("signed"), found.count(AgreementLiveError)) == (1, 1)
    with work() as w:
        (kept,) = w.session.scalars(select(CareAgreement))
        assert (kept.tier, kept.kind, kept.review_on) == ("partly", "scattered", date(2027, 2, 20))
        assert agreements.terms(kept).duties_zh() == ["做饭、送饭", "每天看望、说说话"]
        sealed = w.session.connection().exec_driver_sql("SELECT terms FROM care_agreement").scalar_one()
        assert "赵小梅".encode() not in bytes(sealed)


@ONE_DATABASE
@pytest.mark.parametrize(
    ("until", "well"), [(date(2029, 11, 20), True), (date(2029, 11, 21), False), (date(2026, 11, 21), False)]
)
def test_an_agreement_ends_after_today_and_within_three_years(
    until: date, well: bool, work: WorkFactory, load: Caseload, benefit_id: UUID
) -> None:
    with work() as w:
        if well:
            assert sign(w, load["clerk"], benefit_id, tekun.signed(until=until))
        else:
            with pytest.raises(BadInputError):
                sign(w, load["clerk"], benefit_id, tekun.signed(until=until))


@ONE_DATABASE
def test_only_somebody_supported_signs_with_a_home_that_is_known_at_the_desk_of_their_place(
    work: WorkFactory, load: Caseload, benefit_id: UUID
) -> None:
    with work() as w:
        other = payments.granted(w, load)
        with pytest.raises(NoSupportError):
            sign(w, load["clerk"], other.id, tekun.signed())
        with pytest.raises(NotAllowedError):
            sign(w, load["lead"], benefit_id, tekun.signed())
        with pytest.raises(BadInputError):
            sign(w, load["clerk"], benefit_id, tekun.signed("institution", site_code=VILLAGE))
        kept = agreements.find(w, load["clerk"], sign(
            w, load["clerk"], benefit_id, tekun.signed("institution", site_code=HOME)
        ))  # fmt: skip
        assert kept.site_code == HOME
        row = w.session.get_one(Benefit, benefit_id)
        w.session.get_one(Person, row.person_id).died_on = date(2026, 11, 22)
        with pytest.raises(NoSupportError):
            sign(w, load["clerk"], benefit_id, tekun.signed())


@ONE_DATABASE
def test_it_is_looked_at_renewed_and_ended(work: WorkFactory, load: Caseload, benefit_id: UUID) -> None:
    first = made(work, load, benefit_id)
    with work() as w:
        agreements.review(w, load["clerk"], first, date(2026, 11, 22), "屋里干净，吃得上热饭", kept=True)
        with pytest.raises(BadInputError):
            agreements.review(w, load["clerk"], first, date(2026, 11, 23), "屋里干净，吃得上热饭", kept=True)
        with pytest.raises(BadInputError):
            agreements.review(w, load["clerk"], first, date(2026, 11, 22), "好", kept=True)
    assert row(work, first).review_on == date(2027, 2, 22)
    with work() as w:
        second = agreements.renew(w, load["clerk"], first, tekun.signed("institution", site_code=HOME))
    assert (row(work, first).state, row(work, first).ended_why) == ("ended", "renewed")
    with work() as w:
        with pytest.raises(WrongStateError):
            agreements.end(w, load["clerk"], first, "carer")
        with pytest.raises(BadInputError):
            agreements.end(w, load["clerk"], second, "expired")
        with pytest.raises(NotFoundError):
            agreements.end(w, load["lead"], second, "carer")
        agreements.end(w, load["clerk"], second, "carer")
    who = row(work, first).person_id
    with work() as w:
        assert live_of(w, who) is None
        (mine,) = care_holdings.HOLDINGS[0].collect(w, who)[1:]
        assert (mine["谁来照料"], mine["现在"], mine["去看过"]) == (
            "赵小梅", "已结束：已续签或换签", "2026-11-22：屋里干净，吃得上热饭",
        )  # fmt: skip


# -- who has none


@ONE_DATABASE
def test_who_cannot_care_for_themselves_or_lives_in_a_home_has_one_after_thirty_days(
    work: WorkFactory, load: Caseload, benefit_id: UUID, clock: ManualClock
) -> None:
    with work() as w:
        tekun.supported(w, load, failed=0, serial=13)
        home = tekun.supported(w, load, failed=0, serial=15, placement="institution")
        found = lacking(w, load["clerk"])
        assert {(one.benefit_id, one.due_on) for one in found} == {
            (benefit_id, date(2026, 12, 22)), (home.id, date(2026, 12, 22)),
        }  # fmt: skip
        assert agreements.missing_for(w, benefit_id) is not None
    clock.advance(30 * DAY_S)
    with work() as w:
        assert tell_lacking(w) == 0
    clock.advance(DAY_S)
    for _ in range(2):
        assert care_agreements() == 1
    with work() as w:
        told = w.session.scalars(select(Notice).where(Notice.template == "agreements_due")).all()
        assert len(told) == len({one.recipient_id for one in told}) > 0
        sign(w, load["clerk"], benefit_id, tekun.signed())
        assert [one.benefit_id for one in lacking(w, load["clerk"])] == [home.id]


# -- what ends by itself


@ONE_DATABASE
@pytest.mark.parametrize("why", ["expired", "death", "stopped", "moved"])
def test_what_nobody_may_rely_on_ends_by_itself_once(
    why: str, work: WorkFactory, load: Caseload, benefit_id: UUID, clock: ManualClock
) -> None:
    first = made(work, load, benefit_id)
    with work() as w:
        assert end_over(w) == 0
        held = w.session.get_one(Benefit, benefit_id)
        if why == "death":
            w.session.get_one(Person, held.person_id).died_on = date(2026, 11, 22)
        if why == "stopped":
            benefits.stop(w, benefit_id, why="own_wish", reason="不再需要")
        if why == "moved":
            held.division_path = f"{TOWN_PATH.split('/')[0]}/999999999/"
    if why == "expired":
        clock.advance((date(2027, 11, 19) - date(2026, 11, 22)).days * DAY_S)
        with work() as w:
            assert end_over(w) == 0
        clock.advance(DAY_S)
    for count in (1, 0):
        with work() as w:
            assert end_over(w) == count
    assert (row(work, first).state, row(work, first).ended_why) == ("ended", why)


@ONE_DATABASE
def test_within_the_township_the_agreement_goes_along(work: WorkFactory, load: Caseload, benefit_id: UUID) -> None:
    first = made(work, load, benefit_id)
    with work() as w:
        w.session.get_one(Benefit, benefit_id).division_path = TOWN_PATH
    for count in (1, 0):
        with work() as w:
            assert end_over(w) == count
    assert (row(work, first).state, row(work, first).division_path) == ("live", TOWN_PATH)


@ONE_DATABASE
def test_ten_years_after_its_end_nobody_reads_who_cared(
    work: WorkFactory, load: Caseload, benefit_id: UUID, clock: ManualClock
) -> None:
    first = made(work, load, benefit_id)
    (erasable,) = care_holdings.ERASABLES
    who = row(work, first).person_id
    with work() as w:
        assert erasable.live(w, who) == ["正在执行的照料、供养协议"]
        agreements.end(w, load["clerk"], first, "own_wish")
    for days, gone in ((3652, False), (2, True)):
        clock.advance(days * DAY_S)
        with work() as w:
            assert (erasable.live(w, who), bool(erasable.kept(w, who))) == ([], not gone)
            erasable.erase(w, who)
            assert ("赵小梅" in w.session.get_one(CareAgreement, first).terms) is not gone
