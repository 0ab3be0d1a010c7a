"""Open data (社会救助法 67): standards in force with their sources, counts per township. Nobody can be found in it.

A count below the smallest that may be shown is left out with its amount; so is the next smallest of the same programme
where the hidden one could otherwise be worked out from the county's total.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from backend.assistance import law
from backend.assistance.benefits import LIVE
from backend.assistance.entitlements import payment_params
from backend.assistance.models import Benefit
from backend.assistance.simulation import township_of
from backend.assistance.together_file import table
from backend.core import params
from backend.core.clock import local
from backend.core.db import Work
from backend.people.models import Division

Counts = dict[str, tuple[int, int, Decimal]]  # township → households, people, yuan a month
HEADINGS = ("统计日", "救助项目", "镇街代码", "镇街", "户数", "人数", "每月金额")


def published(work: Work) -> dict[str, Any]:
    """Standards and counts of today as plain values for JSON; a hidden count is null."""
    today = local(work.now).date()
    return {"as_of": today.isoformat(), "standards": standards(today), "counts": counts(work, today)}


def standards(day: date) -> list[dict[str, Any]]:
    """Every number of the programmes that holds on ``day``, with its source and when somebody looks again."""
    found = []
    for path in law.files():
        for name, one in params.load(path).root.items():
            if (dated := one.at(day)) is not None:
                found.append(
                    {
                        "name": name, "title": one.title, "unit": one.unit, "value": dated.value,
                        "source": dated.source, "since": dated.since.isoformat(),
                        "review_by": dated.review_by.isoformat(),
                    }
                )  # fmt: skip
    return sorted(found, key=lambda one: str(one["name"]))


def counts(work: Work, day: date) -> list[dict[str, Any]]:
    """One row per programme and township."""
    smallest = int(payment_params().at("open_data_smallest", day).value)
    names = {code: name for code, name in work.session.execute(select(Division.code, Division.name))}  # noqa: C416 - dict() does not know a Row
    rows: list[dict[str, Any]] = []
    for programme, places in sorted(_counted(work).items()):
        hidden = hidden_of({code: one[0] for code, one in places.items()}, smallest)
        for code, (households, people, amount) in sorted(places.items()):
            shown: dict[str, Any] = {"households": households, "people": people, "monthly": str(amount)}
            if code in hidden:
                shown = dict.fromkeys(shown)
            place = {"township": code, "name": names.get(code, code)}
            rows.append({"programme": programme, "title": _title(programme)} | place | shown)
    return rows


def _title(programme: str) -> str:
    return table().title(programme)


def _counted(work: Work) -> dict[str, Counts]:
    summed = (func.count(), func.sum(Benefit.members), func.sum(Benefit.monthly))
    sums = (
        select(Benefit.programme, Benefit.division_path, *summed)
        .where(Benefit.state.in_(LIVE))
        .group_by(Benefit.programme, Benefit.division_path)
    )  # fmt: skip
    found: dict[str, Counts] = {}
    for programme, path, households, people, amount in work.session.execute(sums):
        places = found.setdefault(programme, {})
        before = places.get(township_of(path), (0, 0, Decimal("0.00")))
        places[township_of(path)] = (before[0] + households, before[1] + people, before[2] + Decimal(amount))
    return found


def hidden_of(households: Mapping[str, int], smallest: int) -> set[str]:
    """Which townships' cells are left out: the small ones, and one more where a single one would be the difference."""
    small = {code for code, count in households.items() if count < smallest}
    if len(small) == 1 and len(households) > 1:
        small.add(min(households.keys() - small, key=lambda code: (households[code], code)))
    return small


def as_csv(found: Mapping[str, Any]) -> str:
    """The counts for a spreadsheet; a hidden cell is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for row in found["counts"]:
        cells = (row["title"], row["township"], row["name"], row["households"], row["people"], row["monthly"])
        writer.writerow((found["as_of"], *cells))
    return "\ufeff" + out.getvalue()
