"""``python -m tests.bench [--only PREFIX] [--quick]``: measures, prints a table, writes build/bench.json."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.bench import (
    activities,
    assistance,
    endurance,
    figures,
    grave_rush,
    ingest,
    latency,
    memorial_page,
    rush,
    timebank,
    tributes,
)
from tests.bench.figures import Figure

Bench = Callable[[Path, float], list[Figure]]
# What each part measures; a name that ends with an underscore is the beginning of several.
PARTS: Mapping[tuple[str, ...], Bench] = {
    ("activities.search_100k_",): activities.measure,
    ("alarm.ingest_backlog",): ingest.sqlite,
    ("alarm.ingest_backlog_postgresql",): ingest.postgresql,
    ("alarm.ingest",): ingest.live,
    ("alarm.press_to_commit_", "alarm.first_notice_", "alarm.board_"): latency.measure,
    ("alarm.memory_growth",): endurance.memory,
    ("alarm.storm_1000_",): endurance.storm,
    tuple(f"assistance.{part}_" for part in (*assistance.MOST_S, "memory")): assistance.measure,
    ("booking.rush_sqlite",): rush.sqlite,
    ("booking.rush_postgresql",): rush.postgresql,
    ("booking.readers_slowdown",): rush.readers,
    ("memorial.tributes_sqlite",): tributes.sqlite,
    ("memorial.tributes_postgresql",): tributes.postgresql,
    ("memorial.rush_sqlite",): grave_rush.sqlite,
    ("memorial.rush_postgresql",): grave_rush.postgresql,
    ("memorial.page_sqlite_",): memorial_page.sqlite,
    ("memorial.page_postgresql_",): memorial_page.postgresql,
    ("timebank.transfer_sqlite",): timebank.sqlite,
    ("timebank.transfer_postgresql",): timebank.postgresql,
    ("timebank.verify_",): timebank.verified,
}


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that everything started is taken down
    arguments = _arguments()
    found: list[Figure] = []
    for names, bench in PARTS.items():
        if any(_wanted(name, arguments.only) for name in names):
            found += _run(bench, names, 0.5 if arguments.quick else 1.0)
    wanted = [one for one in found if one.name.startswith(arguments.only)]
    figures.write(wanted)
    print(figures.table(wanted))  # noqa: T201 - the result


def _wanted(name: str, only: str) -> bool:
    return name.startswith(only) or (name.endswith("_") and only.startswith(name))


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
