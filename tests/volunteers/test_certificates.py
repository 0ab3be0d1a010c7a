"""志愿服务证明: only recorded service, frozen, found by number and code together, withdrawn with a reason."""

import json
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask

from backend import matters
from backend.core.clock import CHINA, ManualClock
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.volunteers import certificates, records, service, showing
from backend.volunteers.certificates import Certificate
from backend.volunteers.errors import CertificateRevokedError, NothingRecordedError
from backend.volunteers.guardians import SELF
from backend.volunteers.models import ServiceCertificate, Volunteer
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.volunteers import served, volunteer
from tests.support.world import COUNTY, World

TODAY = date(2026, 11, 22)
LATE = datetime(2026, 10, 31, 23, 30, tzinfo=CHINA)  # over midnight and over the month
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return world.build(w)


@pytest.fixture
def helper(county: World, work: WorkFactory) -> UUID:
    """Somebody with an hour over the end of October and ninety minutes in November."""
    assert county.staff
    with work() as w:
        mine = volunteer(w)
        records.record(w, served(mine, LATE, 60, name="夜间陪护"))
        records.record(w, served(mine, MORNING, 90))
        return mine


def issue(w: Work, helper: UUID, since: date, until: date = TODAY) -> ServiceCertificate:
    return certificates.issue(w, w.session.get_one(Volunteer, helper), since, until, SELF)


def minutes(w: Work, helper: UUID, since: date, until: date) -> int:
    return issue(w, helper, since, until).minutes


@one_database
def test_a_period_sums_what_was_recorded_by_the_day_it_began(helper: UUID, work: WorkFactory) -> None:
    with work() as w:
        assert minutes(w, helper, date(2026, 10, 31), date(2026, 10, 31)) == 60
        assert minutes(w, helper, date(2026, 11, 1), TODAY) == 90
        assert minutes(w, helper, date(2026, 1, 1), TODAY) == 150
        for since, until in ((date(2026, 11, 21), TODAY), (date(2026, 11, 1), date(2026, 11, 19))):
            with pytest.raises(NothingRecordedError):
                issue(w, helper, since, until)
        for since, until in ((TODAY, date(2026, 11, 1)), (TODAY, TODAY + timedelta(days=1))):
            with pytest.raises(BadInputError):
                issue(w, helper, since, until)


@one_database
def test_a_certificate_is_frozen_and_holds_the_lawful_fields_only(helper: UUID, work: WorkFactory) -> None:
    with work() as w:
        first = issue(w, helper, date(2026, 11, 1))
        assert issue(w, helper, date(2026, 11, 1)).id == first.id
        body = json.loads(first.content)
        number = w.session.get_one(Volunteer, helper).number
        assert body == {
            "name": "志愿1", "volunteer": number, "lines": [["2026-11-20", 90, "助餐", "桃园社区"]],
        }  # fmt: skip
        records.record(w, served(helper, MORNING + timedelta(hours=5), 30))
        again = issue(w, helper, date(2026, 11, 1))
        assert (again.minutes, again.id == first.id) == (120, False)
        assert certificates.opened(first).minutes == 90


def check(w: Work, row: ServiceCertificate, number: str | None = None, code: str | None = None) -> Certificate:
    return certificates.verify(w, number or row.number, code or row.code)


@one_database
def test_number_and_code_together_open_it_and_nothing_else_does(helper: UUID, work: WorkFactory) -> None:
    with work() as w:
        row = issue(w, helper, date(2026, 11, 1))
        found = check(w, row, row.number.lower().replace("-", " "), f" {row.code.lower()} ")
        assert (found.masked, found.minutes, found.revoked) == ("志**", 90, None)
        wrong = "A" * 10
        for number, code in ((row.number, wrong), ("FW261122-10000-0", row.code), ("", row.code), (row.number, " ")):
            with pytest.raises(NotFoundError):
                certificates.verify(w, number, code)


@one_database
def test_a_withdrawn_one_says_why_and_is_printed_no_more(county: World, helper: UUID, work: WorkFactory) -> None:
    officer = county.viewer("officer", "officer", f"{COUNTY}/")
    with work() as w:
        row, mine = issue(w, helper, date(2026, 11, 1)), w.session.get_one(Volunteer, helper)
        certificates.revoke(w, officer, mine, row.id, "冒用他人记录")
        assert check(w, row).revoked == "冒用他人记录"
        with pytest.raises(CertificateRevokedError):
            certificates.revoke(w, officer, mine, row.id, "再撤一次")
        with pytest.raises(CertificateRevokedError):
            certificates.letter(check(w, row), "示范县民政局")
        assert issue(w, helper, date(2026, 11, 1)).id != row.id


@one_database
def test_a_record_taken_back_takes_its_certificates_with_it(
    county: World, helper: UUID, work: WorkFactory, clock: ManualClock
) -> None:
    officer = county.viewer("officer", "officer", f"{COUNTY}/")
    matters.wire()
    with work() as w:
        october, november = issue(w, helper, date(2026, 10, 1), date(2026, 10, 31)), issue(w, helper, date(2026, 11, 1))
    clock.advance(60)
    with work() as w:
        record = records.record(w, served(helper, MORNING + timedelta(hours=5), 30))
        later = issue(w, helper, date(2026, 11, 1))
        records.void(w, officer, record.id, "没有参加")
        assert check(w, october).revoked is None
        assert "2026年11月20日" in str(check(w, later).revoked)
        assert check(w, november).revoked is None  # it was issued before and never showed it


@one_database
def test_the_paper_says_whose_when_what_by_whom_and_that_it_is_free(
    app: APIFlask, helper: UUID, work: WorkFactory
) -> None:
    with work() as w:
        row = issue(w, helper, date(2026, 11, 1))
        written = certificates.letter(certificates.opened(row), "示范县民政局")
        with app.test_request_context():
            answer = showing.paper(w, row)
        name = service.name_of(w, w.session.get_one(Volunteer, helper))
    text = f"{written.number} {written.office} {written.rows} {written.steps} {written.body}"
    for words in (
        name,
        "1小时30分",
        "2026年11月20日",
        "助餐",
        "桃园社区",
        row.number,
        row.code,
        "免费",
        "不得用于商业用途",
    ):
        assert words in text
    assert "500118" not in text
    assert answer.get_data().startswith(b"%PDF")
