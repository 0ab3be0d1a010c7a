"""A minor's guardian: named by the child, agreeing on their own phone, with papers at the counter, or acting as one.

重庆市志愿服务条例 9: from 8 to 17 with the guardian's consent (``consent``), or in their company (``company``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select

from backend.core import audit, phone
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.core.locks import for_update
from backend.core.numbers import normal
from backend.notices import service as notices
from backend.notices.channels.base import ChannelName
from backend.notices.service import Recipient
from backend.people.service import Viewer
from backend.residents.documents import read_name, same_name
from backend.residents.masking import mask_name
from backend.residents.models import Person, Proxy
from backend.residents.proxy_rules import is_minor
from backend.volunteers import rules
from backend.volunteers.errors import GuardianNeededError, GuardianWrongError
from backend.volunteers.models import Volunteer

Rule = Literal["consent", "company"]
NOBODY: dict[str, Any] = {
    "guardian_id": None, "guardian_name": None, "guardian_phone": None, "guardian_rule": None, "guardian_at": None,
    "guardian_paper": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class By:
    """Who acts: the person themself, an agent with a proxy, or a clerk at the counter."""

    agent_id: UUID | None = None
    proxy_id: UUID | None = None
    staff: Viewer | None = None


SELF = By()


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who is to agree. ``paper``: what a clerk has seen, signed by them, in words; only at the counter."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    rule: Rule = "consent"
    paper: str = ""


def named(work: Work, child: Person, guardian: Guardian | None, by: By) -> dict[str, Any]:
    """The columns about the guardian of a new volunteer; empty for whoever is of age.

    Raises ``GuardianNeededError`` for a minor without one, and ``BadInputError``.
    """
    if not is_minor(child.birth_date, local(work.now).date()):
        return dict(NOBODY)
    acting = _acting(work, child.id, by)
    if acting is not None:
        rule = guardian.rule if guardian else "consent"
        return _columns(acting.name, acting.phone, rule) | {"guardian_id": acting.id, "guardian_at": work.now}
    if guardian is None:
        raise GuardianNeededError
    columns = _columns(read_name(guardian.name), _phone(guardian.phone), guardian.rule)
    return columns | _on_paper(work, guardian) if by.staff is not None else columns


def _on_paper(work: Work, guardian: Guardian) -> dict[str, Any]:
    return {"guardian_paper": rules.reason(guardian.paper), "guardian_at": work.now}


def _acting(work: Work, child_id: UUID, by: By) -> Person | None:
    """The agent, if it is as the child's guardian (papers checked at a counter) that they act."""
    proxy = work.session.get(Proxy, by.proxy_id) if by.proxy_id is not None else None
    if proxy is None or proxy.kind != "guardian" or proxy.principal_id != child_id:
        return None
    return work.session.get_one(Person, proxy.agent_id)


def _columns(name: str, number: str | None, rule: Rule) -> dict[str, Any]:
    return NOBODY | {"guardian_name": name, "guardian_phone": number, "guardian_rule": rule}


def _phone(text: str) -> str:
    try:
        return phone.normalise(text)
    except ValueError as error:
        raise BadInputError(field="监护人手机号", why=str(error)) from None


def ask(work: Work, row: Volunteer) -> None:
    """Tell the guardian by text what is asked of them and the number to find it by; no word about the child's data."""
    name, number = row.guardian_name or "", row.guardian_phone
    if number is None or not phone.is_mobile(number):
        return
    child = mask_name(work.session.get_one(Person, row.person_id).name)
    way = ChannelName.SMS.value
    recipient = Recipient("contact", str(row.id), mask_name(name), (way,), {way: number})
    notices.tell(
        work, recipient, key=f"guardian:{row.id}:{row.version}", template="guardian_asked",
        facts={"child": child, "number": row.number}, priority=5, deadline_s=86_400,
    )  # fmt: skip


def waiting(work: Work, guardian_id: UUID, number: str, child_name: str) -> Volunteer:
    """The application a guardian looks for: by its number and the child's name, if they are who was named.

    Raises ``GuardianWrongError`` whatever does not fit: nobody learns here who is registered.
    """
    mine = select(Volunteer).where(Volunteer.number == (normal(number) or ""), Volunteer.state == "applied")
    row = work.session.scalars(for_update(work, mine)).first()
    if row is None:
        raise GuardianWrongError
    child, guardian = work.session.get_one(Person, row.person_id), work.session.get_one(Person, guardian_id)
    if not same_name(child.name, child_name) or not _is_named(work, row, guardian):
        raise GuardianWrongError
    return row


def _is_named(work: Work, row: Volunteer, guardian: Person) -> bool:
    of_age = guardian.birth_date is not None and not is_minor(guardian.birth_date, local(work.now).date())
    name = same_name(guardian.name, row.guardian_name or "")
    number = guardian.phone is not None and guardian.phone == row.guardian_phone
    return of_age and name and number and guardian.id != row.person_id


def agreed(work: Work, row: Volunteer, guardian_id: UUID, rule: Rule) -> None:
    """Write down the consent a guardian gave on their own phone; whoever calls moves the state."""
    row.guardian_id, row.guardian_at, row.guardian_rule = guardian_id, work.now, rule
    _written(work, row)


def signed(work: Work, row: Volunteer, guardian: Guardian) -> None:
    """The same with a paper that a clerk has seen. Raises ``BadInputError``."""
    row.guardian_name, row.guardian_phone = read_name(guardian.name), _phone(guardian.phone)
    row.guardian_paper, row.guardian_at = rules.reason(guardian.paper), work.now
    row.guardian_rule = guardian.rule
    _written(work, row)


def taken_back(work: Work, row: Volunteer) -> None:
    """The consent is worth nothing from now on; whoever calls moves the state."""
    row.guardian_at, row.guardian_paper = None, None
    work.session.flush()
    audit.record(work, "volunteer.guardian_ended", f"volunteer:{row.id}")


def wards(work: Work, guardian_id: UUID) -> Sequence[Volunteer]:
    """The children somebody has agreed for; whoever is of age needs nobody's word any more."""
    mine = (
        select(Volunteer, Person.birth_date)
        .join(Person, Person.id == Volunteer.person_id)
        .where(
            Volunteer.guardian_id == guardian_id, Volunteer.guardian_at.is_not(None), Volunteer.state != "withdrawn"
        )
        .order_by(Volunteer.number)
    )  # fmt: skip
    today = local(work.now).date()
    return [row for row, born in work.session.execute(mine) if is_minor(born, today)]


def _written(work: Work, row: Volunteer) -> None:
    work.session.flush()
    who = f"person:{row.guardian_id}" if row.guardian_id else "paper"
    audit.record(work, "volunteer.guardian", f"volunteer:{row.id}", rule=row.guardian_rule, guardian=who)
