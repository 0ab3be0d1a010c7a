"""Ceremonies: who hosts and who comes; a day of a group wedding takes as many couples as it has places."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from backend.booking.errors import SlotFullError
from backend.booking.models import OfficeMatter, Slot
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.marriage import ceremonies
from backend.marriage.booking import BookingAsk, book_matter
from backend.marriage.models import Ceremony
from tests.conftest import WorkFactory
from tests.support.registry import HERE, Registry, couple, slot

WEDDING = date(2026, 2, 14)
MORNING, NOON = 570, 690


def _day(w: Work) -> date:
    return local(w.now).date()


@pytest.fixture
def event(work: WorkFactory, here: Registry) -> UUID:
    with work() as w:
        ask = BookingAsk(
            HERE, "award_ceremony", slot(w, here, _day(w)), couple(w), service={"guests": 12, "wishes": "要一束花"}
        )
        book_matter(w, ask, by=None, staff=here.viewer())
        return w.session.scalars(select(Ceremony.id)).one()


@pytest.fixture
def own_pool(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        w.session.execute(update(OfficeMatter).where(OfficeMatter.matter == "group_wedding").values(pool="group"))


def _open(w: Work, here: Registry, places: int = 2, day: date = WEDDING, title: str = "情人节集体婚礼") -> None:
    ceremonies.open_group_wedding(w, here.viewer("lead"), HERE, day, MORNING, NOON, places, title)


def test_the_days_list_shows_guests_and_wishes_and_gets_a_host(work: WorkFactory, here: Registry, event: UUID) -> None:
    with work() as w:
        ceremonies.set_host(w, here.viewer(), event, here.staff["lead"])
        (found,) = ceremonies.of_day(w, here.viewer(), HERE, _day(w))
        assert (found.names, found.guests, found.wishes, found.host) == (("陈*", "林*"), 12, "要一束花", "姓名lead")
        ceremonies.set_host(w, here.viewer(), event, None)
        (found,) = ceremonies.of_day(w, here.viewer(), HERE, _day(w))
        assert found.host is None


def test_only_somebody_of_the_place_can_host(work: WorkFactory, here: Registry, event: UUID) -> None:
    with work() as w, pytest.raises(BadInputError):
        ceremonies.set_host(w, here.viewer(), event, here.staff["registrar_there"])


def test_a_ceremony_held_is_said_once(work: WorkFactory, here: Registry, event: UUID) -> None:
    with work() as w:
        first = ceremonies.hold(w, here.viewer(), event).held_at
        assert ceremonies.hold(w, here.viewer(), event).held_at == first
        with pytest.raises(NotFoundError):
            ceremonies.hold(w, here.viewer("registrar_there"), event)


@pytest.mark.usefixtures("own_pool")
def test_a_group_wedding_takes_as_many_couples_as_it_has_places(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        _open(w, here, places=2)
        (found,) = ceremonies.group_weddings(w, here.viewer(), HERE)
        assert (found.day, found.places, found.taken, found.slots) == (WEDDING, 2, 0, True)
        place = w.session.scalars(select(Slot.id).where(Slot.pool == "group")).one()
        for number in (1, 2):
            book_matter(w, BookingAsk(HERE, "group_wedding", place, couple(w, number)), by=None, staff=here.viewer())
        with pytest.raises(SlotFullError):
            book_matter(w, BookingAsk(HERE, "group_wedding", place, couple(w, 3)), by=None, staff=here.viewer())
        (found,) = ceremonies.group_weddings(w, here.viewer(), HERE)
        assert found.taken == 2


@pytest.mark.usefixtures("own_pool")
@pytest.mark.parametrize(
    ("places", "ahead", "title"),
    [(0, 30, "婚礼"), (201, 30, "婚礼"), (20, 0, "婚礼"), (20, 367, "婚礼"), (20, 30, " "), (20, 30, "长" * 61)],
)
def test_an_impossible_group_wedding_is_refused(
    work: WorkFactory, here: Registry, places: int, ahead: int, title: str
) -> None:
    with work() as w, pytest.raises(BadInputError):
        _open(w, here, places, _day(w) + timedelta(days=ahead), title)


@pytest.mark.usefixtures("own_pool")
def test_a_day_is_opened_once_and_by_whoever_plans(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        _open(w, here)
        with pytest.raises(BadInputError):
            _open(w, here)
        with pytest.raises(NotAllowedError):
            ceremonies.open_group_wedding(w, here.viewer(), HERE, WEDDING, MORNING, NOON, 5, "婚礼")


def test_a_group_wedding_wants_places_of_its_own(work: WorkFactory, here: Registry) -> None:
    with work() as w, pytest.raises(BadInputError) as refused:
        _open(w, here)
    assert "共用名额" in refused.value.facts["why"]
