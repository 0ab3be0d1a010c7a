"""What the family is told of its hall: quietly, each thing once, in the transaction in which it happens."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from backend.core.clock import local
from backend.core.db import Work
from backend.memorial.models import Hall, HallConcern, HallRole
from backend.residents.telling import tell_resident

PAGE, CONCERNS = "/pages/memorial/hall?id={id}", "/pages/memorial/concerns"
KIN = ("keeper", "editor", "family")
STATES = {
    "freeze": "正在调解，暂时不能修改，家人照样能看。",
    "thaw": "调解结束，可以照常修改了。",
    "close": "纪念馆关闭了，内容都还在。",
    "restore": "纪念馆又开放了。",
}


def keeper(work: Work, hall: Hall, row: HallRole, why: str) -> None:
    """Somebody keeps the hall from now on; ``why``: half a sentence."""
    tell_resident(
        work, row.person_id, key=f"memorial_keeper:{row.id}:{_moment(work)}", template="memorial_keeper",
        facts={"hall": hall.title, "why": why}, page=PAGE.format(id=hall.id),
    )  # fmt: skip


def _moment(work: Work) -> str:
    return f"{work.now:%Y%m%d%H%M%S}"


def one(work: Work, hall: Hall, person_id: UUID, key: str, what: str) -> None:
    """Tell one person; ``what``: a whole sentence. ``key`` tells this event from others of the hall."""
    tell_resident(
        work, person_id, key=f"memorial_hall:{hall.id}:{key}", template="memorial_hall",
        facts={"hall": hall.title, "what": what}, page=PAGE.format(id=hall.id),
    )  # fmt: skip


def kin(
    work: Work, hall: Hall, key: str, what: str, *, but: UUID | None = None, roles: Iterable[str] = KIN
) -> None:  # fmt: skip
    """Tell the family, or only some ``roles`` of it; not whoever did it themselves (``but``)."""
    mine = select(HallRole.person_id).where(
        HallRole.hall_id == hall.id, HallRole.ended_at.is_(None), HallRole.role.in_(tuple(roles))
    )
    for person_id in work.session.scalars(mine.order_by(HallRole.id)).all():
        if person_id != but:
            one(work, hall, person_id, key, what)


def role(work: Work, hall: Hall, row: HallRole, what: str) -> None:
    """Tell somebody what has become of their own place in the hall."""
    one(work, hall, row.person_id, f"role:{row.id}:{_moment(work)}", what)


def left(work: Work, hall: Hall, row: HallRole) -> None:
    """The keeper hears that one of the family is not there any more; that guests come and go is nobody's news."""
    if row.role in ("editor", "family"):
        kin(work, hall, f"left:{row.id}", "一位家人退出了。", roles=("keeper",))


def guest(work: Work, hall: Hall) -> None:
    """Once a day however many come."""
    day = local(work.now).date()
    kin(work, hall, f"guest:{day}", "有亲友凭您给的邀请码进来了。", roles=("keeper",))


def moved(work: Work, hall: Hall, action: str, but: UUID | None) -> None:
    """The hall was frozen, thawed, closed or opened again."""
    kin(work, hall, f"{action}:{_moment(work)}", STATES[action], but=but)


# -- what is objected


def objected(work: Work, hall: Hall, row: HallConcern) -> None:
    """Kin disagree: the keeper hears it from us and not from the page that refuses them."""
    wait = "答复以前，请先不要修改。" if row.blocks else ""
    words = f"有家人提出了不同意见，工作人员会来联系您。{wait}"
    kin(work, hall, f"concern:{row.id}", words, but=row.person_id, roles=("keeper",))


def answered(work: Work, hall: Hall | None, row: HallConcern) -> None:
    """Whoever objected reads the answer; of what the family disagreed about, the keeper too."""
    key = f"memorial_answer:{row.id}:{_moment(work)}"
    if row.person_id is not None:
        tell_resident(
            work, row.person_id, key=key, template="memorial_answer", facts={"number": row.number}, page=CONCERNS
        )
    if hall is not None and row.kind == "dispute":
        words = "家人的不同意见有答复了，可以点开看。"
        kin(work, hall, key, words, but=row.person_id, roles=("keeper",))
