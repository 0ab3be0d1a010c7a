"""Unknown devices and unreadable messages: kept for a look, capped, never fatal."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from backend.core.clock import ManualClock
from backend.core.errors import NotFoundError
from backend.devices import strangers
from backend.devices.models import Quarantine, UnknownDevice
from tests.conftest import WorkFactory


def test_a_stranger_is_listed_once_with_its_count(work: WorkFactory, clock: ManualClock) -> None:
    start = clock.now()
    for _ in range(3):
        with work() as w:
            strangers.unknown(w, "chirpstack", "24e1")
        clock.advance(10)
    with work() as w:
        row = w.session.scalars(select(UnknownDevice)).one()
        assert (row.messages, row.first_seen_at, row.last_seen_at) == (3, start, start + timedelta(seconds=20))
        strangers.forget_stranger(w, "chirpstack", "24e1")
        assert w.session.scalar(select(func.count()).select_from(UnknownDevice)) == 0


def test_two_hubs_list_a_stranger_once(app: APIFlask, work: WorkFactory) -> None:
    barrier = threading.Barrier(3)

    def hub() -> None:
        with app.app_context():
            barrier.wait()
            with work() as w:
                strangers.unknown(w, "alink", "pk/dn")

    threads = [threading.Thread(target=hub) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with work() as w:
        assert w.session.scalar(select(func.count()).select_from(UnknownDevice)) == 1


def test_the_list_of_strangers_ends(work: WorkFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "STRANGERS_KEPT", 3)
    with work() as w:
        for number in range(5):
            strangers.unknown(w, "mapper", f"id{number}\x00\udcff")
        strangers.unknown(w, "mapper", "id0\x00\udcff")
        names = w.session.scalars(select(UnknownDevice.external_id)).all()
        assert len(names) == 3
        assert "id0\ufffd?" in names


def test_a_poison_message_keeps_its_beginning(work: WorkFactory) -> None:
    with work() as w:
        assert strangers.quarantine(w, "zigbee2mqtt", "zigbee2mqtt/\x00x", "not_utf8", "byte 3", b"\xff" * 2000)
    with work() as w:
        row = w.session.scalars(select(Quarantine)).one()
        assert (row.size, len(row.head), row.topic) == (2000, 512, "zigbee2mqtt/\ufffdx")
        strangers.mark_looked_at(w, row.id)
        w.session.refresh(row)
        assert row.looked_at == w.now
    with pytest.raises(NotFoundError), work() as w:
        strangers.mark_looked_at(w, uuid4())


def test_a_flood_keeps_its_share_of_the_day_and_the_rest_is_only_counted(
    work: WorkFactory, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "KEPT_A_DAY", 3)
    counter = strangers.QUARANTINED.labels("care", "not_json")
    before = counter._value.get()
    with work() as w:
        kept = [strangers.quarantine(w, "care", "t", "not_json", "", b"{") for _ in range(5)]
        assert kept == [True, True, True, False, False]
        assert strangers.quarantine(w, "care", "t", "bad_topic", "", b"{")
        assert strangers.quarantine(w, "alink", "t", "not_json", "", b"{")
    assert counter._value.get() - before == 5
    clock.advance(15 * 3600 - 1)  # one second before midnight in Shanghai
    with work() as w:
        assert not strangers.quarantine(w, "care", "t", "not_json", "", b"{")
    clock.advance(1)
    with work() as w:
        assert strangers.quarantine(w, "care", "t", "not_json", "", b"{")


def test_old_news_is_purged_after_the_time_to_keep(work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        strangers.quarantine(w, "care", "t", "not_json", "", b"{")
        strangers.unknown(w, "care", "x")
    clock.advance(30 * 86_400)
    with work() as w:
        assert strangers.purge(w) == 0
    clock.advance(1)
    with work() as w:
        assert strangers.purge(w) == 2
        assert strangers.purge(w) == 0
