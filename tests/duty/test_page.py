"""The roster page as people use it: forms, their answers, and what each person is offered."""

import re
from datetime import date

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from backend.alarms.models import Alarm
from backend.console.care import roster_chart
from backend.core.clock import ManualClock
from backend.duty import service
from backend.duty.models import Handover
from tests.conftest import WorkFactory
from tests.duty.conftest import HOME, PASSWORD, Team, at, names

PAGE = "/console/roster/"


class Browser:
    """A signed-in member of staff who submits forms with the page's own token."""

    def __init__(self, app: APIFlask, username: str) -> None:
        self.client: FlaskClient = app.test_client()
        signed = self.client.post("/console/login", data={"username": username, "password": PASSWORD})
        assert signed.status_code == 302

    def page(self) -> str:
        return self.client.get(PAGE).get_data(as_text=True)

    def submit(self, path: str, **fields: object) -> tuple[int, str]:
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.page())
        assert token is not None
        data = {"csrf_token": token[1], **{name: str(value) for name, value in fields.items()}}
        answer = self.client.post(f"{PAGE}{path}", data=data, follow_redirects=True)
        return answer.status_code, answer.get_data(as_text=True)


def _raise_sos(work: WorkFactory) -> str:
    with work() as w:
        alarm = Alarm(
            kind="sos",
            severity=4,
            subject_key="elder:1",
            subject_name="张桂英",
            place="青山养老院 203 房",
            site_code=HOME,
            division_path=f"500118/500118001/{HOME}/",
            raised_at=w.now,
            occurred_at=w.now,
            last_press_at=w.now,
            plan={"steps": [{"after_s": 0, "tell": ["duty"]}]},
            plan_started_at=w.now,
            next_step_at=w.now,
        )
        w.session.add(alarm)
        w.session.flush()
        return str(alarm.id)


def _cover(team: Team, **changes: object) -> dict[str, object]:
    times = {"starts": "2026-11-22T10:00", "ends": "2026-11-22T12:00"}
    return {"role": "duty", "leaves": team.day, "comes": team.spare, "reason": "看牙", **times, **changes}


def test_the_page_shows_who_is_on_until_when_and_who_is_next(app: APIFlask, team: Team) -> None:
    page = Browser(app, "day").page()
    assert "青山养老院" in page
    assert "到 11月22日 20:00" in page
    assert "下一班：李强" in page
    assert "今天 11月22日 星期日" in page
    assert "明天 11月23日 星期一" in page
    assert "护理值班：08:00–20:00 王芳" in page


def test_a_lead_registers_cover_in_local_time_and_takes_it_back(app: APIFlask, team: Team, work: WorkFactory) -> None:
    lead = Browser(app, "lead")
    status, page = lead.submit(f"{HOME}/overrides", **_cover(team))
    assert (status, "已登记，班表已经更新。" in page) == (200, True)
    with work() as w:
        assert names(w, at(22, 11)) == ["赵丽"]
        (change,) = service.roster(w, HOME, date(2026, 11, 22)).overrides
    _, page = lead.submit(f"{HOME}/overrides/{change.id}/cancel")
    assert "今天和明天没有变动。" in page


@pytest.mark.parametrize(("fields", "kind"), [({"comes": ""}, "remove"), ({"leaves": ""}, "add"), ({}, "replace")])
def test_the_two_names_say_what_kind_of_change_it_is(
    app: APIFlask, team: Team, work: WorkFactory, fields: dict[str, object], kind: str
) -> None:
    Browser(app, "lead").submit(f"{HOME}/overrides", **_cover(team, **fields))
    with work() as w:
        assert [row.kind for row in service.roster(w, HOME, date(2026, 11, 22)).overrides] == [kind]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"comes": "", "leaves": ""}, "请选择谁来，或者谁不来"),
        ({"starts": ""}, "请选择日期和时间"),
        ({"comes": "nobody"}, "请从名单里选择"),
        ({"ends": "2026-11-22T09:59"}, "应晚于开始时间"),
        ({"leaves": "", "starts": "2026-11-22T20:00", "ends": "2026-11-22T21:00", "comes": "night"}, "本来就在班上"),
    ],
)
def test_a_mistake_keeps_what_was_typed_and_says_what_is_wrong(
    app: APIFlask, team: Team, fields: dict[str, object], words: str
) -> None:
    if fields.get("comes") == "night":
        fields = {**fields, "comes": team.night}
    status, page = Browser(app, "lead").submit(f"{HOME}/overrides", **_cover(team, **fields))
    assert status in (409, 422)
    assert words in page
    assert "看牙" in page


def test_a_carer_is_not_offered_and_not_allowed_to_plan(app: APIFlask, team: Team, work: WorkFactory) -> None:
    carer = Browser(app, "night")
    assert "登记变动" not in carer.page()
    assert carer.submit(f"{HOME}/overrides", **_cover(team))[0] == 403
    with work() as w:
        assert service.roster(w, HOME, date(2026, 11, 22)).overrides == []


