"""Writing a notice, once, worded; taking it back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from apiflask import APIFlask

from backend.core.clock import ManualClock
from backend.core.db import Work
from backend.notices import service
from backend.notices.models import Notice
from backend.notices.service import Recipient
from backend.notices.texts import MissingFactError
from tests.conftest import WorkFactory

FACTS = {"kind_zh": "紧急呼叫", "subject": "王秀英", "place": "203房", "since": "09:31", "press_count": 1}
WANG = Recipient("staff", "s1", "王芳", ("wechat", "sms"), {"sms": "13800001234", "wechat": "openid"})


def _tell(work: Work, key: str = "k", recipient: Recipient = WANG, **more: object) -> Notice | None:
    options = {"template": "alarm", "facts": FACTS, "priority": 0, "deadline_s": 180.0} | more
    return service.tell(work, recipient, key=key, **options)  # type: ignore[arg-type] # the options vary per test


def test_a_notice_is_worded_routed_and_due_when_it_is_written(work: WorkFactory, clock: ManualClock) -> None:
    with work() as w:
        notice = _tell(w)
    assert notice is not None
    assert (notice.status, notice.channel, notice.ways) == ("pending", "wechat", ["wechat", "sms"])
    assert notice.short == "【守望】203房 王秀英 紧急呼叫，09:31按下，请立即前往。"
    assert notice.next_try_at == clock.now()
    assert notice.deadline_at == clock.now() + timedelta(seconds=180)


def test_the_same_key_is_written_once(work: WorkFactory) -> None:
    with work() as w:
        assert _tell(w) is not None
        assert _tell(w) is None
    with work() as w:
        assert _tell(w) is None


def test_what_is_rolled_back_was_never_told(work: WorkFactory) -> None:
    def fail_afterwards() -> None:
        with work() as w:
            _tell(w)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_afterwards()
    with work() as w:
        assert w.session.query(Notice).count() == 0


@pytest.mark.parametrize(
    "recipient",
    [
        Recipient("staff", "s", "王芳", (), {}),
        Recipient("staff", "s", "王芳", ("sms",), {}),
        Recipient("staff", "s", "王芳", ("sms",), {"sms": ""}),
        Recipient("staff", "s", "王芳", ("pigeon",), {"pigeon": "white"}),
    ],
)
def test_somebody_who_cannot_be_reached_is_reported_at_once(work: WorkFactory, recipient: Recipient) -> None:
    with work() as w:
        notice = _tell(w, recipient=recipient)
    assert notice is not None
    assert (notice.status, notice.reason) == ("failed", service.NO_WAY)


def test_not_before_moves_the_deadline_too(work: WorkFactory, clock: ManualClock) -> None:
    later = clock.now() + timedelta(hours=1)
    with work() as w:
        notice = _tell(w, not_before=later)
    assert notice is not None
    assert (notice.next_try_at, notice.deadline_at) == (later, later + timedelta(seconds=180))


def test_a_missing_fact_stops_the_writing(work: WorkFactory) -> None:
    with pytest.raises(MissingFactError, match=r"alarm\.place"), work() as w:
        _tell(w, facts={name: value for name, value in FACTS.items() if name != "place"})


def test_cancelling_takes_back_what_waits_of_this_alarm_only(app: APIFlask, work: WorkFactory) -> None:
    mine, other = uuid4(), uuid4()
    with work() as w:
        _tell(w, "a", alarm_id=mine)
        _tell(w, "b", alarm_id=other)
        service.cancel(w, mine, why="acknowledged")
        service.cancel(w, mine, why="closed")
    with work() as w:
        assert [(n.status, n.reason) for n in service.notices_of(w, mine)] == [("cancelled", "acknowledged")]
        assert [n.status for n in service.notices_of(w, other)] == ["pending"]


def test_cancelling_rolls_back_with_the_acknowledgement(app: APIFlask, work: WorkFactory) -> None:
    alarm = uuid4()
    with work() as w:
        _tell(w, alarm_id=alarm)

    def fail_to_acknowledge() -> None:
        with work() as w:
            service.cancel(w, alarm, why="acknowledged")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_to_acknowledge()
    with work() as w:
        assert service.notices_of(w, alarm)[0].status == "pending"
