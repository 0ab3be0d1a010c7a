"""The broker is gone: the hub says so by itself, and takes it back when the broker is there again.

Breaks if: ``Link`` does not note the loss, or ``Hub._beat_once`` waits for messages, which cannot come.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.alarms.models import Alarm
from backend.core.clock import pause, wall
from tests.chaos.conftest import MakeStorm, buttons
from tests.support.services import wait_until

pytestmark = pytest.mark.slow
PATIENCE_S = 15


def test_a_broker_that_is_gone_for_thirty_seconds_is_an_alarm_that_clears_itself(storm: MakeStorm) -> None:
    topics = buttons(2)
    about = select(Alarm.raised_at).where(Alarm.subject_key == "system:hub:broker")
    with storm(topics) as s:
        s.rig.start_hub()
        s.rig.kill("broker")
        gone = wall()
        wait_until(lambda: s.rig.ask(about) is not None)
        assert s.rig.ask(about) - gone >= timedelta(seconds=PATIENCE_S - 1)
        pause(max(0.0, 30 - (wall() - gone).total_seconds()))
        s.rig.start_broker()
        over = select(Alarm.cleared_at).where(Alarm.subject_key == "system:hub:broker")
        wait_until(lambda: s.rig.ask(over) is not None)
        s.press(topics)
        wait_until(lambda: s.alarms() == 2)
