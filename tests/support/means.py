"""A family at its check of means, and sources that do what a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from apiflask import APIFlask

from backend.assistance import means, means_report
from backend.assistance.means_providers import SOURCES
from backend.assistance.means_report import MeansReport
from backend.assistance.means_rules import SOURCE_TITLES, FoundFact, FoundKind
from backend.assistance.means_sources import Question, Records, Reply, SourceUnavailableError
from backend.cases.models import Case
from backend.cases.records import fresh
from backend.core.clock import ManualClock
from backend.core.db import reading, unit_of_work
from scheduler.assistance_jobs import check_means
from tests.support import aid
from tests.support.cases import FORM, Window

BORN = date(1960, 5, 1)


def fact(kind: FoundKind, amount: int, source: str) -> FoundFact:
    return FoundFact(kind, Decimal(amount), source)


@dataclass
class Office:
    """A source that does what the test says. ``reply`` None: it cannot be reached."""

    code: str
    reply: Callable[[Question], Reply | None]
    asked: list[Question] = field(default_factory=list)

    def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        found = self.reply(question)
        if found is None:
            raise SourceUnavailableError
        return found


FOUND: dict[str, FoundFact] = {
    "social_insurance": fact("pension", 240, "social_insurance"), "bank": fact("financial", 800, "bank"),
    "real_estate": fact("houses", 1, "real_estate"),
}  # fmt: skip


def nothing_else(source: str, _asked: Question) -> Reply:
    return Records((FOUND[source],) if source in FOUND else ())


@dataclass
class World:
    """A family of two grown-ups and a child at its check, and the sources."""

    window: Window
    case_id: UUID
    offices: dict[str, Office]
    clock: ManualClock

    @property
    def her(self) -> UUID:
        return self.window.applicant

    @property
    def him(self) -> UUID:
        return self.window.other

    def report(self) -> MeansReport:
        with reading() as w:
            return means_report.report(w, self.case_id)

    def allow(self, *people: UUID) -> None:
        for one in people:
            with unit_of_work() as w:
                means.authorise(w, self.case(w), one, how="app")

    def case(self, w: Any) -> Case:
        return fresh(w, self.case_id)

    def later(self, **how: float) -> int:
        self.clock.advance(timedelta(**how).total_seconds())
        return check_means()

    def says(self, source: str, reply: Callable[[Question], Reply | None]) -> None:
        self.offices[source].reply = reply

    def states(self, person_id: UUID | None = None) -> dict[str, str]:
        found = next(one for one in self.report().adults if one.person_id == (person_id or self.her))
        return {row.source: row.state for row in found.sources}


def family(app: APIFlask, window: Window, clock: ManualClock) -> World:
    """王秀英, 李明 and a grandchild have applied and were accepted: their check is to begin."""
    rows = [*FORM["members"], aid.row("李明", BORN, 3, "spouse")]
    with unit_of_work(window["clerk"].actor) as w:
        case = aid.accepted(w, window, aid.form(members=rows, consent=True))
    offices = {code: Office(code, partial(nothing_else, code)) for code in SOURCE_TITLES}
    app.extensions[SOURCES] = offices
    return World(window, case.id, offices, clock)
