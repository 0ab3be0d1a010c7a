"""惠民殡葬 and the register: who has died is known by their number, a death is recorded, nobody living is taken."""

from datetime import date
from typing import Any

import pytest

from backend.assistance import sheets
from backend.assistance.errors import HeldTogetherError
from backend.cases import deciding, service
from backend.cases.deciding import Words
from backend.cases.errors import FormFaultsError
from backend.cases.models import Case
from backend.cases.records import fresh
from backend.core.clock import local
from backend.core.db import Work
from backend.memorial import cemeteries, deceased
from backend.memorial.deceased import Dead
from backend.residents.models import Person, WeChatAccount
from tests.conftest import WorkFactory
from tests.support.cases import Window, build_window, done, draft
from tests.support.cemetery import build_ground
from tests.support.residents import id_number, person

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BORN = date(1940, 1, 1)


@pytest.fixture
def window(work: WorkFactory) -> Window:
    with work() as w:
        return build_window(w)


def asked(w: Work, window: Window, by: service.By | None = None, **more: Any) -> Case:
    form = {
        "name": "冯老太", "id_number": id_number(BORN, 71), "birth_date": "1940-01-01", "died_on": "2026-11-18",
        "registered": "here", "standing": "dibao", "bills": [{"kind": "cremation", "amount": "420"}], "paid": True,
    } | more  # fmt: skip
    case = draft(w, window, "funeral_fee_waiver", form=form, by=by or service.SELF)
    return service.submit(w, case, version=case.version)


def test_a_death_that_was_checked_is_recorded_and_the_benefit_stays_the_relatives(
    work: WorkFactory, window: Window
) -> None:
    with work(window["clerk"].actor) as w:
        dead = person(w, "冯老太", BORN, serial=71)
        case = asked(w, window)
        case = service.accept(w, window["clerk"], case, version=case.version)
        assert w.session.get_one(Person, dead).died_on is None
        done(w, window, case, "review", "agree")
        assert w.session.get_one(Person, dead).died_on == date(2026, 11, 18)
        found = sheets.judged(w, fresh(w, case.id))
        assert (found.person_id, found.verdict.eligible) == (window.applicant, True)


def test_the_register_knows_the_day_better_than_the_form(work: WorkFactory, window: Window) -> None:
    with work(window["clerk"].actor) as w:
        dead = person(w, "冯老太", BORN, serial=71)
        case = asked(w, window)
        w.session.get_one(Person, dead).died_on = date(2020, 1, 1)  # a report that came in meanwhile
        reasons = sheets.judge(w, case).reasons
        assert [one.code for one in reasons if one.against] == ["too_late"]


@pytest.mark.parametrize(
    ("typed", "died", "seen", "field"),
    [
        ({"id_number": id_number()}, None, False, "他的出生日期"),
        ({"id_number": id_number(), "birth_date": "1960-05-01"}, None, False, "他的身份证号"),
        ({"id_number": "500118194001011235"}, None, False, "他的身份证号"),
        ({"name": "冯大娘"}, None, False, "他的身份证号"),
        ({}, date(2026, 11, 17), False, "哪一天去世的"),
        ({}, None, True, "哪一天去世的"),
    ],
    ids=["another's birthday", "oneself", "no number", "another name", "another day", "seen since"],
)
def test_who_lives_or_is_somebody_else_is_refused_kindly_beside_the_field(
    work: WorkFactory, window: Window, typed: dict[str, Any], died: date | None, seen: bool, field: str
) -> None:
    with work() as w:
        dead = person(w, "冯老太", BORN, serial=71)
        w.session.get_one(Person, dead).died_on = died
        if seen:
            account = WeChatAccount(
                appid="wx", openid="o", openid_index="o", person_id=dead, created_at=w.now, last_seen_at=w.now
            )
            w.session.add(account)
        w.session.flush()
        with pytest.raises(FormFaultsError) as refused:
            asked(w, window, **typed)
        assert list(refused.value.facts["errors"]) == [field]
        assert "登记的去世日期" not in refused.value.facts["why"]  # on a phone nobody learns what the register says


