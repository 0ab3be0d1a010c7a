"""Direct relatives (直系亲属) to whom somebody may give time: proven by a clerk, or by a proxy that is in force."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select

from backend.core import audit
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.people.service import Viewer
from backend.residents.models import Proxy
from backend.timebank.accounts import require_person
from backend.timebank.errors import NotKinError
from backend.timebank.models import LIVE_KIN, TimeKin

HANDLE = "volunteer.handle"
RELATIONS = {
    "parent": "父母", "child": "子女", "spouse": "配偶", "grandparent": "祖父母", "grandchild": "孙子女",
    "spouse_parent": "配偶的父母",
}  # fmt: skip
# What the principal of a proxy is to the agent, by what the agent is to the principal.
BACKWARDS = {
    "child": "parent", "parent": "child", "spouse": "spouse", "grandchild": "grandparent", "grandparent": "grandchild",
}  # fmt: skip
LONGEST = 500


def prove(work: Work, viewer: Viewer, giver: UUID, receiver: UUID, relation: str, evidence: str) -> TimeKin:
    """Somebody at a counter has seen the papers (户口簿、结婚证 …); ``relation``: what the receiver is to the giver.

    Raises ``NotAllowedError``, ``BadInputError``, ``NotFoundError``.
    """
    viewer.require(HANDLE)
    if relation not in RELATIONS:
        raise BadInputError(field="relation", why="请从列表中选择关系")
    if not 0 < len(evidence.strip()) <= LONGEST:
        raise BadInputError(field="evidence", why="请写明看了什么证明")
    row = _keep(work, giver, receiver, relation, "clerk", evidence.strip(), viewer.staff_id)
    audit.record(work, "time_kin.prove", f"time_kin:{row.id}", relation=relation)
    return row


def prove_by_proxy(work: Work, giver: UUID, receiver: UUID) -> TimeKin:
    """By a proxy of relatives in force between the two, whichever way round. Raises ``NotKinError``."""
    pair = (giver, receiver)
    rows = work.session.scalars(select(Proxy).where(
        Proxy.agent_id.in_(pair), Proxy.principal_id.in_(pair), Proxy.state == "active", Proxy.valid_until > work.now,
    ).order_by(Proxy.id))  # fmt: skip
    for row in rows:
        if row.relation in BACKWARDS:
            relation = BACKWARDS[row.relation] if row.agent_id == giver else row.relation
            return _keep(work, giver, receiver, relation, "proxy", f"proxy:{row.id}", None)
    raise NotKinError


def _keep(
    work: Work, giver: UUID, receiver: UUID, relation: str, proven_by: str, evidence: str, staff_id: UUID | None
) -> TimeKin:
    if giver == receiver:
        raise BadInputError(field="receiver", why="请选择另一个人")
    require_person(work, giver, receiver)
    row = {
        "id": new_id(), "giver_id": giver, "receiver_id": receiver, "relation": relation, "proven_by": proven_by,
        "evidence": evidence, "staff_id": staff_id, "since": work.now, "ended_at": None,
    }  # fmt: skip
    insert_new(work, TimeKin, row, unique=("giver_id", "receiver_id"), where=LIVE_KIN)
    return work.session.scalars(_live(giver).where(TimeKin.receiver_id == receiver)).one()


def _live(giver: UUID) -> Select[TimeKin]:
    return select(TimeKin).where(TimeKin.giver_id == giver, TimeKin.ended_at.is_(None))


def of_giver(work: Work, giver: UUID) -> Sequence[TimeKin]:
    """To whom somebody may give."""
    return work.session.scalars(_live(giver).order_by(TimeKin.since, TimeKin.id)).all()


def receiver_of(work: Work, giver: UUID, kin_id: UUID) -> UUID:
    """The relative behind one of somebody's rows. Raises ``NotKinError``."""
    found = work.session.scalars(_live(giver).where(TimeKin.id == kin_id)).one_or_none()
    if found is None:
        raise NotKinError
    return found.receiver_id


def related(work: Work, one: UUID, other: UUID) -> bool:
    """Whether either of the two may give to the other."""
    both = or_(
        (TimeKin.giver_id == one) & (TimeKin.receiver_id == other),
        (TimeKin.giver_id == other) & (TimeKin.receiver_id == one),
    )
    return work.session.scalars(select(TimeKin.id).where(both, TimeKin.ended_at.is_(None))).first() is not None


def end(work: Work, viewer: Viewer, kin_id: UUID, why: str) -> None:
    """A relation that was entered by mistake, or is over. Raises ``NotAllowedError``, ``NotFoundError``."""
    viewer.require(HANDLE)
    row = work.session.get(TimeKin, kin_id)
    if row is None or row.ended_at is not None:
        raise NotFoundError(kin=str(kin_id))
    row.ended_at = work.now
    audit.record(work, "time_kin.end", f"time_kin:{row.id}", why=why)
