"""Trouble is seen before an alarm finds it."""

from datetime import timedelta

from sqlalchemy import update

from backend.duty import service
from backend.duty.models import ShiftPattern
from backend.people.models import StaffAddress, StaffRole
from tests.conftest import WorkFactory
from tests.duty.conftest import COUNTY, HOME, Team, at


def _codes(work: WorkFactory, division: str = HOME) -> list[tuple[str, str]]:
    with work() as w:
        return [(finding.code, finding.role) for finding in service.lint(w, division)]


def test_a_full_roster_with_reachable_people_is_fine(work: WorkFactory, team: Team) -> None:
    assert _codes(work) == []


def test_somebody_without_a_live_address_is_named(work: WorkFactory, team: Team) -> None:
    with work() as w:
        w.session.execute(update(StaffAddress).where(StaffAddress.staff_id == team.day).values(enabled=False))
        (finding,) = service.lint(w, HOME)
        assert (finding.code, finding.staff_id) == ("no_address", team.day)
        assert finding.text.startswith("王芳正在值班")
        assert service.lint(w, HOME, at(22, 21)) == []


def test_nobody_on_duty_and_the_gap_ahead_are_told_apart(work: WorkFactory, team: Team) -> None:
    with work(team.actor("lead")) as w:
        for starts, ends, who in ((at(22, 9), at(22, 10), team.day), (at(22, 22), at(23, 2), team.night)):
            service.add_override(w, HOME, "duty", kind="remove", staff_id=who, starts_at=starts, ends_at=ends)
        found = service.lint(w, HOME)
    assert [finding.code for finding in found] == ["nobody_on_duty", "gap_ahead"]
    assert found[1].text == "11月22日22:00到11月23日02:00没有排护理值班。"


def test_a_withdrawn_role_is_found(work: WorkFactory, team: Team) -> None:
    with work() as w:
        w.session.execute(update(StaffRole).where(StaffRole.staff_id == team.day).values(role="officer"))
    assert _codes(work) == [("not_qualified", "duty")]


def test_a_site_always_needs_a_carer(work: WorkFactory, team: Team) -> None:
    with work() as w:
        w.session.execute(update(ShiftPattern).values(valid_to=w.now))
    assert _codes(work) == [("nobody_on_duty", "duty")]


def test_other_posts_are_missed_only_where_they_have_shifts(work: WorkFactory, team: Team) -> None:
    assert _codes(work, COUNTY) == []
    with work() as w:
        service.add_pattern(w, COUNTY, "officer", team.officer, name="局值班", starts=600, ends=660, weekdays=range(7))
        coming = w.now + timedelta(hours=1)
        assert [f.code for f in service.lint(w, COUNTY, coming) if f.role == "officer"] == ["gap_ahead"]
    assert ("nobody_on_duty", "officer") in _codes(work, COUNTY)
