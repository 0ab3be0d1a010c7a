"""The way in: one batch of messages becomes readings, signs of life and alarms, in one transaction.

Whoever calls acknowledges to the sender only after the commit. A message is accepted once, whatever is delivered
again; what cannot be read is kept for a look; nothing that arrives here raises an error because of its content.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.alarms import raising
from backend.alarms.rules import Timing, timing
from backend.core.db import Work
from backend.devices import gateways, rules, silence, strangers
from backend.devices import service as devices
from backend.devices.contact import Seen
from backend.devices.messages import Envelope, GatewayStatus, Inventory, Record
from backend.devices.registry import Register, Registered
from backend.devices.vocabulary import SPECS, Capability
from backend.eldercare import places
from backend.intake import dedup
from backend.intake.arrivals import Accepted, Arrival, Redelivery
from backend.intake.subjects import stranger, subject_key, trigger
from backend.sensing import service as sensing
from backend.sensing.findings import Finding
from backend.sensing.samples import Sample

# What a stranger's device may cry for; a reading of an unknown thermometer is no alarm.
CRIES = frozenset({Capability.SOS, Capability.FALL, Capability.SMOKE, Capability.GAS, Capability.CARBON_MONOXIDE})
# Looking a member up costs more than comparing with it, and this is asked thousands of times a second.
BATTERY, ONLINE = Capability.BATTERY, Capability.ONLINE
LATCHED = ("sos", "fall", "fall_suspected")
EVENTFUL = frozenset(name for name, spec in SPECS.items() if spec.type == "bool" and spec.alarming is not None)


@dataclass(slots=True)
class _Item:
    """One envelope of the batch with its message, its device (None: a stranger) and its time."""

    arrival: Arrival
    envelope: Envelope
    device: Registered | None
    timing: Timing
    key: str | None


@dataclass(slots=True)
class _Batch:
    work: Work
    register: Register
    hub: str
    accepted: Accepted = field(default_factory=Accepted)


def accept(
    work: Work, arrivals: Sequence[Arrival], *, register: Register, hub: str, redelivery: Redelivery | None = None
) -> Accepted:
    """Take a batch in. ``hub`` names who received it; ``redelivery`` is what it had stored before it died."""
    batch = _Batch(work, register, hub)
    register.refresh(work)
    items = []
    for arrival in arrivals:
        if arrival.error is not None:
            _quarantine(batch, arrival, arrival.error.reason, arrival.error.detail)
            continue
        unpacked = _unpack(batch, arrival)
        rows = sum(_worth_remembering(item) for item in unpacked)
        if redelivery is not None and redelivery.swallow(arrival, rows):
            batch.accepted.duplicates += 1
        else:
            items += unpacked
    _take(batch, _fresh(batch, items))
    return batch.accepted


def _unpack(batch: _Batch, arrival: Arrival) -> list[_Item]:
    """The envelopes of a message; inventories and gateway states are dealt with here."""
    items = []
    for decoded in arrival.decoded:
        if isinstance(decoded, Envelope):
            device = batch.register.find(decoded.source, decoded.external_id)
            key = dedup.natural_key(decoded.source, decoded.external_id, decoded.dedup)
            items.append(_Item(arrival, decoded, device, timing(decoded.device_time, arrival.inbound.received_at), key))
        elif isinstance(decoded, Inventory):
            gateways.note_inventory(batch.work, decoded)
        else:
            _gateway(batch, decoded, arrival)
    return items


def _fresh(batch: _Batch, items: list[_Item]) -> list[_Item]:
    """Drop what was accepted before, remember what is worth remembering."""
    known = dedup.known_keys(batch.work, {item.key for item in items if item.key is not None})
    fresh, seen = [], set(known)
    for item in items:
        if item.key is not None and item.key in seen:
            batch.accepted.duplicates += 1
            continue
        seen.add(item.key or "")
        fresh.append(item)
    rows = [_observation(batch, item) for item in fresh if _worth_remembering(item)]
    batch.accepted.last_seq, lost = dedup.remember(batch.work, rows)
    batch.accepted.duplicates += len(lost)
    return [item for item in fresh if item.key is None or item.key not in lost]


def _worth_remembering(item: _Item) -> bool:
    """Plain telemetry without a natural key lives on as readings; everything that may matter is kept as it came."""
    return item.key is not None or any(record.n in EVENTFUL or record.momentary for record in item.envelope.records)


def _observation(batch: _Batch, item: _Item) -> dict[str, Any]:
    inbound = item.arrival.inbound
    return {
        "dedup_key": item.key,
        "content_hash": item.arrival.content_hash,
        "device_id": item.device.id if item.device else None,
        "source": item.envelope.source,
        "external_id": item.envelope.external_id[:256],
        "hub": batch.hub,
        "topic": inbound.topic[:512],
        "payload": inbound.payload,
        "received_at": inbound.received_at,
        "device_time": item.envelope.device_time,
        "backlog": item.timing.delayed,
        "retained": inbound.retain,
    }


def _take(batch: _Batch, items: list[_Item]) -> None:
    """Signs of life, readings, tests, cries of strangers; then the alarms that follow from the readings."""
    samples: list[Sample] = []
    timings: dict[Any, _Item] = {}
    for item in items:
        _faults(batch, item)
        if item.envelope.reply is not None:
            batch.accepted.replies.append((item.envelope.reply.topic, item.envelope.reply.payload))
        if item.device is None or item.device.state == "discovered":
            _stranger(batch, item)
        if item.device is not None:
            live = _live(batch, item)
            samples += [_sample(item, record, live=live and not record.history) for record in item.envelope.records]
            timings[item.device.id] = item
    batch.accepted.stored += len(items)
    _alive(batch, items)
    if samples:
        rules = sensing.rule_book(batch.work)
        for finding in sensing.observe(batch.work, samples, rules=rules):
            act(batch.work, batch.register, finding, timings[finding.device_id].timing)
            batch.accepted.alarms += finding.action == "raise"
    for item in items:
        _cancelled_at_device(batch, item)


def _faults(batch: _Batch, item: _Item) -> None:
    for fault in item.envelope.faults:
        _quarantine(batch, item.arrival, "absurd_value", fault)


def _live(batch: _Batch, item: _Item) -> bool:
    """Whether this message may page somebody. A test press is logged instead, and proves a new device."""
    device, now = item.device, batch.work.now
    if device is None or item.arrival.inbound.retain or device.state in ("maintenance", "discovered"):
        return False
    testing = item.envelope.test or device.in_test(now)
    heard = [record.n for record in item.envelope.records if record.vb is not False]
    if device.state == "registered" and rules.is_proof(device.kind, device.capabilities, heard):
        devices.prove(batch.work, device.id)
    elif testing and (item.envelope.test or not CRIES.isdisjoint(heard) or Capability.TEST in heard):
        devices.record_test(batch.work, device.id)
    return not testing


def _sample(item: _Item, record: Record, *, live: bool) -> Sample:
    device = item.device
    assert device is not None, "only placed devices give samples"  # noqa: S101 - narrows the type for the caller above
    value = record.v if record.vb is None else float(record.vb)
    return Sample(
        device.id, device.elder_id, device.bed_id, device.site_code, record.n.value,
        record.t or item.timing.occurred_at,
        value, record.vs, item.arrival.inbound.received_at, record.momentary, live,
    )  # fmt: skip


def _alive(batch: _Batch, items: list[_Item]) -> None:
    """Who spoke, and whose gateway says that they are gone."""
    seen: list[Seen] = []
    gone: list[Registered] = []
    for item in items:
        if item.device is None or item.arrival.inbound.retain:
            continue
        battery, offline = _vital_signs(item.envelope)
        if offline:
            gone.append(item.device)
        else:
            seen.append(Seen(item.device.id, item.arrival.inbound.received_at, battery, _skew(item)))
    for device in batch.register.touch(batch.work, seen):
        act_on_silence(batch.work, silence.ended(batch.work, device))
    for device in gone:
        found = silence.note_availability(batch.work, device, online=False)
        if found is not None:
            act_on_silence(batch.work, found)


def act_on_silence(work: Work, finding: silence.SilenceFinding) -> None:
    """Turn the silence of a device, a gateway or one of our own processes into an alarm, or into its end."""
    if finding.action == "clear":
        text = f"{finding.subject_name} 已恢复联系"
        raising.clear_alarm(work, finding.subject_key, finding.kind, work.now, text)
        return
    fields = {name: getattr(finding, name) for name in raising.Trigger.__slots__ if hasattr(finding, name)}
    raising.raise_alarm(work, raising.Trigger(**fields))


def _vital_signs(envelope: Envelope) -> tuple[float | None, bool]:
    """The charge a device reports of itself, and whether its gateway says that it is gone."""
    battery, offline = None, False
    for record in envelope.records:
        name = record.n
        if name is BATTERY and not record.history:
            battery = record.v
        elif name is ONLINE and record.vb is False:
            offline = True
    return battery, offline


def _skew(item: _Item) -> float | None:
    if item.envelope.device_time is None:
        return None
    return (item.envelope.device_time - item.arrival.inbound.received_at).total_seconds()


def _stranger(batch: _Batch, item: _Item) -> None:
    """A device that is not in the register: noted, and heard if it cries for help."""
    envelope = item.envelope
    if item.device is None:
        strangers.unknown(batch.work, envelope.source, envelope.external_id)
        batch.accepted.unknown += 1
    if item.arrival.inbound.retain or envelope.test:
        return
    gateway = _gateway_of(batch, item)
    for record in envelope.records:
        if record.vb and record.n in CRIES and not record.history:
            path = places.root_path(batch.work)
            found = stranger(envelope.source, envelope.external_id, record.n.value, item.timing, path, gateway)
            raising.raise_alarm(batch.work, found)
            batch.accepted.alarms += 1


def _gateway_of(batch: _Batch, item: _Item) -> Registered | None:
    if item.device is not None and item.device.gateway_id is not None:
        return batch.register.get(item.device.gateway_id)
    if item.envelope.gateway_id is None:
        return None
    return batch.register.find(item.envelope.source, item.envelope.gateway_id)


def _gateway(batch: _Batch, status: GatewayStatus, arrival: Arrival) -> None:
    """A gateway said that it is there, or its will said that it is gone."""
    if arrival.inbound.retain:
        return  # yesterday's good-bye
    for finding in silence.note_gateway(batch.work, status):
        act_on_silence(batch.work, finding)


def act(work: Work, register: Register, finding: Finding, when: Timing | None = None) -> None:
    """Turn what a rule found into an alarm, or into its end."""
    device = register.get(finding.device_id)
    if device is None:
        return
    if finding.action == "clear":
        raising.clear_alarm(work, subject_key(device, finding.kind), finding.kind, finding.at, finding.text)
        return
    late = when is not None and when.delayed
    raising.raise_alarm(
        work,
        trigger(
            device,
            finding.kind,
            finding.at,
            severity=finding.severity,
            delayed=late,
            clock_bad=when is not None and when.clock_bad,
            detail={**finding.detail, "text": finding.text},
        ),
    )


def _cancelled_at_device(batch: _Batch, item: _Item) -> None:
    if item.device is None or item.arrival.inbound.retain:
        return
    if any(record.n is Capability.ALARM_CANCEL and record.vb for record in item.envelope.records):
        for key in {subject_key(item.device, kind) for kind in LATCHED}:
            raising.device_cancel(batch.work, key, LATCHED, item.device.name)


def _quarantine(batch: _Batch, arrival: Arrival, reason: str, detail: str) -> None:
    batch.accepted.quarantined += 1
    inbound = arrival.inbound
    strangers.quarantine(batch.work, arrival.source, inbound.topic, reason, detail, inbound.payload)


def last_resort(work: Work, arrival: Arrival, error: str) -> None:
    """A message whose processing failed for a reason of ours: kept, so that a person can see what it was."""
    strangers.quarantine(work, arrival.source, arrival.inbound.topic, "internal", error, arrival.inbound.payload)
