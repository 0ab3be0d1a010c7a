"""What only staff do with accounts: put a mistake right with a reason, declare the facts of an elder."""

from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.ids import new_id
from backend.people.service import Viewer
from backend.timebank import ledger, rules
from backend.timebank.accounts import personal, require_person
from backend.timebank.ledger import BUREAU, Leg, Movement
from backend.timebank.models import ElderFacts, TimeTransfer
from backend.timebank.order_records import reason

ADJUST, HANDLE, ADJUSTED = "timebank.adjust", "volunteer.handle", "adjustment"
MOST = 60_000  # a thousand hours in one stroke is a slip of the pen


def adjust(work: Work, viewer: Viewer, person_id: UUID, minutes: int, why: str) -> TimeTransfer:
    """Give (above zero) or take (below) somebody minutes, against the bureau, for a reason that stays.

    Raises ``NotAllowedError``, ``NotFoundError``, ``BadInputError``, ``TimeShortError``.
    """
    viewer.require(ADJUST)
    if type(minutes) is not int or minutes == 0 or abs(minutes) > MOST:
        raise BadInputError(field="minutes", why=f"要填写整数分钟，最多{MOST}，不能是零")
    words, today = reason(why), local(work.now).date()
    require_person(work, person_id)
    legs = (Leg(BUREAU, -minutes), Leg(personal(person_id), minutes))
    made = ledger.post(work, Movement(
        f"adjust:{new_id()}", ADJUSTED, legs, today, "adjustment", str(viewer.staff_id), words,
    ))  # fmt: skip
    audit.record(work, "timebank.adjust", f"person:{person_id}", minutes=minutes, transfer=str(made.id), why=words)
    return made


def declare(work: Work, viewer: Viewer, person_id: UUID, facts: rules.Circumstances, evidence: str) -> ElderFacts:
    """What is known of an elder from now on; what was declared before ends and stays to be seen.

    Raises ``NotAllowedError``, ``NotFoundError``, ``BadInputError``.
    """
    viewer.require(HANDLE)
    words = reason(evidence, "证明")
    require_person(work, person_id)
    live = select(ElderFacts).where(ElderFacts.person_id == person_id, ElderFacts.ended_at.is_(None))
    for before in work.session.scalars(live):
        before.ended_at = work.now
    work.session.flush()
    row = ElderFacts(
        id=new_id(), person_id=person_id, alone=facts.alone, empty_nest=facts.empty_nest, low_income=facts.low_income,
        disabled=facts.disabled, evidence=words, staff_id=viewer.staff_id, since=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    audit.record(work, "timebank.declare", f"person:{person_id}", facts=str(row.id))
    return row
