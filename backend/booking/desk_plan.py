"""How an office works, changed by those who plan it: its data, windows, week, exceptions and the rules of each matter.

Every change is audited; the caller publishes afterwards (``publish_now``), so that residents see it at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from backend.booking import penalties, planning
from backend.booking.day_plan import PlannedSlot
from backend.booking.models import DayException, Office, OfficeMatter, WeeklyPlan, Window
from backend.booking.planning import OPEN_ON_HEART_DAYS
from backend.booking.rules import day_of
from backend.core import audit, calendar_store
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError

DAY_MINUTES = 1440
MOST_WINDOWS, MOST_DAYS, MOST_QUOTA = 50, 366, 9999


@dataclass(frozen=True, slots=True)
class OfficeData:
    """What residents read of an office, and its heart days."""

    name: str
    address: str
    phone: str
    directions: str
    longitude: float | None
    latitude: float | None
    heart_day_windows: int
    opens_on_heart_days: bool


@dataclass(frozen=True, slots=True)
class Spell:
    """Open hours of a weekday (0 = Monday), in minutes of the day."""

    weekday: int
    starts: int
    ends: int
    windows: int
    on_site: int


@dataclass(frozen=True, slots=True)
class MatterRules:
    """How one matter is booked; the fields of ``models.OfficeMatter``."""

    units: int
    opens_days: int
    opens_at: int
    closes_days: int
    closes_at: int
    quota: int | None
    penalty: str
    waiting_list: bool
    active: bool


def save_office(work: Work, office: Office, data: OfficeData) -> None:
    """Raises ``BadInputError``."""
    for field, text in (("名称", data.name), ("地址", data.address), ("电话", data.phone)):
        _require(bool(text.strip()), field, "不能为空")
    _require(0 <= data.heart_day_windows <= MOST_WINDOWS, "特殊日子加开窗口", f"应在 0 到 {MOST_WINDOWS} 之间")
    _require(data.longitude is None or abs(data.longitude) <= 180, "经度", "应在 -180 到 180 之间")  # noqa: PLR2004 - degrees
    _require(data.latitude is None or abs(data.latitude) <= 90, "纬度", "应在 -90 到 90 之间")  # noqa: PLR2004 - degrees
    values = asdict(data)
    opens = values.pop("opens_on_heart_days")
    for name, value in values.items():
        setattr(office, name, value)
    others = [trait for trait in office.traits if trait != OPEN_ON_HEART_DAYS]
    office.traits = [*others, OPEN_ON_HEART_DAYS] if opens else others
    _audit(work, office, "data")


def _require(right: bool, field: str, why: str) -> None:
    if not right:
        raise BadInputError(field=field, why=why)


def _audit(work: Work, office: Office, what: str, **more: Any) -> None:
    audit.record(work, "office.plan_changed", f"office:{office.code}", what=what, **more)


def pools(work: Work, office: Office) -> list[str]:
    """The office's pools in the order they were set up."""
    rows = work.session.scalars(
        select(OfficeMatter.pool).where(OfficeMatter.office_id == office.id).order_by(OfficeMatter.id)
    )
    return list(dict.fromkeys(rows))


def add_window(work: Work, office: Office, pool: str, label: str) -> Window:
    """A further counter. Raises ``BadInputError`` for a label that is empty or used."""
    clean = label.strip()[:32]
    _require(bool(clean), "窗口名称", "不能为空")
    _require(pool in pools(work, office), "业务组", "请从列表里选择")
    used = select(Window.id).where(Window.office_id == office.id, Window.label == clean)
    _require(work.session.scalar(used) is None, "窗口名称", "这个名称已经用过")
    row = Window(office_id=office.id, pool=pool, label=clean)
    work.session.add(row)
    _audit(work, office, "window", label=clean)
    return row


def switch_window(work: Work, office: Office, window_id: UUID) -> Window:
    """Put a counter out of use, or back into use."""
    row = work.session.scalars(select(Window).where(Window.id == window_id, Window.office_id == office.id)).first()
    if row is None:
        raise NotFoundError(window=str(window_id))
    row.active = not row.active
    _audit(work, office, "window", label=row.label, active=row.active)
    return row


# -- the week


def week(work: Work, office: Office, pool: str) -> Sequence[WeeklyPlan]:
    """The plan in force today, by weekday and time."""
    today = day_of(work.now)
    rows = select(WeeklyPlan).where(WeeklyPlan.office_id == office.id, WeeklyPlan.pool == pool)
    now = rows.where(WeeklyPlan.valid_to.is_(None) | (WeeklyPlan.valid_to >= today))
    return work.session.scalars(now.order_by(WeeklyPlan.weekday, WeeklyPlan.starts)).all()


def set_week(
    work: Work, office: Office, pool: str, spells: Sequence[Spell], *, slot_minutes: int, per_window: int
) -> None:
    """A new week from today on. What was booked stays as it was booked. Raises ``BadInputError``."""
    _require(pool in pools(work, office), "业务组", "请从列表里选择")
    _require(5 <= slot_minutes <= 480, "每个时段", "应在 5 到 480 分钟之间")  # noqa: PLR2004 - of the database's CHECK
    _require(1 <= per_window <= MOST_WINDOWS, "每个窗口", f"应在 1 到 {MOST_WINDOWS} 个之间")
    for spell in spells:
        _check_spell(spell, slot_minutes, per_window)
    _no_overlap(spells)
    work.session.execute(delete(WeeklyPlan).where(WeeklyPlan.office_id == office.id, WeeklyPlan.pool == pool))
    rows = [asdict(spell) | {"slot_minutes": slot_minutes, "per_window": per_window} for spell in spells]
    work.session.add_all(WeeklyPlan(office_id=office.id, pool=pool, valid_from=day_of(work.now), **row) for row in rows)
    _audit(work, office, "week", pool=pool, spells=len(rows))


