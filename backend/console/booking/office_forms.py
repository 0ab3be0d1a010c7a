"""What the forms of an office's page say, read into the verbs' own shapes. Every refusal says what to type instead."""

from collections.abc import Mapping
from datetime import date, time

from backend.booking.desk_plan import MatterRules, OfficeData, Spell
from backend.core.errors import BadInputError

Form = Mapping[str, str]
HALVES = ("am", "pm")
MIDNIGHT = 1440


def office_data(form: Form) -> OfficeData:
    return OfficeData(
        name=_text(form, "name"), address=_text(form, "address"), phone=_text(form, "phone"),
        directions=_text(form, "directions"), longitude=_degrees(form, "longitude", "经度"),
        latitude=_degrees(form, "latitude", "纬度"),
        heart_day_windows=whole(form, "heart_day_windows", "特殊日子加开窗口"),
        opens_on_heart_days="opens_on_heart_days" in form,
    )  # fmt: skip


def _text(form: Form, name: str) -> str:
    return form.get(name, "").strip()[:200]


def _degrees(form: Form, name: str, label: str) -> float | None:
    typed = _text(form, name)
    try:
        return float(typed) if typed else None
    except ValueError:
        raise BadInputError(field=label, why="请填数字，如 105.93；不知道就空着") from None


def whole(form: Form, name: str, label: str) -> int:
    """A whole number, not negative."""
    typed = _text(form, name)
    if not typed.isascii() or not typed.isdigit() or len(typed) > 6:  # noqa: PLR2004 - nothing here is that large
        raise BadInputError(field=label, why="请填整数")
    return int(typed)


def minute(form: Form, name: str, label: str) -> int:
    """A time of day as minutes; 24:00 is written 00:00 in a field that ends something."""
    try:
        typed = time.fromisoformat(_text(form, name))
    except ValueError:
        raise BadInputError(field=label, why="请选择时间，如 09:00") from None
    return typed.hour * 60 + typed.minute


def spells(form: Form) -> list[Spell]:
    """The grid of the week: a morning and an afternoon for each day; an empty line is closed."""
    return [spell for weekday in range(7) for half in HALVES if (spell := _spell(form, weekday, half)) is not None]


def _spell(form: Form, weekday: int, half: str) -> Spell | None:
    label, start, end = f"周{'一二三四五六日'[weekday]}", f"{half}_starts_{weekday}", f"{half}_ends_{weekday}"
    if not _text(form, start) and not _text(form, end):
        return None
    ends = minute(form, end, label) or MIDNIGHT
    windows, on_site = whole(form, f"windows_{weekday}", label), whole(form, f"on_site_{weekday}", label)
    return Spell(weekday, minute(form, start, label), ends, windows, on_site)


def matter_rules(form: Form) -> MatterRules:
    quota = _text(form, "quota")
    return MatterRules(
        units=whole(form, "units", "占几个时段"), opens_days=whole(form, "opens_days", "提前几天放号"),
        opens_at=minute(form, "opens_at", "放号时间"), closes_days=whole(form, "closes_days", "提前几天截止"),
        closes_at=minute(form, "closes_at", "截止时间") or MIDNIGHT,
        quota=whole(form, "quota", "每天名额") if quota else None, penalty=_text(form, "penalty"),
        waiting_list="waiting_list" in form, active="active" in form,
    )  # fmt: skip


def day(form: Form) -> date:
    try:
        return date.fromisoformat(_text(form, "day"))
    except ValueError:
        raise BadInputError(field="日期", why="请选择日期") from None
