"""Those who write and those who decide meet in one hall, on both databases: nobody waits in a circle."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from apiflask import APIFlask
from sqlalchemy import select, text

from backend.core.db import Work, is_sqlite, unit_of_work
from backend.memorial import hall_words, halls, moderation_checks, moderation_desk, tributes
from backend.memorial.moderation_rules import CHECKING, WITHDRAWN
from backend.memorial.tribute_errors import WrongModerationStateError
from backend.memorial.tribute_models import ModerationItem, Tribute
from tests.conftest import WorkFactory
from tests.support import tributes as made
from tests.support.at_once import at_once
from tests.support.services import wait_until
from tests.support.tributes import Remembering

pytestmark = pytest.mark.both_databases

MANY = 24


@pytest.fixture
def found(work: WorkFactory) -> Remembering:
    with work() as w:
        return made.build(w)


def _story(work: Work) -> ModerationItem:
    return work.session.scalars(select(ModerationItem).filter_by(subject_kind=hall_words.STORY)).one()


def test_a_keeper_writes_on_while_the_machine_answers_about_the_words_before(
    app: APIFlask, found: Remembering, work: WorkFactory
) -> None:
    """Each holds the hall before anything in it: the one who comes second waits with empty hands."""
    with work() as w:
        hall_words.write_story(w, found.kin, found.hall, "第一稿")
        first = _story(w).id

    def machine() -> None:
        with app.app_context(), unit_of_work() as w:
            moderation_checks.answered(w, first, "pass")

    with ThreadPoolExecutor(1) as pool:
        with work() as w:
            halls.find(w, found.hall, lock=True)
            answer = pool.submit(machine)
            if not is_sqlite(w):
                wait_until(lambda: w.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
            hall_words.write_story(w, found.kin, found.hall, "第二稿")
        answer.result()
    with work() as w:
        states = {item.words: item.state for item in w.session.scalars(select(ModerationItem))}
        assert states == {"第一稿": WITHDRAWN, "第二稿": CHECKING}


def test_words_taken_back_while_a_moderator_shows_them_end_up_unseen(
    app: APIFlask, found: Remembering, work: WorkFactory
) -> None:
    with work() as w:
        people = [made.person(w, f"访客{serial}", serial=100 + serial) for serial in range(MANY)]
        rows = [tributes.give(w, one, found.hall, tributes.Offering("words", "安息")) for one in people]
        tribute_ids = [row.id for row in rows]
        items = {item.subject_id: item for item in w.session.scalars(select(ModerationItem))}
        for item in items.values():
            item.state, item.queued_at = "queued", w.now
        item_ids = [items[one].id for one in tribute_ids]

    def act(number: int) -> str:
        at = number // 2
        with unit_of_work() as w:
            if number % 2:
                tributes.take_back(w, people[at], tribute_ids[at])
                return "back"
            moderation_desk.decide(w, found.viewers["clerk"], item_ids[at], "show")
            return "show"

    answers = Counter(at_once(app, MANY * 2, act))
    assert answers["back"] == MANY
    assert set(answers) <= {"back", "show", WrongModerationStateError}
    with work() as w:
        assert not any(row.shown or row.words for row in w.session.scalars(select(Tribute)))
        assert {item.state for item in w.session.scalars(select(ModerationItem))} == {"withdrawn"}
