"""Care agreements of those in 特困 (R-028, R-029): signed, looked at, renewed, ended; and who still has none.

A person has one live agreement. It ends by itself with the day it was made for, with the person's death, with the
benefit, and when they move to another township: the township is one of its parties.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, exists, func, select

from backend.assistance import benefits
from backend.assistance.benefits import LIVE, facts_of
from backend.assistance.care_models import LIVE_AGREEMENT, CareAgreement, CareReview
from backend.assistance.care_terms import BY_HAND, KIND_ZH, TIER_ZH, Terms
from backend.assistance.errors import AgreementLiveError, NoSupportError
from backend.assistance.law import book
from backend.assistance.models import Benefit
from backend.assistance.profiles import same_day_later
from backend.assistance.simulation import township_of
from backend.cases.models import Decision
from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from backend.core.inserting import insert_new
from backend.core.locks import claim, for_update
from backend.core.states import Machine
from backend.eldercare.models import Site
from backend.notices.staff_telling import nearest, tell_staff
from backend.people.models import Division
from backend.people.service import Viewer
from backend.residents.models import Person

VIEW, HANDLE = "case.view", "case.handle"
PROGRAMME = "tekun"
NEED_ONE = ("partly", "unable")  # whoever lives in a home needs one too
PORTION, LISTED = 200, 300
PRIORITY, DEADLINE_S = 7, 86_400.0
CARE_HOME = "care_home"
AGREEMENT = Machine({"live": {"end": "ended", "review": "live"}, "ended": {}})


@dataclass(frozen=True, slots=True)
class Signed:
    """An agreement as it lies signed on the desk. ``site_code``: a home the house knows; None for any other."""

    kind: str
    terms: Terms
    signed_on: date
    starts_on: date
    ends_on: date
    site_code: str | None = None


@dataclass(frozen=True, slots=True)
class Lacking:
    """Somebody in 特困 without an agreement. ``due_on``: until when there should be one."""

    benefit_id: UUID
    person_id: UUID
    division_path: str
    tier: str
    due_on: date


# -- signed, renewed, ended


def sign(work: Work, viewer: Viewer, benefit_id: UUID, said: Signed) -> UUID:
    """Keep a signed agreement.

    Raises ``AgreementLiveError``, ``NoSupportError``, ``BadInputError``, ``NotAllowedError``.
    """
    benefit, person = _supported(work, viewer, benefit_id)
    _require_sound(work, said)
    row = _row(work, viewer, benefit, person, said)
    if not insert_new(work, CareAgreement, row, unique=("person_id",), where=LIVE_AGREEMENT):
        raise AgreementLiveError
    audit.record(work, "agreement.sign", f"agreement:{row['id']}", kind=said.kind, until=str(said.ends_on))
    return UUID(str(row["id"]))


def renew(work: Work, viewer: Viewer, agreement_id: UUID, said: Signed) -> UUID:
    """A new one in the place of the old: longer, with another carer, or in a home. Raises as ``sign``."""
    old = _locked(work, viewer, agreement_id)
    live = select(Benefit.id).where(
        Benefit.person_id == old.person_id, Benefit.programme == PROGRAMME, Benefit.state.in_(LIVE)
    )
    benefit_id = work.session.scalar(live)
    if benefit_id is None:
        raise NoSupportError
    _end(work, old, "renewed")
    work.session.flush()
    return sign(work, viewer, benefit_id, said)


def end(work: Work, viewer: Viewer, agreement_id: UUID, why: str) -> None:
    """Ended before its day. ``why``: one of ``BY_HAND``. Raises ``WrongStateError``, ``BadInputError``."""
    if why not in BY_HAND:
        raise BadInputError(field="为什么结束", why="请从列表中选择")
    _end(work, _locked(work, viewer, agreement_id), why)


def _end(work: Work, row: CareAgreement, why: str) -> None:
    row.state = AGREEMENT.next(row.state, "end")
    row.ended_on, row.ended_why = local(work.now).date(), why
    audit.record(work, "agreement.end", f"agreement:{row.id}", why=why)


def review(work: Work, viewer: Viewer, agreement_id: UUID, day: date, words: str, *, kept: bool) -> None:
    """Somebody saw how the care goes; the next look follows. Raises ``WrongStateError``, ``BadInputError``."""
    row = _locked(work, viewer, agreement_id)
    AGREEMENT.next(row.state, "review")
    if not row.starts_on <= day <= local(work.now).date():
        raise BadInputError(field="去看的日期", why="请填协议开始以后、今天以前的日期")
    if len(words.strip()) < 4:  # noqa: PLR2004 - as every reason of the desk
        raise BadInputError(field="看到了什么", why="请写几个字，说明照料得怎么样")
    row.review_on = _next_look(work, day)
    seen = CareReview(
        id=new_id(), agreement_id=row.id, reviewed_on=day, kept=kept, words=words.strip()[:500],
        reviewed_by=viewer.staff_id, recorded_at=work.now,
    )  # fmt: skip
    work.session.add(seen)
    audit.record(work, "agreement.review", f"agreement:{row.id}", kept=kept)


def _supported(work: Work, viewer: Viewer, benefit_id: UUID) -> tuple[Benefit, UUID]:
    """The live benefit of a living person. Raises ``NoSupportError``."""
    row = benefits.locked(work, benefit_id)
    viewer.require(HANDLE, row.division_path)
    if row.programme != PROGRAMME or row.person_id is None or row.state not in LIVE or row.category not in TIER_ZH:
        raise NoSupportError
    if work.session.get_one(Person, row.person_id).died_on is not None:
        raise NoSupportError
    return row, row.person_id


def _require_sound(work: Work, said: Signed) -> None:
    today = local(work.now).date()
    most = same_day_later(said.starts_on, int(book().on(today).at("tekun_agreement_months").value))
    if said.kind not in KIND_ZH:
        raise BadInputError(field="住在哪里", why="请从列表中选择")
    if said.signed_on > today:
        raise BadInputError(field="签字日期", why="这一天还没有到")
    if not max(said.starts_on, today) <= said.ends_on <= most:
        raise BadInputError(field="到期日期", why=f"请填今天以后、{most}以前的日期")
    if said.site_code is not None and said.site_code not in homes(work):
        raise BadInputError(field="供养机构", why="请从列表中选择")


def _row(work: Work, viewer: Viewer, benefit: Benefit, person: UUID, said: Signed) -> dict[str, Any]:
    site = said.site_code if said.kind == "institution" else None
    return {
        "id": new_id(), "person_id": person, "division_path": benefit.division_path, "kind": said.kind,
        "tier": benefit.category, "site_code": site, "terms": said.terms.model_dump_json(), "signed_on": said.signed_on,
        "starts_on": said.starts_on, "ends_on": said.ends_on, "review_on": _next_look(work, said.starts_on),
        "state": "live", "recorded_by": viewer.staff_id, "recorded_at": work.now,
    }  # fmt: skip


def _next_look(work: Work, day: date) -> date:
    return same_day_later(day, int(book().on(local(work.now).date()).at("tekun_care_review_months").value))


# -- seen


def find(work: Work, viewer: Viewer, agreement_id: UUID) -> CareAgreement:
    """One of the viewer's part of the county. Raises ``NotFoundError``."""
    return _found(work, viewer, agreement_id, VIEW)


