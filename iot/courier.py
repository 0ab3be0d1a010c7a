"""What we say to devices: "received", "somebody is coming", in each device's own format."""

import threading
from collections.abc import Callable

import structlog
from apiflask import APIFlask

from backend.core.db import unit_of_work
from backend.core.wakes import DOWNLINKS, listen
from backend.devices import downlink
from backend.settings import Settings
from iot.decoders import Registry
from iot.link import Link

log = structlog.get_logger(__name__)

LOOK_AGAIN_S = 0.5


def run(
    app: APIFlask, settings: Settings, link: Link, decoders: Callable[[], Registry], stopping: threading.Event
) -> None:
    """Deliver what is owed to devices until ``stopping``; trouble is tried again at the next look."""
    with app.app_context():
        for _ in listen(settings.redis_url, DOWNLINKS, timeout_s=LOOK_AGAIN_S):
            if stopping.is_set():
                return
            if link.connected:
                try:
                    deliver(link, decoders())
                except Exception as error:  # noqa: BLE001 - the row stays: the next look tries again
                    log.warning("downlink delayed", error=type(error).__name__)


def deliver(link: Link, decoders: Registry) -> int:
    """Hand everything due to the broker; a device with no way to be told is ticked off too."""
    with unit_of_work() as work:
        owed = downlink.due(work)
        for one in owed:
            message = decoders.downlink(one.source, one.external_id, one.options, one.kind)
            if message is not None:
                link.publish(message.topic, message.payload)
        if owed:
            downlink.mark_sent(work, [one.id for one in owed])
    return len(owed)
