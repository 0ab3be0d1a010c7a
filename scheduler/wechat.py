"""Jobs that work on what WeChat has told us, and on what it has not."""

import structlog

from backend.core.db import reading, unit_of_work
from backend.delivery import on_undeliverable
from backend.notices import media, wechat_events
from backend.notices.outbox import MovedOnError

log = structlog.get_logger(__name__)

AT_ONCE = 200


def handle_events() -> int:
    """Do what follows from every push that nobody has handled, each in its own transaction."""
    with reading() as work:
        waiting = wechat_events.waiting(work, AT_ONCE)
    done = 0
    for event_id in waiting:
        try:
            with unit_of_work() as work:
                done += wechat_events.handle(work, event_id, on_undeliverable)
        except MovedOnError:
            log.info("a notice changed meanwhile, its push waits for the next turn", event_id=str(event_id))
    return done


def give_up_on_media() -> int:
    """Pictures that WeChat has not judged in time are for a person to look at."""
    with unit_of_work() as work:
        return media.give_up(work)
