"""The elder's card and chart: for whoever must go there. Every look is logged with its reason."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request
from markupsafe import Markup

from backend.alarms import queries
from backend.console.blueprints import console
from backend.core.clock import local
from backend.core.db import Work, unit_of_work
from backend.core.errors import NotFoundError
from backend.devices.vocabulary import Capability
from backend.eldercare import service as eldercare
from backend.eldercare.models import Elder
from backend.eldercare.schemas import ElderCard
from backend.people.service import Viewer
from backend.people.sessions import viewer
from backend.sensing import chart, rulebook, series

READ = "person.read"
# What a device says of itself, or of one moment: no news about how the person is now.
TECHNICAL = frozenset(
    {
        Capability.SOS, Capability.ALARM_CANCEL, Capability.TEST, Capability.BATTERY, Capability.BATTERY_LOW,
        Capability.VOLTAGE, Capability.LINKQUALITY, Capability.ONLINE, Capability.LAT, Capability.LON,
        Capability.ACCURACY,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose limits a chart shades."""

    elder_id: UUID | None
    bed_id: UUID | None
    site_code: str | None


def open_card(work: Work, who: Viewer, elder_id: UUID, why: str) -> ElderCard:
    """The full card, logged with ``why``. NotAllowedError: not this role's; NotFoundError: not this viewer's elder."""
    _find(work, who, elder_id)
    return eldercare.elder_card(work, elder_id, why=why)


def _find(work: Work, who: Viewer, elder_id: UUID) -> Elder:
    who.require(READ)
    elder = work.session.get(Elder, elder_id)
    if elder is None or not who.may(READ, elder.site.division.path):
        raise NotFoundError
    return elder


def card_of_alarm(work: Work, who: Viewer, alarm_id: UUID, why: str) -> ElderCard | None:
    """The card of the elder an alarm is about; None if it is about no elder, or this role may not read people."""
    alarm = queries.visible(work, who, alarm_id)
    if alarm.elder_id is None or not who.may(READ, alarm.division_path):
        return None
    return open_card(work, who, alarm.elder_id, f"{why}:{alarm_id}")


@console.get("/elders/<uuid:elder_id>")
def elder(elder_id: UUID) -> str:
    me = viewer()
    with unit_of_work(me.actor) as work:
        found = _find(work, me, elder_id)
        card, day = eldercare.elder_card(work, elder_id, why="card"), _day(work)
        device_ids = [device.id for device in card.devices]
        return render_template(
            "console/elder.html",
            card=card,
            values=[one for one in series.card(work, device_ids) if one.capability not in TECHNICAL],
            chart=_chart(work, found, device_ids, day),
            day=day,
            days=(day - timedelta(days=1), day + timedelta(days=1)),
            today=local(work.now).date(),
            now=work.now,
        )


def _day(work: Work) -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return local(work.now).date()


def _chart(work: Work, found: Elder, device_ids: list[UUID], day: date) -> Markup:
    """The day as SVG, drawn on the server by this program: safe to show as it is."""
    where = Whose(found.id, found.bed_id, found.site_code)
    drawn = chart.day_chart(work, device_ids, day, name=found.name, where=where, rules=rulebook.read(work))
    return Markup(drawn)  # noqa: S704 - our own SVG; pygal escapes the name in it


@console.get("/elders/<uuid:elder_id>/door-code")
def door_code(elder_id: UUID) -> dict[str, Any]:
    """The code to get in: shown only when somebody asks for it, and that is logged."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        return {"door_code": open_card(work, me, elder_id, "door_code").door_code or "没有登记"}


@console.get("/alarms/<uuid:alarm_id>/numbers")
def numbers(alarm_id: UUID) -> dict[str, Any]:
    """Whom to ring about an alarm: ``{items: [{relation, name, phone}]}``, the elder first, then in contact order."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        card = card_of_alarm(work, me, alarm_id, "call")
    return {"items": _numbers(card) if card else []}


def _numbers(card: ElderCard) -> list[dict[str, str]]:
    own = [{"relation": "本人", "name": card.name, "phone": card.phone}] if card.phone else []
    contacts = [{"relation": c.relation, "name": c.name, "phone": c.phone} for c in card.contacts]
    return [*own, *contacts, {"relation": "机构", "name": card.site, "phone": card.site_phone}]
