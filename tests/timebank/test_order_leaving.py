"""Volunteers who are paused, leave or die: nobody waits for them, and nobody leaves while an elder counts on them."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask

from backend.timebank import orders
from backend.timebank.order_records import locked
from backend.volunteers import registering
from backend.volunteers.errors import StillPromisedError, VolunteerSuspendedError
from backend.volunteers.guardians import By
from scheduler import order_jobs
from tests.conftest import WorkFactory
from tests.support import help_orders
from tests.support.help_orders import TEN, Help, ask, desk, died, helper, of, part, person_of

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = "老人今天去女儿家了"


@pytest.fixture
def found(work: WorkFactory) -> Help:
    with work() as w:
        return help_orders.build(w)


@pytest.fixture
def order_id(found: Help, work: WorkFactory) -> UUID:
    with work(found.viewers["clerk"].actor) as w:
        return ask(w, found).id


@one_database
def test_who_is_paused_leaves_or_dies_is_replaced_and_the_desk_knows(found: Help, work: WorkFactory) -> None:
    with work() as w:
        taken = [ask(w, found, starts=TEN + timedelta(hours=3 * n), ends=TEN + timedelta(hours=3 * n + 2)).id
                 for n in range(4)]  # fmt: skip
        untaken = taken.pop()
        for order_id, one in zip(taken, found.volunteers, strict=True):
            orders.accept(w, of(w, one), order_id)
        of(w, found.volunteers[0]).state = "suspended"
        of(w, found.volunteers[1]).state = "withdrawn"
        died(w, person_of(w, found.volunteers[2]), date(2026, 11, 21))
        with pytest.raises(VolunteerSuspendedError):  # a second phone, still signed in
            orders.accept(w, of(w, found.volunteers[0]), untaken)
        more = helper(w, 5)
    order_jobs.end_missed()
    order_jobs.end_missed()
    with work() as w:
        for order_id, one in zip(taken, found.volunteers, strict=True):
            assert (locked(w, order_id).state, part(w, order_id, one).state) == ("open", "withdrew")
            assert part(w, order_id, more).state == "offered"
        assert desk(w) == 6  # both clerks of the town, once for each order


@one_database
def test_nobody_leaves_the_volunteers_while_an_elder_counts_on_them(
    found: Help, order_id: UUID, work: WorkFactory, app: APIFlask
) -> None:
    assert app.name
    with work() as w:
        orders.accept(w, of(w, found.volunteers[0]), order_id)
        with pytest.raises(StillPromisedError):
            registering.withdraw(w, of(w, found.volunteers[0]), By())
        orders.withdraw(w, of(w, found.volunteers[0]), order_id, WHY)
        registering.withdraw(w, of(w, found.volunteers[0]), By())
        assert of(w, found.volunteers[0]).state == "withdrawn"
