"""What we hold about you: everything, section by section, with why and how long (个人信息保护法 45)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.residents.holdings import Holding, Line


@dataclass(frozen=True, slots=True)
class Section:
    """One holding with its lines; no lines is said too."""

    holding: Holding
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Export:
    """A complete answer, as of one moment."""

    made_at: datetime
    sections: list[Section]


def export(work: Work, person_id: UUID, holdings: Sequence[Holding]) -> Export:
    """Everything the house holds about a person. That it was given out is written down."""
    sections = [Section(one, one.collect(work, person_id)) for one in holdings]
    counts = {one.holding.key: len(one.lines) for one in sections}
    audit.record(work, "person.exported", f"person:{person_id}", sections=counts)
    return Export(work.now, sections)


def printable(given: Export) -> str:
    """The same as plain text that can be read aloud or printed."""
    parts = [f"我们保存的关于您的资料（{local(given.made_at):%Y年%m月%d日 %H:%M}）"]
    return "\n\n".join(parts + [_section(number, one) for number, one in enumerate(given.sections, 1)]) + "\n"


def _section(number: int, one: Section) -> str:
    held = one.holding
    head = [f"{number}. {held.title}", f"   用途：{held.purpose}", f"   依据：{held.ground}", f"   保存：{held.keep}"]
    lines = ["   " + "；".join(f"{label}：{value}" for label, value in line.items()) for line in one.lines]
    return "\n".join(head + (lines or ["   没有记录"]))
