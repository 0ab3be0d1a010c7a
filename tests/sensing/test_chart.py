"""A day's chart: what is drawn, what is said to those who do not see it, and that nothing is fetched for it."""

from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from backend.core.clock import ManualClock
from backend.devices.vocabulary import Capability
from backend.sensing import service
from backend.sensing.chart import DayOfBed, day_chart, draw, gather

DAY = date(2026, 11, 22)
SVG = "{http://www.w3.org/2000/svg}"


def chart(bed: Any, day: date = DAY) -> ET.Element:
    with bed.work() as w:
        book = service.rule_book(w)
        where = bed.sample("heart_rate", 1.0)
        text = day_chart(w, [bed.device_id], day, name="203 房 1 床", where=where, rules=book)
    return ET.fromstring(text)  # noqa: S314 - we drew it ourselves


def words(root: ET.Element) -> str:
    return "\n".join(root.itertext())


def rectangles(root: ET.Element) -> list[dict[str, str]]:
    return [dict(node.attrib) for node in root.iter(f"{SVG}rect") if "fill-opacity" in node.get("style", "")]


def live_a_day(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 21:30")
    bed.send([bed.sample("heart_rate", 60.0 + n % 5, at=clock.now() - timedelta(minutes=n)) for n in range(60)])
    bed.send([bed.sample("breathing_rate", 15.0, at=clock.now() - timedelta(minutes=n)) for n in range(60)])
    bed.say("bed_occupancy", 1.0, at=clock.now() - timedelta(hours=2))
    bed.say("bed_occupancy", 0.0, at=clock.now() - timedelta(hours=1))


def test_a_day_shows_its_lines_its_shades_and_the_bed(bed: Any, clock: ManualClock) -> None:
    live_a_day(bed, clock)
    root = chart(bed)
    assert "203 房 1 床  2026 年 11 月 22 日" in words(root)
    assert "心率最低 60，最高 64，平均 62 次/分；呼吸频率最低 15，最高 15，平均 15 次/分" in words(root)
    assert "在床共 1.0 小时，离床 1 次" in words(root)
    assert len(rectangles(root)) == 4  # two shades, once in bed, once out of it


def test_it_is_readable_without_eyes(bed: Any, clock: ManualClock) -> None:
    live_a_day(bed, clock)
    root = chart(bed)
    assert (root.get("role"), root.get("lang")) == ("img", "zh-CN")
    named = {node.get("id"): node.tag for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}
    assert set((root.get("aria-labelledby") or "").split()) == set(named)


def test_a_day_without_data_says_so(bed: Any) -> None:
    root = chart(bed)
    assert "当天没有数据" in words(root)
    assert rectangles(root) == []


def test_nothing_is_fetched_or_run(bed: Any, clock: ManualClock) -> None:
    live_a_day(bed, clock)
    with bed.work() as w:
        where = bed.sample("heart_rate", 1.0)
        text = day_chart(w, [bed.device_id], DAY, name="床", where=where, rules=service.rule_book(w))
    assert text.replace("http://www.w3.org/2000/svg", "").count("http") == 0
    for word in ("<script", "href", "@import", "url(", "<!--"):
        assert word not in text


def test_a_name_with_markup_stays_a_name() -> None:
    text = draw(DayOfBed("<script>alert(1)</script>", DAY, {Capability.HEART_RATE: [(1.0, 70.0), (1.1, 71.0)]}))
    assert "<script" not in text


def test_a_bed_without_vital_signs_still_shows_the_bed() -> None:
    text = draw(DayOfBed("床", DAY, {}, in_bed=[(0.0, 6.0)]))
    assert "在床共 6.0 小时" in text
    assert "当天没有数据" not in text


def test_a_racing_heart_is_not_cut_off() -> None:
    assert DayOfBed("床", DAY, {Capability.HEART_RATE: [(1.0, 181.0)]}).top == 200
    assert DayOfBed("床", DAY, {}).top == 160


def day_of(bed: Any, day: date) -> DayOfBed:
    with bed.work() as w:
        where = bed.sample("heart_rate", 1.0)
        return gather(w, [bed.device_id], day, name="床", where=where, rules=service.rule_book(w))


def test_who_lay_down_before_midnight_is_in_bed_from_midnight_on(bed: Any, clock: ManualClock) -> None:
    bed.at_local("2026-11-22 22:00")
    bed.say("bed_occupancy", 1.0)
    bed.at_local("2026-11-23 06:30")
    bed.say("bed_occupancy", 0.0)
    bed.at_local("2026-11-23 09:00")
    assert day_of(bed, date(2026, 11, 22)).in_bed == [(22.0, 24.0)]
    assert day_of(bed, date(2026, 11, 23)).in_bed == [(0.0, 6.5)]
    assert day_of(bed, date(2026, 11, 23)).out_of_bed == [(6.5, 9.0)]


def test_a_value_just_before_midnight_belongs_to_the_day_before(bed: Any) -> None:
    bed.at_local("2026-11-22 23:59")
    bed.say("heart_rate", 70.0)
    bed.at_local("2026-11-23 00:00")
    bed.say("heart_rate", 71.0)
    assert [rate for _, rate in day_of(bed, date(2026, 11, 22)).lines[Capability.HEART_RATE]] == [70.0]
    assert [rate for _, rate in day_of(bed, date(2026, 11, 23)).lines[Capability.HEART_RATE]] == [71.0]


@pytest.mark.parametrize(("high", "shown"), [(None, 120), (100, 100)])
def test_the_shade_is_the_elders_own_limits(bed: Any, high: int | None, shown: int) -> None:
    if high:
        with bed.work() as w:
            service.set_override(w, "heart_rate", "elder", str(bed.elder_id), values={"high": high}, reason="医嘱")
    assert day_of(bed, DAY).limits[Capability.HEART_RATE] == (50, shown)
