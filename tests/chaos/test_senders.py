"""Providers that are ill and senders that die: everybody is told, nobody more than twice.

Breaks if: a failed send is not followed by the next way (``rules.after_answer``), a claim is not committed before the
call or never lapses (``outbox.claim``, ``left_lying``), or ``ORDER BY priority`` leaves the claim (storm).
"""

from functools import partial

import pytest
from sqlalchemy import Select, func, select

from backend.alarms.models import Alarm
from backend.core.clock import monotonic
from backend.core.db import reading
from backend.notices.models import Notice
from tests.chaos.conftest import MakeStorm, Storm, buttons
from tests.support.gateway import Mood
from tests.support.services import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]
LEAK = b'{"battery":91,"water_leak":true,"linkquality":90}'
AT_ONCE = 12  # urgent places of one channel


def _all_told(s: Storm, count: int, patience_s: float) -> None:
    wait_until(lambda: len(s.told()) >= count, patience_s)


@pytest.mark.parametrize("mood", ["fail", "refuse", "hang"])
def test_while_texts_do_not_go_out_a_hundred_presses_are_told_by_telephone(storm: MakeStorm, mood: Mood) -> None:
    topics = buttons(100)
    with storm(topics) as s:
        s.gateway.moods["sms"] = mood
        s.rig.start_hub()
        s.rig.start("scheduler")
        s.press(topics)
        _all_told(s, 100, 40)
        assert s.alarms() == 100
        assert max(s.gateway.accepted.values()) <= 2


def test_the_scheduler_is_killed_again_and_again_while_three_hundred_presses_are_told(
    storm: MakeStorm, database_url: str
) -> None:
    topics = buttons(300)
    with storm(topics, database_url) as s:
        s.rig.start_hub()
        s.press(topics)
        wait_until(lambda: s.alarms() == 300)
        for share in (30, 90, 150):
            s.rig.start("scheduler")
            wait_until(partial(_has_sent, s, share))
            s.rig.kill("scheduler")
        s.rig.start("scheduler")
        _all_told(s, 300, 60)
        wait_until(lambda: s.rig.ask(_unsettled()) == 0)
        assert max(s.gateway.accepted.values()) <= 2
        with reading() as w:
            dead = set(w.session.scalars(select(Notice.id).where(Notice.reason == "sender_died")))
            people = w.session.scalars(select(Notice.id).where(Notice.recipient_kind == "staff")).all()
        assert all(s.gateway.accepted[str(one)] >= 1 for one in people if one not in dead)


def _has_sent(s: Storm, count: int) -> bool:
    return len(s.gateway.alarms) >= count


def _unsettled() -> Select[int]:
    return select(func.count()).select_from(Notice).where(Notice.status.in_(("pending", "sending")))


def test_of_a_thousand_alarms_at_once_none_is_lost_and_the_calls_for_help_go_out_first(storm: MakeStorm) -> None:
    leaks = [f"zigbee2mqtt/leak-{number:04d}" for number in range(900)]
    calls = buttons(100)
    with storm(dict.fromkeys(leaks, "TS0207") | dict.fromkeys(calls, "TS0215A_sos")) as s:
        s.rig.start_hub()
        s.press(leaks, LEAK)
        s.press(calls)
        wait_until(lambda: s.alarms("water_leak") + s.alarms() == 1000)
        s.rig.start("scheduler")
        started = monotonic()
        _all_told(s, 1000, 100)
        with reading() as w:
            urgent = {str(one) for one in w.session.scalars(select(Alarm.id).where(Alarm.kind == "sos"))}
        first = list(dict.fromkeys(s.gateway.alarms))[: 100 + AT_ONCE]
        assert urgent <= set(first), f"an SOS waited behind a leak ({monotonic() - started:.0f} s)"
