"""The registrar's decision: registered or refused, by a certified registrar only, with everything it needs (R-099).

There is no amount of money anywhere in it: registration is free by construction (R-100, 条例 6).
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.clock import local
from backend.core.db import Work
from backend.marriage import cases, desk_booking, divorces, rating
from backend.marriage.errors import (
    CheckStaleError,
    NoLicenceError,
    NotAGroundError,
    NotPossibleError,
    NotReadyError,
)
from backend.marriage.grounds import BY_REGISTRAR
from backend.marriage.models import Divorce, RegistrarLicence, Registration
from backend.marriage.numbers import certificate_number
from backend.marriage.rules import Reason, ground
from backend.marriage.telling import tell_case
from backend.marriage.verdicts import Check, check_of
from backend.people.service import Viewer

CERTIFICATES = {
    "marriage_registration": "J",
    "divorce_certificate": "L",
    "certificate_reissue:marriage": "BJ",
    "certificate_reissue:divorce": "BL",
    "no_record_proof": "W",
}


def licence(work: Work, viewer: Viewer) -> RegistrarLicence:
    """The registrar's certificate that is valid today. Raises ``NoLicenceError``."""
    today = local(work.now).date()
    held = select(RegistrarLicence).where(
        RegistrarLicence.staff_id == viewer.staff_id,
        RegistrarLicence.revoked_at.is_(None),
        RegistrarLicence.valid_from <= today,
        RegistrarLicence.valid_until >= today,
    )
    found = work.session.scalars(held.limit(1)).first()
    if found is None:
        raise NoLicenceError
    return found


def register(work: Work, viewer: Viewer, case_id: UUID) -> Registration:
    """Register the matter: a certificate, a received application or a withdrawal, as the matter is.

    Raises ``CaseSettledError``, ``NoLicenceError``, ``NotReadyError``, ``CheckStaleError``, ``NotPossibleError``,
    and what the periods of a divorce say (``OutsideLegalPeriodError``, ``NotYetCertainError``, ``DivorceRunningError``,
    ``DivorceSettledError``).
    """
    case = cases.take(work, viewer, case_id, "register")
    held = licence(work, viewer)
    _require_ready(work, case)
    EFFECTS[case.matter](work, case)
    _sign(work, viewer, case, held)
    cases.move(work, case, "register", number=case.certificate_number)
    if case.matter not in ("divorce_application", "divorce_withdrawal"):
        tell_case(work, case, "marriage_done", number=case.certificate_number or case.number)
    _finish(work, viewer, case)
    return case


def _require_ready(work: Work, case: Registration) -> None:
    missing = cases.absent(case)
    if missing:
        raise NotReadyError(missing="、".join(missing))
    check, today = check_of(case), local(work.now).date()
    if check is None or case.checked_at is None or check.day != today:
        raise CheckStaleError
    if not check.ok:
        raise not_possible([Reason(one.code, one.kind, one.article, one.words) for one in check.reasons])


def not_possible(reasons: list[Reason], right_office: str | None = None) -> NotPossibleError:
    """The error of a verdict: its first reason in the message, all of them beside it."""
    listed = [{"code": one.code, "kind": one.kind, "article": one.article, "words": one.words} for one in reasons]
    return NotPossibleError(
        words=reasons[0].words, article=reasons[0].article, reasons=listed, right_office=right_office
    )


def _sign(work: Work, viewer: Viewer, case: Registration, held: RegistrarLicence) -> None:
    case.registrar_id, case.registrar_certificate, case.decided_at = viewer.staff_id, held.number, work.now


def _certify(work: Work, case: Registration, kind: str) -> None:
    office = desk_booking.office(work, case.office_id)
    case.certificate_number = certificate_number(work, kind, office.division_code, case.day)


def _marry(work: Work, case: Registration) -> None:
    _certify(work, case, CERTIFICATES[case.matter])


def _reissue(work: Work, case: Registration) -> None:
    kind = cases.facts_of(case).declared.certificate
    _certify(work, case, CERTIFICATES[f"{case.matter}:{kind}"])


def _receive(work: Work, case: Registration) -> None:
    case.divorce_id = divorces.receive(work, case).id


def _divorce(work: Work, case: Registration) -> None:
    found = _same(work, case)
    divorces.register(work, case, found)
    _certify(work, case, CERTIFICATES[case.matter])


def _withdraw(work: Work, case: Registration) -> None:
    found = _same(work, case)
    first = case.parties[0].person_index
    divorces.withdraw(work, case, found, found.person_indexes.index(first) + 1)


def _same(work: Work, case: Registration) -> Divorce:
    found = divorces.of_case(work, case)
    case.divorce_id = found.id
    return found


EFFECTS: dict[str, Callable[[Work, Registration], None]] = {
    "marriage_registration": _marry,
    "divorce_application": _receive,
    "divorce_certificate": _divorce,
    "divorce_withdrawal": _withdraw,
    "certificate_reissue": _reissue,
    "no_record_proof": _marry,
}


def refuse(work: Work, viewer: Viewer, case_id: UUID, reason_code: str, note: str = "") -> Registration:
    """Do not register, for a reason the check found or one of the registrar's own list; told in writing (条例 10).

    What could not be found out yet is no reason. Raises ``CaseSettledError``, ``NoLicenceError``, ``NotAGroundError``.
    """
    case = cases.take(work, viewer, case_id, "refuse")
    held = licence(work, viewer)
    reason = _reason(check_of(case), reason_code)
    case.reason_code, case.article = reason.code, reason.article
    _sign(work, viewer, case, held)
    cases.change_facts(case, lambda _facts: {"refusal": f"{reason.words}{note.strip()[:200]}"})
    cases.move(work, case, "refuse", reason=reason.code)
    tell_case(work, case, "marriage_refused", reason=reason.words.rstrip("。"), article=reason.article)
    _finish(work, viewer, case)
    return case


def _reason(check: Check | None, code: str) -> Reason:
    found = next((one for one in (check.reasons if check else ()) if one.code == code and one.kind != "wait"), None)
    if found is not None:
        return Reason(found.code, found.kind, found.article, found.words)
    if code in BY_REGISTRAR:
        return ground(code)
    raise NotAGroundError(reason=code)


def _finish(work: Work, viewer: Viewer, case: Registration) -> None:
    """The appointment is done with, each of the people may rate the matter, and the decision stands in the chain."""
    desk_booking.finish(work, case.booking_id)
    people = [party.person_id for party in case.parties]
    rating.invite(work, viewer, people, "registration", case.id, case.matter, case.office_id)
    audit.record(work, f"marriage.{case.state}", f"registration:{case.id}", matter=case.matter, reason=case.reason_code)
