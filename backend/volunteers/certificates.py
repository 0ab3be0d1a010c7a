"""志愿服务证明 (记录与证明出具办法 14–17): free, of recorded service only, frozen and sealed when it is issued.

Anybody verifies it with its number and code, and reads why it was withdrawn when it is no longer true.
``content`` holds exactly the lawful fields of article 15 (服务时间、服务内容、记录单位) and whose they are; nothing of
those who were helped, and no place.
"""

import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local, midnight
from backend.core.crypto import token_digest
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_numbered
from backend.core.letters import Letter
from backend.core.locks import for_update
from backend.core.numbers import normal
from backend.people.service import Viewer
from backend.residents.masking import mask_name
from backend.residents.telling import tell_resident
from backend.volunteers import rules, service
from backend.volunteers.activity_models import ServiceRecord
from backend.volunteers.errors import CertificateRevokedError, NothingRecordedError
from backend.volunteers.guardians import By
from backend.volunteers.models import ServiceCertificate, Volunteer
from backend.volunteers.registering import leave_trail
from backend.volunteers.service import HANDLE

PREFIX = "FW"
EARLIEST = date(2000, 1, 1)
MOST_LINES = 500
CODE_SIGNS, CODE_LENGTH = "ABCDEFGHJKLMNPQRSTUVWXY3456789", 10  # nothing that is read as something else
PAGE = "pages/volunteer/certificates"
SCAN = "扫一扫，核对真伪"
FREE = "本证明免费开具。不得用于商业用途，不得买卖。"
BASIS = "依据《志愿服务记录与证明出具办法（试行）》开具，记录的是实际服务时间。"
WRONG = "内容与记录不一致的，可以向出具单位申请更正。"


@dataclass(frozen=True, slots=True)
class Line:
    """One service: on which day, for how long, what, recorded by whom."""

    day: date
    minutes: int
    content: str
    unit: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate opened. ``masked``: how whoever verifies it sees the name; ``revoked``: why it was withdrawn."""

    number: str
    masked: str
    since: date
    until: date
    minutes: int
    lines: tuple[Line, ...]
    issued_on: date
    revoked: str | None
    volunteer_number: str
    name: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    since: date
    until: date


# -- issuing


def issue(work: Work, volunteer: Volunteer, since: date, until: date, by: By) -> ServiceCertificate:
    """One for a period of whole days, both included; the same again while nothing in it has changed.

    Raises ``BadInputError``, ``NothingRecordedError`` and ``NotAllowedError``.
    """
    if by.staff is not None:
        by.staff.require(HANDLE, volunteer.division_path)
    _check(since, until, local(work.now).date())
    # Whoever writes a record holds this row too: what is summed here is whole.
    work.session.scalars(for_update(work, select(Volunteer.id).where(Volunteer.id == volunteer.id))).one()
    lines = _lines(work, volunteer.id, since, until)
    content = _sealed(volunteer.number, service.name_of(work, volunteer), lines)
    row = _same(work, volunteer.id, since, until, content)
    return row or _issued(work, volunteer, Period(since, until), lines, content, by)


def _check(since: date, until: date, today: date) -> None:
    if not EARLIEST <= since <= until:
        raise BadInputError(field="起止日期", why="结束不能早于开始")
    if until > today:
        raise BadInputError(field="结束日期", why="不能晚于今天")


def _lines(work: Work, volunteer_id: UUID, since: date, until: date) -> list[Line]:
    """A service over midnight belongs to the day it began."""
    mine = select(ServiceRecord).where(
        ServiceRecord.volunteer_id == volunteer_id, ServiceRecord.state == "recorded",
        ServiceRecord.started_at >= midnight(since), ServiceRecord.started_at < midnight(until + timedelta(days=1)),
    )  # fmt: skip
    rows = work.session.scalars(mine.order_by(ServiceRecord.started_at, ServiceRecord.id).limit(MOST_LINES + 1)).all()
    if not rows:
        raise NothingRecordedError
    if len(rows) > MOST_LINES:
        raise BadInputError(field="起止日期", why=f"一份证明最多列 {MOST_LINES} 次服务，请分段开具")
    return [Line(local(row.started_at).date(), row.minutes, row.name, row.organiser) for row in rows]


def _sealed(number: str, name: str, lines: Iterable[Line]) -> str:
    body = {
        "name": name, "volunteer": number,
        "lines": [[one.day.isoformat(), one.minutes, one.content, one.unit] for one in lines],
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _same(work: Work, volunteer_id: UUID, since: date, until: date, content: str) -> ServiceCertificate | None:
    mine = select(ServiceCertificate).where(
        ServiceCertificate.volunteer_id == volunteer_id, ServiceCertificate.since == since,
        ServiceCertificate.until == until, ServiceCertificate.revoked_at.is_(None),
    )  # fmt: skip
    newest = work.session.scalars(mine.order_by(ServiceCertificate.issued_at.desc()).limit(1)).first()
    return newest if newest is not None and newest.content == content else None


def _issued(
    work: Work, volunteer: Volunteer, period: Period, lines: Sequence[Line], content: str, by: By
) -> ServiceCertificate:
    code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    row = {
        "id": new_id(), "volunteer_id": volunteer.id, "since": period.since, "until": period.until,
        "minutes": sum(line.minutes for line in lines), "content": content, "code": code,
        "code_digest": token_digest(code), "issued_at": work.now,
        "issued_by": by.staff.staff_id if by.staff else None,
    }  # fmt: skip
    found = work.session.get_one(ServiceCertificate, insert_numbered(work, ServiceCertificate, row, PREFIX))
    audit.record(work, "certificate.issue", f"certificate:{found.id}", volunteer=str(volunteer.id))
    leave_trail(work, volunteer, by, "volunteer.certificate")
    return found


def of(work: Work, volunteer_id: UUID) -> Sequence[ServiceCertificate]:
    """Somebody's certificates, newest first."""
    mine = select(ServiceCertificate).where(ServiceCertificate.volunteer_id == volunteer_id)
    return work.session.scalars(mine.order_by(ServiceCertificate.issued_at.desc()).limit(100)).all()