def test_the_window_is_told_what_the_register_says(work: WorkFactory, window: Window) -> None:
    with work(window["clerk"].actor) as w:
        w.session.get_one(Person, person(w, "冯老太", BORN, serial=71)).died_on = date(2026, 11, 17)
        w.session.flush()
        with pytest.raises(FormFaultsError) as refused:
            asked(w, window, service.By(staff=window["clerk"]))
        assert refused.value.facts["errors"] == {"哪一天去世的": "登记的去世日期是2026-11-17，请核对"}


# -- rewards: once for each dead person, on what the registers show

DEAD = {"name": "冯老太", "id_number": id_number(BORN, 71), "birth_date": "1940-01-01", "died_on": "2026-11-18"}


def rewarded(w: Work, window: Window, matter: str, **more: Any) -> Case:
    """Handed in, accepted and agreed to; not decided."""
    case = draft(w, window, matter, form={**DEAD, "registered": "here", **more})
    case = service.accept(w, window["clerk"], service.submit(w, case, version=case.version), version=1)
    return done(w, window, case, "review", "agree")


def buried_under_a_tree(w: Work, window: Window) -> None:
    ground = build_ground(w)
    zone = cemeteries.zones(w, cemeteries.cemetery_of(w, cemeteries.locked(w, ground.plots[0])).id)[0]
    cemeteries.add_plots(w, ground.clerk, zone, "tree", ["树1"], 1)
    w.session.get_one(Person, person(w, "冯老太", BORN, serial=71)).died_on = date(2026, 11, 18)
    dead = Dead("冯老太", date(2026, 11, 18), BORN, id_number=id_number(BORN, 71), proof="火化证")
    row = deceased.register(w, ground.clerk, dead)
    tree = cemeteries.plot_of(w, zone.cemetery_id, zone.name, "树1")
    cemeteries.inter(w, ground.clerk, tree.id, row.id, local(w.now).date())


def test_a_burial_the_register_knows_is_rewarded_without_a_paper_and_only_once(
    work: WorkFactory, window: Window
) -> None:
    with work(window["clerk"].actor) as w:
        buried_under_a_tree(w, window)
        # A mistaken form does no harm: what lies under the tree is what counts.
        case = rewarded(w, window, "ecological_burial", resting="tomb")
        verdict = sheets.judge(w, case)
        assert (str(verdict.once), verdict.category) == ("1000.00", "ecological"), verdict.explain()
        bill = asked(w, window, burial="ecological", cremated=False)
        assert "节地生态安葬补贴" in "".join(sheets.judge(w, bill).explain())
        case = fresh(w, case.id)
        deciding.decide(w, window["officer"], case, Words("granted"), version=case.version)
        assert str(sheets.judge(w, bill).once) == "420.00"
        assert sheets.judge(w, fresh(w, case.id)).eligible  # its own reward does not stand against it


def test_of_two_decisions_on_one_reward_the_later_is_stopped(
    work: WorkFactory, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    with work(window["clerk"].actor) as w:
        buried_under_a_tree(w, window)
        first, second = (rewarded(w, window, "ecological_burial"), asked(w, window, burial="ecological"))
        second = service.accept(w, window["clerk"], second, version=second.version)
        second = fresh(w, done(w, window, second, "review", "agree").id)
        found = sheets.judged(w, second)  # what the slower officer saw before the faster one decided
        first = fresh(w, first.id)
        deciding.decide(w, window["officer"], first, Words("granted"), version=first.version)
        monkeypatch.setattr(sheets, "judged", lambda *_: found)
        with pytest.raises(HeldTogetherError, match="每位逝者只发一次"):
            deciding.decide(w, window["officer"], second, Words("granted"), version=second.version)


def test_without_the_register_a_paper_is_waited_for(work: WorkFactory, window: Window) -> None:
    with work(window["clerk"].actor) as w:
        case = draft(w, window, "cremation_reward", form={**DEAD, "registered": "here", "cremated": True})
        case = service.submit(w, case, version=case.version)
        assert [one.code for one in sheets.judge(w, case).needs] == ["cremation_shown"]
