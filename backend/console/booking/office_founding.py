"""Founding an office on a page: its form, every fault beside its field, and the matters it can take on afterwards."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from backend.booking import desk_plan, founding
from backend.booking.desk_finding import PLAN
from backend.booking.desk_plan import MatterRules
from backend.booking.founding import NewOffice
from backend.booking.matters import catalogue
from backend.booking.models import Office
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.people.models import Division
from backend.people.service import Viewer

KINDS = {
    "marriage_registry": "婚姻登记处", "counselling_room": "婚姻家庭辅导室", "ceremony_hall": "颁证厅",
    "civil_affairs_desk": "镇街民政窗口",
}  # fmt: skip
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,31}")
PHONE = re.compile(r"[0-9][0-9-]{4,19}")
LONGEST = 100
# The counters that serve a matter: matters of one pool share its windows and its week.
POOLS = {
    "marriage_registration": "marriage", "divorce_application": "divorce", "divorce_certificate": "divorce",
    "divorce_withdrawal": "divorce", "certificate_reissue": "records", "no_record_proof": "records",
    "premarital_counselling": "counselling", "family_counselling": "counselling", "award_ceremony": "ceremony",
    "group_wedding": "ceremony", "assistance_consultation": "assistance",
}  # fmt: skip
USUAL = MatterRules(
    units=1, opens_days=30, opens_at=510, closes_days=1, closes_at=1020, quota=None, penalty="none", waiting_list=True,
    active=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Founding:
    """What was typed, and what is wrong with it by the name of the field; nothing wrong: ``new`` can be opened."""

    typed: Mapping[str, str]
    faults: Mapping[str, str]
    new: NewOffice | None = None


Check = Callable[[str], str]
CHECKS: dict[str, Check] = {
    "code": lambda value: "" if CODE.fullmatch(value) else "用 2 到 32 个字母、数字或短横线，如 MR-02",
    "name": lambda value: "" if 1 < len(value) <= LONGEST else "请填群众看得懂的名称，如 青山镇民政窗口",
    "kind": lambda value: "" if value in KINDS else "请选一种",
    "division_code": lambda value: "" if value else "请选所在的地方",
    "address": lambda value: "" if 1 < len(value) <= LONGEST else "请填地址，群众要照着找来",
    "phone": lambda value: "" if PHONE.fullmatch(value) else "请填电话号码，只用数字和短横线",
}


def places(work: Work, viewer: Viewer) -> Sequence[Division]:
    """The county and the townships where the viewer may found an office."""
    here = select(Division).where(Division.level.in_(("county", "town")), viewer.sees(Division.path, PLAN))
    return work.session.scalars(here.order_by(Division.code)).all()


def read(form: Mapping[str, str], allowed: Sequence[Division]) -> Founding:
    """The form as typed, with every fault at once."""
    typed = {name: form.get(name, "").strip() for name in CHECKS}
    faults = {name: words for name, check in CHECKS.items() if (words := check(typed[name]))}
    if "division_code" not in faults and typed["division_code"] not in {one.code for one in allowed}:
        faults["division_code"] = "请从列表中选"
    return Founding(typed, faults, None if faults else _new(typed))


def _new(typed: Mapping[str, str]) -> NewOffice:
    return NewOffice(
        code=typed["code"], name=typed["name"], kind=typed["kind"], division_code=typed["division_code"],
        address=typed["address"], phone=typed["phone"],
    )  # fmt: skip


def found(work: Work, viewer: Viewer, form: Mapping[str, str]) -> Founding:
    """Open the office; a fault that only the database knows (a code that is used) is told like the others."""
    viewer.require(PLAN)
    asked = read(form, places(work, viewer))
    if asked.new is None:
        return asked
    try:
        founding.open_office(work, asked.new)
    except BadInputError as used:
        return Founding(asked.typed, {"code": str(used.facts["why"])})
    return asked


def untaken(work: Work, office: Office) -> dict[str, str]:
    """The matters the office does not do yet, by code."""
    done = {row.matter for row in desk_plan.matters(work, office)}
    return {code: matter.title for code, matter in catalogue().items() if code in POOLS and code not in done}


def take_on(work: Work, office: Office, matter: str) -> None:
    """With the usual rules, to be changed afterwards. Raises ``BadInputError`` for what it does already."""
    if matter not in untaken(work, office):
        raise BadInputError(field="事项", why="请从列表中选一件还没有办的事")
    founding.take_on(work, office, matter, POOLS[matter], USUAL)
