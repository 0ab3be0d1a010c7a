"""Points for gifts: stock and points together, and who is named to the credit platform."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from backend.core.db import Work
from backend.core.errors import BadInputError, NotAllowedError, NotFoundError
from backend.residents.consents import purpose_of
from backend.residents.models import Consent
from backend.timebank import credit, gifts, ledger, points
from backend.timebank.errors import GiftGoneError, GiftOrderOverError, PointsShortError
from backend.timebank.ledger import POINTS_BUREAU
from backend.timebank.models import ThankGift
from backend.volunteers.models import Volunteer, VolunteerHonour
from tests.conftest import WorkFactory
from tests.support import world
from tests.support.residents import account, person
from tests.support.timebank import moved
from tests.support.volunteers import volunteer
from tests.support.world import World


@pytest.fixture
def county(work: WorkFactory) -> World:
    with work() as w:
        return world.build(w)


@pytest.fixture
def shelf(county: World, work: WorkFactory) -> UUID:
    """One towel for 20 points."""
    with work() as w:
        return gifts.add(w, county.viewer("officer", "officer"), "毛巾", "纯棉", 20, 1).id


def rich(work: Work, serial: int, number: int) -> UUID:
    who = person(work, serial=serial)
    ledger.post(work, moved(f"points {who}", POINTS_BUREAU, points.of(who), number))
    return who


def left(work: Work, gift_id: UUID) -> int:
    return work.session.get_one(ThankGift, gift_id, populate_existing=True).stock


def test_the_last_one_goes_to_one_person_and_is_fetched_once(work: WorkFactory, county: World, shelf: UUID) -> None:
    officer = county.viewer("officer", "officer")
    with work() as w:
        li, wang = rich(w, 1, 50), rich(w, 2, 50)
        made = gifts.reserve(w, li, shelf, "k")
        assert gifts.reserve(w, li, shelf, "k").id == made.id
        assert (made.number[:2], left(w, shelf), ledger.balance(w, points.of(li))) == ("LW", 0, 30)
    with pytest.raises(GiftGoneError), work() as w:
        gifts.reserve(w, wang, shelf, "k")
    with work() as w:
        assert ledger.balance(w, points.of(wang)) == 50
        assert gifts.fetch(w, officer, made.number).state == "fetched"
        with pytest.raises(GiftOrderOverError):
            gifts.fetch(w, officer, made.number)
        with pytest.raises(GiftOrderOverError):
            gifts.cancel(w, li, made.id)
        assert (left(w, shelf), [one.state for one in gifts.orders_of(w, li)]) == (0, ["fetched"])
        with pytest.raises(NotFoundError):
            gifts.fetch(w, officer, "LW1")


def test_a_cancelled_gift_comes_back_with_its_points(work: WorkFactory, shelf: UUID) -> None:
    with work() as w:
        li = rich(w, 1, 20)
        made = gifts.reserve(w, li, shelf, "k")
        with pytest.raises(NotFoundError):
            gifts.cancel(w, uuid4(), made.id)
        assert gifts.cancel(w, li, made.id).state == "cancelled"
        assert (left(w, shelf), ledger.balance(w, points.of(li))) == (1, 20)
        with pytest.raises(GiftOrderOverError):
            gifts.cancel(w, li, made.id)
        assert left(w, shelf) == 1


def test_too_few_points_take_nothing_from_the_shelf(work: WorkFactory, shelf: UUID) -> None:
    with work() as w:
        li = rich(w, 1, 19)
    with pytest.raises(PointsShortError) as caught, work() as w:
        gifts.reserve(w, li, shelf, "k")
    assert caught.value.facts == {"balance": 19, "wanted": 20}
    with work() as w:
        assert left(w, shelf) == 1
        with pytest.raises(NotFoundError):
            gifts.reserve(w, li, uuid4(), "k")


def test_the_shelf_is_filled_by_those_who_may(work: WorkFactory, county: World, shelf: UUID) -> None:
    officer = county.viewer("officer", "officer")
    with work() as w:
        assert gifts.restock(w, officer, shelf, 5).stock == 6
        assert gifts.add(w, officer, "毛巾", "", 99, 99).id == shelf
        assert [(one.name, one.points) for one in gifts.shown(w)] == [("毛巾", 20)]
        with pytest.raises(NotFoundError):
            gifts.restock(w, officer, uuid4(), 1)
        for more in (0, -1, True, 100_001):
            with pytest.raises(BadInputError):
                gifts.restock(w, officer, shelf, more)
        for bad in (("", 1, 1), ("杯子", 0, 1), ("杯子", 1, -1)):
            with pytest.raises(BadInputError):
                gifts.add(w, officer, bad[0], "", bad[1], bad[2])
        with pytest.raises(NotAllowedError):
            gifts.add(w, county.viewer("duty", "duty"), "杯子", "", 1, 1)


# -- 信易+


def named(work: Work, serial: int, star: str, *, agrees: bool, version: str | None = None) -> str:
    row = work.session.get_one(Volunteer, volunteer(work, serial))
    work.session.add(VolunteerHonour(
        volunteer_id=row.id, level=star, name=star, given_by="县民政局", given_on=date(2026, 1, 1)
    ))  # fmt: skip
    if agrees:
        work.session.add(Consent(
            account_id=account(work, row.person_id), person_id=row.person_id, purpose=credit.PURPOSE,
            version=version or purpose_of(credit.PURPOSE).version, text_digest="x", granted_at=work.now,
        ))  # fmt: skip
    work.session.flush()
    return row.number


def test_the_credit_platform_hears_of_those_who_agree_and_no_more_than_it_needs(
    work: WorkFactory, county: World
) -> None:
    with work() as w:
        good = named(w, 1, "star3", agrees=True)
        named(w, 2, "star2", agrees=True)
        named(w, 3, "star5", agrees=False)
        named(w, 4, "star5", agrees=True, version="0")
        with pytest.raises(NotAllowedError):
            credit.export(w, county.viewer("lead", "lead"))
        text = credit.export(w, county.viewer("officer", "officer"))
    assert text.splitlines() == ["\ufeff志愿者编号,姓名,星级", f"{good},志愿1,3"]
