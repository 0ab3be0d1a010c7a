"""Series at each width, and the card of newest values."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.core.clock import ManualClock
from backend.sensing import service
from backend.sensing.schemas import CardValueOut, OverrideOut, SeriesOut
from backend.sensing.series import span_for

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("length", "span"),
    [
        (timedelta(hours=6) - timedelta(seconds=1), "raw"),
        (timedelta(hours=6), "raw"),
        (timedelta(hours=6, seconds=1), "minute"),
        (timedelta(days=3), "minute"),
        (timedelta(days=3, seconds=1), "hour"),
    ],
)
def test_the_width_of_a_point_follows_the_length_of_the_stretch(length: timedelta, span: str) -> None:
    assert span_for(NOON, NOON + length, NOON) == span


def test_raw_values_are_not_asked_for_where_they_were_purged() -> None:
    assert span_for(NOON, NOON + HOUR, NOON + timedelta(seconds=1)) == "minute"


def look(bed: Any, start: datetime, end: datetime) -> Any:
    with bed.work() as w:
        return service.series(w, [bed.device_id], "heart_rate", start, end)


def fill(bed: Any, clock: ManualClock, count: int) -> datetime:
    """A value every 20 seconds: 60, 61, 62 …; the moment of the first."""
    start = clock.now()
    clock.advance(count * 20)
    bed.send([bed.sample("heart_rate", 60.0 + n, at=start + timedelta(seconds=20 * n)) for n in range(count)])
    return start


def test_a_short_stretch_shows_every_value_within_its_ends(bed: Any, clock: ManualClock) -> None:
    start = fill(bed, clock, 6)
    found = look(bed, start + timedelta(seconds=20), start + timedelta(seconds=80))
    assert found.span == "raw"
    assert [point.last for point in found.points[bed.device_id]] == [61.0, 62.0, 63.0]


def test_minutes_are_the_same_before_and_after_rolling_up(bed: Any, clock: ManualClock) -> None:
    start = fill(bed, clock, 9)
    before = look(bed, start, start + 7 * HOUR)
    clock.advance(60)
    with bed.work() as w:
        service.roll_up(w, w.now)
    after = look(bed, start, start + 7 * HOUR)
    assert before.span == after.span == "minute"
    assert [(p.at, p.count, p.low, p.high, p.last) for p in before.points[bed.device_id]] == [
        (start + timedelta(minutes=n), 3, 60.0 + 3 * n, 62.0 + 3 * n, 62.0 + 3 * n) for n in range(3)
    ]
    assert after.points == before.points


def test_a_value_that_is_not_rolled_up_yet_is_added_to_its_hour(bed: Any, clock: ManualClock) -> None:
    start = fill(bed, clock, 9)
    clock.advance(60)
    with bed.work() as w:
        service.roll_up(w, w.now)
    bed.say("heart_rate", 100.0)
    [point] = look(bed, start, start + timedelta(days=4)).points[bed.device_id]
    assert (point.count, point.high, point.last, point.mean) == (10, 100.0, 100.0, pytest.approx(67.6))


def test_a_device_without_values_has_an_empty_series(bed: Any, clock: ManualClock) -> None:
    assert look(bed, clock.now() - HOUR, clock.now()).points == {bed.device_id: []}


def test_a_series_goes_out_as_json(bed: Any, clock: ManualClock) -> None:
    start = fill(bed, clock, 2)
    document = SeriesOut.of(look(bed, start, start + HOUR)).model_dump(mode="json")
    assert document["points"][str(bed.device_id)][1]["last"] == 61.0


def card(bed: Any) -> dict[str, Any]:
    with bed.work() as w:
        return {line.capability: line for line in service.card(w, [bed.device_id])}


def test_the_card_says_values_in_words_with_their_age(bed: Any, clock: ManualClock) -> None:
    bed.send(
        [
            bed.sample("battery", 80.0),
            bed.sample("bed_occupancy", 0.0),
            bed.sample("heart_rate", 72.4),
            bed.sample("smoke", 0.0),
            bed.sample("contact", 1.0),
            bed.sample("body_temperature", 36.52),
            bed.sample("geofence", None, text="院外"),
        ]
    )
    clock.advance(90)
    lines = card(bed)
    assert {name: line.words for name, line in lines.items()} == {
        "bed_occupancy": "离床", "contact": "关闭", "smoke": "正常", "heart_rate": "72.4 次/分",
        "body_temperature": "36.5℃", "geofence": "院外", "battery": "80%",
    }  # fmt: skip
    assert list(lines) == ["bed_occupancy", "contact", "smoke", "heart_rate", "body_temperature", "geofence", "battery"]
    assert {line.age_s for line in lines.values()} == {90}
    assert (lines["heart_rate"].name, lines["heart_rate"].unit) == ("心率", "次/分")


@pytest.mark.parametrize(("seconds", "known"), [(-1, True), (0, True), (1, False)])
def test_a_battery_value_is_unknown_after_three_days(bed: Any, clock: ManualClock, seconds: int, known: bool) -> None:
    bed.send([bed.sample("battery", 80.0), bed.sample("heart_rate", 70.0)])
    clock.advance(3 * 86_400 + seconds)
    lines = card(bed)
    assert lines["battery"].known is known
    assert (lines["battery"].value is None) is not known
    assert lines["heart_rate"].known
    if not known:
        assert lines["battery"].words.startswith("未知")


def test_the_card_of_several_devices_is_in_the_order_of_the_vocabulary(
    bed: Any, another_bed: Callable[..., Any]
) -> None:
    other = another_bed()
    other.say("sos", 1.0, momentary=True)
    bed.say("battery", 50.0)
    with bed.work() as w:
        lines = service.card(w, [bed.device_id, other.device_id])
    assert [line.capability for line in lines] == ["sos", "battery"]
    assert CardValueOut.of(lines[0]).device_id == other.device_id


def test_an_override_goes_out_as_json(bed: Any) -> None:
    with bed.work() as w:
        row = service.set_override(
            w, "spo2", "bed", str(bed.bed_id), values={"low": 90, "critical_low": 88}, reason="慢阻肺"
        )
        document = OverrideOut.of(row).model_dump(mode="json")
    assert (document["values"], document["reason"]) == ({"low": 90, "critical_low": 88}, "慢阻肺")
