"""好差评: who may rate, and once."""

import threading
from datetime import datetime
from uuid import uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from backend.core.clock import CHINA
from backend.core.db import reading, unit_of_work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.ratings import service
from backend.ratings.errors import AlreadyRatedError, NotInvitedError
from backend.ratings.models import CallbackTask, Rating, RatingInvitation
from backend.ratings.rules import LEVELS, shares
from backend.schema import METADATA
from tests.conftest import WorkFactory
from tests.ratings.stories import Residents, invited

# -- who may rate


def test_a_finished_matter_is_rated_by_the_phone(residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    invitation = invited(work, who)
    listed = who.ask("GET", "/ratings/invitations").get_json()
    assert [one["id"] for one in listed["items"]] == [str(invitation)]
    assert [one["name"] for one in listed["levels"]] == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    body = {"invitation": str(invitation), "level": 5, "items": {"efficiency": 4}, "comment": " 很耐心 "}
    answer = who.ask("POST", "/ratings", body)
    assert (answer.status_code, answer.get_json()["message"]) == (201, "谢谢您的评价。")
    assert who.ask("GET", "/ratings/invitations").get_json()["items"] == []
    with reading() as w:
        row = w.session.scalars(select(Rating)).one()
        assert (row.level, row.items, row.comment, row.title) == (5, {"efficiency": 4}, "很耐心", "结婚登记")
        assert w.session.scalars(select(CallbackTask)).all() == []


def test_a_matter_is_rated_once(residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    body = {"invitation": str(invited(work, who)), "level": 4}
    assert who.ask("POST", "/ratings", body).status_code == 201
    again = who.ask("POST", "/ratings", body)
    assert (again.status_code, again.get_json()["code"]) == (409, "ratings.already_rated")


def test_a_second_tap_with_the_same_key_gets_the_same_answer(residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    body = {"invitation": str(invited(work, who)), "level": 2}
    first, second = (who.ask("POST", "/ratings", body, key="tap-12345678") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    with reading() as w:
        assert w.session.scalar(select(func.count()).select_from(CallbackTask)) == 1


@pytest.mark.parametrize("comment", ["\ud800", "a\x00b", "好\u202e"])
def test_strange_characters_are_no_accident(comment: str, residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    answer = who.ask("POST", "/ratings", {"invitation": str(invited(work, who)), "level": 5, "comment": comment})
    assert answer.status_code in (201, 422)


def test_nobody_rates_what_somebody_else_was_invited_to(residents: Residents, work: WorkFactory) -> None:
    one, other = residents
    invitation = invited(work, one)
    for wrong in (invitation, uuid4()):
        answer = other.ask("POST", "/ratings", {"invitation": str(wrong), "level": 5})
        assert (answer.status_code, answer.get_json()["code"]) == (404, "ratings.not_invited")
    with work() as w, pytest.raises(NotInvitedError):
        service.rate(w, other.person, invitation, 5)


def test_a_stranger_rates_nothing(app: APIFlask) -> None:
    client = app.test_client()
    assert client.get("/api/v1/mini/ratings/invitations").status_code == 401
    assert client.post("/api/v1/mini/ratings", json={"invitation": str(uuid4()), "level": 5}).status_code == 401


@pytest.mark.parametrize(("level", "status"), [(0, 422), (1, 201), (5, 201), (6, 422)])
def test_there_are_five_levels(level: int, status: int, residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    answer = who.ask("POST", "/ratings", {"invitation": str(invited(work, who)), "level": level})
    assert answer.status_code == status


@pytest.mark.parametrize("facts", [{"level": 0}, {"level": 6}, {"items": {"speed": 5}}, {"items": {"platform": 9}}])
def test_the_verb_itself_refuses_what_is_no_level(
    facts: dict[str, object], residents: Residents, work: WorkFactory
) -> None:
    who, _ = residents
    invitation = invited(work, who)
    with work() as w, pytest.raises(BadInputError):
        service.rate(w, who.person, invitation, **({"level": 5} | facts))  # type: ignore[arg-type] # wrong on purpose


@pytest.mark.parametrize(("length", "fits"), [(299, True), (300, True), (301, False)])
def test_a_comment_has_a_limit(length: int, *, fits: bool, residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    body = {"invitation": str(invited(work, who)), "level": 5, "comment": "好" * length}
    assert (who.ask("POST", "/ratings", body).status_code == 201) == fits


def test_somebody_is_invited_to_a_matter_once_and_both_of_a_couple_are(residents: Residents, work: WorkFactory) -> None:
    one, other = residents
    invited(work, one)
    invited(work, other)
    with work() as w:
        assert service.invite(w, one.person, "booking", "b1", "结婚登记") is None
        assert len(service.invitations(w, one.person)) == 1


def test_of_ten_taps_at_once_one_is_a_rating(residents: Residents, work: WorkFactory, app: APIFlask) -> None:
    who, _ = residents
    invitation, outcomes = invited(work, who), []

    def tap() -> None:
        with app.app_context():
            try:
                with unit_of_work() as w:
                    service.rate(w, who.person, invitation, 1)
                outcomes.append("rated")
            except AlreadyRatedError:
                outcomes.append("refused")

    threads = [threading.Thread(target=tap) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["rated"] + ["refused"] * 9
    with reading() as w:
        assert w.session.scalar(select(func.count()).select_from(CallbackTask)) == 1


@pytest.mark.parametrize(
    "facts",
    [{"level": 0}, {"level": 6}],
)
def test_the_database_refuses_a_sixth_level(facts: dict[str, int], residents: Residents, work: WorkFactory) -> None:
    who, _ = residents
    invitation = invited(work, who)
    row = Rating(
        id=new_id(), invitation_id=invitation, subject_kind="x", subject_id="y", person_id=who.person, title="t",
        items={}, division_path="5/", at=datetime(2026, 11, 22, tzinfo=CHINA), **facts,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="level"), work() as w:
        w.session.add(row)


def test_comments_and_notes_are_sealed() -> None:
    sealed = {"rating.comment", "callback_task.note", "question.text", "question.answer"}
    kinds = {name: type(METADATA.tables[name.split(".")[0]].c[name.split(".")[1]].type).__name__ for name in sealed}
    assert set(kinds.values()) == {"Encrypted"}


# -- figures


def test_shares_add_up_and_nothing_is_no_achievement() -> None:
    found = shares([5, 5, 4, 3, 2, 1])
    assert (found.total, found.counts[5], found.satisfied) == (6, 2, pytest.approx(4 / 6))
    assert sum(found.share(level) for level in LEVELS) == pytest.approx(1)
    assert (shares([]).satisfied, shares([]).share(5)) == (None, 0.0)


def test_an_invitation_survives_its_office(residents: Residents, work: WorkFactory) -> None:
    invited(work, residents[0], office_id=uuid4())
    with reading() as w:
        assert w.session.scalars(select(RatingInvitation)).one().office_id is not None
