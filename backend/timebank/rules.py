"""What the bank's policies say about minutes, ages and facts. Pure."""

from dataclasses import dataclass

from backend.core.errors import BadInputError

HOUR = 60


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a clerk has declared of an elder, with evidence: alone, children away (空巢), 低保, disabled."""

    alone: bool = False
    empty_nest: bool = False
    low_income: bool = False
    disabled: bool = False


def require_minutes(minutes: int) -> None:
    """Raise ``BadInputError`` for anything but whole minutes above zero: less than nothing would be taking."""
    if type(minutes) is not int or minutes <= 0:
        raise BadInputError(field="minutes", why="要填写整数分钟，大于零")


def below_cap(balance: int, minutes: int, cap: int) -> tuple[int, int]:
    """``minutes`` as what still fits below ``cap``, and what overflows."""
    own = max(0, min(minutes, cap - balance))
    return own, minutes - own


def within_day(minutes: int, already: int, most: int) -> int:
    """How many of ``minutes`` count on a day on which ``already`` have been counted."""
    return max(0, min(minutes, most - already))


def points_for(minutes: int, per_hour: int) -> int:
    """Whole points for what was served; a part of a point is not given."""
    return minutes * per_hour // HOUR


def is_key_elder(age: int, facts: Circumstances, ages: tuple[int, int]) -> bool:
    """重点老人: old and alone; or less old, 低保, and disabled or alone (南京 2019)."""
    old, less_old = ages
    lonely = facts.alone or facts.empty_nest
    return (age >= old and lonely) or (age >= less_old and facts.low_income and (facts.disabled or lonely))


def words(minutes: int) -> str:
    """``1小时30分钟``; a debt with its sign."""
    hours, rest = divmod(abs(minutes), HOUR)
    parts = [f"{hours}小时" if hours else "", f"{rest}分钟" if rest or not hours else ""]
    return ("-" if minutes < 0 else "") + "".join(parts)
