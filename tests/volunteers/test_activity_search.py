"""Finding activities: by place, day, kind, free places and words, page by page."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.core.db import reading
from backend.core.errors import BadInputError
from backend.people.service import Viewer
from backend.volunteers import activity_search, places
from backend.volunteers.activity_search import Wanted
from backend.volunteers.models import Volunteer
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.volunteers import SATURDAY, published, volunteer


@pytest.fixture
def officer(work: WorkFactory) -> Viewer:
    with work() as w:
        return world.build(w).viewer("officer", "officer", f"{world.COUNTY}/")


@pytest.fixture
def reader(officer: Viewer, work: WorkFactory) -> UUID:
    with work(officer.actor) as w:
        return volunteer(w)


@pytest.mark.both_databases
def test_activities_are_found_by_place_day_kind_room_and_words_page_by_page(
    officer: Viewer, reader: UUID, work: WorkFactory
) -> None:
    with work(officer.actor) as w:
        full = published(w, officer, capacity=1)
        for days in range(1, 6):
            day = SATURDAY + timedelta(days=days)
            published(w, officer, title=f"第{days}次ＡＢ读报会", kind="reading", starts_at=day,
                      ends_at=day + timedelta(hours=1), division_code=world.TOWN)  # fmt: skip
        places.sign_up(w, w.session.get_one(Volunteer, reader), full.id)
    with reading() as w:

        def titles(**wanted: Any) -> list[str]:
            return [one.title for one in activity_search.search(w, Wanted(**wanted))[0]]

        assert len(titles()) == 6
        assert titles(division=world.VILLAGE) == [full.title]
        assert titles(words="ab 第3") == ["第3次ＡＢ读报会"]
        assert titles(words="100%") == []
        assert full.title not in titles(free=True)
        assert titles(since=SATURDAY.date(), until=SATURDAY.date()) == [full.title]
        assert len(titles(kind="reading")) == 5
        first, cursor = activity_search.search(w, Wanted(), limit=4)
        rest, end = activity_search.search(w, Wanted(), cursor=cursor, limit=4)
        assert ([len(first), len(rest)], end) == ([4, 2], None)
        assert len({one.id for one in [*first, *rest]}) == 6
        with pytest.raises(BadInputError):
            activity_search.search(w, Wanted(), cursor="xx")
