"""A hall as people read it: the page for everybody, the family on their phones, the desk."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from lunar_python import Lunar
from sqlalchemy import select

from backend.core.clock import local
from backend.core.db import Work
from backend.core.lunar import lunar_of
from backend.memorial import hall_concerns, hall_corrections, hall_media, hall_people, hall_words, halls, rules
from backend.memorial.hall_concerns import STANDING
from backend.memorial.hall_corrections import FIELDS_ZH
from backend.memorial.hall_mediation import MEDIATED_ZH
from backend.memorial.models import Deceased, DeceasedCorrection, Hall, HallConcern, HallMedia, HallRole
from backend.memorial.themes import THEMES


def dead_line(one: Deceased) -> dict[str, Any]:
    """Somebody who is remembered, in both calendars."""
    return {
        "id": one.id, "name": one.name, "born": one.born, "died": one.died, "born_zh": one.born and day_zh(one.born),
        "died_zh": day_zh(one.died), "lunar_zh": lunar_zh(one.lunar_month, one.lunar_day),
        "born_lunar_zh": one.born and lunar_zh(*lunar_of(one.born)),
    }  # fmt: skip


def day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def lunar_zh(month: int, day: int) -> str:
    """The day of death by the moon: 农历闰六月初三. Any year names its months and days the same way."""
    names = Lunar.fromYmd(2024, abs(month), min(day, 29))
    whole = "三十" if day == 30 else names.getDayInChinese()  # noqa: PLR2004 - a month of thirty days
    return f"农历{'闰' if month < 0 else ''}{names.getMonthInChinese()}月{whole}"


def page(work: Work, hall: Hall) -> dict[str, Any]:
    """What a visitor sees; nobody living is named."""
    media = hall_media.visible(work, hall, None)
    return {
        "number": hall.number, "title": hall.title, "theme": hall.theme, "public": hall.privacy == "public",
        "dead": [dead_line(one) for one in halls.remembered(work, hall)],
        "thoughts": rules.paragraphs(hall.story),
        "photos": [_medium(row) for row in media if row.kind == "photo"],
        "sounds": [_medium(row) for row in media if row.kind == "sound"],
        "tree": [_relative(row.name, row.relation) for row in hall_words.tree(work, hall, family=False)],
    }  # fmt: skip


def _relative(name: str, relation: str) -> dict[str, str]:
    return {"name": name, "relation_zh": rules.NEAR_ZH[relation]}


def _medium(row: HallMedia) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.kind, "caption": row.caption if row.caption_shown else "", "revived": row.revived,
        "state": row.state, "media_type": row.media_type,
    }  # fmt: skip


def for_person(work: Work, hall: Hall, person_id: UUID) -> dict[str, Any]:
    """The hall on the phone of somebody who may see it; the family sees who keeps it and the living of the tree."""
    own = work.session.scalars(halls.roles(hall).where(HallRole.person_id == person_id)).first()
    role, near = own.role if own else None, halls.is_near(own)
    family = role in ("keeper", "editor", "family")
    return page(work, hall) | {
        "id": hall.id, "kind": hall.kind, "kind_zh": rules.KIND_ZH[hall.kind], "privacy": hall.privacy,
        "privacy_zh": rules.PRIVACY_ZH[hall.privacy], "state": hall.state, "state_zh": rules.STATE_ZH[hall.state],
        "story": hall.story, "story_new": hall.story_new if family else None, "story_state": hall.story_state,
        "role": role, "role_zh": rules.ROLE_ZH.get(role or "", "访客"), "near": near,
        "acts": sorted(act for act in rules.STATE_ACTS[hall.state] if rules.may(role, act, near=near)),
        "media": [_mine(work, hall, row, person_id) for row in hall_media.visible(work, hall, person_id)],
        "people": _people(work, hall) if family else [],
        "tree": [
            _relative(row.name, row.relation) | {"id": row.id, "dead": row.dead, "shown": row.shown}
            for row in hall_words.tree(work, hall, family=family)
        ],
    }  # fmt: skip


def _mine(work: Work, hall: Hall, row: HallMedia, person_id: UUID) -> dict[str, Any]:
    own = row.person_id == person_id
    return _medium(row) | {
        "caption": row.caption if own else _medium(row)["caption"], "own": own,
        "missing": hall_media.missing(work, hall, row) if row.revived else 0,
        "agreed": hall_media.agreed(work, row, person_id) if row.revived else None,
    }  # fmt: skip


def _people(work: Work, hall: Hall) -> list[dict[str, Any]]:
    return [
        {"id": row.id, "name": name, "role": row.role, "role_zh": rules.ROLE_ZH[row.role],
         "relation_zh": rules.RELATION_ZH[row.relation], "near": halls.is_near(row), "successor": row.successor}
        for row, name in hall_people.everybody(work, hall)
    ]  # fmt: skip


def line(work: Work, hall: Hall, role: HallRole) -> dict[str, Any]:
    """A hall in one's own list."""
    return {
        "id": hall.id, "number": hall.number, "title": hall.title, "role_zh": rules.ROLE_ZH[role.role],
        "state_zh": rules.STATE_ZH[hall.state], "privacy_zh": rules.PRIVACY_ZH[hall.privacy],
        "names": [one.name for one in halls.remembered(work, hall)],
    }  # fmt: skip


