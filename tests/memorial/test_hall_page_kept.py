"""The page of a public hall is kept until something of it changes, and not a look longer."""

from collections.abc import Callable
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from backend.core.db import Work, unit_of_work
from backend.memorial import (
    hall_corrections,
    hall_files,
    hall_media,
    hall_mediation,
    hall_words,
    halls,
    moderation_desk,
    tributes,
)
from backend.memorial.deceased import Dead
from backend.memorial.hall_corrections import Correction
from backend.memorial.models import Hall, HallMedia
from backend.memorial.tribute_models import ModerationItem, Tribute
from backend.memorial.tributes import Offering
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.halls import BORN, DIED, Family

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAID, LETTER, STORY, CAPTION = "妈妈，我们都好。", "妈妈，见信如面。", "她教了一辈子书。", "1968年"


@pytest.fixture
def family(work: WorkFactory) -> Family:
    """A public hall with everything on its page that somebody may want gone."""
    with work() as w:
        found = made.build(w)
        hall_words.set_privacy(w, found.people["son"], found.hall, "public")
        hall_words.write_story(w, found.people["son"], found.hall, STORY)
        visitor = found.people["stranger"]
        tributes.give(w, visitor, found.hall, Offering("words", SAID))
        tributes.give(w, visitor, found.hall, Offering("letter", LETTER, shared=True))
        hall_media.add(w, found.people["son"], found.hall, hall_files.read(made.photo()), CAPTION, revived=False)
        w.session.execute(update(ModerationItem).values(state="queued", queued_at=w.now))
        for item in w.session.scalars(select(ModerationItem.id)).all():
            moderation_desk.decide(w, found.staff("clerk"), item, "show")
        return found


Act = Callable[[Work, Family], object]


def _tribute(w: Work, kind: str) -> UUID:
    return w.session.scalars(select(Tribute.id).where(Tribute.kind == kind)).one()


def _item(w: Work, subject: UUID) -> UUID:
    mine = select(ModerationItem.id).where(ModerationItem.subject_id == subject, ModerationItem.state == "shown")
    return w.session.scalars(mine).one()


def _taken_back(w: Work, family: Family) -> None:
    tributes.take_back(w, family.people["stranger"], _tribute(w, "words"))


def _kept_to_oneself(w: Work, family: Family) -> None:
    tributes.share(w, family.people["stranger"], _tribute(w, "letter"), shared=False)


def _removed_by_a_moderator(w: Work, family: Family) -> None:
    moderation_desk.decide(w, family.staff("clerk"), _item(w, _tribute(w, "words")), "remove", "vulgar")


def _erased_by_kin(w: Work, family: Family) -> None:
    hall_words.erase_story(w, family.people["daughter"], family.hall)


def _picture_removed(w: Work, family: Family) -> None:
    hall_media.remove(w, family.people["daughter"], family.hall, w.session.scalars(select(HallMedia.id)).one())


def _name_corrected(w: Work, family: Family) -> None:
    right = Dead("王秀兰", DIED, BORN, proof="派出所更正证明")
    hall_corrections.ask(w, family.staff("clerk"), family.mother, Correction(right, "名字写错了一个字"))


def _closed(w: Work, family: Family) -> None:
    halls.close(w, family.people["son"], family.hall, "家人商量好了")


def _frozen(w: Work, family: Family) -> None:
    hall_mediation.freeze(w, family.staff("officer"), family.hall, "家人在调解")


def _for_the_family(w: Work, family: Family) -> None:
    hall_words.set_privacy(w, family.people["son"], family.hall, "family")


GONE: list[tuple[Act, str]] = [
    (_taken_back, SAID), (_kept_to_oneself, LETTER), (_removed_by_a_moderator, SAID), (_erased_by_kin, STORY),
    (_picture_removed, CAPTION), (_name_corrected, "王𬱖兰"), (_closed, STORY), (_frozen, STORY),
    (_for_the_family, STORY),
]  # fmt: skip


@pytest.mark.parametrize(("act", "words"), GONE, ids=[act.__name__.strip("_") for act, _words in GONE])
def test_what_was_taken_away_is_gone_at_the_next_look(app: APIFlask, family: Family, act: Act, words: str) -> None:
    with unit_of_work() as w:
        address = f"/memorial/{made.row(w, family).number}"
    phone = app.test_client()
    before = phone.get(address)
    assert words in before.text
    with unit_of_work() as w:
        act(w, family)
    after = phone.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, words in after.text) == (200, False)


def test_while_nothing_changes_the_page_is_worked_out_once(app: APIFlask, family: Family) -> None:
    with unit_of_work() as w:
        address = f"/memorial/{made.row(w, family).number}"
    phone = app.test_client()
    before = phone.get(address)
    with unit_of_work() as w:  # past every verb: nobody has said that the hall has changed
        w.execute_dml(update(Hall).where(Hall.id == family.hall).values(story="改过"))
    assert phone.get(address).text == before.text
    assert phone.get(address, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    with unit_of_work() as w:
        halls.touch(w, halls.find(w, family.hall))
    assert "改过" in phone.get(address).text
