"""A county of 20,000 households on SQLite: the month's money, its batch, a simulation, the monitoring, a rise by law.

Each size is measured in a process of its own (``python -m tests.bench.assistance URL``), so that the memory of one is
not the memory of the next.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import true

from backend.app import create_app
from backend.assistance import payments, simulation
from backend.core import migrate
from backend.core.clock import ManualClock, monotonic
from backend.core.db import reading, unit_of_work
from backend.people.service import Viewer
from backend.settings import load_settings
from scheduler.assistance_jobs import adjust_benefits, compute_month
from scheduler.lead_jobs import look_at_households
from tests.bench import caseload
from tests.bench.figures import Figure, figure

SIZES = (5_000, 10_000, 20_000)
MOST_S = {"month": 60.0, "simulation": 10.0, "batch": None, "monitoring": 60.0, "rise": None}
MOST_MB = 500.0
PAID = datetime(2026, 12, 2, tzinfo=UTC)
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
            found.append(figure(f"assistance.{part}_cpu_{name}", "s", said[f"{part}_cpu"], None))
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
    clock = ManualClock(caseload.DECIDED)
    with create_app(load_settings(settings | {"SHOUWANG_LOG_LEVEL": "ERROR"}), clock).app_context():
        officer = caseload.build(households)
        clock._now = PAID
        found = (
            _timed("month", compute_month, households)
            | _timed("batch", lambda: _batch(officer), households)
            | _timed("simulation", _simulated, households)
            | _timed("monitoring", look_at_households, -(-households // caseload.RECHECKED))
            | _timed("rise", _raised, households)
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found | {"mb": peak}))  # noqa: T201 - the answer to whoever started it


def _timed(part: str, act: Callable[[], int], expected: int) -> dict[str, float]:
    """Seconds, and of them processor seconds, which a busy machine changes little; the whole county must be done."""
    begun, cpu = monotonic(), _processor_s()
    if (done := act()) != expected:
        raise AssertionError(done, expected)
    return {part: monotonic() - begun, f"{part}_cpu": _processor_s() - cpu}


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _batch(officer: Viewer) -> int:
    with unit_of_work() as work:
        return payments.make(work, officer, "dibao", date(2026, 12, 1), "rural_commercial").lines


def _raised() -> int:
    """A standard has risen for everybody: as many turns of the job as it needs."""
    return sum(iter(adjust_benefits, 0))


def _simulated() -> int:
    with reading() as work:
        found = simulation.run(work, simulation.Question(PAID.date(), WHAT_IF, true()))
    return found.total.households if found.total.gain == found.total.households else 0


if __name__ == "__main__":
    main()