def one_of(work: Work, volunteer: Volunteer, certificate_id: UUID) -> ServiceCertificate:
    """One of them. Raises ``NotFoundError``."""
    row = work.session.get(ServiceCertificate, certificate_id)
    if row is None or row.volunteer_id != volunteer.id:
        raise NotFoundError(certificate=certificate_id)
    return row


def opened(row: ServiceCertificate) -> Certificate:
    """What stands in it."""
    content: dict[str, Any] = json.loads(row.content)
    lines = tuple(Line(date.fromisoformat(day), minutes, what, unit) for day, minutes, what, unit in content["lines"])
    return Certificate(
        row.number, mask_name(content["name"]), row.since, row.until, row.minutes, lines, local(row.issued_at).date(),
        row.revoked_why, content["volunteer"], content["name"], row.code,
    )  # fmt: skip


# -- withdrawing


def revoke(work: Work, viewer: Viewer, volunteer: Volunteer, certificate_id: UUID, why: str) -> ServiceCertificate:
    """Staff withdraw it, with the reason that whoever verifies it reads.

    Raises ``NotAllowedError``, ``NotFoundError``, ``BadInputError`` and ``CertificateRevokedError``.
    """
    viewer.require(HANDLE, volunteer.division_path)
    words = rules.reason(why)
    one_of(work, volunteer, certificate_id)
    mine = select(ServiceCertificate).where(ServiceCertificate.id == certificate_id)
    row = work.session.scalars(for_update(work, mine.execution_options(populate_existing=True))).one()
    if row.revoked_at is not None:
        raise CertificateRevokedError(why=row.revoked_why)
    row.revoked_by = viewer.staff_id
    _end(work, row, volunteer, words)
    return row


def record_voided(work: Work, record: ServiceRecord) -> None:
    """A record is no longer true: neither is any certificate that shows its day."""
    day = local(record.started_at).date()
    mine = select(ServiceCertificate).where(
        ServiceCertificate.volunteer_id == record.volunteer_id, ServiceCertificate.revoked_at.is_(None),
        ServiceCertificate.since <= day, ServiceCertificate.until >= day,
        ServiceCertificate.issued_at >= record.recorded_at,
    )  # fmt: skip
    volunteer = work.session.get_one(Volunteer, record.volunteer_id)
    for row in work.session.scalars(for_update(work, mine.order_by(ServiceCertificate.id))).all():
        _end(work, row, volunteer, f"{day.year}年{day.month}月{day.day}日的服务记录已更正")


def _end(work: Work, row: ServiceCertificate, volunteer: Volunteer, words: str) -> None:
    row.revoked_at, row.revoked_why = work.now, words
    work.session.flush()
    audit.record(work, "certificate.revoke", f"certificate:{row.id}", why=words)
    facts, key = {"number": row.number, "why": words}, f"certificate:{row.id}"
    tell_resident(work, volunteer.person_id, key=key, template="certificate_revoked", facts=facts, page=PAGE)


# -- verifying and printing


def verify(work: Work, number: str, code: str) -> Certificate:
    """For everybody. Raises ``NotFoundError`` whatever does not fit: a number alone says nothing."""
    mine = select(ServiceCertificate).where(ServiceCertificate.number == (normal(number) or ""))
    row = work.session.scalars(mine).first()
    typed = token_digest("".join(code.split()).upper())
    if row is None or not hmac.compare_digest(row.code_digest, typed):
        raise NotFoundError(certificate=number[:40])
    return opened(row)


def duration(minutes: int) -> str:
    """``2小时30分``."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}小时{rest}分" if hours and rest else f"{hours}小时" if hours else f"{rest}分"


def zh(day: date) -> str:
    """``2026年2月24日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def letter(found: Certificate, office: str) -> Letter:
    """What is printed. ``office``: who issues it. Raises ``CertificateRevokedError``."""
    if found.revoked is not None:
        raise CertificateRevokedError(why=found.revoked)
    rows = (
        ("志愿者", f"{found.name}（编号 {found.volunteer_number}）"),
        ("时间", f"{zh(found.since)} 到 {zh(found.until)}"),
        ("合计", f"{duration(found.minutes)}，{len(found.lines)} 次"),
        ("核对码", found.code),
    )
    return Letter(
        "certificate", "志愿服务证明", found.number, office, zh(found.issued_on), rows=rows, body=(BASIS, FREE, WRONG),
        steps=tuple(_printed(line) for line in found.lines),
    )  # fmt: skip


def _printed(line: Line) -> str:
    return f"{zh(line.day)}，{duration(line.minutes)}，{line.content}。记录单位：{line.unit}"
