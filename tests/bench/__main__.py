"""``python -m tests.bench [--only PREFIX] [--quick]``: measures, prints a table, writes build/bench.json."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.bench import endurance, figures, ingest, latency
from tests.bench.figures import Figure

Bench = Callable[[Path, float], list[Figure]]
# What each part measures: the names it may give all begin with one of these.
PARTS: Mapping[tuple[str, ...], Bench] = {
    ("alarm.ingest",): ingest.sqlite,
    ("alarm.ingest_postgresql",): ingest.postgresql,
    ("alarm.press_to_commit", "alarm.first_notice", "alarm.board"): latency.measure,
    ("alarm.memory_growth",): endurance.memory,
    ("alarm.storm_1000",): endurance.storm,
}


def main() -> None:
    arguments = _arguments()
    found: list[Figure] = []
    for names, bench in PARTS.items():
        if any(name.startswith(arguments.only) or arguments.only.startswith(name) for name in names):
            found += _run(bench, names, 0.5 if arguments.quick else 1.0)
    wanted = [one for one in found if one.name.startswith(arguments.only)]
    figures.write(wanted)
    print(figures.table(wanted))  # noqa: T201 - the result


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--only", default="", metavar="PREFIX", help="only figures whose name begins so")
    parser.add_argument("--quick", action="store_true", help="half of everything")
    return parser.parse_args()


def _run(bench: Bench, names: tuple[str, ...], scale: float) -> list[Figure]:
    print(f"measuring {', '.join(names)} …", file=sys.stderr)  # noqa: T201 - progress
    with tempfile.TemporaryDirectory(prefix="shouwang-bench-") as folder:
        try:
            return bench(Path(folder), scale)
        except (pytest.skip.Exception, pytest.fail.Exception) as missing:
            print(f"not measured: {missing}", file=sys.stderr)  # noqa: T201 - progress
            return []


if __name__ == "__main__":
    main()
