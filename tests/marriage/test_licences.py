"""Registrars' certificates: given, ended, and told of thirty days before they end."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.core.clock import ManualClock, local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.marriage import licences, service
from backend.marriage.errors import LicenceEndedError, LicenceKnownError, NoLicenceError
from backend.marriage.models import RegistrarLicence
from backend.notices.models import Notice
from scheduler.marriage_jobs import ending_licences
from tests.conftest import WorkFactory
from tests.support.registry import Registry, check, couple, walk_in

DAY = timedelta(days=1)


def _today(w: Work) -> date:
    return local(w.now).date()


def _held(w: Work, here: Registry, name: str = "registrar") -> RegistrarLicence:
    mine = select(RegistrarLicence).where(RegistrarLicence.staff_id == here.staff[name])
    return w.session.scalars(mine).one()


def test_a_lead_sees_the_certificates_of_their_own_registrars_only(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        found = licences.listed(w, here.viewer("lead"))
        assert [(one.name, one.state) for one in found] == [("姓名registrar", "valid")]


def test_a_certificate_can_be_given_once_and_lets_its_holder_sign(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        lead, who = here.viewer("lead"), here.viewer("unlicensed")
        case = check(w, who, walk_in(w, who, "marriage_registration", couple(w)))
        assert "您没有登记员证" in licences.why_not(w, who)
        licences.grant(w, lead, who.staff_id, " 渝婚登7 ", _today(w), _today(w))
        assert licences.why_not(w, who) == ""
        with pytest.raises(LicenceKnownError):
            licences.grant(w, lead, who.staff_id, "渝婚登7", _today(w), _today(w))
        assert service.register(w, who, case.id).registrar_certificate == "渝婚登7"


@pytest.mark.parametrize(
    ("number", "days", "field"), [("", 0, "证号"), ("长" * 65, 0, "证号"), ("渝婚登7", -1, "有效期")]
)
def test_an_impossible_certificate_is_refused(
    work: WorkFactory, here: Registry, number: str, days: int, field: str
) -> None:
    with work() as w:
        begins, lead = _today(w), here.viewer("lead")
        with pytest.raises(BadInputError) as refused:
            licences.grant(w, lead, here.staff["unlicensed"], number, begins, begins + days * DAY)
    assert refused.value.facts["field"] == field


def test_nobody_is_given_a_certificate_from_another_county_or_without_being_a_registrar(
    work: WorkFactory, here: Registry
) -> None:
    with work() as w:
        for name in ("registrar_there", "clerk"):
            with pytest.raises(NotFoundError):
                licences.grant(w, here.viewer("lead"), here.staff[name], "渝婚登7", _today(w), _today(w))


def test_an_ended_certificate_ends_at_once_and_only_once(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        who, lead, row = here.viewer(), here.viewer("lead"), _held(w, here)
        case = check(w, who, walk_in(w, who, "marriage_registration", couple(w)))
        licences.revoke(w, lead, row.id, "调离登记岗位")
        with pytest.raises(NoLicenceError):
            service.register(w, who, case.id)
        assert "已停用" in licences.why_not(w, who)
        with pytest.raises(LicenceEndedError):
            licences.revoke(w, lead, row.id, "再停一次")
        with pytest.raises(NotFoundError):
            licences.revoke(w, lead, _held(w, here, "registrar_there").id, "别处的")


@pytest.mark.parametrize(
    ("begins", "ends", "state"),
    [(0, 31, "valid"), (0, 30, "ending"), (0, 0, "ending"), (-9, -1, "ended"), (1, 90, "future")],
)
def test_a_certificates_state_follows_the_day(
    work: WorkFactory, here: Registry, begins: int, ends: int, state: str
) -> None:
    with work() as w:
        row = _held(w, here)
        row.valid_from, row.valid_until = _today(w) + begins * DAY, _today(w) + ends * DAY
        w.session.flush()
        (found,) = licences.listed(w, here.viewer("lead"))
        assert found.state == state
        assert (licences.why_not(w, here.viewer()) == "") == (state in ("valid", "ending"))


@pytest.mark.parametrize(("days", "told"), [(31, 0), (30, 1), (0, 1), (-1, 0)])
def test_the_registrar_and_the_leads_are_told_once_thirty_days_before(
    work: WorkFactory, here: Registry, days: int, told: int
) -> None:
    with work() as w:
        _held(w, here).valid_until = _today(w) + days * DAY
    assert ending_licences() == told
    assert ending_licences() == 0
    assert _told(work) == ({here.staff["registrar"], here.staff["lead"]} if told else set())


def _told(work: WorkFactory) -> set[UUID]:
    with work() as w:
        found = w.session.scalars(select(Notice.recipient_id).where(Notice.template == "licence_ending"))
        return {UUID(one) for one in found}


def test_a_day_missed_by_the_job_is_told_on_the_next(work: WorkFactory, here: Registry, clock: ManualClock) -> None:
    with work() as w:
        _held(w, here).valid_until = _today(w) + 31 * DAY
    clock.advance(5 * 86_400)
    assert ending_licences() == 1
    assert _told(work)


def test_who_has_the_next_certificate_already_is_not_told(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        row = _held(w, here)
        row.valid_until = _today(w) + 10 * DAY
        w.session.flush()
        licences.grant(w, here.viewer("lead"), row.staff_id, "渝婚登8", _today(w) + 11 * DAY, _today(w) + 999 * DAY)
    assert ending_licences() == 1
    assert _told(work) == set()
