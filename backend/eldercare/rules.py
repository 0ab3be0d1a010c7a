"""How places and people are written, and how old somebody is. Pure."""

from collections.abc import Sequence
from datetime import date

ADDRESS_HIDDEN = "家庭床位(地址见档案)"
SHORT_NAME = 2


def room_text(site: str, floor: int, number: str) -> str:
    """``安康养老院 2楼 203房``; a floor below ground is 地下1楼."""
    storey = f"{floor}楼" if floor > 0 else f"地下{-floor or 1}楼"
    return f"{site} {storey} {_with(number, '房')}"


def bed_text(site: str, floor: int, number: str, label: str) -> str:
    """``安康养老院 2楼 203房 1床``."""
    return f"{room_text(site, floor, number)} {_with(label, '床')}"


def family_text(divisions: Sequence[str]) -> str:
    """``青山镇 桃园社区 家庭床位(地址见档案)``: the street address stays in the record.

    ``divisions``: names from the town down.
    """
    return " ".join([*divisions, ADDRESS_HIDDEN])


def _with(text: str, suffix: str) -> str:
    """A bare number gets its word; ``浴室`` and ``1床`` are already words."""
    return f"{text}{suffix}" if text[-1:].isascii() else text


def mask_name(name: str) -> str:
    """``王*英``, ``王*``: for lists and screens that a visitor can see."""
    if len(name) < SHORT_NAME:
        return "*"
    if len(name) == SHORT_NAME:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def age_on(born: date, day: date) -> int:
    """Full years of life; somebody born on 29 February is a year older on 1 March of common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
