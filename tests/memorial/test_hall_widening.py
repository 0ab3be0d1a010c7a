"""A hall opened to more people: nothing that was looked at for fewer is seen before it is looked at again."""

from typing import Any

import pytest
from sqlalchemy import select

from backend.core.db import Work
from backend.memorial import (
    hall_files,
    hall_media,
    hall_views,
    hall_words,
    moderation,
    moderation_desk,
    tribute_views,
    tributes,
)
from backend.memorial.tribute_models import ModerationItem
from backend.memorial.tributes import Offering
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.halls import Family

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def family(work: WorkFactory) -> Family:
    with work() as w:
        return made.build(w)


def pass_all(w: Work) -> None:
    """The machine finds nothing wrong with anything."""
    for row in w.session.scalars(select(ModerationItem).where(ModerationItem.state == "checking")):
        moderation.judged(w, row, "pass")


def fill(w: Work, family: Family) -> None:
    """Everything a hall can show, let through for the family: the story, a name, a picture, words and a letter."""
    son = family.people["son"]
    made.row(w, family).privacy = "family"
    hall_words.write_story(w, son, family.hall, "她生在江边。")
    hall_words.add_relative(w, son, family.hall, "王大山", "parent", dead=True)
    hall_media.add(w, son, family.hall, hall_files.read(made.photo()), "在渡口", revived=False)
    tributes.give(w, son, family.hall, Offering("words", "妈妈，我们都好。"))
    tributes.give(w, family.people["daughter"], family.hall, Offering("letter", "见信如面。", shared=True))
    pass_all(w)


def seen(w: Work, family: Family) -> list[Any]:
    """What a stranger is shown of all that."""
    w.session.flush()
    w.session.expire_all()
    hall = made.row(w, family)
    page = hall_views.page(w, hall)
    captions = [one["caption"] for one in page["photos"]]
    words = [one["words"] for one in tribute_views.of_hall(w, hall)["shown"]]
    return [*page["thoughts"], *(one["name"] for one in page["tree"]), *captions, *words]


@pytest.mark.parametrize("steps", [("invited",), ("public",), ("invited", "public")])
def test_nothing_that_was_looked_at_for_fewer_people_is_seen_before_it_is_looked_at_again(
    family: Family, work: WorkFactory, steps: tuple[str, ...]
) -> None:
    with work() as w:
        fill(w, family)
        whole = seen(w, family)
        assert len(whole) == 5
        for step in steps:
            hall_words.set_privacy(w, family.people["son"], family.hall, step)
            assert seen(w, family) == []
            waiting = select(ModerationItem.audience).where(ModerationItem.state == "checking")
            assert set(w.session.scalars(waiting)) == {step}
            pass_all(w)
        if "public" in steps:  # a picture is seen by a person before everybody sees it
            assert "在渡口" not in seen(w, family)
            clerk, queued = family.staff("clerk"), select(ModerationItem.id).where(ModerationItem.state == "queued")
            for item in w.session.scalars(queued).all():
                moderation_desk.decide(w, clerk, item, "show")
        assert sorted(seen(w, family)) == sorted(whole)


def test_what_was_looked_at_for_everybody_is_not_asked_about_again_when_the_hall_opens_a_second_time(
    family: Family, work: WorkFactory
) -> None:
    son = family.people["son"]
    with work() as w:
        made.row(w, family).privacy = "public"
        tributes.give(w, son, family.hall, Offering("words", "妈妈，我们都好。"))
        hall_words.write_story(w, son, family.hall, "她生在江边。")
        pass_all(w)
        hall_words.set_privacy(w, son, family.hall, "family")
        hall_words.write_story(w, son, family.hall, "她生在江边，姓王。")  # only the family's words so far
        hall_words.set_privacy(w, son, family.hall, "public")
        assert seen(w, family) == ["她生在江边。", "妈妈，我们都好。"]
        pass_all(w)
        assert seen(w, family) == ["她生在江边，姓王。", "妈妈，我们都好。"]


def test_words_that_come_while_the_hall_is_being_opened_are_judged_for_whom_it_is_then(
    family: Family, work: WorkFactory
) -> None:
    """What was written for the family and is asked about later: a restored appeal, and a picture in between."""
    son, clerk = family.people["son"], family.staff("clerk")
    with work() as w:
        fill(w, family)
        hall_media.add(w, son, family.hall, hall_files.read(made.photo()), "", revived=False)
        late = w.session.scalars(select(ModerationItem).where(ModerationItem.state == "checking")).one()
        words = select(ModerationItem).where(ModerationItem.subject_kind == "tribute", ModerationItem.author_id == son)
        gone = w.session.scalars(words).one()
        moderation_desk.decide(w, clerk, gone.id, "remove", "untrue")
        made.row(w, family).privacy = "public"  # as if by somebody at the same moment
        moderation.judged(w, late, "pass")
        assert (late.state, late.audience) == ("queued", "public")
        made.row(w, family).privacy = "family"
        hall_words.set_privacy(w, son, family.hall, "public")
        assert (gone.state, gone.audience) == ("removed", "public")