def test_a_form_without_the_token_changes_nothing(app: APIFlask, team: Team, work: WorkFactory) -> None:
    answer = Browser(app, "day").client.post(f"{PAGE}{HOME}/handovers", data={"role": "duty"})
    assert answer.status_code == 403
    with work() as w:
        assert service.recent_handovers(w, HOME) == []


def test_a_shift_is_handed_over_with_its_open_alarms_and_one_button(
    app: APIFlask, team: Team, work: WorkFactory, clock: ManualClock
) -> None:
    alarm = _raise_sos(work)
    clock.advance((at(22, 19, 55) - clock.now()).total_seconds())
    day, night = Browser(app, "day"), Browser(app, "night")
    _, page = day.submit(f"{HOME}/handovers", role="duty", note="203 房呼救还没处理完")
    assert "接班之前您仍在班" in page
    assert "我来接班" not in page
    page = night.page()
    assert "我来接班" in page
    assert f"/console/alarms/{alarm}" in page
    with work() as w:
        (waiting,) = service.pending_handovers(w, HOME)
    _, page = night.submit(f"{HOME}/handovers/{waiting.id}/accept")
    assert "您已接班" in page
    with work() as w:
        assert names(w) == ["李强"]
        row = w.session.get_one(Handover, waiting.id)
        assert [(line["id"], line["place"]) for line in row.open_alarms] == [(alarm, "青山养老院 203 房")]
    assert night.submit(f"{HOME}/handovers/{waiting.id}/accept")[0] == 200  # a second tap
    assert Browser(app, "lead").submit(f"{HOME}/handovers/{waiting.id}/accept")[0] == 409


def test_the_giver_takes_an_offer_back_on_the_page(app: APIFlask, team: Team, work: WorkFactory) -> None:
    day = Browser(app, "day")
    day.submit(f"{HOME}/handovers", role="duty")
    with work() as w:
        (waiting,) = service.pending_handovers(w, HOME)
    assert "已撤销。" in day.submit(f"{HOME}/handovers/{waiting.id}/cancel")[1]
    with work() as w:
        assert service.pending_handovers(w, HOME) == []


def test_somebody_takes_the_shift_now_on_the_page(app: APIFlask, team: Team, work: WorkFactory) -> None:
    spare = Browser(app, "spare")
    assert "我现在来值班" in spare.page()
    assert "新的警报会通知您" in spare.submit(f"{HOME}/take-over", role="duty", instead_of=team.day)[1]
    with work() as w:
        assert names(w) == ["赵丽"]


def test_a_post_that_never_changes_hands_is_not_called_unplanned(app: APIFlask, team: Team, work: WorkFactory) -> None:
    with work() as w:
        service.add_pattern(w, HOME, "lead", team.lead, name="带班", starts=480, ends=480, weekdays=range(7))
    page = Browser(app, "day").page()
    assert "连续在班" in page
    assert "不换班" in page


def test_trouble_is_said_at_the_top(app: APIFlask, team: Team, work: WorkFactory) -> None:
    with work(team.actor("lead")) as w:
        for starts, ends, who in ((at(22, 9), at(22, 10), team.day), (at(22, 22), at(23, 2), team.night)):
            service.add_override(w, HOME, "duty", kind="remove", staff_id=who, starts_at=starts, ends_at=ends)
    page = Browser(app, "lead").page()
    assert "护理值班现在没有人在岗" in page
    assert "11月22日22:00到11月23日02:00没有排护理值班。" in page
    assert "没有人在班" in page


def test_the_bars_have_the_right_lengths_and_lanes(work: WorkFactory, team: Team) -> None:
    with work() as w:
        service.add_pattern(w, HOME, "duty", team.spare, name="中班", starts=600, ends=1260, weekdays=range(7))
    with work() as w:
        chart = roster_chart.draw(service.roster(w, HOME, date(2026, 11, 23)), w.now)
    (row,) = chart.rows
    shapes = [(bar.label, bar.x, bar.width, bar.y) for bar in row.bars]
    assert shapes == [
        ("李强", 0, 200, 34),
        ("王芳", 200, 300, 34),
        ("赵丽", 250, 275, 84),
        ("李强", 500, 100, 34),
    ]
    assert chart.words[-1] == "护理值班：20:00–24:00 李强"
    assert chart.now_x is None


def test_the_line_of_now_lies_at_the_hour(work: WorkFactory, team: Team) -> None:
    with work() as w:
        chart = roster_chart.draw(service.roster(w, HOME, date(2026, 11, 22)), w.now)
    assert chart.now_x == 9 / 24 * roster_chart.WIDTH
    assert [bar.label for bar in chart.rows[0].bars if bar.tone is None] == ["没有人"]
