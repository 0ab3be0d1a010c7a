"""Remembering in the demonstration: three halls with their families, what was written in them, two farewells.

Everything goes through the verbs of the desk and of the phone, each as of its own day; a clerk reads what was sent in.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from backend.content_check import Verdict
from backend.core import strict_yaml
from backend.core.db import Work
from backend.demo import civil_farewells, civil_people, civil_pictures
from backend.demo.civil_data import id_number
from backend.demo.civil_farewells import DeadRow, FarewellRow
from backend.demo.civil_moments import as_of, days_ago, viewer_of
from backend.demo.data import HERE
from backend.memorial import (
    day_reminders,
    deceased,
    hall_concerns,
    hall_files,
    hall_media,
    hall_people,
    hall_words,
    halls,
    moderation_checks,
    moderation_desk,
    moderation_reports,
    tributes,
)
from backend.memorial.day_reminders import DayWish
from backend.memorial.days import Kind
from backend.memorial.models import Hall
from backend.memorial.tribute_models import ModerationItem
from backend.memorial.tributes import Offering

People = Mapping[str, UUID]  # residents by their name in the sandbox, the others by their own
FILLED_AFTER = 1  # days after the opening
READ_AFTER = timedelta(hours=2)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonRow(_Strict):
    name: str
    born: date
    serial: int


class KinRow(_Strict):
    who: str
    relation: str
    proof: str
    role: Literal["family", "editor"] = "family"
    successor: bool = False


class RelativeRow(_Strict):
    name: str
    relation: str
    dead: bool = False


class PhotoRow(_Strict):
    picture: str
    caption: str
    days: int
    waiting: bool = False


class ReportRow(_Strict):
    rule: str
    days: int
    words: str


class TributeRow(_Strict):
    who: str
    kind: str
    days: int
    words: str | None = None
    song: str | None = None
    shared: bool = False
    waiting: bool = False
    reported: ReportRow | None = None


class ReminderRow(_Strict):
    who: str
    kind: Kind
    before: int


class DisputeRow(_Strict):
    who: str
    days: int
    words: str


class HallRow(_Strict):
    title: str
    kind: str
    theme: str
    privacy: str
    opened: int
    keeper: str
    relation: str
    proof: str
    dead: list[DeadRow]
    story: str
    photos: list[PhotoRow]
    tree: list[RelativeRow]
    tributes: list[TributeRow]
    kin: list[KinRow] = []
    guests: list[str] = []
    reminders: list[ReminderRow] = []
    dispute: DisputeRow | None = None


class Memorial(_Strict):
    people: list[PersonRow]
    halls: list[HallRow]
    farewells: list[FarewellRow]


@cache
def memorial() -> Memorial:
    return Memorial.model_validate(strict_yaml.load(HERE / "civil_memorial.yaml"))


def seed(work: Work, residents: Mapping[str, UUID]) -> Mapping[str, UUID]:
    """Write it all; the county, its staff and its residents are there. The dead, by name."""
    rows = memorial()
    people = dict(residents) | {
        one.name: civil_people.person(work, one.name, id_number(one.born, one.serial)) for one in rows.people
    }
    dead: dict[str, UUID] = {}
    for row in rows.halls:
        dead |= _hall(work, row, people)
    for farewell in rows.farewells:
        dead |= civil_farewells.hold(work, farewell, people)
        _read(work)
    return dead


# -- a hall and its family


def _then(work: Work, days: int, hour: int = 10) -> Work:
    return as_of(work, days_ago(work, days), hour, actor=viewer_of(work, "clerk").actor)


def _hall(work: Work, row: HallRow, people: People) -> Mapping[str, UUID]:
    then, clerk = _then(work, row.opened), viewer_of(work, "clerk")
    dead = {one.name: deceased.register(then, clerk, one.told(work)).id for one in row.dead}
    hall = halls.open_hall(
        then, clerk,
        halls.Opening(
            people[row.keeper], row.relation, row.proof, list(dead.values()), row.kind, row.title, row.theme
        ),
    )  # fmt: skip
    hall_words.set_privacy(then, people[row.keeper], hall.id, row.privacy)
    for kin in row.kin:
        _kin(then, hall, kin, people[row.keeper], people[kin.who])
    if row.guests:
        _guests(then, hall, row, people)
    _filled(work, hall, row, people)
    return dead


def _kin(work: Work, hall: Hall, row: KinRow, keeper: UUID, person: UUID) -> None:
    role = hall_people.join(work, viewer_of(work, "clerk"), hall.id, person, row.relation, row.proof)
    if row.role == "editor":
        hall_people.appoint(work, keeper, hall.id, role.id, row.role)
    if row.successor:
        hall_people.name_successor(work, keeper, hall.id, role.id)


def _guests(work: Work, hall: Hall, row: HallRow, people: People) -> None:
    code = hall_people.invite(work, people[row.keeper], hall.id)
    for guest in row.guests:
        hall_people.enter(work, people[guest], hall.number, code)


def _filled(work: Work, hall: Hall, row: HallRow, people: People) -> None:
    """The story and the tree on the next day, the rest in its order; what kin disagree about comes last."""
    then, keeper = _then(work, row.opened - FILLED_AFTER), people[row.keeper]
    hall_words.write_story(then, keeper, hall.id, row.story)
    for one in row.tree:
        hall_words.add_relative(then, keeper, hall.id, one.name, one.relation, dead=one.dead)
    _read(then)
    for photo in row.photos:
        _photo(_then(work, photo.days), hall, photo, keeper)
    for tribute in row.tributes:
        _tribute(_then(work, tribute.days, 19), hall, tribute, people[tribute.who])
    for wish in row.reminders:
        day_reminders.ask(then, people[wish.who], DayWish(hall.id, wish.kind, lunar=False, days_before=wish.before))
    if row.dispute is not None:
        said = row.dispute
        hall_concerns.dispute(_then(work, said.days), people[said.who], hall.id, said.words, blocks=True)


def _photo(work: Work, hall: Hall, row: PhotoRow, keeper: UUID) -> None:
    file = hall_files.read(civil_pictures.draw(row.picture))
    hall_media.add(work, keeper, hall.id, file, row.caption, revived=False)
    _answered(work, "pass") if row.waiting else _read(work)


def _tribute(work: Work, hall: Hall, row: TributeRow, person: UUID) -> None:
    given = tributes.give(work, person, hall.id, Offering(row.kind, row.words, row.song, row.shared))
    _answered(work, "review") if row.waiting else _read(work)
    if row.reported is not None:
        later = _then(work, row.reported.days)
        moderation_reports.report(later, tributes.SUBJECT, given.id, row.reported.rule, row.reported.words)


# -- what is shown


def _answered(work: Work, verdict: Verdict) -> set[UUID]:
    """The machine has answered about everything it had not seen; which those were."""
    seen = set()
    while questions := moderation_checks.due(work):
        for one in questions:
            moderation_checks.answered(work, one.item_id, verdict)
            seen.add(one.item_id)
    return seen


def _read(work: Work) -> None:
    """The machine finds nothing wrong; what a person has to see first the clerk lets through two hours later."""
    clerk = viewer_of(work, "clerk")
    later = Work(work.session, work.now + READ_AFTER, clerk.actor, work.hooks)
    for item_id in _answered(work, "pass"):
        if work.session.get_one(ModerationItem, item_id).state == "queued":
            moderation_desk.decide(later, clerk, item_id, "show")


def public_hall(work: Work) -> str | None:
    """The number of a hall that everybody may open, for whoever wants to show one."""
    mine = select(Hall.number).where(Hall.privacy == "public", Hall.state == "open")
    return work.session.scalars(mine.order_by(Hall.created_at)).first()
