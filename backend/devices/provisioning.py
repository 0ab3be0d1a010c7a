"""From the clerk's form to an account at the broker: a device gets a name, a password shown once, and its topics.

The files are written last in the transaction. If the commit then fails, an account is left whose password nobody
has seen; the other way round a registered device would be locked out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.devices import broker_credentials as broker
from backend.devices import changes, service, strangers, topics
from backend.devices.broker_credentials import AclEntry
from backend.devices.errors import TopicTakenError
from backend.devices.models import Device
from backend.devices.service import NewDevice
from backend.devices.states import RETIRED
from backend.settings import Settings


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where devices find the broker."""

    host: str
    port: int
    tls: bool

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The public name of the installation with the broker's port: the hub itself may use a shorter way."""
        host = urlsplit(settings.public_url).hostname or settings.mqtt.host
        return cls(host, settings.mqtt.port, settings.mqtt.tls)


@dataclass(frozen=True, slots=True)
class Account:
    """A device's account. ``password`` exists only here: the broker keeps its digest."""

    username: str
    password: str = field(repr=False)
    topics: tuple[AclEntry, ...]


@dataclass(frozen=True, slots=True)
class Provisioned:
    """A registered device and, if it talks to the broker itself, its account (None: its gateway has one)."""

    device: Device
    endpoint: Endpoint
    account: Account | None


def add_device(
    work: Work, new: NewDevice, *, broker_dir: Path, endpoint: Endpoint, publishes: Sequence[str] = ()
) -> Provisioned:
    """Register a device and give it an account. Raises what ``service.register`` raises, and ``TopicTakenError``.

    A device of our own format (source ``care``) is known by its account's name; the number on its label is kept as
    ``hardware_id``. ``publishes``: topics of a vendor's own format, each naming the device.
    """
    _check_topics(work, new, publishes)
    device_id = new_id()
    device = service.register(work, _as_itself(new, device_id), device_id=device_id)
    if new.source == "care":
        device.hardware_id = new.external_id.strip("-")[:64] or None
    strangers.forget_stranger(work, device.source, device.external_id)
    account = None
    if topics.needs_account(new.source, new.kind, publishes):
        account = _open_account(work, device, broker_dir, publishes)
    return Provisioned(device, endpoint, account)


def _as_itself(new: NewDevice, device_id: UUID) -> NewDevice:
    return replace(new, external_id=str(device_id)) if new.source == "care" else new


def new_password(work: Work, device_id: UUID, *, broker_dir: Path, endpoint: Endpoint) -> Provisioned:
    """A new password for a device whose sheet was lost; the old one ends at once for new connections."""
    device = service.get(work, device_id)
    if device.mqtt_username is None or device.state == RETIRED:
        raise BadInputError(field="设备", why="这个设备没有自己的接入账号")
    password = broker.new_password()
    audit.record(work, "device.password_changed", f"device:{device.id}")
    broker.write_user(broker_dir / broker.PASSWORD_FILE, device.mqtt_username, password)
    broker.reload_broker(broker_dir / broker.PID_FILE)
    account = Account(device.mqtt_username, password, _shown(device, device.options.get("publishes", ())))
    return Provisioned(device, endpoint, account)


def retire(work: Work, device_id: UUID, reason: str, *, broker_dir: Path) -> Device:
    """Take a device out of the register and its account off the broker."""
    device = service.retire(work, device_id, reason)
    username, device.mqtt_username = device.mqtt_username, None
    if username is not None:
        work.session.flush()
        broker.remove_user(broker_dir / broker.PASSWORD_FILE, username)
        broker.set_user_acl(broker_dir / broker.ACL_FILE, username, ())
        broker.reload_broker(broker_dir / broker.PID_FILE)
    return device


def _check_topics(work: Work, new: NewDevice, publishes: Sequence[str]) -> None:
    for topic in publishes:
        if not topics.names_itself(topic, new.external_id):
            raise BadInputError(field="主题", why="要含有设备编号，不能有通配符")
    if new.kind != "gateway" or new.source in ("care", "chirpstack"):
        return
    if not topics.is_base(new.external_id):
        raise BadInputError(field="网关主题", why="不能为空，不能有空格和 + # $，也不能是系统保留的名称")
    others = select(Device).where(Device.kind == "gateway", Device.state != RETIRED, Device.source != "care")
    for other in work.session.scalars(others.where(Device.external_id != new.external_id)):
        if topics.overlap(new.external_id, other.external_id):
            raise TopicTakenError(topic=new.external_id, name=other.name)


def _open_account(work: Work, device: Device, broker_dir: Path, publishes: Sequence[str]) -> Account:
    username, password = str(device.id), broker.new_password()
    device.mqtt_username = username
    if publishes:
        device.options = {**device.options, "publishes": list(publishes)}
    work.session.flush()
    changes.bump(work)
    broker.write_user(broker_dir / broker.PASSWORD_FILE, username, password)
    own = topics.entries(device.source, device.kind, device.external_id, publishes)
    broker.set_user_acl(broker_dir / broker.ACL_FILE, username, own)
    broker.reload_broker(broker_dir / broker.PID_FILE)
    return Account(username, password, _shown(device, publishes))


def _shown(device: Device, publishes: Sequence[str]) -> tuple[AclEntry, ...]:
    """The topics to print: the account's own, or the pattern every account has, with the name filled in."""
    own = topics.entries(device.source, device.kind, device.external_id, publishes)
    name = device.mqtt_username or ""
    pattern = tuple(AclEntry(one.access, one.topic.replace("%u", name)) for one in broker.DEVICE_PATTERNS)
    return own or pattern
