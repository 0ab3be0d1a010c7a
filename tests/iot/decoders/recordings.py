"""Recorded payloads as test cases: what went over the wire, and exactly what it must mean."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.devices.messages import DeviceFacts, DeviceLookup, Envelope, Inbound, Record

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent / "recorded"
Case = dict[str, Any]


def cases(file: str) -> list[Any]:
    """One pytest parameter per recording, named by its sentence."""
    return [pytest.param(case, id=case["name"]) for case in yaml.safe_load((FOLDER / file).read_text("utf-8"))]


def all_messages() -> list[tuple[str, bytes]]:
    """Topic and payload of every recording that has them."""
    found = [case for file in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(file.read_text("utf-8"))]
    return [(case["topic"], payload(case)) for case in found if "topic" in case]


def payload(case: Case) -> bytes:
    return bytes.fromhex(case["payload_hex"]) if "payload_hex" in case else str(case["payload"]).encode()


def inbound(case: Case) -> Inbound:
    return Inbound(case["topic"], payload(case), NOW)


def lookup(case: Case) -> DeviceLookup:
    if "model" not in case and "options" not in case:
        return lambda _source, _device: None
    return lambda _source, _device: DeviceFacts(case.get("model"), case.get("options", {}))


def readable(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Records as they are written in the recordings: without defaults, times as ISO text."""
    return [_row(record) for record in records]


def _row(record: Record) -> dict[str, Any]:
    row = {key: value for key, value in asdict(record).items() if value is not None and value is not False}
    row["n"] = str(record.n)
    if record.vb is False:
        row["vb"] = False
    if record.t is not None:
        row["t"] = record.t.isoformat()
    return row


def check(envelope: Envelope, case: Case) -> None:
    assert readable(envelope.records) == case["records"]
    assert list(envelope.faults) == case.get("faults", [])
    assert envelope.test == case.get("test", False)
    if "device" in case:
        assert envelope.external_id == case["device"]
    if "gateway" in case:
        assert envelope.gateway_id == case["gateway"]
    if "dedup" in case:
        assert envelope.dedup == case["dedup"]
    if "device_time" in case:
        assert envelope.device_time is not None
        assert envelope.device_time.isoformat() == case["device_time"]
    if "reply_topic" in case:
        assert envelope.reply is not None
        assert envelope.reply.topic == case["reply_topic"]
