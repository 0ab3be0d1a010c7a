"""How the county is doing right now, read from the database at each scrape: counts and ages, no names."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import structlog
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from backend import reviews
from backend.alarms.figures import COUNTED
from backend.alarms.models import Alarm
from backend.alarms.policies import SEVERITY_NAMES
from backend.alarms.rules import ANSWER_TARGETS_S, answered_within
from backend.core.clock import local, wall
from backend.core.db import Work, reading
from backend.core.leases import Heartbeat
from backend.devices.models import Device, Quarantine
from backend.devices.states import RETIRED
from backend.notices.models import UNHANDLED, WECHAT_TROUBLE, Attempt, Notice, WeChatEvent

log = structlog.get_logger(__name__)

ANSWERS_OVER = timedelta(days=30)
NOTICES_OVER = timedelta(hours=1)
REFUSALS_OVER = timedelta(days=1)
Row = tuple[Iterable[str], float]


class Figures(Collector):
    """The figures of the last ``refresh``; one for the process, because Prometheus keeps one registry per process."""

    def __init__(self) -> None:
        self._families: list[GaugeMetricFamily] = []

    def refresh(self) -> None:
        """Read everything anew. Never raises: a scrape must also show that the database is away."""
        try:
            with reading() as work:
                families = [_family(name, text, labels, rows(work)) for name, text, labels, rows in _SOURCES]
            readable = 1.0
        except Exception as error:  # noqa: BLE001 - the page with the process's own counters must still come
            log.warning("figures cannot be read", error=type(error).__name__)
            families, readable = [], 0.0
        text = "Whether the figures could be read from the database"
        self._families = [*families, _family("figures_readable", text, (), [((), readable)])]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._families


def _family(name: str, text: str, labels: Iterable[str], rows: Iterable[Row]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"shouwang_{name}", text, labels=list(labels))
    for values, number in rows:
        family.add_metric([str(value) for value in values], number)
    return family


def _open_alarms(work: Work) -> Iterator[Row]:
    counted = select(Alarm.kind, Alarm.severity, func.count()).where(Alarm.closed_at.is_(None))
    for kind, severity, count in work.session.execute(counted.group_by(Alarm.kind, Alarm.severity)):
        yield (kind, SEVERITY_NAMES[severity]), count


def _oldest_unanswered(work: Work) -> Iterator[Row]:
    ringing = select(func.min(Alarm.raised_at)).where(Alarm.closed_at.is_(None), Alarm.acknowledged_at.is_(None))
    oldest = work.session.scalar(ringing)
    yield (), max(0.0, (work.now - oldest).total_seconds()) if oldest else 0.0


def _overdue_steps(work: Work) -> Iterator[Row]:
    late = select(func.count()).where(Alarm.closed_at.is_(None), Alarm.next_step_at < work.now)
    yield (), work.session.scalar(late) or 0


def _answered(work: Work) -> Iterator[Row]:
    """Shares 0…1 of the calls of people in the last 30 days; nothing where there was none."""
    calls = select(Alarm.raised_at, Alarm.first_answered_at).where(
        Alarm.kind.in_(COUNTED),
        Alarm.raised_at >= work.now - ANSWERS_OVER,
        Alarm.disposition.is_distinct_from("test"),
    )
    seconds = [(at - raised).total_seconds() if at else None for raised, at in work.session.execute(calls)]
    for target in ANSWER_TARGETS_S:
        share = answered_within(seconds, target)
        if share is not None:
            yield (str(target),), share


def _notices(work: Work) -> Iterator[Row]:
    counted = select(Notice.status, func.count()).where(Notice.created_at >= work.now - NOTICES_OVER)
    for status, count in work.session.execute(counted.group_by(Notice.status)):
        yield (status,), count


def _wechat_refusals(work: Work) -> Iterator[Row]:
    """What WeChat would not send, by reason: consents used up, fields that do not fit, the day's quota, the account."""
    refused = select(Attempt.reason, func.count()).where(WECHAT_TROUBLE, Attempt.started_at >= work.now - REFUSALS_OVER)
    for reason, count in work.session.execute(refused.group_by(Attempt.reason)):
        yield (str(reason),), count


def _wechat_backlog(work: Work) -> Iterator[Row]:
    oldest = work.session.scalar(select(func.min(WeChatEvent.received_at)).where(UNHANDLED))
    yield (), max(0.0, (work.now - oldest).total_seconds()) if oldest else 0.0


def _devices(work: Work) -> Iterator[Row]:
    for kind, state, count in work.session.execute(
        select(Device.kind, Device.state, func.count()).group_by(Device.kind, Device.state)
    ):
        yield (kind, state), count


def _offline(work: Work) -> Iterator[Row]:
    silent = select(Device.kind, func.count()).where(Device.offline_since.is_not(None), Device.state != RETIRED)
    for kind, count in work.session.execute(silent.group_by(Device.kind)):
        yield (kind,), count


def _tests_due(work: Work) -> Iterator[Row]:
    due = select(func.count()).where(Device.test_due_at < work.now, Device.state == "in_service")
    yield (), work.session.scalar(due) or 0


def _heartbeats(work: Work) -> Iterator[Row]:
    now = wall()
    for row in work.session.scalars(select(Heartbeat)):
        yield (row.name,), max(0.0, (now - row.wall_at).total_seconds())


def _hub(work: Work) -> Iterator[Row]:
    beat = work.session.get(Heartbeat, "hub")
    for name, value in (beat.detail if beat else {}).items():
        if isinstance(value, bool | int | float):
            yield (name,), float(value)


def _quarantine(work: Work) -> Iterator[Row]:
    today = local(work.now).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = select(Quarantine.source, Quarantine.reason, func.count()).where(Quarantine.at >= today)
    for source, reason, count in work.session.execute(counted.group_by(Quarantine.source, Quarantine.reason)):
        yield (source, reason), count


def _reviews(work: Work) -> Iterator[Row]:
    yield (), len(reviews.overdue(local(work.now).date()))


_SOURCES: tuple[tuple[str, str, tuple[str, ...], Callable[[Work], Iterable[Any]]], ...] = (
    ("open_alarms", "Alarms not closed yet", ("kind", "severity"), _open_alarms),
    ("oldest_unanswered_seconds", "Age of the oldest alarm nobody has accepted; 0: none", (), _oldest_unanswered),
    ("overdue_steps", "Open alarms whose next step is overdue", (), _overdue_steps),
    ("answered_ratio", "Calls answered within so many seconds, last 30 days", ("within_s",), _answered),
    ("notices_last_hour", "Notices written in the last hour", ("status",), _notices),
    ("wechat_refusals_last_day", "Messages WeChat would not send, last 24 hours", ("reason",), _wechat_refusals),
    ("wechat_oldest_push_seconds", "Age of the oldest push nobody has handled; 0: none", (), _wechat_backlog),
    ("devices", "Devices and gateways", ("kind", "state"), _devices),
    ("devices_offline", "Devices and gateways known to be silent", ("kind",), _offline),
    ("press_tests_due", "Devices in service whose press test is overdue", (), _tests_due),
    ("heartbeat_age_seconds", "Since the last sign of life", ("name",), _heartbeats),
    ("hub", "What the hub says of itself", ("figure",), _hub),
    ("quarantined_today", "Messages set aside today", ("source", "reason"), _quarantine),
    ("reviews_overdue", "Dated parameters past their review", (), _reviews),
)

FIGURES = Figures()
REGISTRY.register(FIGURES)
