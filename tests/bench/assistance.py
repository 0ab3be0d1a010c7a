"""A county of 20,000 households on SQLite: one month's money, its payment batch, and a simulation over all of them.

Each size is measured in a process of its own (``python -m tests.bench.assistance URL``), so that the memory of one is
not the memory of the next.
"""

import json
import random
import resource
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert, true

from backend.app import create_app
from backend.assistance import payments, simulation
from backend.assistance.benefits import Award, basis_text
from backend.assistance.models import Benefit, Household
from backend.core import migrate
from backend.core.clock import ManualClock, monotonic
from backend.core.db import reading, unit_of_work
from backend.core.ids import new_id
from backend.people.service import Viewer
from backend.settings import load_settings
from scheduler.assistance_jobs import compute_month
from tests.bench.figures import Figure, figure
from tests.support import payments as county
from tests.support.world import VILLAGE

SIZES = (5_000, 10_000, 20_000)
MOST_S = {"month": 60.0, "simulation": 10.0}
MOST_MB = 500.0
WRITTEN_AT_ONCE = 1_000
DECIDED, PAID = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
WHAT_IF = {"dibao_standard_urban": 800, "dibao_standard_rural": 680}


def measure(folder: Path, scale: float) -> list[Figure]:
    """The whole county against its limits, and the smaller ones beside it to show that it grows in a straight line."""
    found: list[Figure] = []
    for size in SIZES:
        said = _measured(folder / f"{size}.db", int(size * scale))
        name = f"{size // 1000}k"
        for part, most in MOST_S.items():
            whole = most if size == SIZES[-1] else None
            found.append(figure(f"assistance.{part}_{name}", "s", said[part], whole))
        found.append(figure(f"assistance.batch_{name}", "s", said["batch"], None))
        found.append(figure(f"assistance.memory_{name}", "MB", said["mb"], MOST_MB))
    return found


def _measured(path: Path, households: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.assistance", str(path), str(households)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def main() -> None:
    path, households = Path(sys.argv[1]), int(sys.argv[2])
    url = f"sqlite:///{path}"
    migrate.upgrade(url)
    settings = {"SHOUWANG_MODE": "test", "SHOUWANG_DATA_DIR": str(path.parent / "data"), "DATABASE_URL": url}
    clock = ManualClock(DECIDED)
    with create_app(load_settings(settings | {"SHOUWANG_LOG_LEVEL": "ERROR"}), clock).app_context():
        officer = _build(households)
        clock._now = PAID
        found = {"month": _timed(compute_month, households), "batch": _timed(lambda: _batch(officer), households)}
        found["simulation"] = _timed(_simulated, households)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found | {"mb": peak}))  # noqa: T201 - the answer to whoever started it


def _timed(act: Any, expected: int) -> float:
    """Seconds; what was done must be the whole county."""
    begun = monotonic()
    if (done := act()) != expected:
        raise AssertionError(done, expected)
    return monotonic() - begun


def _batch(officer: Viewer) -> int:
    with unit_of_work() as work:
        return payments.make(work, officer, "dibao", date(2026, 12, 1), "rural_commercial").lines


def _simulated() -> int:
    with reading() as work:
        found = simulation.run(work, simulation.Question(PAID.date(), WHAT_IF, true()))
    return found.total.households if found.total.gain == found.total.households else 0


def _build(households: int) -> Viewer:
    """Families of one to four with two incomes, all on 低保; one decision stands for all of theirs."""
    with unit_of_work() as work:
        load = county.build(work)
        decided = county.decision(work, load)
        verdict = county.verdict_of(work, county.family())
    chance = random.Random(1)  # noqa: S311 - a load, not a secret
    for first in range(0, households, WRITTEN_AT_ONCE):
        made = [_household(number, chance) for number in range(first, min(first + WRITTEN_AT_ONCE, households))]
        with unit_of_work() as work:
            work.session.execute(insert(Household), [home for home, _facts in made])
            rows = [_benefit(home, Award(decided, verdict, facts, county.PLACE)) for home, facts in made]
            work.session.execute(insert(Benefit), rows)
    return load["officer"]


def _household(number: int, chance: random.Random) -> tuple[dict[str, Any], Any]:
    urban = chance.random() < 0.15
    facts = county.family(str(chance.randrange(0, 600)), chance.randrange(1, 5), urban=urban)
    home = {
        "id": new_id(), "number": f"HH{number:06d}", "division_code": VILLAGE, "division_path": county.PLACE,
        "urban": urban, "address": "示范路1号", "bank_account": f"62284{number:012d}", "bank_holder": "王秀英",
        "created_at": DECIDED,
    }  # fmt: skip
    return home, facts


def _benefit(home: dict[str, Any], award: Award) -> dict[str, Any]:
    return {
        "id": new_id(), "programme": "dibao", "household_id": home["id"], "division_path": county.PLACE,
        "decision_id": award.decision_id, "state": "active", "category": "household",
        "members": len(award.facts.members), "monthly": Decimal("321.09"), "basis": basis_text(award),
        "first_month": date(2026, 12, 1), "review_on": date(2027, 11, 22), "changed_at": DECIDED,
    }  # fmt: skip


if __name__ == "__main__":
    main()
