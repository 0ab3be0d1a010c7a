"""Questions from a phone, and their way to a person of the bureau and back (R-092)."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from backend.core.clock import ManualClock
from backend.core.db import reading
from backend.core.errors import BadInputError
from backend.core.states import WrongStateError
from backend.guides import service
from backend.guides.errors import NoSuchQuestionError, NothingToCiteError
from backend.guides.items import items
from backend.guides.models import Question
from backend.guides.states import QUESTION
from backend.ratings.models import RatingInvitation
from backend.residents.models import InboxItem
from scheduler import front_desk
from tests.conftest import WorkFactory
from tests.support.front_desk import sign_in, sign_in_resident
from tests.support.world import World, build

DAY_S = 86_400
CITE = ("marriage_registration", "怎么预约")
Resident = tuple[UUID, str]


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return build(w)


@pytest.fixture
def asker(work: WorkFactory) -> Resident:
    with work() as w:
        return sign_in_resident(w, "张伟", "13800001111", 1)


def call(app: APIFlask, method: str, path: str, token: str | None = None, **more: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return app.test_client().open(
        f"/api/v1/mini{path}", method=method, headers=headers | more.pop("headers", {}), **more
    )


def asked(app: APIFlask, words: str = "孩子可以跟妈妈姓吗") -> dict[str, Any]:
    answer = call(app, "POST", "/questions", json={"text": words})
    assert answer.status_code == 201
    body: dict[str, Any] = answer.get_json()
    return body


# -- guide items


def test_everybody_can_read_the_guides_and_a_phone_loads_them_once(app: APIFlask) -> None:
    first = call(app, "GET", "/guides")
    listed = [item["code"] for group in first.get_json()["groups"] for item in group["items"]]
    assert sorted(listed) == sorted(items())
    assert [group["name"] for group in first.get_json()["groups"]] == ["婚姻登记", "婚姻服务", "社会救助", "账户与信息"]
    assert "max-age=300" in first.headers["Cache-Control"]
    again = call(app, "GET", "/guides", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("code", ["marriage_registration", "divorce_certificate", "my_data"])
def test_a_guide_says_everything_a_resident_asks(code: str, app: APIFlask) -> None:
    answer = call(app, "GET", f"/guides/{code}")
    item = answer.get_json()
    assert (answer.status_code, item["free"], item["fee"], item["forms"]) == (200, True, 0, [])
    assert all(item[part] for part in ("who", "where", "bring", "never_asked", "steps", "how_long", "law", "answers"))
    assert {"topics", "names", "review_by"} & set(item) == set()
    assert call(app, "GET", f"/guides/{code}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(("code", "status"), [("nothing", 404), ("../laws", 404), ("%00", 422)])
def test_a_guide_that_does_not_exist_says_the_next_step(code: str, status: int, app: APIFlask) -> None:
    answer = call(app, "GET", f"/guides/{code}")
    assert answer.status_code == status
    assert answer.get_json()["detail"].endswith("。")


# -- asking


def test_a_question_is_answered_with_its_article(app: APIFlask) -> None:
    found = asked(app, "领证要户口本不")
    first = found["answers"][0]
    assert (first["guide"], first["heading"]) == ("marriage_registration", "要不要户口簿")
    assert "不要户口簿" in first["answer"]
    assert (first["law"][0]["name"], first["law"][0]["article"]) == ("婚姻登记条例", "第八条")


def test_no_answer_is_made_up(app: APIFlask) -> None:
    found = asked(app, "今天天气怎么样")
    assert (found["answers"], found["can_ask_a_person"]) == ([], True)
    assert "请工作人员回答" in found["hint"]


@pytest.mark.parametrize(("words", "status"), [("", 422), ("   ", 422), ("问" * 200, 201), ("问" * 201, 422)])
def test_a_question_has_words_and_not_too_many(words: str, status: int, app: APIFlask) -> None:
    assert call(app, "POST", "/questions", json={"text": words}).status_code == status


@pytest.mark.parametrize("words", ["\ud800", "领\x00证", "\u202e领证", "\ufeff", "𠮷" * 200])
def test_strange_characters_are_no_accident(words: str, app: APIFlask) -> None:
    body = json.dumps({"text": words})  # escaped: half a character arrives as it was sent
    answer = call(app, "POST", "/questions", data=body, content_type="application/json")
    assert answer.status_code in (201, 422)


def test_asking_too_often_is_slowed_down(app: APIFlask) -> None:
    answers = [call(app, "POST", "/questions", json={"text": "领证"}).status_code for _ in range(61)]
    assert answers == [201] * 60 + [429]


def test_the_words_of_a_question_are_sealed_in_the_database(app: APIFlask, work: WorkFactory) -> None:
    asked(app, "我被打了怎么办")
    with work() as w:
        stored = bytes(w.session.execute(text("SELECT text FROM question")).scalar_one())
    assert "打".encode() not in stored


# -- to a person


def test_a_question_goes_to_a_person_and_the_answer_comes_back(
    app: APIFlask, county: World, asker: Resident, work: WorkFactory
) -> None:
    person, token = asker
    question = asked(app)["id"]
    handed = call(app, "POST", f"/questions/{question}/ask-a-person", token)
    assert (handed.status_code, handed.get_json()["state_name"]) == (200, "等待答复")
    with work() as w:
        assert [str(row.id) for row in service.inbox(w)] == [question]
        service.answer(w, UUID(question), county.staff["officer"], "请到派出所问姓名登记。", [CITE])
    mine = call(app, "GET", "/questions", token).get_json()["items"]
    assert (mine[0]["answer"], mine[0]["state"]) == ("请到派出所问姓名登记。", "answered")
    assert mine[0]["cites"] == [{"guide": CITE[0], "title": "结婚登记", "heading": CITE[1]}]
    with reading() as w:
        told = w.session.scalars(select(InboxItem).where(InboxItem.person_id == person)).one()
        assert (told.template, told.page) == ("question_answered", f"pages/questions/detail?id={question}")
        assert "姓" not in told.body  # a lock screen shows neither question nor answer
        invited = w.session.scalars(select(RatingInvitation)).one()
        assert (invited.person_id, invited.subject_id, invited.title) == (person, question, "在线咨询")
        assert invited.staff_id == county.staff["officer"]


def test_handing_over_twice_is_handing_over_once(app: APIFlask, asker: Resident) -> None:
    question = asked(app)["id"]
    answers = [call(app, "POST", f"/questions/{question}/ask-a-person", asker[1]).get_json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(call(app, "GET", "/questions", asker[1]).get_json()["items"]) == 1


def test_somebody_elses_question_does_not_exist(app: APIFlask, asker: Resident, work: WorkFactory) -> None:
    question = asked(app)["id"]
    call(app, "POST", f"/questions/{question}/ask-a-person", asker[1])
    with work() as w:
        _, other = sign_in_resident(w, "李娜", "13800002222", 2)
    for wrong in (question, uuid4()):
        answer = call(app, "POST", f"/questions/{wrong}/ask-a-person", other)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "guides.no_question")
    assert call(app, "GET", "/questions", other).get_json()["items"] == []


def test_only_whoever_has_proved_their_name_can_be_answered(app: APIFlask, work: WorkFactory) -> None:
    question = asked(app)["id"]
    with work() as w:
        unproved = sign_in(w, None)
    assert call(app, "POST", f"/questions/{question}/ask-a-person").status_code == 401
    answer = call(app, "POST", f"/questions/{question}/ask-a-person", unproved)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "residents.needs_real_name")
    assert call(app, "GET", "/questions", unproved).get_json() == {"items": []}


# -- answering


def opened(work: WorkFactory, person: UUID) -> UUID:
    with work() as w:
        found = service.ask(w, "孩子可以跟妈妈姓吗")
        w.session.flush()
        return service.hand_over(w, found.id, person).id


@pytest.mark.parametrize(
    "cites", [[], [("marriage_registration", "没有这一条")], [("nothing", "怎么预约")], [CITE, ("x", "y")]]
)
def test_an_answer_cites_what_stands_in_a_guide_item(
    cites: list[tuple[str, str]], county: World, asker: Resident, work: WorkFactory
) -> None:
    question = opened(work, asker[0])
    with work() as w, pytest.raises(NothingToCiteError):
        service.answer(w, question, county.staff["officer"], "可以。", cites)


@pytest.mark.parametrize(("words", "fits"), [("", False), ("答" * 500, True), ("答" * 501, False)])
def test_an_answer_has_words_and_not_too_many(
    words: str, *, fits: bool, county: World, asker: Resident, work: WorkFactory
) -> None:
    question = opened(work, asker[0])
    if fits:
        with work() as w:
            assert service.answer(w, question, county.staff["officer"], words, [CITE]).answer == words
    else:
        with work() as w, pytest.raises(BadInputError):
            service.answer(w, question, county.staff["officer"], words, [CITE])


def test_an_unknown_question_cannot_be_answered(county: World, work: WorkFactory) -> None:
    with work() as w, pytest.raises(NoSuchQuestionError):
        service.answer(w, uuid4(), county.staff["officer"], "可以。", [CITE])


@pytest.mark.parametrize("state", sorted(QUESTION.table))
@pytest.mark.parametrize("action", ["answer", "close"])
def test_every_action_of_the_staff_in_every_state_does_what_the_table_says(
    state: str, action: str, county: World, asker: Resident, work: WorkFactory
) -> None:
    with work() as w:
        question = service.ask(w, "孩子可以跟妈妈姓吗").id
    steps = {
        "hand_over": lambda w: service.hand_over(w, question, asker[0]),
        "answer": lambda w: service.answer(w, question, county.staff["officer"], "可以。", [CITE]),
        "close": lambda w: service.close(w, question),
    }
    ways = {"asked": (), "open": ("hand_over",), "answered": ("hand_over", "answer"), "closed": ("hand_over", "close")}
    for step in ways[state]:
        with work() as w:
            steps[step](w)
    if action in QUESTION.actions(state):
        with work() as w:
            assert steps[action](w).state == QUESTION.table[state][action]
    else:
        with work() as w, pytest.raises(WrongStateError):
            steps[action](w)


@pytest.mark.parametrize("facts", [{"state": "open"}, {"state": "answered"}, {"state": "lost"}])
def test_the_database_refuses_a_question_that_cannot_be(facts: dict[str, str], work: WorkFactory) -> None:
    with pytest.raises(IntegrityError, match="ck_question"), work() as w:
        w.session.add(Question(text="x", found=False, cites=[], asked_at=w.now, **facts))


# -- keeping


@pytest.mark.parametrize(("days", "left"), [(30, 1), (31, 0)])
def test_a_question_nobody_waits_for_goes_after_a_month(
    days: int, left: int, app: APIFlask, work: WorkFactory, clock: ManualClock
) -> None:
    asked(app)
    clock.advance(days * DAY_S)
    assert front_desk.forget_questions() == 1 - left
    assert front_desk.forget_questions() == 0
    with reading() as w:
        assert len(w.session.scalars(select(Question)).all()) == left


def test_a_question_that_waits_is_never_forgotten_and_an_answered_one_after_a_year(
    county: World, asker: Resident, work: WorkFactory, clock: ManualClock
) -> None:
    waiting, answered = opened(work, asker[0]), opened(work, asker[0])
    with work() as w:
        service.answer(w, answered, county.staff["officer"], "可以。", [CITE])
    clock.advance(365 * DAY_S)
    assert front_desk.forget_questions() == 0
    clock.advance(1)
    assert front_desk.forget_questions() == 1
    with reading() as w:
        assert w.session.scalars(select(Question.id)).all() == [waiting]


def test_figures_count_the_last_thirty_days(
    app: APIFlask, asker: Resident, work: WorkFactory, clock: ManualClock
) -> None:
    asked(app, "领证要户口本不")
    clock.advance(timedelta(days=31).total_seconds())
    asked(app, "领证要户口本不")
    asked(app, "今天天气怎么样")
    opened(work, asker[0])
    with reading() as w:
        assert service.figures(w) == {"asked": 3, "found": 1, "waiting": 1}


def test_whoever_asks_a_person_all_the_same_has_not_found_the_answer_in_the_guides(
    app: APIFlask, asker: Resident, work: WorkFactory
) -> None:
    found = asked(app, "领证要户口本不")
    with reading() as w:
        assert service.figures(w) == {"asked": 1, "found": 1, "waiting": 0}
    with work() as w:
        service.hand_over(w, UUID(found["id"]), asker[0])
    with reading() as w:
        assert service.figures(w) == {"asked": 1, "found": 0, "waiting": 1}