def _locked(work: Work, viewer: Viewer, agreement_id: UUID) -> CareAgreement:
    return _found(work, viewer, agreement_id, HANDLE, locked=True)


def _found(work: Work, viewer: Viewer, agreement_id: UUID, action: str, *, locked: bool = False) -> CareAgreement:
    mine = select(CareAgreement).where(
        CareAgreement.id == agreement_id, viewer.sees(CareAgreement.division_path, action)
    )
    asked = for_update(work, mine) if locked else mine
    row = work.session.scalars(asked.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFoundError(agreement=str(agreement_id))
    return row


def terms(row: CareAgreement) -> Terms:
    return Terms.model_validate_json(row.terms)


def of_person(work: Work, person_id: UUID) -> list[CareAgreement]:
    """Every agreement of somebody, the newest first."""
    mine = select(CareAgreement).where(CareAgreement.person_id == person_id)
    ordered = mine.order_by(CareAgreement.starts_on.desc(), CareAgreement.recorded_at.desc(), CareAgreement.id.desc())
    return list(work.session.scalars(ordered))


def live_of(work: Work, person_id: UUID) -> CareAgreement | None:
    return next((one for one in of_person(work, person_id) if one.state == "live"), None)


def reviews_of(work: Work, agreement_id: UUID) -> list[CareReview]:
    """The newest look first."""
    mine = select(CareReview).where(CareReview.agreement_id == agreement_id)
    return list(work.session.scalars(mine.order_by(CareReview.reviewed_on.desc(), CareReview.id.desc())))


def homes(work: Work) -> dict[str, str]:
    """Code → name of every care home the house knows."""
    rows = select(Site.division_code, Division.name).join(Division, Division.code == Site.division_code)
    found = work.session.execute(rows.where(Site.kind == CARE_HOME).order_by(Site.division_code))
    return {code: name for code, name in found}  # noqa: C416 - dict() does not know a Row


# -- what is due


def lacking(work: Work, viewer: Viewer) -> list[Lacking]:
    """Who has no agreement and needs one, the longest first, in the viewer's part of the county."""
    return _lacking(work, _without().where(viewer.sees(Benefit.division_path, VIEW)))


def missing_for(work: Work, benefit_id: UUID) -> Lacking | None:
    """The same for one benefit; None where nothing is lacking."""
    return next(iter(_lacking(work, _without().where(Benefit.id == benefit_id))), None)


def _without() -> Select[Benefit]:
    has = exists().where(CareAgreement.person_id == Benefit.person_id, CareAgreement.state == "live")
    return select(Benefit).where(
        Benefit.programme == PROGRAMME, Benefit.state.in_(LIVE), Benefit.person_id.is_not(None), ~has
    )


def _lacking(work: Work, rows: Select[Benefit]) -> list[Lacking]:
    found = [row for row in work.session.scalars(rows.order_by(Benefit.first_month, Benefit.id)) if _needs(row)]
    days = timedelta(days=int(book().on(local(work.now).date()).at("tekun_agreement_days").value))
    since = _granted_on(work, [row.person_id for row in found if row.person_id])
    lines = [
        Lacking(row.id, row.person_id, row.division_path, row.category, since[row.person_id] + days)
        for row in found if row.person_id
    ]  # fmt: skip
    return sorted(lines, key=lambda one: (one.due_on, one.benefit_id))


def _needs(row: Benefit) -> bool:
    return row.category in NEED_ONE or facts_of(row.basis).person.placement == "institution"


def _granted_on(work: Work, people: list[UUID]) -> dict[UUID, date]:
    """When each was first granted it: a rise of the standard is a new decision, and gives nobody more time."""
    first = (
        select(Benefit.person_id, func.min(Decision.decided_at))
        .join(Decision, Decision.id == Benefit.decision_id)
        .where(Benefit.programme == PROGRAMME, Benefit.person_id.in_(people))
        .group_by(Benefit.person_id)
    )
    return {person: local(at).date() for person, at in work.session.execute(first) if person is not None}


def live_ones(work: Work, viewer: Viewer) -> list[CareAgreement]:
    """Those that hold, by what is to be done first: the next look, or the last day."""
    mine = select(CareAgreement).where(CareAgreement.state == "live", viewer.sees(CareAgreement.division_path, VIEW))
    rows = work.session.scalars(mine.order_by(CareAgreement.review_on, CareAgreement.id).limit(LISTED)).all()
    return sorted(rows, key=lambda one: min(one.review_on, one.ends_on))


def tell_lacking(work: Work) -> int:
    """Tell each township's clerks once a week how many are without an agreement past the day; townships."""
    today = local(work.now).date()
    year, week, _day = today.isocalendar()
    late = Counter(township_of(one.division_path) for one in _lacking(work, _without()) if one.due_on < today)
    for code, number in late.items():
        place = work.session.get_one(Division, code)
        tell_staff(
            work, nearest(work, "clerk", place.path), "agreements_due", f"{code}:{year}-{week}", priority=PRIORITY,
            deadline_s=DEADLINE_S, place=place.name, count=number,
        )  # fmt: skip
    return len(late)


# -- what ends by itself


def end_over(work: Work) -> int:
    """End what nobody needs any more or may rely on: expired, died, no longer supported, moved; a portion, how many."""
    today, path = local(work.now).date(), _path_today()
    dead = exists().where(Person.id == CareAgreement.person_id, Person.died_on.is_not(None))
    over = (CareAgreement.ends_on < today) | dead | path.is_(None) | (path != CareAgreement.division_path)
    mine = select(CareAgreement).where(CareAgreement.state == "live", over)
    rows = work.session.scalars(claim(work, mine.order_by(CareAgreement.id).limit(PORTION))).all()
    for row in rows:
        where = work.session.scalar(select(_path_today()).where(CareAgreement.id == row.id))
        _settle(work, row, where, today)
    return len(rows)


def _path_today() -> ScalarSelect[str]:
    """Where the person's 特困 is paid; NULL where it has ended."""
    held = select(Benefit.division_path).where(
        Benefit.person_id == CareAgreement.person_id, Benefit.programme == PROGRAMME, Benefit.state.in_(LIVE)
    )
    return held.limit(1).correlate(CareAgreement).scalar_subquery()


def _settle(work: Work, row: CareAgreement, where: str | None, today: date) -> None:
    if work.session.get_one(Person, row.person_id).died_on is not None:
        _end(work, row, "death")
    elif where is None:
        _end(work, row, "stopped")
    elif row.ends_on < today:
        _end(work, row, "expired")
    elif township_of(where) != township_of(row.division_path):
        _end(work, row, "moved")
    else:  # another village of the same township: the agreement goes with them
        row.division_path = where
