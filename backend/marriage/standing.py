"""What this house itself knows about people's marriages: its own registrations, applications and the archive's index.

It stands beside the online check, because a marriage registered here this morning may not be there yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select

from backend.core.calendar import WorkCalendar
from backend.core.db import Work
from backend.marriage.identities import couple_key
from backend.marriage.law import lengths_on
from backend.marriage.models import Divorce, Registration, RegistrationParty
from backend.marriage.providers import StatusAnswer
from backend.marriage.record_models import ArchiveEntry, Correction
from backend.marriage.timing import Lengths, Periods, periods

SAYS = {"marriage_registration": "married", "divorce_application": "married", "divorce_certificate": "divorced"}
MARRYING = ("marriage", "marriage_reissue")  # kinds of the archive's entries


@dataclass(frozen=True, slots=True)
class Own:
    """The last thing registered here about somebody's marriage. ``couple_key``: with whom."""

    status: str
    day: date
    couple_key: str


def last_registered(work: Work, person_index: str) -> Own | None:
    """Our newest registration that says whether this person is married; one that a court annulled says nothing."""
    annulled = select(Correction.registration_id).where(
        Correction.kind == "judgment", Correction.state == "approved", Correction.registration_id.is_not(None)
    )
    row = work.session.execute(
        select(Registration.matter, Registration.day, Registration.couple_key)
        .join(RegistrationParty, RegistrationParty.registration_id == Registration.id)
        .where(
            RegistrationParty.person_index == person_index,
            Registration.state == "registered",
            Registration.matter.in_(SAYS),
            Registration.id.not_in(annulled),
        )
        .order_by(Registration.decided_at.desc())
        .limit(1)
    ).first()
    return None if row is None else Own(SAYS[row.matter], row.day, row.couple_key)


def combined(answer: StatusAnswer, own: Own | None) -> str:
    """The status to judge by. An outage stays one; otherwise what happened later counts, ours where nobody knows."""
    if own is None or answer.status in ("unavailable", "mismatch"):
        return answer.status
    return answer.status if answer.since is not None and answer.since > own.day else own.status


def of_each_other(answer: StatusAnswer, own: Own | None, couple_key: str, spouse_is_other: bool | None) -> bool:
    """False when the registry or our own record names somebody else as the spouse."""
    if answer.status == "married" and spouse_is_other is not None:
        return spouse_is_other
    return own is None or own.status != "married" or own.couple_key == couple_key


def divorces_of_person(person_index: str) -> Select[Divorce]:
    """The applications that somebody is part of."""
    mine = (
        select(Registration.divorce_id)
        .join(RegistrationParty, RegistrationParty.registration_id == Registration.id)
        .where(Registration.matter == "divorce_application", RegistrationParty.person_index == person_index)
    )
    return select(Divorce).where(Divorce.id.in_(mine))


def newest_divorce(work: Work, indexes: Sequence[str]) -> Divorce | None:
    """The newest application of a couple, or of one person when only one has come."""
    one = divorces_of_person(indexes[0])
    found = one if len(indexes) == 1 else select(Divorce).where(Divorce.couple_key == couple_key(indexes))
    return work.session.scalars(found.order_by(Divorce.received_on.desc(), Divorce.id.desc()).limit(1)).first()


def periods_of(divorce: Divorce, calendar: WorkCalendar, today: date) -> Periods:
    """Its periods by the calendar of today; a first period that is over stays as it was counted."""
    law = lengths_on(divorce.received_on)
    lengths = Lengths(law.cooling, law.window, rolls_first=divorce.rolls)
    over = divorce.cooling_until if divorce.cooling_until < today else None
    return periods(divorce.received_on, calendar, lengths, cooling_until=over)


def phase_of(divorce: Divorce, found: Periods, today: date) -> str:
    """``none`` once it was withdrawn or registered; ``over`` after its last day."""
    if divorce.state in ("withdrawn", "registered"):
        return "none"
    return "over" if divorce.state == "deemed_withdrawn" else found.phase(today)


def archive_has(work: Work, indexes: Sequence[str]) -> bool:
    """Whether a registration of any of these people is in the archive's index or was made here."""
    entries = select(func.count()).where(or_(ArchiveEntry.index_a.in_(indexes), ArchiveEntry.index_b.in_(indexes)))
    if work.session.scalar(entries.select_from(ArchiveEntry)):
        return True
    return any(last_registered(work, index) is not None for index in indexes)


def couple_since(work: Work, index: str, other: str) -> date | None:
    """Since when this house knows two people as married to each other and nothing later of either; None: it does not.

    By our own registrations; before those, by the archive's index.
    """
    own = last_registered(work, index)
    if own is not None:
        return own.day if own.status == "married" and own.couple_key == couple_key([index, other]) else None
    of_one = or_(ArchiveEntry.index_a == index, ArchiveEntry.index_b == index)
    newest = select(ArchiveEntry).where(of_one).order_by(ArchiveEntry.registered_on.desc(), ArchiveEntry.id).limit(1)
    row = work.session.scalars(newest).first()
    if row is None or row.kind not in MARRYING or {row.index_a, row.index_b} != {index, other}:
        return None
    return row.registered_on


def open_case_of(work: Work, couple_key: str, matter: str) -> Registration | None:
    """The case that is running for these people and this matter, wherever it is."""
    running = Registration.couple_key == couple_key, Registration.matter == matter
    states = Registration.state.in_(("open", "checked", "frozen"))
    return work.session.scalars(select(Registration).where(*running, states)).first()
