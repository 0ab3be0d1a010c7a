"""From what a clerk filled in to the verbs; shared by the API, the console page and the command line."""

from pathlib import Path
from typing import Any, Literal, cast
from uuid import UUID

from flask import current_app

from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.devices import provisioning, queries, service
from backend.devices.models import Device
from backend.devices.provisioning import Endpoint, Provisioned
from backend.devices.schemas import NewDeviceBody, SpotBody
from backend.devices.service import NewDevice, Spot
from backend.devices.uses import USES
from backend.people.service import Viewer
from backend.settings import Settings

Power = Literal["battery", "mains"]
UNLABELLED = "-"
"""Stands for the missing label of a device that is known by its account anyway."""


def _settings() -> Settings:
    return cast("Settings", current_app.config["SHOUWANG"])


def broker_dir() -> Path:
    return _settings().broker_dir


def endpoint() -> Endpoint:
    return Endpoint.of(_settings())


def spot_of(body: SpotBody) -> Spot:
    """The spot; a site beside something more precise is only the form's own filter."""
    precise = body.elder_id or body.bed_id or body.room_id
    return Spot(body.elder_id, body.bed_id, body.room_id, None if precise else body.site_code)


def new_device(body: NewDeviceBody) -> NewDevice:
    """The form's content as the verbs take it."""
    return described(
        name=body.name,
        source=body.source,
        external_id=body.external_id,
        use=body.use,
        spot=spot_of(body.spot),
        model=body.model,
        vendor=body.vendor,
        power=body.power,
        gateway_id=body.gateway_id,
        options=body.options,
        expected_interval_s=body.expected_interval_s,
    )


def described(*, use: str, source: str, external_id: str, power: Power | None = None, **facts: Any) -> NewDevice:
    """What the use says, unless the clerk said otherwise. Raises ``BadInputError`` for an unknown use."""
    known = USES.get(use)
    if known is None:
        raise BadInputError(field="用途", why=f"请选择：{'、'.join(USES)}")
    return NewDevice(
        source=source,
        external_id=external_id.strip() or (UNLABELLED if source == "care" else ""),
        kind=known.kind,
        power=power or known.power,
        capabilities=known.capabilities,
        **facts,
    )


def add(work: Work, viewer: Viewer, body: NewDeviceBody) -> Provisioned:
    """Register and provision, at a place where the viewer manages devices, under a gateway that they manage."""
    new = new_device(body)
    _require_place(work, viewer, new.spot)
    if new.gateway_id is not None and queries.find(work, viewer, new.gateway_id, queries.MANAGE).kind != "gateway":
        raise BadInputError(field="网关", why="选中的设备不是网关")
    return provision(work, new, body.publishes)


def provision(work: Work, new: NewDevice, publishes: list[str]) -> Provisioned:
    return provisioning.add_device(work, new, broker_dir=broker_dir(), endpoint=endpoint(), publishes=publishes)


def place(work: Work, viewer: Viewer, device_id: UUID, body: SpotBody) -> Device:
    """Move a device within what the viewer manages."""
    spot = spot_of(body)
    _require_place(work, viewer, spot)
    return service.place_device(work, device_id, spot)


def _require_place(work: Work, viewer: Viewer, spot: Spot) -> None:
    viewer.require(queries.MANAGE)
    if not viewer.may(queries.MANAGE, service.path_of(work, spot)):
        raise NotFoundError(place=spot)
