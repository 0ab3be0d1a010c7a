"""The figures of a run: a table for people, build/bench.json for programs."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULT = Path(__file__).parents[2] / "build" / "bench.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement beside its baseline of the same run, both in ``unit``; ``ratio`` is ours ÷ baseline."""

    name: str
    unit: str
    ours: float
    baseline: float | None
    ratio: float | None


def figure(name: str, unit: str, ours: float, baseline: float | None) -> Figure:
    """A figure with its ratio; none without a baseline, or where that is zero."""
    ratio = round(ours / baseline, 3) if baseline else None
    return Figure(name, unit, round(ours, 2), None if baseline is None else round(baseline, 2), ratio)


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-share * len(ordered) // 1) - 1))]


def write(figures: Iterable[Figure], path: Path = RESULT) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps([asdict(one) for one in figures], indent=1) + "\n")


def table(figures: Iterable[Figure]) -> str:
    rows = [("name", "unit", "ours", "baseline", "ratio")]
    rows += [(one.name, one.unit, f"{one.ours:g}", _shown(one.baseline), _shown(one.ratio)) for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) if column < 2 else cell.rjust(width)
                  for column, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    )  # fmt: skip


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
