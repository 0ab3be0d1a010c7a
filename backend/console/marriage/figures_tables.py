"""The tables of the registry's figures: what is counted, how it is called, what of it may be shown."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from backend.marriage.statistics import UNKNOWN_ORDER, Cases, People
from backend.marriage.statistics_rules import bands, cell, share, total

MATTERS = {
    "marriage_registration": "结婚登记", "divorce_application": "离婚申请", "divorce_certificate": "离婚登记",
    "divorce_withdrawal": "撤回离婚申请", "certificate_reissue": "补领证件", "no_record_proof": "无记录证明",
}  # fmt: skip
RESULTS = {
    "registered": "已办结", "refused": "不予登记", "frozen": "暂停核实", "abandoned": "当事人离开", "open": "在办",
    "checked": "在办",
}  # fmt: skip
DIVORCES = {
    "cooling": "可撤回期内", "window": "可领证期内", "registered": "已领离婚证", "withdrawn": "已撤回",
    "deemed_withdrawn": "期满未领，视为撤回",
}  # fmt: skip
SEXES = {"male": "男", "female": "女"}
PLACES = {True: "本县", False: "外县（市、区）", None: "其他证件"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is shown: a label and cells for each line; ``sums``: the last column is the sum of a line."""

    title: str
    columns: tuple[str, ...]
    lines: list[tuple[str, list[str]]] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything that was counted. ``offices``: id → name. ``visits``: office → state of the appointment → count."""

    offices: Mapping[UUID, str]
    cases: Sequence[Cases]
    people: Sequence[People]
    divorces: Mapping[str, int]
    visits: Mapping[UUID, Mapping[str, int]]
    counselled: int


def tables(numbers: Numbers, *, exact: bool) -> list[Table]:
    """Every table of the page, in its order."""
    done = [one for one in numbers.cases if one.state == "registered"]
    return [
        _cross("各登记处办结", "登记处", done, lambda one: numbers.offices[one.office_id], _matter, exact=exact,
               columns=list(MATTERS.values())),
        _cross("各月办结", "月份", done, lambda one: one.month, _matter, exact=exact, columns=list(MATTERS.values())),
        _cross("办理结果", "事项", numbers.cases, _matter, lambda one: RESULTS[one.state], exact=exact,
               columns=list(dict.fromkeys(RESULTS.values())), rows=list(MATTERS.values())),
        _divorces(numbers.divorces, exact=exact),
        _cross("结婚登记的年龄（人）", "年龄", numbers.people, lambda one: one.band, _sex, exact=exact,
               columns=list(SEXES.values()), rows=bands()),
        _cross("初婚和再婚（人）", "婚次", numbers.people, lambda one: one.order, _sex, exact=exact,
               columns=list(SEXES.values()), rows=["初婚", "再婚", UNKNOWN_ORDER]),
        _cross("结婚登记的身份证地区（人）", "地区", numbers.people, lambda one: PLACES[one.local], _sex, exact=exact,
               columns=list(SEXES.values()), rows=list(PLACES.values())),
        _visits(numbers, exact=exact),
    ]  # fmt: skip


def _matter(one: Cases) -> str:
    return MATTERS.get(one.matter, one.matter)


def _sex(one: People) -> str:
    return SEXES[one.sex]


def _cross(
    title: str, head: str, counted: Iterable[Any], row: Callable[[Any], str], column: Callable[[Any], str], *,
    exact: bool, columns: list[str], rows: list[str] | None = None,
) -> Table:  # fmt: skip
    """A table of two directions with the sum at the end of each line; lines as given, or those that occur."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in counted:
        counts[row(one), column(one)] += one.count
    labels = rows if rows is not None else sorted({label for label, _ in counts})
    lines = [(label, _line([counts[label, name] for name in columns], exact=exact)) for label in labels]
    return Table(title, (head, *columns, "合计"), lines)


def _line(counts: Sequence[int], *, exact: bool) -> list[str]:
    return [*(cell(count, exact=exact) for count in counts), total(counts, exact=exact)]


def _divorces(counts: Mapping[str, int], *, exact: bool) -> Table:
    lines = [(word, [cell(counts.get(state, 0), exact=exact)]) for state, word in DIVORCES.items()]
    return Table("离婚申请的去向", ("现在的情况", "件数"), lines, "按收到申请的日子计。")


def _visits(numbers: Numbers, *, exact: bool) -> Table:
    lines = []
    for office_id, name in numbers.offices.items():
        counts = numbers.visits.get(office_id, {})
        came, missed = came_of(counts), counts.get("no_show", 0)
        rate = percent(share(missed, came + missed, exact=exact))
        lines.append((name, [cell(came, exact=exact), cell(missed, exact=exact), rate]))
    return Table("预约到场", ("登记处", "到场", "没有到场", "未到率"), lines, "不算已取消的预约。")


def came_of(counts: Mapping[str, int]) -> int:
    return sum(counts.get(state, 0) for state in ("checked_in", "serving", "done"))


def percent(part: float | None) -> str:
    return "—" if part is None else f"{part:.1%}"


def tiles(numbers: Numbers, *, exact: bool) -> list[tuple[str, str, str]]:
    """The figures at the top: what, how much, beside what."""
    ended = Counter[str]()
    for one in numbers.cases:
        ended[one.matter] += one.count if one.state == "registered" else 0
    married, received = ended["marriage_registration"], sum(numbers.divorces.values())
    withdrawn = numbers.divorces.get("withdrawn", 0) + numbers.divorces.get("deemed_withdrawn", 0)
    counselled_of = married + ended["divorce_application"]
    known = [one for one in numbers.people if one.local is not None]
    strangers, people = sum(one.count for one in known if not one.local), sum(one.count for one in known)
    missed = sum(counts.get("no_show", 0) for counts in numbers.visits.values())
    came = sum(came_of(counts) for counts in numbers.visits.values())
    return [
        ("结婚登记", cell(married, exact=exact), "对"),
        ("离婚登记", cell(ended["divorce_certificate"], exact=exact), "对"),
        ("离婚申请撤回", percent(share(withdrawn, received, exact=exact)), "含期满视为撤回"),
        (
            "婚姻家庭辅导率",
            percent(share(numbers.counselled, counselled_of, exact=exact)),
            "登记或申请前辅导过的",
        ),
        ("跨区办理", percent(share(strangers, people, exact=exact)), "身份证不是本县的人"),
        ("预约未到", percent(share(missed, came + missed, exact=exact)), "占应到的预约"),
    ]
