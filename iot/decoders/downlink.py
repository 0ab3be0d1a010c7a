"""What can be said to a device whose call was received, format by format. Data in, one MQTT message out."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Literal

import orjson

from backend.devices.messages import Reply

Kind = Literal["received", "coming"]
"""received: somebody's screen shows the call. coming: a person said "on my way"."""

_DEFAULT_PORT = 85


def build(source: str, external_id: str, options: Mapping[str, Any], kind: Kind) -> Reply | None:
    """The message, or None for a device that cannot be told.

    Our own firmware always can. The others need option `downlink` in their registration, e.g. for a siren
    {"received": {"warning": {"mode": "emergency"}}}; what is sent is what stands there under `kind`.
    """
    if source == "care":
        return Reply(f"care/v1/{external_id}/down/alarm", orjson.dumps({"state": kind}))
    section = options.get("downlink")
    builder = _BUILDERS.get(source)
    if builder is None or not isinstance(section, Mapping) or section.get(kind) is None:
        return None
    return builder(external_id, section, section[kind])


def _zigbee2mqtt(external_id: str, _section: Mapping[str, Any], content: Any) -> Reply:
    return Reply(f"{external_id}/set", orjson.dumps(content))


def _chirpstack(external_id: str, section: Mapping[str, Any], content: Any) -> Reply | None:
    """`content` is the payload in hex; the option also names `application_id` and, if not 85, `f_port`."""
    try:
        data = bytes.fromhex(str(content))
    except ValueError:
        return None
    application = section.get("application_id")
    if not isinstance(application, str):
        return None
    command = {
        "devEui": external_id,
        "confirmed": False,
        "fPort": section.get("f_port", _DEFAULT_PORT),
        "data": base64.b64encode(data).decode(),
    }
    return Reply(f"application/{application}/device/{external_id}/command/down", orjson.dumps(command))


def _alink(external_id: str, _section: Mapping[str, Any], content: Any) -> Reply:
    body = {"id": "1", "version": "1.0", "params": content, "method": "thing.service.property.set"}
    return Reply(f"/sys/{external_id}/thing/service/property/set", orjson.dumps(body))


def _onenet(external_id: str, _section: Mapping[str, Any], content: Any) -> Reply:
    return Reply(
        f"$sys/{external_id}/thing/property/set",
        orjson.dumps({"id": "1", "version": "1.0", "params": content}),
    )


_BUILDERS: Mapping[str, Callable[[str, Mapping[str, Any], Any], Reply | None]] = {
    "zigbee2mqtt": _zigbee2mqtt,
    "chirpstack": _chirpstack,
    "alink": _alink,
    "onenet": _onenet,
}
