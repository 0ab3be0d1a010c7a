"""The time bank's figures as bars drawn on the server. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from backend.console.timebank.figures_numbers import Numbers, Township, hours
from backend.core.charts import finished, frame, pygal, scale

SOURCE_COLOURS = {"活动": "#14514b", "上门帮忙": "#c8641e", "导入": "#40546b", "补录": "#8a8f86"}
ORDER_SERIES = (("已完成", "#14514b"), ("没有完成", "#8c1c13"), ("进行中", "#c9a227"))
ROW, FOOT, MOST = 40, 110, 10
WIDER = 7  # pygal takes every character for a Latin one; a Chinese one is this much wider
MINUTES = 60


def served_chart(months: Sequence[date], served: Mapping[str, Sequence[int]]) -> str:
    """Hours of service by month and by where they come from."""
    shown = [name for name in SOURCE_COLOURS if any(served.get(name, ()))] or ["活动"]
    whole = frame(
        [SOURCE_COLOURS[name] for name in shown], columns=len(shown), include_x_axis=True,
        value_formatter=lambda value: f"{value:.3g}", y_labels=scale(_highest(served)),
    )  # fmt: skip
    chart = pygal.StackedBar(**whole)
    chart.x_labels = [f"{month.month}月" for month in months]
    for name in shown:
        chart.add(name, [minutes / MINUTES for minutes in served.get(name, [0] * len(months))])
    said = [
        f"{month.year}年{month.month}月："
        + "、".join(f"{name}{hours(served.get(name, [0] * len(months))[place])}" for name in shown)
        for place, month in enumerate(months)
    ]
    return finished(chart, "served-words", "；".join(said))


def _highest(served: Mapping[str, Sequence[int]]) -> float:
    """Hours of the month with the most."""
    return max((sum(month) / MINUTES for month in zip(*served.values(), strict=True)), default=0)


def orders_chart(orders: Mapping[str, tuple[int, int, int]], titles: Mapping[str, str]) -> str:
    """How the calls for help of each kind ended, the most frequent first."""
    kinds = sorted(orders, key=lambda kind: (-sum(orders[kind]), kind))[:MOST]
    names = [titles.get(kind, kind) for kind in kinds]
    chart = pygal.HorizontalStackedBar(
        **_rows([colour for _, colour in ORDER_SERIES], names, max(sum(orders[kind]) for kind in kinds)),
        legend_at_bottom_columns=3,
    )
    chart.x_labels = list(reversed(names))  # pygal draws the first one lowest
    for place, (word, _) in enumerate(ORDER_SERIES):
        chart.add(word, [orders[kind][place] for kind in reversed(kinds)])
    said = [
        f"{name}：" + "、".join(f"{word}{orders[kind][place]}" for place, (word, _) in enumerate(ORDER_SERIES))
        for kind, name in zip(kinds, names, strict=True)
    ]
    return finished(chart, "orders-words", "；".join(said))


def townships_chart(townships: Sequence[Township]) -> str:
    """Hours each township's volunteers gave."""
    shown = townships[:MOST]
    names = [one.name for one in shown]
    chart = pygal.HorizontalBar(
        **_rows(["#14514b"], names, max(one.minutes / MINUTES for one in shown)), show_legend=False
    )
    chart.x_labels = list(reversed(names))
    chart.add("服务小时", [one.minutes / MINUTES for one in reversed(shown)])
    said = [f"{one.name}：志愿者{one.volunteers}人，服务{hours(one.minutes)}" for one in shown]
    return finished(chart, "townships-words", "；".join(said))


def _rows(colours: Sequence[str], names: Sequence[str], top: float) -> dict[str, object]:
    settings = frame(
        colours, columns=1, height=FOOT + ROW * max(len(names), 1), show_y_guides=False,
        margin_left=20 + max(map(len, names), default=0) * WIDER,
        value_formatter=lambda value: f"{value:.3g}", y_labels=scale(top),
    )  # fmt: skip
    del settings["legend_at_bottom_columns"]
    return settings


def tiles(found: Numbers) -> list[tuple[str, str, str]]:
    """What stands at the top: what, how much, beside what."""
    done = sum(one[0] for one in found.orders.values())
    ended = done + sum(one[1] for one in found.orders.values())
    stars = sum(found.stars.values())
    mean = sum(star * count for star, count in found.stars.items()) / stars if stars else None
    return [
        ("在册志愿者", str(found.volunteers), f"其中{sum(one.served for one in found.townships)}人近一年服务过"),
        ("服务时间", hours(found.minutes), "近十二个月，已记录的"),
        ("活动", str(found.activities), f"到场{found.came}人次，缺席{found.absent}人次"),
        ("点单完成", f"{done / ended:.0%}" if ended else "—", f"完成{done}单"),
        ("多久有人接单", "—" if found.accepted is None else hours(round(found.accepted)), "一半的单比这更快"),
        ("评分", "—" if mean is None else f"{mean:.1f}", f"{stars}人评过，满分5分"),
    ]