def choices() -> dict[str, Any]:
    """What the forms offer."""
    return {
        "relations": rules.RELATION_ZH, "near": list(rules.NEAR_ZH), "kinds": rules.KIND_ZH, "wishes": rules.WISH_ZH,
        "privacies": rules.PRIVACY_ZH, "themes": THEMES, "concerns": hall_concerns.KIND_ZH,
    }  # fmt: skip


def for_desk(work: Work, hall: Hall) -> dict[str, Any]:
    """The hall for staff: who keeps it and what is objected; the words of the family are moderation's."""
    mine = select(HallConcern).where(HallConcern.hall_id == hall.id).order_by(HallConcern.at.desc(), HallConcern.id)
    return {
        "id": hall.id, "number": hall.number, "title": hall.title, "kind_zh": rules.KIND_ZH[hall.kind],
        "privacy_zh": rules.PRIVACY_ZH[hall.privacy], "state": hall.state, "state_zh": rules.STATE_ZH[hall.state],
        "state_why": hall.state_why, "opened_on": local(hall.created_at).date(),
        "changed_on": local(hall.changed_at).date(),
        "dead": [dead_line(one) | {"wish_zh": rules.WISH_ZH[one.wish]} for one in halls.remembered(work, hall)],
        "people": _people(work, hall),
        "concerns": [concern(row, hall) for row in work.session.scalars(mine)],
    }  # fmt: skip


def correction(row: DeceasedCorrection, dead: Deceased) -> dict[str, Any]:
    """What is put right of somebody's record: was → is, in words."""
    before, after = json.loads(row.before), json.loads(row.after)
    return {
        "id": row.id, "state": row.state, "state_zh": hall_corrections.STATE_ZH[row.state], "why": row.why,
        "proof": row.proof, "at": row.at, "staff_id": row.staff_id, "dead": dead_line(dead), "deceased_id": dead.id,
        "changes": [
            f"{FIELDS_ZH[name]}：{_said(name, before[name])} → {_said(name, after[name])}" for name in FIELDS_ZH
            if name in after
        ],
    }  # fmt: skip


def _said(field: str, value: str | None) -> str:
    if field == "wish":
        return rules.WISH_ZH[value or "none"]
    return day_zh(date.fromisoformat(value)) if value and field in ("born", "died") else value or "没有写"


def on_desk(work: Work, row: HallConcern, hall: Hall | None) -> dict[str, Any]:
    """The same with whether its last day is over."""
    return concern(row, hall) | {"late": row.due_on < local(work.now).date()}


def concern(row: HallConcern, hall: Hall | None) -> dict[str, Any]:
    """What somebody objects, as the mediator reads it."""
    return {
        "id": row.id, "number": row.number, "kind": row.kind, "kind_zh": hall_concerns.KIND_ZH[row.kind],
        "state_zh": hall_concerns.STATE_ZH[row.state], "words": row.words, "contact": row.contact,
        "blocks": row.blocks, "answer": row.answer, "mediated_zh": MEDIATED_ZH.get(row.mediated or ""),
        "due_on": row.due_on, "due_zh": day_zh(row.due_on), "again": row.again, "first_answer": row.first_answer,
        "may_ask_again": row.first_state is None and row.state != "open", "standing": row.state in STANDING,
        "at": row.at, "hall_id": row.hall_id,
        "hall": hall.title if hall else None,
    }  # fmt: skip
