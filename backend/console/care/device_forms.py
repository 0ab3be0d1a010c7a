"""What the device pages let somebody choose from, and how their choice is read."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.devices.models import Device
from backend.devices.queries import MANAGE
from backend.devices.schemas import NewDeviceBody, SpotBody
from backend.devices.states import RETIRED
from backend.eldercare import places
from backend.people.models import Division
from backend.people.service import Viewer

MAX_NAME, MAX_ID, MAX_MODEL, MAX_SOURCE = 128, 200, 64, 64


@dataclass(slots=True)
class SiteSpots:
    """The places of one site: (value, words), the value as ``read_spot`` takes it."""

    name: str
    rooms: list[tuple[str, str]] = field(default_factory=list)
    beds: list[tuple[str, str]] = field(default_factory=list)
    elders: list[tuple[str, str]] = field(default_factory=list)
    whole: tuple[str, str] = ("", "")


def spots(work: Work, who: Viewer) -> list[SiteSpots]:
    """Every place where the viewer manages devices, by site."""
    where = places.whereabouts(work)
    mine = {code: SiteSpots(site.text) for code, site in where.sites.items() if who.may(MANAGE, site.division_path)}
    for code, one in mine.items():
        one.whole = (f"site:{code}", f"{one.name}（整个机构，例如网关）")
    for bed_id, place in where.beds.items():
        if place.site_code in mine:
            occupant = where.occupants.get(bed_id)
            words = f"{_short(place, mine)}{f'　{occupant.name}' if occupant else ''}"
            mine[place.site_code].beds.append((f"bed:{bed_id}", words))
    for room_id, place in where.rooms.items():
        if place.site_code in mine:
            mine[place.site_code].rooms.append((f"room:{room_id}", _short(place, mine)))
    for elder in where.elders.values():
        if elder.place.site_code in mine:
            mine[elder.place.site_code].elders.append((f"elder:{elder.elder_id}", f"{elder.name}（随身佩戴）"))
    return [_sorted(one) for _code, one in sorted(mine.items())]


def _short(place: places.Place, mine: dict[str, SiteSpots]) -> str:
    return place.text.removeprefix(mine[place.site_code].name).strip()


def _sorted(one: SiteSpots) -> SiteSpots:
    for choices in (one.rooms, one.beds, one.elders):
        choices.sort(key=lambda choice: choice[1])
    return one


def gateways(work: Work, who: Viewer) -> list[tuple[UUID, str]]:
    """The gateways that the viewer manages."""
    rows = work.session.execute(
        select(Device.id, Device.name)
        .join(Division, Division.code == Device.site_code)
        .where(Device.kind == "gateway", Device.state != RETIRED, who.sees(Division.path, MANAGE))
        .order_by(Device.name)
    )
    return [(key, name) for key, name in rows]


def read_spot(value: str) -> SpotBody:
    """``bed:<id>``, ``room:<id>``, ``elder:<id>`` or ``site:<code>``. Raises ``BadInputError``."""
    kind, _, key = value.partition(":")
    if kind == "site" and key:
        return SpotBody(site_code=key[:64])
    if kind not in ("bed", "room", "elder"):
        raise BadInputError(field="位置", why="请从列表里选择")
    return SpotBody.model_validate({f"{kind}_id": _uuid(key, "位置")})


def read_device(form: MultiDict[str, str]) -> NewDeviceBody:
    """The form as the API takes it. Raises ``BadInputError``."""
    words = {name: form.get(name, "").strip() for name in ("name", "source", "external_id", "use", "model", "gateway")}
    longest = {"name": MAX_NAME, "source": MAX_SOURCE, "external_id": MAX_ID, "model": MAX_MODEL}
    for name, length in longest.items():
        if len(words[name]) > length:
            raise BadInputError(field=LABELS[name], why=f"最长 {length} 字")
    for name in ("name", "source"):
        if not words[name]:
            raise BadInputError(field=LABELS[name], why="不能为空")
    return NewDeviceBody(
        name=words["name"],
        source=words["source"],
        external_id=words["external_id"],
        use=words["use"][:16],
        model=words["model"] or None,
        gateway_id=_uuid(words["gateway"], "网关") if words["gateway"] else None,
        spot=read_spot(form.get("spot", "")),
    )


LABELS = {"name": "设备名称", "source": "接入方式", "external_id": "设备编号", "model": "型号"}


def _uuid(text: str, label: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInputError(field=label, why="请从列表里选择") from None
