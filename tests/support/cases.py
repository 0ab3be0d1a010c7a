"""One-window cases for tests: a small county with clerks and officers, and a case brought to any state."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.cases import deciding, service, steps
from backend.cases.deciding import Words
from backend.cases.models import Case, CaseTask, Decision
from backend.cases.records import fresh
from backend.cases.registry import Hooks, registry
from backend.cases.tasks import LIVE
from backend.core.db import Work
from backend.core.ids import new_id
from backend.people.rules import Grant
from backend.people.service import Viewer
from tests.support import world
from tests.support.residents import id_number, person
from tests.support.world import COUNTY, TOWN, VILLAGE

TOWN_PATH, COUNTY_PATH = f"{COUNTY}/{TOWN}/", f"{COUNTY}/"
FORM: dict[str, Any] = {
    "urban": "rural", "reason": "父亲重病，没有收入", "consent": True,
    "members": [
        {
            "name": "王秀英", "id_number": id_number(), "birth_date": "1960-05-01", "relation": "self",
            "monthly_income": "0",
        },
        {
            "name": "李小宝", "id_number": id_number(date(2016, 6, 1), 5), "birth_date": "2016-06-01",
            "relation": "child", "monthly_income": "0.00",
        },
    ],
}  # fmt: skip
EMERGENCY: dict[str, Any] = {
    "aid": "urgent", "what_happened": "家里失火，东西都烧了", "happened_on": "2026-11-20", "kind": "fire", "people": 3,
    "urban": "rural", "asked": "500",
}  # fmt: skip


@dataclass
class Window:
    """The township's window: its clerks, the county's officers, and somebody who applies."""

    world: world.World
    applicant: UUID
    other: UUID
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Viewer:
        return self.viewers[name]


PEOPLE = {
    "clerk": ("clerk", TOWN, TOWN_PATH), "clerk2": ("clerk", TOWN, TOWN_PATH),
    "officer": ("officer", COUNTY, COUNTY_PATH), "officer2": ("officer", COUNTY, COUNTY_PATH),
    "lead": ("lead", COUNTY, COUNTY_PATH), "elsewhere": ("clerk", VILLAGE, f"{TOWN_PATH}{VILLAGE}/"),
}  # fmt: skip


def plain_hooks(patch: pytest.MonkeyPatch) -> None:
    """The engine alone: whatever is handed in can be true, and a decision changes nothing else."""
    patch.setitem(registry().hooks, "assistance", Hooks())


def build_window(work: Work) -> Window:
    """Write the county; everybody of ``PEOPLE`` is a member of staff."""
    built = world.build(work, roster=False)
    found = Window(built, person(work, "王秀英", phone="13800138000"), person(work, "李明", serial=3))
    for name, (role, code, path) in PEOPLE.items():
        if name not in ("officer", "lead"):
            built.staff[name] = world._staff(work, name, role, code)
        found.viewers[name] = Viewer(built.staff[name], name, name, (Grant(role, path),), new_id(), "csrf")
    work.session.flush()
    return found


def draft(work: Work, window: Window, matter: str = "dibao", **more: Any) -> Case:
    form = FORM if matter == "dibao" else EMERGENCY if matter == "temporary_aid" else {}
    facts: dict[str, Any] = {"applicant_id": window.applicant, "division_code": TOWN, "form": form}
    return service.start(work, matter_code=matter, **(facts | more))


def submitted(work: Work, window: Window, matter: str = "dibao") -> Case:
    case = draft(work, window, matter)
    return service.submit(work, case, version=case.version)


def accepted(work: Work, window: Window, matter: str = "dibao") -> Case:
    case = submitted(work, window, matter)
    return service.accept(work, window["clerk"], case, version=case.version)


def task_of(work: Work, case: Case, step: str, branch: str = "") -> CaseTask:
    mine = select(CaseTask).where(
        CaseTask.case_id == case.id, CaseTask.step == step, CaseTask.branch == branch, CaseTask.state.in_(LIVE)
    )
    return work.session.scalars(mine).one()


def done(
    work: Work, window: Window, case: Case, step: str, outcome: str = "done", branch: str = "", who: str = "clerk"
) -> Case:  # fmt: skip
    """Finish one task as somebody."""
    task, now = task_of(work, case, step, branch), fresh(work, case.id)
    return steps.finish(work, window[who], now, task.id, version=now.version, outcome=outcome)


def investigated(work: Work, window: Window, case: Case) -> Case:
    done(work, window, case, "investigation", branch="visit")
    return done(work, window, case, "investigation", branch="means", who="officer2")


def published(work: Work, window: Window) -> Case:
    """A case of 低保 that hangs out from tomorrow on."""
    case = investigated(work, window, accepted(work, window))
    return done(work, window, case, "opinion", "agree")


def ready(work: Work, window: Window) -> Case:
    """An emergency that waits for its decision."""
    return done(work, window, accepted(work, window, "temporary_aid"), "look")


def decided(work: Work, window: Window, words: Words | None = None) -> tuple[Case, Decision]:
    case = ready(work, window)
    made = deciding.decide(work, window["officer"], case, words or Words("granted"), version=case.version)
    return fresh(work, case.id), made


def closed(work: Work, window: Window, words: Words | None = None) -> tuple[Case, Decision]:
    case, made = decided(work, window, words)
    return deciding.deliver(work, window["clerk"], case, version=case.version, how="paper"), made


def day(text: str) -> date:
    return date.fromisoformat(text)
