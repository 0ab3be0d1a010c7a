"""What the phone's pages of a hall are told: days in both calendars, what waits for my yes, what became of my words."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from backend.core.db import unit_of_work
from backend.memorial import hall_mediation, moderation_desk
from backend.memorial.hall_mediation import Answer
from backend.memorial.models import HallConcern
from backend.memorial.tribute_models import ModerationItem
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.front_desk import sign_in
from tests.support.halls import Family

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MINI = "/api/v1/mini"


@dataclass
class Phones:
    """The family's phones, and its hall."""

    app: APIFlask
    family: Family
    tokens: dict[str, str]

    def __call__(self, who: str, path: str, json: Any = None, method: str | None = None, **more: Any) -> Any:
        """The body of a good answer, the status of any other."""
        method, head = (
            method or ("POST" if json is not None else "GET"),
            {"Authorization": f"Bearer {self.tokens[who]}"},
        )
        answer = self.app.test_client().open(f"{MINI}{path}", method=method, json=json, headers=head, **more)
        return (answer.get_json(silent=True) or {}) if answer.status_code < 400 else answer.status_code


@pytest.fixture
def ask(app: APIFlask, work: WorkFactory) -> Phones:
    with work() as w:
        family = made.build(w)
    with unit_of_work() as w:
        return Phones(app, family, {name: sign_in(w, one) for name, one in family.people.items()})


def test_the_days_of_a_hall_stand_in_both_calendars_and_are_asked_for_and_stopped(ask: Phones) -> None:
    at = f"/remembrance-days/{ask.family.hall}"
    days = {one["kind"]: one for one in ask("guest", at)["items"]}
    assert list(days) == ["death", "birth", "qingming", "zhongyuan", "hanyi", "dongzhi"]
    death = days["death"]
    assert (death["who"], death["solar"]["day_zh"], death["lunar"]["day_zh"]) == (
        "王𬱖兰", "2027年8月1日", "2027年7月11日"
    )  # fmt: skip
    assert death["lunar"]["lunar_zh"] == "农历六月初八"
    assert (days["qingming"]["lunar"], days["qingming"]["solar"]["day_zh"]) == (None, "2027年4月5日")
    assert (days["zhongyuan"]["solar"], days["zhongyuan"]["lunar"]["lunar_zh"]) == (None, "农历七月十五")
    assert all(one["wish"] is None for one in days.values())
    wished = ask("guest", f"{at}/death", {"lunar": True, "days_before": 7}, "PUT")
    assert (wished["hall"], wished["kind_zh"], wished["day_zh"]) == ("怀念母亲", "忌日", "2027年7月11日")
    assert ask("guest", "/remembrance-days")["items"] == [wished]
    assert ask("guest", at)["items"][0]["wish"] == wished
    assert ask("son", "/remembrance-days")["items"] == []
    ask("guest", f"{at}/death", method="DELETE")
    assert ask("guest", "/remembrance-days")["items"] == []
    assert ask("stranger", at) == 404


def test_a_likeness_is_seen_by_the_near_kin_who_must_say_yes_and_by_nobody_else(ask: Phones) -> None:
    halls = f"/memorial/halls/{ask.family.hall}"
    sent = ask(
        "son", f"{halls}/media", method="POST", data={"file": (BytesIO(made.photo()), "妈妈.jpg"), "revived": "1"}
    )["media"][0]
    assert (sent["agreed"], sent["missing"]) == (True, 1)
    (asked,) = ask("daughter", halls)["media"]
    assert (asked["id"], asked["agreed"]) == (sent["id"], None)
    assert ask("daughter", f"{halls}/media/{sent['id']}") == {}
    assert ask("niece", halls)["media"] == ask("guest", halls)["media"] == []
    assert ask("niece", f"{halls}/media/{sent['id']}") == 404
    said = ask("daughter", f"{halls}/likeness", {"target": sent["id"], "yes": False})
    assert said["media"][0]["agreed"] is False


def test_whoever_wrote_finds_hall_and_reason_and_the_answer_to_an_objection(ask: Phones, work: WorkFactory) -> None:
    given = {"hall_id": str(ask.family.hall), "kind": "words", "words": "妈妈，我们都好。"}
    tribute = ask("son", "/tributes", given)
    with work() as w:
        item = w.session.scalars(select(ModerationItem)).one()
        item.state, item.queued_at = "queued", w.now
        moderation_desk.decide(w, ask.family.staff("clerk"), item.id, "refuse", "money")
    (mine,) = ask("son", "/tributes/items")["items"]
    assert (mine["subject_id"], mine["hall"], mine["what_zh"]) == (tribute["id"], "怀念母亲", "留言或信")
    assert (mine["state"], mine["may_appeal"]) == ("refused", True)
    number = ask("son", f"/memorial/halls/{ask.family.hall}/dispute", {"words": "照片不是这一年的"})["number"]
    with work() as w:
        concern = w.session.scalars(select(HallConcern)).one()
        answer = Answer("请家人改成 1968 年", upheld=True, mediated="agreed")
        hall_mediation.settle(w, ask.family.staff("officer"), concern.id, answer)
    (said,) = ask("son", "/memorial/concerns")["items"]
    assert (said["number"], said["state_zh"], said["answer"]) == (number, "意见成立", "请家人改成 1968 年")
    assert ask("daughter", "/memorial/concerns")["items"] == []


def test_a_birth_stands_in_both_calendars(ask: Phones) -> None:
    (mother,) = ask("guest", f"/memorial/halls/{ask.family.hall}")["dead"]
    assert (mother["born_zh"], mother["born_lunar_zh"]) == ("1940年5月1日", "农历三月廿四")
