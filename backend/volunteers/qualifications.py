"""Proofs, training and insurance of a volunteer (志愿服务条例 16, 17): said by them, seen by staff, ending on a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.people.service import Viewer
from backend.volunteers.activity_models import Activity
from backend.volunteers.models import Insurance, Qualification, Training, Volunteer
from backend.volunteers.service import HANDLE
from backend.volunteers.vocabulary import QUALIFICATIONS

OLDEST = date(1950, 1, 1)
MOST = 30  # of one volunteer


@dataclass(frozen=True, slots=True)
class Proof:
    """A qualification as it is shown: ``kind`` of ``QUALIFICATIONS``; ``valid_until`` None: for life."""

    kind: str
    issuer: str
    number: str = field(repr=False)
    obtained_on: date
    valid_until: date | None = None


def say(work: Work, volunteer: Volunteer, proof: Proof) -> Qualification:
    """The volunteer says what they have; it counts once staff have seen it. Raises ``BadInputError``."""
    _check(proof, local(work.now).date())
    if len(of(work, volunteer.id)) >= MOST:
        raise BadInputError(field="资格", why=f"最多登记 {MOST} 项")
    row = Qualification(
        id=new_id(), volunteer_id=volunteer.id, kind=proof.kind, issuer=proof.issuer.strip(),
        number=proof.number.strip(), obtained_on=proof.obtained_on, valid_until=proof.valid_until,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    audit.record(work, "volunteer.qualification", f"volunteer:{volunteer.id}", kind=row.kind)
    return row


def _check(proof: Proof, today: date) -> None:
    if proof.kind not in QUALIFICATIONS:
        raise BadInputError(field="资格", why="请从列表中选择")
    if not OLDEST <= proof.obtained_on <= today:
        raise BadInputError(field="取得日期", why="不能晚于今天")
    if proof.valid_until is not None and proof.valid_until < today:
        raise BadInputError(field="有效期", why="已经过期了，请更新后再登记")


def of(work: Work, volunteer_id: UUID) -> Sequence[Qualification]:
    """What somebody has said or shown, newest first."""
    mine = select(Qualification).where(Qualification.volunteer_id == volunteer_id)
    return work.session.scalars(mine.order_by(Qualification.obtained_on.desc(), Qualification.id)).all()


def _one(work: Work, volunteer: Volunteer, qualification_id: UUID) -> Qualification:
    row = work.session.get(Qualification, qualification_id)
    if row is None or row.volunteer_id != volunteer.id:
        raise NotFoundError(qualification=qualification_id)
    return row


def seen(work: Work, viewer: Viewer, volunteer: Volunteer, qualification_id: UUID) -> Qualification:
    """Staff have the original in their hands. Raises ``NotAllowedError`` and ``NotFoundError``."""
    viewer.require(HANDLE, volunteer.division_path)
    row = _one(work, volunteer, qualification_id)
    row.checked_by, row.checked_at = viewer.staff_id, work.now
    work.session.flush()
    audit.record(work, "volunteer.qualification_seen", f"volunteer:{volunteer.id}", kind=row.kind)
    return row


def remove(work: Work, volunteer: Volunteer, qualification_id: UUID, viewer: Viewer | None = None) -> None:
    """By the volunteer, or by staff who find that it is not so."""
    if viewer is not None:
        viewer.require(HANDLE, volunteer.division_path)
    row = _one(work, volunteer, qualification_id)
    work.session.delete(row)
    audit.record(work, "volunteer.qualification_removed", f"volunteer:{volunteer.id}", kind=row.kind)


# -- training


@dataclass(frozen=True, slots=True)
class Course:
    """Training as it was held (记录办法: 名称、内容、时长、单位、日期). ``minutes`` are not service."""

    name: str
    content: str
    minutes: int
    organiser: str
    held_on: date
    valid_until: date | None = None


def train(work: Work, viewer: Viewer, volunteer: Volunteer, course: Course) -> Training:
    """Staff enter what somebody has been taught. Raises ``NotAllowedError`` and ``BadInputError``."""
    viewer.require(HANDLE, volunteer.division_path)
    if not OLDEST <= course.held_on <= local(work.now).date():
        raise BadInputError(field="培训日期", why="不能晚于今天")
    if course.valid_until is not None and course.valid_until < course.held_on:
        raise BadInputError(field="有效期", why="不能早于培训日期")
    row = Training(
        id=new_id(), volunteer_id=volunteer.id, name=course.name.strip(), content=course.content.strip(),
        minutes=course.minutes, organiser=course.organiser.strip(), held_on=course.held_on,
        valid_until=course.valid_until, entered_by=viewer.staff_id, entered_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    audit.record(work, "volunteer.training", f"volunteer:{volunteer.id}", minutes=row.minutes)
    return row


def trainings_of(work: Work, volunteer_id: UUID) -> Sequence[Training]:
    """What somebody has been taught, newest first."""
    mine = select(Training).where(Training.volunteer_id == volunteer_id)
    return work.session.scalars(mine.order_by(Training.held_on.desc(), Training.id)).all()


# -- insurance


@dataclass(frozen=True, slots=True)
class Cover:
    """A policy against bodily risk. Both days count."""

    insurer: str
    policy_number: str
    valid_from: date
    valid_until: date


def insure(work: Work, viewer: Viewer, volunteer: Volunteer, cover: Cover) -> Insurance:
    """Staff enter the policy of one volunteer. Raises ``NotAllowedError`` and ``BadInputError``."""
    viewer.require(HANDLE, volunteer.division_path)
    row = _insured(work, viewer, cover)
    row.volunteer_id = volunteer.id
    return _kept(work, row, f"volunteer:{volunteer.id}")


def insure_activity(work: Work, viewer: Viewer, activity_id: UUID, cover: Cover) -> Insurance:
    """Staff enter the policy of all who take part in one activity. Raises ``NotFoundError`` too."""
    activity = work.session.get(Activity, activity_id)
    if activity is None or not viewer.may(HANDLE, activity.division_path):
        raise NotFoundError(activity=activity_id)
    row = _insured(work, viewer, cover)
    row.activity_id = activity_id
    return _kept(work, row, f"activity:{activity_id}")


def _insured(work: Work, viewer: Viewer, cover: Cover) -> Insurance:
    if cover.valid_until < max(cover.valid_from, local(work.now).date()):
        raise BadInputError(field="保险期间", why="结束不能早于开始，也不能已经过期")
    return Insurance(
        id=new_id(), insurer=cover.insurer.strip(), policy_number=cover.policy_number.strip(),
        valid_from=cover.valid_from, valid_until=cover.valid_until, entered_by=viewer.staff_id, entered_at=work.now,
    )  # fmt: skip


def _kept(work: Work, row: Insurance, subject: str) -> Insurance:
    work.session.add(row)
    work.session.flush()
    audit.record(work, "volunteer.insurance", subject, until=row.valid_until)
    return row


def insurances_of(work: Work, volunteer_id: UUID) -> Sequence[Insurance]:
    """The volunteer's own policies, newest first."""
    mine = select(Insurance).where(Insurance.volunteer_id == volunteer_id)
    return work.session.scalars(mine.order_by(Insurance.valid_until.desc(), Insurance.id)).all()
