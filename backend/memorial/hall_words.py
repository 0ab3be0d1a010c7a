"""What the family writes: the life story and the names of the family tree. Others read it after moderation."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.memorial import hall_media, halls, moderation, rules
from backend.memorial.models import Hall, HallRelative
from backend.memorial.moderation import Told
from backend.memorial.themes import THEMES
from backend.residents.documents import read_name

STORY, RELATIVE = "hall_story", "hall_relative"
LONGEST_STORY, MOST_RELATIVES = 5000, 60
TREE = tuple(rules.NEAR_ZH)


def write_story(work: Work, person_id: UUID, hall_id: UUID, words: str) -> Hall:
    """A new version of the life story; the one before stays to be read until moderation has let this one through.

    Raises ``BadInputError`` and what ``halls.require`` does.
    """
    hall = halls.find(work, hall_id, lock=True)
    halls.require(work, hall, person_id, "edit")
    if len(words) > LONGEST_STORY:
        raise BadInputError(field="生平", why=f"最多 {LONGEST_STORY} 个字，现在是 {len(words)} 个")
    if words.strip():
        hall.story_new, hall.story_state = words.strip(), "waiting"
        moderation.submit(work, STORY, hall.id, hall.story_new, person_id, audience=hall.privacy, hall_id=hall.id)
    else:
        _erase_story(work, hall)
    return hall


def erase_story(work: Work, person_id: UUID, hall_id: UUID) -> Hall:
    """By near kin whatever their role (个人信息保护法 49). Raises what ``halls.require`` does."""
    hall = halls.find(work, hall_id, lock=True)
    halls.require(work, hall, person_id, "remove")
    _erase_story(work, hall)
    audit.record(work, "memorial.story_erased", f"memorial_hall:{hall.id}")
    return hall


def _erase_story(work: Work, hall: Hall) -> None:
    hall.story, hall.story_new, hall.story_state = "", None, "none"
    moderation.withdraw(work, STORY, hall.id)
    halls.touch(work, hall)


def story_decided(work: Work, hall_id: UUID, told: Told) -> None:
    """Moderation has spoken."""
    hall = halls.find(work, hall_id, lock=True)
    if told == "shown":
        hall.story, hall.story_new = hall.story_new or hall.story, None
    elif told == "removed":
        hall.story, hall.story_new = "", hall.story_new or hall.story
    hall.story_state = "refused" if told == "removed" else told
    halls.touch(work, hall)


def set_theme(work: Work, person_id: UUID, hall_id: UUID, theme: str) -> Hall:
    """Raises ``BadInputError`` and what ``halls.require`` does."""
    hall = halls.find(work, hall_id, lock=True)
    halls.require(work, hall, person_id, "edit")
    if theme not in THEMES:
        raise BadInputError(field="样式", why="请从列表中选择")
    hall.theme = theme
    halls.touch(work, hall)
    return hall


# -- the family tree


def add_relative(work: Work, person_id: UUID, hall_id: UUID, name: str, relation: str, *, dead: bool) -> HallRelative:
    """A name in the tree; ``relation``: what they are to the dead. The living are for the family only.

    Raises ``BadInputError`` and what ``halls.require`` does.
    """
    hall = halls.find(work, hall_id, lock=True)
    halls.require(work, hall, person_id, "edit")
    if relation not in TREE:
        raise BadInputError(field="关系", why="请从列表中选择")
    many = select(func.count()).where(HallRelative.hall_id == hall.id)
    if work.session.scalars(many).one() >= MOST_RELATIVES:
        raise BadInputError(field="家人", why=f"最多写 {MOST_RELATIVES} 位")
    row = HallRelative(
        id=new_id(), hall_id=hall.id, name=read_name(name), relation=relation, dead=dead, shown=False,
        person_id=person_id, at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    moderation.submit(work, RELATIVE, row.id, row.name, person_id, audience=hall.privacy, hall_id=hall.id)
    return row


def relative_decided(work: Work, relative_id: UUID, told: Told) -> None:
    row = work.session.get(HallRelative, relative_id)
    if row is not None:
        row.shown = told == "shown"
        halls.touch(work, halls.find(work, row.hall_id))


def remove_relative(work: Work, person_id: UUID, hall_id: UUID, relative_id: UUID) -> None:
    """By an editor or near kin. Raises ``NotFoundError`` and what ``halls.require`` does."""
    hall = halls.find(work, hall_id, lock=True)
    halls.require(work, hall, person_id, "remove")
    row = work.session.get(HallRelative, relative_id)
    if row is None or row.hall_id != hall.id:
        raise NotFoundError(relative=str(relative_id))
    moderation.withdraw(work, RELATIVE, row.id)
    work.session.delete(row)
    halls.touch(work, hall)


def tree(work: Work, hall: Hall, *, family: bool) -> Sequence[HallRelative]:
    """The names in the order of the relations; for others than the family only the dead, once moderated."""
    mine = select(HallRelative).where(HallRelative.hall_id == hall.id).order_by(HallRelative.at, HallRelative.id)
    rows = [row for row in work.session.scalars(mine) if family or (row.dead and row.shown)]
    return sorted(rows, key=lambda row: TREE.index(row.relation))


# -- opened to more people


def look_again(work: Work, hall: Hall) -> None:
    """What was let through for fewer people is looked at again before more people see it: held until then."""
    if (STORY, hall.id) in moderation.widen(work, hall.id, hall.privacy):
        hall.story_new, hall.story = hall.story_new or hall.story, ""


def set_privacy(work: Work, person_id: UUID, hall_id: UUID, privacy: str) -> Hall:
    """Who may see it; opening it further asks moderation again. Raises what ``halls.set_privacy`` does."""
    before = halls.find(work, hall_id, lock=True).privacy
    hall = halls.set_privacy(work, person_id, hall_id, privacy)
    if rules.OPENNESS.index(privacy) > rules.OPENNESS.index(before):
        look_again(work, hall)
    return hall


def wire() -> None:
    """Let moderation know whom to tell; again changes nothing."""
    moderation.on_decided(STORY, story_decided)
    moderation.on_decided(RELATIVE, relative_decided)
    moderation.on_decided(hall_media.SUBJECT, hall_media.decided)
    moderation.on_decided(hall_media.CAPTION, hall_media.caption_decided)
    moderation.on_picture(hall_media.SUBJECT, hall_media.content)
