"""The figures of funerals and remembrance as bars drawn on the server, and as tables with the same numbers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backend.console.memorial.burial_figures_numbers import COUNTED, Numbers
from backend.core.charts import finished, frame, pygal, scale
from backend.memorial.burial_rules import ECOLOGICAL, PLOT_KINDS

GREEN, GOLD, GREY, BLUE = "#14514b", "#c9a227", "#8a8f86", "#40546b"
WEEK = 7
FUNERALS = ("deaths", "cremations", "farewells", "burials", "ecological")
REMEMBERING = ("swept", "halls", "tributes")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is shown and exported: the first cell of a line is its name."""

    title: str
    columns: tuple[str, ...]
    lines: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Section:
    """A chart (SVG, empty while there is nothing to draw) with its title, and the table of the same numbers."""

    title: str
    svg: str
    table: Table


def share(part: int, whole: int) -> str:
    """``55%``; a dash where nothing was counted, or fewer than the part: then a register is not complete."""
    return f"{part / whole:.0%}" if 0 < whole >= part else "—"


def tiles(found: Numbers) -> list[tuple[str, str, str]]:
    """What stands at the top: what, how much, beside what (I-20, I-30)."""
    deaths, burials = found.whole("deaths"), found.whole("burials")
    plots, saving = sum(one.plots for one in found.grounds), sum(one.ecological for one in found.grounds)
    people, room = sum(one.people for one in found.visits), sum(one.places for one in found.visits)
    return [
        ("节地生态墓位", share(saving, plots), f"{plots} 个位置里有 {saving} 个"),
        ("节地生态安葬", share(found.whole("ecological"), burials), f"安葬 {burials} 位"),
        ("火化率", share(found.whole("cremations"), deaths), f"火化 {found.whole('cremations')}，去世登记 {deaths}"),
        ("集中治丧率", share(found.whole("farewells"), deaths), f"告别仪式 {found.whole('farewells')} 场"),
        ("近三十天祭扫", f"{people} 人", f"名额用了 {share(people, room)}"),
        ("网上祭奠", f"{found.whole('tributes')} 次", f"新开纪念馆 {found.whole('halls')} 个"),
    ]


def sections(found: Numbers) -> list[Section]:
    """Every chart of the page with its table, in its order."""
    ordinary = [all_ - some for all_, some in zip(found.monthly["burials"], found.monthly["ecological"], strict=True)]
    months = [f"{month.month}月" for month in found.months]
    kept = {"节地生态": found.monthly["ecological"], "一般": ordinary}
    ended = {COUNTED[key]: found.monthly[key] for key in FUNERALS[:3]}
    visits = {"祭扫": [one.people for one in found.visits], "名额": [one.places for one in found.visits]}
    given = {COUNTED["tributes"]: found.monthly["tributes"]}
    return [
        Section("每月安葬（位）", _bars("burial-words", months, kept, (GREEN, GREY), stacked=True), _kinds(found)),
        Section(
            "每月去世登记、火化和告别仪式", _bars("death-words", months, ended, (GREY, GREEN, GOLD)),
            _monthly("各月丧葬", found, FUNERALS),
        ),
        Section(
            "近三十天祭扫和名额（人）", _bars("visit-words", _day_labels(found), visits, (GREEN, GOLD)), _days(found)
        ),
        Section(
            "每月网上祭奠（次）", _bars("tribute-words", months, given, (BLUE,)),
            _monthly("各月纪念", found, REMEMBERING),
        ),
    ]  # fmt: skip


def _day_labels(found: Numbers) -> list[str]:
    """One a week in words: thirty do not fit."""
    days = [one.day for one in found.visits]
    return [f"{day.month}月{day.day}日" if number % WEEK == 0 else "" for number, day in enumerate(days)]


def _bars(
    name: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[int]],
    colours: Sequence[str],
    *,
    stacked: bool = False,
) -> str:
    added = [sum(column) for column in zip(*series.values(), strict=True)]
    if not any(added):
        return ""
    top = max(added if stacked else [max(one, default=0) for one in series.values()], default=0)
    whole = frame(colours, columns=len(series), y_labels=scale(top), value_formatter=lambda value: f"{value:.0f}")
    chart = (pygal.StackedBar if stacked else pygal.Bar)(**whole)
    chart.x_labels = labels
    for word, numbers in series.items():
        chart.add(word, list(numbers))
    said = "；".join(f"{word}共{sum(numbers)}" for word, numbers in series.items())
    return finished(chart, name, said)


def _monthly(title: str, found: Numbers, keys: Sequence[str]) -> Table:
    lines = [
        [f"{month:%Y-%m}", *(str(found.monthly[key][place]) for key in keys)]
        for place, month in enumerate(found.months)
    ]
    return Table(title, ("月份", *(COUNTED[key] for key in keys)), lines)


def _kinds(found: Numbers) -> Table:
    lines = [
        [PLOT_KINDS[kind], "是" if kind in ECOLOGICAL else "否", str(count)] for kind, count in found.kinds.items()
    ]
    return Table("各种安葬方式", ("方式", "节地生态", "安葬（位）"), lines)


def _days(found: Numbers) -> Table:
    lines = [[f"{one.day}", str(one.people), str(one.places)] for one in found.visits if one.places or one.people]
    return Table("每天祭扫", ("日期", "祭扫（人）", "名额（人）"), lines)


def tables(found: Numbers) -> list[Table]:
    """By cemetery and by township."""
    grounds = [
        [one.name, str(one.plots), str(one.ecological), share(one.ecological, one.plots), str(one.buried)]
        for one in found.grounds
    ]
    towns = [[name, *(str(counts.get(key, 0)) for key in COUNTED)] for name, counts in found.towns.items()]
    return [
        Table("各陵园", ("陵园", "位置", "其中节地生态", "占比", "已安葬（位）"), grounds),
        Table("各镇街", ("镇街", *COUNTED.values()), towns),
    ]
