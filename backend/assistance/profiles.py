"""Which text applies when: the layers of law and how they are merged. Pure.

A profile is the merge, for one day, of the layers in force on it; a later layer wins where two speak about the same
thing. Its id (``CQ2016+MCA2021+ACT2026``) is kept with every decision. UNSURE: whether the municipal regulation of
2016 or the ministry's measure of 2021 prevails where they conflict; the default is that the later text wins.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Layer:
    """One text of law. ``until``: its last day, None while in force.

    ``says``: setting → (value, article); a value of None says only where a matter stands.
    """

    name: str
    title: str
    since: date
    says: dict[str, tuple[Any, str]]
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


CQ2016 = Layer(
    "CQ2016", "重庆市城乡居民最低生活保障条例", date(2016, 5, 1),
    {
        "first_month": ("same", "重庆低保条例第22条"),
        "methods": (("difference",), "重庆低保条例第20条"),
        "separate_counting": (True, "重庆低保条例第11条第3项"),
        "single_counting": (False, "重庆低保条例"),
        "villagers_discuss": (True, "重庆低保条例第18条"),
        "hearing_before_cut": (False, "重庆低保条例"),
        "fine_cap": (3, "重庆低保条例第36条"),
        "review_stable": ({"urban": 12, "rural": 12}, "重庆低保条例第26条"),
        "review_unstable": ({"urban": 1, "rural": 3}, "重庆低保条例第26条"),
        "fetchable_papers": (True, "重庆低保条例"),
        "pay_first": (False, "社会救助暂行办法"),
        "minors_finish_school": (False, "社会救助暂行办法"),
        "job_costs": (False, "重庆低保条例"),
        "standard": (None, "重庆低保条例"),
        "household": (None, "重庆低保条例第11条"),
        "income": (None, "重庆低保条例第12条"),
        "property": (None, "重庆低保条例"),
        "work": (None, "重庆低保条例第25条"),
        "edge": (None, "重庆市低保边缘规定"),
    },
)  # fmt: skip
MCA2021 = Layer(
    "MCA2021", "最低生活保障审核确认办法、特困人员认定办法", date(2021, 7, 1),
    {
        "first_month": ("next", "低保审核确认办法第21条"),
        "methods": (("difference", "tiers"), "低保审核确认办法"),
        "single_counting": (True, "低保审核确认办法第8条"),
        "review_stable": ({"urban": 12, "rural": 12}, "低保审核确认办法第31条"),
        "review_unstable": ({"urban": 6, "rural": 6}, "低保审核确认办法第31条"),
        "fetchable_papers": (False, "低保审核确认办法第10条"),
        "job_costs": (True, "低保审核确认办法第13条"),
        "standard": (None, "最低生活保障审核确认办法"),
        "household": (None, "低保审核确认办法第7条"),
        "income": (None, "低保审核确认办法第13条"),
        "property": (None, "低保审核确认办法第14条"),
        "work": (None, "低保审核确认办法第34条"),
        "edge": (None, "低保审核确认办法第8条"),
    },
)  # fmt: skip
ACT2026 = Layer(
    "ACT2026", "社会救助法", date(2026, 7, 1),
    {
        "methods": (("difference", "tiers"), "社会救助法第18条"),
        "hearing_before_cut": (True, "社会救助法第48条"),
        "fine_cap": (2, "社会救助法第73条"),
        "fetchable_papers": (False, "社会救助法第62条"),
        "pay_first": (True, "社会救助法第50条"),
        "minors_finish_school": (True, "社会救助法第16条"),
        "edge": (None, "社会救助法第21条"),
    },
)  # fmt: skip
MERGE_ORDER = (CQ2016, MCA2021, ACT2026)


class NoProfileError(LookupError):
    """No text of law known here was in force on this day."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The merge of ``layers``. Read a setting by its name; ``article`` says where it stands."""

    layers: tuple[str, ...]
    merged: dict[str, tuple[Any, str]] = field(repr=False)

    @property
    def id(self) -> str:
        return "+".join(self.layers)

    def __getitem__(self, setting: str) -> Any:
        return self.merged[setting][0]

    def article(self, setting: str) -> str:
        return self.merged[setting][1]

    def first_month(self, decided_on: date) -> date:
        """First day of the first month that is paid."""
        month = decided_on.replace(day=1)
        return month if self["first_month"] == "same" else months_later(month, 1)


def profile_of(layers: tuple[Layer, ...]) -> Profile:
    """The merge of some layers, later ones over earlier ones."""
    merged: dict[str, tuple[Any, str]] = {}
    for layer in layers:
        merged |= layer.says
    return Profile(tuple(layer.name for layer in layers), merged)


@cache
def profile_on(day: date) -> Profile:
    """What holds on ``day``. Raises ``NoProfileError`` before the first text."""
    layers = tuple(layer for layer in MERGE_ORDER if layer.holds_on(day))
    if not layers:
        raise NoProfileError(day)
    return profile_of(layers)


def titles_of(profile_id: str) -> str:
    """The texts of law a kept profile consists of, for people to read: ``《甲》、《乙》``."""
    known = {layer.name: layer.title for layer in MERGE_ORDER}
    return "、".join(f"《{known[name]}》" for name in profile_id.split("+") if name in known)


def profile_named(profile_id: str) -> Profile:
    """The profile that a decision kept, e.g. ``CQ2016+MCA2021``. Raises ``NoProfileError`` for an unknown name."""
    known = {layer.name: layer for layer in MERGE_ORDER}
    names = profile_id.split("+")
    if not set(names) <= set(known):
        raise NoProfileError(profile_id)
    return profile_of(tuple(known[name] for name in names))


def months_later(day: date, months: int) -> date:
    """The first day of the month that is ``months`` after the month of ``day``."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def same_day_later(day: date, months: int) -> date:
    """The same day ``months`` later; the last day of a shorter month."""
    first = months_later(day, months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))
