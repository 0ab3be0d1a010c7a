"""One holder at a time; a successor of a dead process need not wait; a lost lease is noticed in the transaction."""

import os
import socket
import threading

import pytest
from apiflask import APIFlask
from sqlalchemy import update

from backend.core import leases
from backend.core.clock import wall
from backend.core.db import unit_of_work
from tests.conftest import WorkFactory

pytestmark = pytest.mark.both_databases


def test_the_second_waits_until_the_first_lets_go(work: WorkFactory) -> None:
    with work() as w:
        assert leases.take(w, "hub", "elsewhere:1:a", 60) == 1
        assert leases.take(w, "hub", "elsewhere:2:b", 60) is None
        assert leases.take(w, "hub", "elsewhere:1:a", 60) == 1
        leases.release(w, "hub", "elsewhere:1:a")
        assert leases.take(w, "hub", "elsewhere:2:b", 60) == 2


def test_a_dead_process_of_this_machine_is_succeeded_at_once(work: WorkFactory) -> None:
    dead = f"{socket.gethostname()}:999999999:x"
    with work() as w:
        leases.take(w, "hub", dead, 60)
        assert leases.take(w, "hub", leases.holder_name(), 60) == 2


def test_a_living_process_of_this_machine_is_not(work: WorkFactory) -> None:
    alive = f"{socket.gethostname()}:{os.getppid()}:x"
    with work() as w:
        leases.take(w, "hub", alive, 60)
        assert leases.take(w, "hub", leases.holder_name(), 60) is None


def test_an_expired_lease_is_taken_over_and_its_former_holder_finds_out(work: WorkFactory) -> None:
    with work() as w:
        leases.take(w, "hub", "elsewhere:1:a", 60)
        w.session.execute(update(leases.Lease).values(expires_at=wall()))
        assert leases.take(w, "hub", "elsewhere:2:b", 60) == 2
        assert not leases.renew(w, "hub", "elsewhere:1:a", 1, 60, 7)
        assert leases.renew(w, "hub", "elsewhere:2:b", 2, 60, 7)
        assert leases.acked_seq(w, "hub") == 7


def test_of_twenty_takers_one_wins(app: APIFlask) -> None:
    won: list[int | None] = []

    def take(number: int) -> None:
        with app.app_context(), unit_of_work() as w:
            won.append(leases.take(w, "hub", f"elsewhere:{number}:x", 60))

    threads = [threading.Thread(target=take, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [fence for fence in won if fence is not None] == [1]
