"""From facts to words: every notice is worded when it is written, by the templates of two files of texts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import BaseModel, ConfigDict

from backend.core import strict_yaml
from backend.core.clock import local

ONE_SMS = 70  # characters of a Chinese SMS; a longer one is cut into parts that may arrive out of order
FILES = ("texts.yaml", "resident_texts.yaml")  # for staff and relatives; for residents
LONGEST_NAME = 16
SPACES = re.compile(r"\s+")
LOOSE = re.compile(r"(?<=[】：，]) | (?=[，。：])")


class MissingFactError(LookupError):
    """A template needs a fact that the caller did not give; ``name`` is ``template.fact``."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class Template(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    body: str
    short: str
    fields: Mapping[str, str]


class _Book(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    begins: Mapping[str, str]
    may_be_named: frozenset[str]
    not_named: str
    reasons: Mapping[str, str]
    templates: Mapping[str, Template]
    for_residents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """A worded notice. ``short`` has at most ``ONE_SMS`` characters."""

    title: str
    body: str
    short: str
    fields: dict[str, str]


@cache
def book() -> _Book:
    house, residents = (strict_yaml.load(Path(__file__).with_name(name)) for name in FILES)
    if twice := house["templates"].keys() & residents["templates"].keys():
        raise ValueError(f"two texts called {min(twice)}")
    both = {"templates": house["templates"] | residents["templates"], "for_residents": residents["templates"].keys()}
    return _Book.model_validate(house | both)


def reason_zh(reason: str) -> str:
    """Why somebody was not told, in Chinese."""
    reasons = book().reasons
    return reasons.get(reason, reasons["other"])


def facts_of(template: str) -> frozenset[str]:
    """The facts a template needs from its caller (KeyError: no such template)."""
    known = book().templates[template]
    names = {name for text in (known.title, known.body, known.short, *known.fields.values()) for name in _names(text)}
    derived = {"begins": "kind_zh", "named_zh": "kind_zh"}
    return frozenset(derived.get(name, name) for name in names - {"late"})


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def word(template: str, facts: Mapping[str, Any], now: datetime) -> Words:
    """Fill a template. A moment is shown as a time of the local day, with its date if that is not today's.

    Raises ``MissingFactError``, and KeyError for a template that does not exist.
    """
    known = book().templates[template]
    missing = facts_of(template) - facts.keys()
    if missing:
        raise MissingFactError(f"{template}.{min(missing)}")
    shown = _derived(facts) | {name: _shown(value, now) for name, value in facts.items()}
    return Words(
        title=_fill(known.title, shown),
        body=_fill(known.body, shown),
        short=_fit(known.short, shown),
        fields={name: _field(name, text, shown, facts) or "—" for name, text in known.fields.items()},
    )


def _derived(facts: Mapping[str, Any]) -> dict[str, str]:
    kind, known = str(facts.get("kind_zh", "")), book()
    return {
        "late": "（延迟到达）" if facts.get("delayed") else "",
        "begins": known.begins.get(kind, known.begins["其他"]),
        "named_zh": kind if kind in known.may_be_named else known.not_named,
    }


def _field(name: str, text: str, shown: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    """One field of a WeChat template; its ``time`` and ``date`` take a moment only with its year."""
    if not name.startswith(("time", "date")):
        return _fill(text, shown)
    return _fill(text, {**shown, **{fact: _whole(value) for fact, value in facts.items() if isinstance(value, date)}})


def _whole(value: date) -> str:
    moment = local(value) if isinstance(value, datetime) else value
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{day} {moment:%H:%M}" if isinstance(moment, datetime) else day


def _shown(value: Any, now: datetime) -> str:
    if not isinstance(value, datetime):
        return f"{value.month}月{value.day}日" if isinstance(value, date) else str(value)
    moment = local(value)
    today = moment.date() == local(now).date()
    return f"{moment:%H:%M}" if today else f"{moment.month}月{moment.day}日{moment:%H:%M}"


def _fill(text: str, facts: Mapping[str, str]) -> str:
    return LOOSE.sub("", SPACES.sub(" ", text.format_map(facts))).strip()


def _fit(text: str, facts: Mapping[str, str]) -> str:
    """Cut what is long until it is one SMS: names first at their end, then the place at its beginning.

    The end of a place (room and bed) is what somebody runs to; the name of the home they know.
    """
    if len(filled := _fill(text, facts)) <= ONE_SMS:
        return filled
    cut = {name: value if name == "place" else _head(value) for name, value in facts.items()}
    filled = _fill(text, cut)
    room = max(0, len(cut.get("place", "")) - (len(filled) - ONE_SMS) - 1)
    if len(filled) > ONE_SMS and "place" in cut:
        cut["place"] = "…" + cut["place"][len(cut["place"]) - room :]
        filled = _fill(text, cut)
    return filled[:ONE_SMS]


def _head(value: str) -> str:
    return value if len(value) <= LONGEST_NAME else value[: LONGEST_NAME - 1] + "…"
