"""Whom to tell at this moment: roles become people from the live roster, people become notices in the outbox."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from backend.alarms.models import Alarm
from backend.alarms.policies import kind_of
from backend.core.db import Work
from backend.duty import service as duty
from backend.eldercare import service as eldercare
from backend.notices import service as notices
from backend.notices.service import Recipient
from backend.people.models import Division, Staff, StaffRole
from backend.people.service import ancestors

UNREGISTERED = "unregistered:"
GROUPS = "shouwang_groups"
TEMPLATES = {"contact": "alarm_contact", "group": "alarm_group"}
PRIORITY = {4: 0, 3: 1, 2: 3, 1: 5}
DEADLINE_S = {4: 180, 3: 600, 2: 3600, 1: 86_400}


@dataclass(frozen=True, slots=True)
class Told:
    """What came of telling: the names reached, and those who have no way to be reached."""

    names: tuple[str, ...]
    groups: tuple[str, ...]  # group chats: told, but nobody in particular has to come
    unreachable: tuple[str, ...]
    empty: tuple[str, ...]  # roles that nobody holds at this moment


def kind_name(alarm: Alarm) -> str:
    if alarm.kind == "sos" and alarm.subject_key.startswith(UNREGISTERED):
        return "未登记设备求助"
    return kind_of(alarm.kind).name


def facts(alarm: Alarm, **more: Any) -> dict[str, Any]:
    """What every template may use."""
    return {
        "kind_zh": kind_name(alarm),
        "subject": alarm.subject_name,
        "place": alarm.place,
        "since": alarm.occurred_at,
        "press_count": alarm.press_count,
        "delayed": alarm.delayed,
        "detail": alarm.detail.get("text", ""),
        **more,
    }


def staff_recipient(staff: Staff, ways: Iterable[str]) -> Recipient:
    """A member of staff with the ways asked for that they have, then the rest of what they have."""
    have = {address.channel: address.address for address in staff.addresses if address.enabled}
    wanted = [way for way in ways if way in have]
    rest = [way for way in have if way not in wanted]
    return Recipient("staff", str(staff.id), staff.name, tuple(wanted + rest), have)


def _on_duty(work: Work, alarm: Alarm, role: str) -> list[Staff]:
    """The people of a role: of the site itself, or (lead, officer) of the nearest division above that has one."""
    codes = ancestors(alarm.division_path)
    if role == "duty":
        codes = codes[:1]
    for code in codes:
        found = duty.on_duty(work, code, role)
        if found:
            return _staff(work, [one.staff_id for one in found])
    return []


def _staff(work: Work, ids: list[UUID]) -> list[Staff]:
    rows = work.session.scalars(select(Staff).where(Staff.id.in_(ids), Staff.active)).all()
    return sorted(rows, key=lambda one: ids.index(one.id))


def _all_duty(work: Work, _alarm: Alarm) -> list[Staff]:
    codes = work.session.scalars(select(Division.code).where(Division.level == "site").order_by(Division.code))
    ids = [one.staff_id for code in codes for one in duty.on_duty(work, code, "duty")]
    return _staff(work, list(dict.fromkeys(ids)))


def _admins(work: Work, _alarm: Alarm) -> list[Staff]:
    ids = work.session.scalars(select(StaffRole.staff_id).where(StaffRole.role == "admin"))
    return _staff(work, list(dict.fromkeys(ids)))


_PEOPLE: Mapping[str, Callable[[Work, Alarm], list[Staff]]] = {
    "duty": lambda work, alarm: _on_duty(work, alarm, "duty"),
    "lead": lambda work, alarm: _on_duty(work, alarm, "lead"),
    "officer": lambda work, alarm: _on_duty(work, alarm, "officer"),
    "admin": _admins,
    "all_duty": _all_duty,
}


def board(alarm: Alarm) -> Recipient:
    """The screens of the site (or of the county): they ring at once, whoever is on duty."""
    code = ancestors(alarm.division_path)[0]
    return Recipient("board", code, "值守大屏", ("board",), {"board": code})


def _next_contact(work: Work, alarm: Alarm, ways: list[str]) -> Recipient | None:
    """The next relative in the elder's order; after the last, the first again."""
    if alarm.elder_id is None:
        return None
    contacts = eldercare.contacts_to_call(work, alarm.elder_id)
    if not contacts:
        return None
    contact = contacts[alarm.contacts_told % len(contacts)]
    alarm.contacts_told += 1
    wanted = [way for way in ways if way in contact.addresses]
    rest = [way for way in contact.ways if way not in wanted]
    name = f"{contact.name}（{contact.relation}）"
    return Recipient("contact", str(contact.id), name, tuple(wanted + rest), contact.addresses)


