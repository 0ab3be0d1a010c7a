"""The hub: from the broker to the database. A message is acknowledged only after its commit.

One hub works at a time, as the holder of a lease; a second waits and takes over. Whatever happens between two
instructions, the broker still has what was not committed, and the database knows what was.
"""

import contextlib
import signal
import threading

import structlog
from apiflask import APIFlask

from backend.alarms import raising
from backend.alarms.raising import Trigger
from backend.app import create_app
from backend.core import leases
from backend.core.clock import monotonic
from backend.core.db import app_clock, reading, unit_of_work
from backend.devices import gateways
from backend.devices.registry import Register
from backend.people.service import county
from backend.settings import Settings
from iot import courier
from iot.decoders import load_registry
from iot.link import QUEUE_SIZE, Link
from iot.store import HUB, LEASE_S, LeaseLostError, Store, take_batch

log = structlog.get_logger(__name__)

BEAT_S = 2.0
BEAT_LIMIT_S = 30
LINK_PATIENCE_S = 15.0
OUTAGE_WORTH_TELLING_S = 5.0
CROWDED = 0.8 * QUEUE_SIZE
SUBJECT = "system:hub"
ZIGBEE2MQTT, DEFAULT_BASE = "zigbee2mqtt", "zigbee2mqtt"


def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; exit code 1 if another hub took the lease."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    app = create_app(settings)
    with app.app_context():
        Hub(app, settings, stopping).run()


class Hub:
    """One process's life: wait for the lease, connect, store, until told to stop."""

    def __init__(self, app: APIFlask, settings: Settings, stopping: threading.Event) -> None:
        self.app, self.settings, self.stopping = app, settings, stopping
        self.holder = leases.holder_name()
        self._bases: tuple[str, ...] = ()
        self.decoders = load_registry(profiles_dir=settings.profiles_dir)
        self._crowded_since: float | None = None
        self._told: set[str] = set()

    def run(self) -> None:
        fence = self._wait_for_lease()
        if fence is None:
            return
        store = Store(self.settings.hub_lease, self.holder, fence, self.decoders, Register(), self.stopping)
        store.outage = self._tell_outage
        store.resume()
        self._learn_bases(store)
        link = Link(
            self.settings.mqtt, self.settings.hub_client_id, self._filters(), app_clock(),
            self.settings.mqtt_ca_file,
        )  # fmt: skip
        link.start()
        helpers = self._helpers(store, link)
        try:
            self._work(store, link)
        finally:
            self.stopping.set()
            link.stop()
            for helper in helpers:
                helper.join(3)
            with contextlib.suppress(Exception), unit_of_work(HUB) as work:
                leases.release(work, self.settings.hub_lease, self.holder)

    def _filters(self) -> list[str]:
        """What to subscribe to; the demo broker hangs up on topics that begin with ``$``."""
        return [one for one in self.decoders.subscriptions() if not (self.settings.demo_broker and one[0] == "$")]

    def _learn_bases(self, store: Store) -> bool:
        """Gateways may have topics of their own; whether there is a new one since the last look."""
        with reading() as work:
            bases = tuple(dict.fromkeys((DEFAULT_BASE, *gateways.bases(work, ZIGBEE2MQTT))))
        if bases == self._bases:
            return False
        self._bases = bases
        store.decoders = self.decoders = load_registry(profiles_dir=self.settings.profiles_dir, zigbee2mqtt_bases=bases)
        return True

    def _wait_for_lease(self) -> int | None:
        """The fence of our lease, or None if told to stop while waiting behind another hub."""
        waiting = False
        while not self.stopping.is_set():
            with contextlib.suppress(Exception), unit_of_work(HUB) as work:
                fence = leases.take(work, self.settings.hub_lease, self.holder, LEASE_S)
                if fence is not None:
                    log.info("hub leads", fence=fence)
                    return fence
            if not waiting:
                log.info("another hub leads, standing by")
            waiting = True
            self.stopping.wait(1.0)
        return None

    def _work(self, store: Store, link: Link) -> None:
        renewed = monotonic()
        while not self.stopping.is_set():
            batch = take_batch(link.queue)
            if batch:
                replies = store.store(batch)
                link.acknowledge(batch)
                store.acknowledged()
                for topic, payload in replies:
                    link.publish(topic, payload)
                renewed = monotonic()
            elif monotonic() - renewed > LEASE_S / 5:
                with contextlib.suppress(InterruptedError):
                    self._renew(store)
                renewed = monotonic()

    def _renew(self, store: Store) -> None:
        try:
            store.keep_lease()
        except LeaseLostError:
            raise
        except Exception as error:  # noqa: BLE001 - the database is away; the lease is renewed or lost when it is back
            log.warning("lease not renewed", error=type(error).__name__)

    def _helpers(self, store: Store, link: Link) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=self._beat, args=(store, link), name="beat", daemon=True),
            threading.Thread(
                target=courier.run, args=(self.app, self.settings, link, lambda: self.decoders, self.stopping),
                name="courier", daemon=True,
            ),
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        return threads

    def _beat(self, store: Store, link: Link) -> None:
        """Say "alive" with figures, and say so if the promise cannot be kept."""
        with self.app.app_context():
            while not self.stopping.wait(BEAT_S):
                try:
                    self._beat_once(store, link)
                except Exception as error:  # noqa: BLE001 - silence of this heartbeat is itself the alarm
                    log.warning("no heartbeat", error=type(error).__name__)

    def _beat_once(self, store: Store, link: Link) -> None:
        waiting = link.queue.qsize()
        figures = {name: getattr(store.tally, name) for name in store.tally.__slots__}
        if self._learn_bases(store):
            link.listen_also(self._filters())
        with unit_of_work(HUB) as work:
            leases.beat(work, "hub", BEAT_LIMIT_S, connected=link.connected, waiting=waiting, **figures)
        lost = link.lost_at
        self._judge("broker", lost is not None and monotonic() - lost > LINK_PATIENCE_S, "与消息服务（MQTT）的连接中断")
        self._crowded_since = (self._crowded_since or monotonic()) if waiting > CROWDED else None
        crowded = self._crowded_since is not None and monotonic() - self._crowded_since > LINK_PATIENCE_S
        self._judge("crowded", crowded, "消息积压，处理跟不上")

    def _judge(self, name: str, bad: bool, text: str) -> None:
        """Raise or clear the hub's own alarm, once per change."""
        if bad == (name in self._told):
            return
        if bad:
            self._raise(name, text)
            self._told.add(name)
            return
        with unit_of_work(HUB) as work:
            raising.clear_alarm(work, f"{SUBJECT}:{name}", "system", work.now, f"{text}：已恢复")
        self._told.discard(name)

    def _raise(self, name: str, text: str) -> None:
        with unit_of_work(HUB) as work:
            root = county(work)
            told = {"text": text}
            raising.raise_alarm(
                work, Trigger("system", f"{SUBJECT}:{name}", "设备接入服务", text, root.path, work.now, detail=told)
            )

    def _tell_outage(self, seconds: float) -> None:
        """After the database came back: somebody must know that alarms were late."""
        if seconds < OUTAGE_WORTH_TELLING_S:
            return
        log.warning("database was away", seconds=round(seconds, 1))
        text = f"数据库中断 {round(seconds)} 秒，期间的报警已补处理，请核对"
        self._raise("database", text)
