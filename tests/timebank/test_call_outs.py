"""Emergency calls: whom they reach, what is told to whom, who comes, and that everybody learns when it is over."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.notices.models import Notice
from backend.residents.models import InboxItem
from backend.timebank import call_outs
from backend.timebank.call_outs import Call
from backend.timebank.order_errors import WrongOrderStateError
from backend.timebank.order_models import CallOutAnswer
from tests.conftest import WorkFactory
from tests.support import help_orders
from tests.support.help_orders import HERE, Help, helper, of
from tests.support.world import VILLAGE

SECRET = "张奶奶，八十二岁，蓝色棉袄，有阿尔茨海默病"


@pytest.fixture
def found(work: WorkFactory) -> Help:
    """Three who agreed to emergency calls, one, two and three kilometres away."""
    with work() as w:
        built = help_orders.build(w)
        for one in built.volunteers:
            of(w, one).emergency_calls = True
        return built


def call(found: Help, **more: Any) -> Call:
    facts: dict[str, Any] = {
        "kind": "missing", "title": "桃园社区有老人走失", "words": SECRET, "division": VILLAGE, "place": HERE,
        "radius_m": 2500,
    }  # fmt: skip
    return Call(**facts | more)


def raised(w: Work, found: Help, **more: Any) -> UUID:
    return call_outs.raise_call(w, found.viewers["clerk"], call(found, **more)).id


def states(w: Work) -> Counter[str]:
    return Counter(w.session.scalars(select(CallOutAnswer.state)))


def test_those_nearby_who_agreed_are_called_and_no_lock_screen_says_who_is_missing(
    found: Help, work: WorkFactory
) -> None:
    with work() as w:
        helper(w, 4, latitude=HERE[1])  # next door, but never agreed to such calls
        helper(w, 5, latitude=HERE[1], emergency_calls=True, state="suspended")
        call_id = raised(w, found)
        asked = set(w.session.scalars(select(CallOutAnswer.volunteer_id)))
        assert asked == set(found.volunteers[:2])  # the third is three kilometres away
        words = " ".join(w.session.scalars(select(Notice.body)))
        assert not any(part in words for part in ("张奶奶", "阿尔茨海默", "棉袄"))
        assert call_outs.shown_to(w, of(w, found.volunteers[0]), call_id)["words"] is None


def test_without_a_place_those_of_the_town_and_with_skills_only_the_able(found: Help, work: WorkFactory) -> None:
    with work() as w:
        of(w, found.volunteers[2]).skills = ["rescue"]
        raised(w, found, place=None)
        assert states(w) == {"asked": 3}
        raised(w, found, place=None, skills=("rescue",))
        assert states(w) == {"asked": 4}


def test_come_arrive_decline_and_stand_down_are_told_to_everybody_once(found: Help, work: WorkFactory) -> None:
    first, second, third = found.volunteers
    with work() as w:
        call_id = raised(w, found, radius_m=5000)
        call_outs.answer(w, of(w, first), call_id, "come")
        call_outs.answer(w, of(w, first), call_id, "come")
        assert call_outs.shown_to(w, of(w, first), call_id)["words"] == SECRET
        call_outs.answer(w, of(w, first), call_id, "arrive")
        call_outs.answer(w, of(w, second), call_id, "decline")
        assert call_outs.shown_to(w, of(w, second), call_id)["words"] is None
        with pytest.raises(WrongOrderStateError):
            call_outs.answer(w, of(w, third), call_id, "arrive")
        assert states(w) == {"arrived": 1, "declined": 1, "asked": 1}
    with work() as w:
        for _ in range(2):
            call_outs.stand_down(w, found.viewers["officer"], call_id, "人找到了，平安")
        assert states(w) == {"released": 2, "declined": 1}
        templates = Counter(w.session.scalars(select(InboxItem.template)))
        assert (templates["help_call"], templates["help_call_over"]) == (3, 2)
        assert call_outs.shown_to(w, of(w, first), call_id)["words"] is None  # no longer needed, no longer shown
        with pytest.raises(WrongOrderStateError):
            call_outs.answer(w, of(w, third), call_id, "come")


def test_who_was_not_called_or_stands_elsewhere_finds_nothing(found: Help, work: WorkFactory) -> None:
    with work() as w:
        call_id = raised(w, found)
        with pytest.raises(NotFoundError):
            call_outs.answer(w, of(w, found.volunteers[2]), call_id, "come")
        with pytest.raises(NotFoundError):
            call_outs.stand_down(w, found.viewers["elsewhere"], call_id, "不归我管")
        with pytest.raises(NotAllowedError):
            call_outs.raise_call(w, found.viewers["elsewhere"], call(found))
        with pytest.raises(NotFoundError):
            raised(w, found, alarm_id=UUID(int=7))


@pytest.mark.parametrize(
    "more",
    [{"kind": "party"}, {"title": "x"}, {"words": "快"}, {"radius_m": 99}, {"radius_m": 50_001},
     {"skills": ("flying",)}, {"division": "0"}, {"place": (121.47, 31.23)}],
)  # fmt: skip
def test_a_call_that_cannot_be_is_refused(more: dict[str, Any], found: Help, work: WorkFactory) -> None:
    with work() as w, pytest.raises(BadInputError):
        raised(w, found, **more)
