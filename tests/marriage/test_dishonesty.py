"""The register of dishonesty: two people, told, appealed, repaired, exported with a log; never more than it must."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from backend.core.errors import BadInputError, NotAllowedError
from backend.marriage import dishonesty
from backend.marriage.dishonesty import Proposal, months_after
from backend.marriage.errors import (
    AppealOverError,
    DishonestyKnownError,
    RecordSettledError,
    RepairEarlyError,
    TwoPeopleError,
)
from backend.marriage.record_models import Dishonesty
from backend.people.service import Viewer
from backend.residents.indexes import id_index
from backend.residents.models import InboxItem
from tests.conftest import WorkFactory
from tests.support import registry, residents
from tests.support.residents import id_number

NUMBER = id_number(date(1990, 1, 2), 1)
DAY = 86_400
Proposed = Callable[..., UUID]


@pytest.fixture
def registrar(work: WorkFactory) -> Viewer:
    with work() as w:
        return registry.build(w).viewer()


@pytest.fixture
def officer(work: WorkFactory, registrar: Viewer) -> Viewer:
    with work() as w:
        staff = registry._staff(w, "officer", "officer", registry.COUNTY)
    return Viewer(staff, "officer", "officer", tuple(_officer()), registrar.session_id, "csrf")


def _officer() -> list[registry.Grant]:
    return [registry.Grant("officer", f"{registry.COUNTY}/")]


@pytest.fixture
def proposed(registrar: Viewer) -> Proposed:
    def propose(who: Viewer = registrar, what: str = "false_papers", number: str = NUMBER) -> UUID:
        with unit_of_work(who.actor) as w:
            return dishonesty.propose(w, who, Proposal("陈明", number, what, "鉴定意见书")).id

    return propose


def step(name: str, who: Viewer, entry: UUID, words: str = "查证属实") -> Dishonesty:
    with unit_of_work(who.actor) as w:
        found: Dishonesty = getattr(dishonesty, name)(w, who, entry, words)
        return found


def held() -> bool:
    with reading() as w:
        return bool(dishonesty.hits(w, [id_index(NUMBER)]))


def test_only_what_is_confirmed_holds_and_only_until_its_last_day(
    registrar: Viewer, officer: Viewer, proposed: Proposed, clock: ManualClock
) -> None:
    entry = proposed()
    assert not held()
    until = step("confirm", officer, entry).until
    assert until == date(2031, 11, 22)
    assert held()
    last = datetime(2031, 11, 22, 15, 59, tzinfo=UTC)
    clock.advance((last - clock.now()).total_seconds())
    assert held()
    clock.advance(60)
    assert not held()


def test_who_proposes_does_not_decide(officer: Viewer, registrar: Viewer, proposed: Proposed) -> None:
    own = proposed(officer)
    with pytest.raises(TwoPeopleError):
        step("confirm", officer, own)
    with pytest.raises(NotAllowedError):
        step("confirm", registrar, own)
    decided = update(Dishonesty).values(state="confirmed", decided_by=officer.staff_id)
    with pytest.raises(IntegrityError), unit_of_work() as w:
        w.session.execute(decided)


def test_what_is_dropped_never_held_and_can_be_proposed_again(officer: Viewer, proposed: Proposed) -> None:
    entry = proposed()
    with pytest.raises(DishonestyKnownError):
        proposed()
    step("drop", officer, entry)
    assert not held()
    assert proposed()


def test_the_person_is_told_of_the_decision_and_of_how_it_ends(
    officer: Viewer, proposed: Proposed, work: WorkFactory
) -> None:
    with work() as w:
        residents.person(w, "陈明", born=date(1990, 1, 2), serial=1)
    entry = proposed()
    step("confirm", officer, entry)
    step("revoke", officer, entry, "证据不足")
    with reading() as w:
        told = w.session.scalars(select(InboxItem).order_by(InboxItem.created_at, InboxItem.id)).all()
    assert [item.template for item in told] == ["dishonesty_confirmed", "dishonesty_ended"]
    assert "2027年1月21日前" in told[0].body
    assert "证据不足" in told[1].body
    assert all("失信" not in item.title for item in told)


@pytest.mark.parametrize(("days", "open_"), [(0, True), (60, True), (61, False)])
def test_an_appeal_has_its_days(
    registrar: Viewer, officer: Viewer, proposed: Proposed, clock: ManualClock, days: int, open_: bool
) -> None:
    entry = proposed()
    step("confirm", officer, entry)
    clock.advance(days * DAY)
    if open_:
        assert step("appeal", registrar, entry, "我不知道是假的").state == "appealed"
        assert held()
    else:
        with pytest.raises(AppealOverError):
            step("appeal", registrar, entry, "我不知道是假的")


def test_an_appeal_is_upheld_or_ends_the_entry(officer: Viewer, registrar: Viewer, proposed: Proposed) -> None:
    first, second = proposed(), proposed(what="hidden_marriage")
    for entry, answer, state in ((first, "uphold", "confirmed"), (second, "revoke", "revoked")):
        step("confirm", officer, entry)
        step("appeal", registrar, entry, "不服")
        assert step(answer, officer, entry).state == state
    with pytest.raises(RecordSettledError):
        step("revoke", officer, second)
    with reading() as w:
        assert dishonesty.hits(w, [id_index(NUMBER)]) == [first]


@pytest.mark.parametrize(
    ("moment", "early"), [((2027, 11, 21), True), ((2027, 11, 22), False), ((2027, 11, 23), False)]
)
def test_a_repair_has_its_first_day(
    officer: Viewer, proposed: Proposed, clock: ManualClock, moment: tuple[int, int, int], early: bool
) -> None:
    entry = proposed()
    step("confirm", officer, entry)
    clock.advance((datetime(*moment, 4, tzinfo=UTC) - clock.now()).total_seconds())
    if early:
        with pytest.raises(RepairEarlyError):
            step("repair", officer, entry)
    else:
        assert step("repair", officer, entry).state == "repaired"
        assert not held()


def test_the_export_has_what_was_decided_and_is_logged(officer: Viewer, registrar: Viewer, proposed: Proposed) -> None:
    first, second = proposed(), proposed(what="hidden_marriage")
    proposed(what="false_proxy")
    step("confirm", officer, first)
    step("confirm", officer, second)
    step("revoke", officer, second)
    with unit_of_work(officer.actor) as w:
        lines = [json.loads(line) for line in dishonesty.export(w, officer)]
    assert [(line["state"], line["in_force"]) for line in lines] == [("confirmed", True), ("revoked", False)]
    assert lines[0]["id_number"] == NUMBER
    with reading() as w:
        logged = w.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert logged is not None
    assert (logged.action, NUMBER in logged.body) == ("dishonesty.export", False)
    with pytest.raises(NotAllowedError), unit_of_work() as w:
        dishonesty.export(w, registrar)


@pytest.mark.parametrize("change", [{"number": "123"}, {"what": "rude"}])
def test_a_proposal_that_cannot_be_right_is_refused(proposed: Proposed, change: dict[str, str]) -> None:
    with pytest.raises(BadInputError):
        proposed(**change)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)), (date(2026, 11, 22), 12, date(2027, 11, 22)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)), (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)  # fmt: skip
def test_months_are_counted_to_the_same_day_or_the_last_of_the_month(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after
