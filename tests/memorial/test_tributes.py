"""Tributes: once a person, hall, kind and day; exact under a crowd; what is written is text, for whom it may be."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.core.clock import CHINA, ManualClock
from backend.core.db import Work, unit_of_work
from backend.core.errors import BadInputError, DomainError, NotFoundError
from backend.memorial import moderation, tribute_holdings, tribute_views, tributes
from backend.memorial.models import Hall
from backend.memorial.tribute_errors import HallRestsError, WrittenTodayError
from backend.memorial.tribute_models import ModerationItem, Tribute
from backend.memorial.tributes import Offering
from tests.conftest import WorkFactory
from tests.support import tributes as made
from tests.support.at_once import at_once
from tests.support.residents import person
from tests.support.tributes import Remembering

HANDS = 50
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def found(work: WorkFactory) -> Remembering:
    with work() as w:
        return made.build(w)


@pytest.mark.both_databases
def test_fifty_candles_from_one_phone_are_one_and_those_of_fifty_people_fifty(
    app: APIFlask, found: Remembering, work: WorkFactory
) -> None:
    with work() as w:
        crowd = [person(w, f"来客{one}", serial=100 + one) for one in range(HANDS)]

    def light(who: Callable[[int], UUID]) -> Callable[[int], str]:
        def run(number: int) -> str:
            with unit_of_work() as w:
                return tributes.give(w, who(number), found.hall, Offering("candle")).kind

        return run

    assert set(at_once(app, HANDS, light(lambda _number: found.visitor))) == {"candle"}
    with work() as w:
        assert tributes.counts(w, found.hall) == {"candle": 1}
    assert set(at_once(app, HANDS, light(lambda number: crowd[number]))) == {"candle"}
    with work() as w:
        assert tributes.counts(w, found.hall) == {"candle": HANDS + 1}
        assert w.session.scalar(select(func.count()).select_from(Tribute)) == HANDS + 1


@pytest.mark.both_databases
def test_a_day_ends_at_midnight_in_china(found: Remembering, work: WorkFactory, clock: ManualClock) -> None:
    midnight = datetime(2026, 11, 23, tzinfo=CHINA)
    clock.advance((midnight - clock.now()).total_seconds() - 1)
    for _ in range(2):
        with work() as w:
            last = tributes.give(w, found.visitor, found.hall, Offering("flower")).day
    clock.advance(1)
    with work() as w:
        first = tributes.give(w, found.visitor, found.hall, Offering("flower")).day
        tributes.give(w, found.visitor, found.hall, Offering("bow"))
        assert (last.day, first.day) == (22, 23)
        assert tributes.counts(w, found.hall) == {"flower": 2, "bow": 1}


@sqlite
def test_counts_stand_in_the_order_of_the_list_whatever_their_numbers(found: Remembering, work: WorkFactory) -> None:
    with work() as w:
        for who in (found.kin, found.visitor):
            tributes.give(w, who, found.hall, Offering("song", song="songbie"))
        tributes.give(w, found.kin, found.hall, Offering("flower"))
        assert list(tributes.counts(w, found.hall).items()) == [("flower", 1), ("song", 2)]


@sqlite
@pytest.mark.parametrize(
    ("offering", "field"),
    [
        (Offering("gold"), "祭扫方式"),
        (Offering("song"), "曲子"),
        (Offering("song", song="dj"), "曲子"),
        (Offering("words", " \u200b\n"), "留言"),
        (Offering("words", "念" * 301), "留言"),
        (Offering("letter", "念" * 3001), "写信"),
        (Offering("letter"), "写信"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    found: Remembering, work: WorkFactory, offering: Offering, field: str
) -> None:
    with work() as w, pytest.raises(BadInputError) as caught:
        tributes.give(w, found.visitor, found.hall, offering)
    assert caught.value.facts["field"] == field


@sqlite
def test_words_up_to_the_limit_and_signs_of_markup_are_kept_as_they_were_typed(
    found: Remembering, work: WorkFactory
) -> None:
    with work() as w:
        typed = "<b>妈妈</b>\u202e\x00𬱖\n" + "念" * (300 - 11)
        row = tributes.give(w, found.visitor, found.hall, Offering("words", typed))
        assert row.words == typed.replace("\u202e", "").replace("\x00", "")
        assert tributes.give(w, found.visitor, found.hall, Offering("letter", "念" * 3000)).shown is False


@sqlite
def test_words_are_seen_by_others_only_once_moderation_has_let_them_through(
    found: Remembering, work: WorkFactory
) -> None:
    with work() as w:
        item = made.written(w, found)
        hall = w.session.get_one(Hall, found.hall)
        assert tribute_views.of_hall(w, hall)["shown"] == []
        before = hall.version
        made.decide(w, found.viewers["clerk"], item.id, "show")
        seen = tribute_views.of_hall(w, hall)["shown"]
        assert [(one["words"], one["who"]) for one in seen] == [("妈妈，我们都好，您放心。", "王**")]
        assert hall.version == before + 1
        made.decide(w, found.viewers["clerk"], item.id, "remove", "privacy")
        assert tribute_views.of_hall(w, hall)["shown"] == []


@sqlite
def test_a_letter_is_the_writers_alone_until_it_is_shared_and_after_it_is_taken_back(
    found: Remembering, work: WorkFactory
) -> None:
    with work() as w:
        row = tributes.give(w, found.kin, found.home, Offering("letter", "妈妈，这封信只给您。"))
        assert w.session.scalars(select(ModerationItem)).all() == []
        assert tribute_views.own(w, [row])[0]["standing"] == "只有您自己看得到"
        tributes.share(w, found.kin, row.id, shared=True)
        item = w.session.scalars(select(ModerationItem)).one()
        moderation.judged(w, item, "pass")
        hall = w.session.get_one(Hall, found.home)
        assert tribute_views.of_hall(w, hall)["shown"][0]["who"] == "李红"
        tributes.share(w, found.kin, row.id, shared=False)
        assert (row.shown, item.state) == (False, "withdrawn")
        with pytest.raises(NotFoundError):
            tributes.share(w, found.visitor, row.id, shared=True)


@sqlite
def test_words_are_written_once_a_day_and_again_after_they_are_taken_back(
    found: Remembering, work: WorkFactory
) -> None:
    with work() as w:
        first = tributes.give(w, found.visitor, found.hall, Offering("words", "想您"))
        with pytest.raises(WrittenTodayError):
            tributes.give(w, found.visitor, found.hall, Offering("words", "再写"))
        tributes.take_back(w, found.visitor, first.id)
        again = tributes.give(w, found.visitor, found.hall, Offering("words", "再写"))
        assert (again.id, again.words) == (first.id, "再写")
        assert tributes.counts(w, found.hall) == {"words": 1}
        states = [one.state for one in w.session.scalars(select(ModerationItem).order_by(ModerationItem.id))]
        assert states == ["withdrawn", "checking"]


@sqlite
def test_a_hall_of_the_family_or_at_rest_takes_nothing_from_others(found: Remembering, work: WorkFactory) -> None:
    def refused(w: Work, who: UUID, hall: UUID) -> type[DomainError]:
        with pytest.raises(DomainError) as caught:
            tributes.give(w, who, hall, Offering("bow"))
        return caught.type

    with work() as w:
        assert refused(w, found.visitor, found.home) is NotFoundError
        assert refused(w, found.visitor, found.visitor) is NotFoundError
        w.session.get_one(Hall, found.home).state = "frozen"
        assert refused(w, found.kin, found.home) is HallRestsError


@sqlite
def test_whoever_asks_to_be_forgotten_takes_their_words_and_leaves_the_record_of_what_was_removed(
    found: Remembering, work: WorkFactory, clock: ManualClock
) -> None:
    with work() as w:
        removed = made.shown(w, found)
        made.decide(w, found.viewers["clerk"], removed.id, "remove", "money")
    clock.advance(86_400)
    erasable = tribute_holdings.ERASABLES[0]
    with work() as w:
        kept = tributes.give(w, found.visitor, found.hall, Offering("words", "又来看您"))
        assert [one.until.year for one in erasable.kept(w, found.visitor)] == [2029]
        assert erasable.live(w, found.visitor) == []
        erasable.erase(w, found.visitor)
        assert (kept.words, tributes.counts(w, found.hall)) == (None, {"words": 2})
        words = {one.state: one.words for one in w.session.scalars(select(ModerationItem))}
        assert words == {"removed": "妈妈，我们都好，您放心。", "withdrawn": "内容已按规定删除"}
        assert len(tribute_holdings.HOLDINGS[0].collect(w, found.visitor)) == 2  # one for each day