def _check_spell(spell: Spell, slot_minutes: int, per_window: int) -> None:
    day = f"周{'一二三四五六日'[spell.weekday]}"
    _require(0 <= spell.starts < spell.ends <= DAY_MINUTES, day, "结束时间要晚于开始时间")
    _require(spell.ends - spell.starts >= slot_minutes, day, "开放时间比一个时段还短")
    _require(0 <= spell.windows <= MOST_WINDOWS, day, f"窗口应在 0 到 {MOST_WINDOWS} 个之间")
    _require(0 <= spell.on_site <= spell.windows * per_window, day, "现场名额不能多于全部名额")


def _no_overlap(spells: Sequence[Spell]) -> None:
    ordered = sorted(spells, key=lambda spell: (spell.weekday, spell.starts))
    for one, after in pairwise(ordered):
        apart = one.weekday != after.weekday or one.ends <= after.starts
        _require(apart, f"周{'一二三四五六日'[one.weekday]}", "上午和下午的时间重叠了")


# -- days unlike the week


def open_day(
    work: Work, office: Office, pool: str, day: date, reason: str, hours: Sequence[Mapping[str, int]] = ()
) -> DayException:
    """Open on a day that is usually one of rest, by the hours of its weekday or of Monday. Raises ``BadInputError``.

    ``hours``: the day's own instead, each with the fields of ``day_plan.PlanRow`` but for the weekday; they replace
    those it had.
    """
    _require(day >= day_of(work.now), "日期", "这一天已经过去")
    _require(bool(reason.strip()), "原因", "请写明为什么开放")
    _require(pool in pools(work, office), "业务组", "请从列表里选择")
    known = select(DayException).where(
        DayException.office_id == office.id, DayException.pool == pool, DayException.day == day
    )
    row = work.session.scalars(known).first()
    changeable = row is None or (bool(hours) and row.kind == "open")
    _require(changeable, "日期", "这一天已经有安排，请先撤销原来的安排")
    if row is None:
        row = DayException(office_id=office.id, pool=pool, day=day, kind="open", created_at=work.now)
        work.session.add(row)
    row.reason, row.hours = reason.strip()[:60], [dict(one) for one in hours]
    row.created_by = f"{work.actor.kind}:{work.actor.id}"
    _audit(work, office, "open_day", pool=pool, day=day.isoformat())
    return row


def opened_days(work: Work, office: Office) -> Sequence[DayException]:
    """Days that are open by way of exception, from today on."""
    rows = select(DayException).where(DayException.office_id == office.id, DayException.kind == "open")
    ahead = rows.where(DayException.day >= day_of(work.now))
    return work.session.scalars(ahead.order_by(DayException.day, DayException.pool)).all()


# -- the rules of a matter


def matters(work: Work, office: Office) -> Sequence[OfficeMatter]:
    """Every matter the office has ever done, in the order they were set up."""
    rows = select(OfficeMatter).where(OfficeMatter.office_id == office.id)
    return work.session.scalars(rows.order_by(OfficeMatter.id)).all()


def save_matter(work: Work, office: Office, matter: str, rules: MatterRules) -> None:
    """Raises ``BadInputError``, ``NotFoundError``."""
    row = next((one for one in matters(work, office) if one.matter == matter), None)
    if row is None:
        raise NotFoundError(matter=matter)
    _check_rules(rules)
    for name, value in asdict(rules).items():
        setattr(row, name, value)
    _audit(work, office, "matter", matter=matter)


def _check_rules(rules: MatterRules) -> None:
    _require(1 <= rules.units <= 16, "占几个时段", "应在 1 到 16 之间")  # noqa: PLR2004 - of the database's CHECK
    _require(0 <= rules.opens_days <= MOST_DAYS, "提前几天放号", f"应在 0 到 {MOST_DAYS} 之间")
    _require(0 <= rules.closes_days <= rules.opens_days, "提前几天截止", "不能早于放号的日子")
    _require(0 <= rules.opens_at < DAY_MINUTES, "放号时间", "请选择时间")
    _require(0 <= rules.closes_at <= DAY_MINUTES, "截止时间", "请选择时间")
    same_day = rules.opens_days == rules.closes_days
    _require(not same_day or rules.opens_at < rules.closes_at, "截止时间", "要晚于放号时间")
    _require(rules.quota is None or 0 <= rules.quota <= MOST_QUOTA, "每天名额", f"应在 0 到 {MOST_QUOTA} 之间")
    _require(rules.penalty in penalties.book(), "爽约办法", "请从列表里选择")


# -- making it so


def publish_now(work: Work, office: Office) -> int:
    """Bring the slots to the plan at once; how many changed."""
    work.session.flush()
    return planning.publish_office(work, calendar_store.current(work), day_of(work.now), office)


def preview(work: Work, office: Office, pool: str, day: date) -> list[PlannedSlot]:
    """What residents will see on a day, as the plan stands."""
    return planning.preview(work, calendar_store.current(work), office, pool, day)