def _recipients(work: Work, alarm: Alarm, roles: list[str], ways: list[str]) -> Iterator[tuple[str, Recipient | None]]:
    for role in roles:
        if role == "board":
            yield role, board(alarm)
        elif role == "group":
            yield from ((role, one) for one in current_app.extensions.get(GROUPS, ()))
        elif role == "contact":
            found = _next_contact(work, alarm, ways)
            # An elder without relatives on record is no gap in the roster.
            if found is not None or alarm.elder_id is not None:
                yield role, found
        else:
            people = _PEOPLE[role](work, alarm)
            yield from ((role, staff_recipient(one, ways)) for one in people)
            if not people:
                yield role, None


def tell_step(work: Work, alarm: Alarm, step: Mapping[str, Any], label: str, template: str = "alarm") -> Told:
    """Write the notices of one step; each person once, however many roles they hold."""
    names: list[str] = []
    groups: list[str] = []
    unreachable: list[str] = []
    empty: list[str] = []
    seen: set[str] = set()
    for role, recipient in _recipients(work, alarm, step["tell"], step["ways"]):
        if recipient is None:
            empty.append(role)
        elif recipient.id not in seen:
            seen.add(recipient.id)
            reached = tell(work, alarm, recipient, label, TEMPLATES.get(role, template))
            (groups if role == "group" else names if reached else unreachable).append(recipient.name)
    return Told(tuple(names), tuple(groups), tuple(unreachable), tuple(empty))


def tell(work: Work, alarm: Alarm, recipient: Recipient, label: str, template: str, **more: Any) -> bool:
    """Write one notice; False if the person has no way to be told."""
    notice = notices.tell(
        work,
        recipient,
        key=f"{alarm.id}:{alarm.round}:{label}:{recipient.kind}:{recipient.id}",
        template=template,
        facts=facts(alarm, **more),
        priority=PRIORITY[alarm.severity],
        deadline_s=DEADLINE_S[alarm.severity],
        alarm_id=alarm.id,
        alarm_fence=alarm.fence,
    )
    return notice is None or notice.status != "failed"


def tell_staff(work: Work, alarm: Alarm, staff_id: UUID, label: str, template: str, **more: Any) -> bool:
    """Tell one member of staff, by whatever they have."""
    people = _staff(work, [staff_id])
    ways = ("wechat", "wecom", "sms", "voice")
    return bool(people) and tell(work, alarm, staff_recipient(people[0], ways), label, template, **more)


def tell_board(work: Work, alarm: Alarm) -> None:
    """Ring the screens of the site; they also look by themselves, so this only saves seconds."""
    tell(work, alarm, board(alarm), f"board{alarm.fence}", "alarm")


def reassure_contacts(work: Work, alarm: Alarm, answered_by: str) -> None:
    """Relatives who were woken learn that somebody is there for their elder."""
    if alarm.elder_id is None or not alarm.contacts_told:
        return
    for contact in eldercare.contacts_to_call(work, alarm.elder_id)[: alarm.contacts_told]:
        recipient = Recipient("contact", str(contact.id), contact.name, contact.ways, contact.addresses)
        tell(work, alarm, recipient, "answered", "contact_answered", answered_by=answered_by)
