"""Supervision (R-014, R-044): decided cases drawn by lot and looked at by a second pair of eyes.

In three steps that cannot be taken in another order: the pool is listed and its digest published; the seed becomes
known in public (a lottery's numbers of a later day) and draws; somebody who did not decide a case says what they found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from backend.assistance import draws
from backend.assistance.errors import DrawnAlreadyError, NothingDecidedError, SameEyesError
from backend.assistance.inspection_models import Draw, DrawnCase
from backend.cases import decided
from backend.cases.registry import registry
from backend.cases.tasks import SUPERVISE
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.locks import for_update
from backend.people.service import Viewer

RESULTS = {"right": "没有问题", "minor": "有小问题，已要求改正", "wrong": "决定有错，要重新决定"}
LISTED = 50
LONGEST_SEED, LEAST_WORDS = 64, 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn: cases decided from ``first`` to ``last`` (of one ``matter``; None: of any), ``percent`` of
    them, by a seed that will come from ``source``.
    """

    title: str
    first: date
    last: date
    percent: int
    source: str
    matter: str | None = None


def list_pool(work: Work, viewer: Viewer, territory: str, wish: Wish) -> Draw:
    """Fix and publish the pool. Raises ``NotAllowedError``, ``BadInputError``, ``NothingDecidedError``."""
    viewer.require(SUPERVISE, territory)
    _require_sound(wish, local(work.now).date())
    pool = draws.pool_of(decided.numbers(work, territory, wish.first, wish.last, wish.matter))
    if not pool:
        raise NothingDecidedError
    row = Draw(
        id=new_id(), title=wish.title.strip()[:64], territory=territory, matter=wish.matter,
        first_day=wish.first, last_day=wish.last,
        pool=pool, pool_digest=draws.digest_of(pool), pool_size=len(pool), wanted=draws.share(len(pool), wish.percent),
        seed_source=wish.source.strip()[:128], listed_at=work.now, listed_by=viewer.staff_id,
    )  # fmt: skip
    work.session.add(row)
    audit.record(work, "inspection.listed", f"draw:{row.id}", digest=row.pool_digest, size=row.pool_size)
    return row


def _require_sound(wish: Wish, today: date) -> None:
    if not wish.first <= wish.last < today:
        raise BadInputError(field="时间", why="请选已经过完的一段日子")
    if wish.matter is not None and wish.matter not in registry().matters:
        raise BadInputError(field="事项", why="请从列表中选择")
    if not 1 <= wish.percent <= 100:  # noqa: PLR2004 - of a hundred
        raise BadInputError(field="抽查比例", why="要在 1 到 100 之间")
    if len(wish.source.strip()) < LEAST_WORDS or not wish.title.strip():
        raise BadInputError(field="种子来源", why="请写明名称和公开来源，如某天的福彩开奖号码")


def draw(work: Work, viewer: Viewer, draw_id: UUID, seed: str) -> Draw:
    """Draw once, by a seed that anybody can look up.

    Raises ``DrawnAlreadyError``, ``BadInputError``, ``NotFoundError``.
    """
    row = find(work, viewer, draw_id, lock=True)
    if row.seed is not None:
        raise DrawnAlreadyError
    typed = seed.strip()
    if not draws.LEAST_SEED <= len(typed) <= LONGEST_SEED:
        raise BadInputError(field="种子", why="照公开的号码原样填，至少 4 个字符")
    row.seed, row.drawn_at, row.drawn_by = typed, work.now, viewer.staff_id
    ids = decided.ids_of(work, numbers := draws.drawn(row.pool, typed, row.wanted))
    work.session.add_all(
        DrawnCase(id=new_id(), draw_id=row.id, place=place, number=number, case_id=ids[number])
        for place, number in enumerate(numbers, 1)
    )
    audit.record(work, "inspection.drawn", f"draw:{row.id}", seed=typed, drawn=len(numbers))
    return row


def mark(work: Work, viewer: Viewer, drawn_id: UUID, result: str, finding: str) -> DrawnCase:
    """What the second look found; until it is marked anew by whoever marked it.

    Raises ``NotFoundError``, ``SameEyesError``, ``BadInputError``.
    """
    row = work.session.get(DrawnCase, drawn_id)
    if row is None:
        raise NotFoundError(drawn=drawn_id)
    find(work, viewer, row.draw_id, lock=True)
    work.session.refresh(row)
    _require_other_eyes(work, viewer, row)
    words = finding.strip()[:2000] or None
    if result not in RESULTS or (result != "right" and len(words or "") < LEAST_WORDS):
        raise BadInputError(field="抽查结果", why="请选结果，有问题的写明是什么问题")
    row.result, row.finding, row.checked_by, row.checked_at = result, words, viewer.staff_id, work.now
    audit.record(work, "inspection.marked", f"case:{row.case_id}", drawn=str(row.id), result=result)
    return row


def _require_other_eyes(work: Work, viewer: Viewer, row: DrawnCase) -> None:
    if viewer.staff_id in decided.hands(work, row.case_id) or row.checked_by not in (None, viewer.staff_id):
        raise SameEyesError


def find(work: Work, viewer: Viewer, draw_id: UUID, *, lock: bool = False) -> Draw:
    """A draw of the viewer's place. Raises ``NotFoundError``."""
    mine = select(Draw).where(Draw.id == draw_id, viewer.sees(Draw.territory, SUPERVISE))
    row = work.session.scalars(for_update(work, mine) if lock else mine).first()
    if row is None:
        raise NotFoundError(draw=draw_id)
    return row


def listed(work: Work, viewer: Viewer) -> Sequence[Draw]:
    """The newest draws of the viewer's place."""
    mine = select(Draw).where(viewer.sees(Draw.territory, SUPERVISE))
    return work.session.scalars(mine.order_by(Draw.listed_at.desc(), Draw.id).limit(LISTED)).all()


def cases_of(work: Work, draw_id: UUID) -> Sequence[DrawnCase]:
    """The drawn cases in the order they were drawn."""
    mine = select(DrawnCase).where(DrawnCase.draw_id == draw_id)
    return work.session.scalars(mine.order_by(DrawnCase.place)).all()
