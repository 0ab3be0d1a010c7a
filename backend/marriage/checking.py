"""The check at the desk (婚姻登记条例 10): who is asked about, and the verdict frozen into the case.

Three steps, because the registry may be slow and nothing may be locked meanwhile: ``questions`` (read), then
``providers.ask`` (no transaction), then ``run_check`` (write).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from backend.core import audit, calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.marriage import cases, desk_booking, dishonesty, standing
from backend.marriage.declared import CaseFacts, DeclaredAgreement, Observed
from backend.marriage.errors import CheckIncompleteError
from backend.marriage.identities import region_of
from backend.marriage.law import law_on
from backend.marriage.models import Registration, RegistrationParty
from backend.marriage.providers import Question, StatusAnswer
from backend.marriage.rules import Agreement, Application, Facts, Party, Status, judge
from backend.marriage.verdicts import frozen
from backend.people.service import Viewer
from backend.residents.indexes import id_index


def questions(work: Work, viewer: Viewer, case_id: UUID) -> list[Question]:
    """About whom the registry is to be asked for this case; the case's number is the purpose."""
    case = cases.find(work, viewer, case_id, cases.REGISTER)
    return [Question(party.id, party.name, party.id_number, case.number) for party in case.parties]


def run_check(work: Work, viewer: Viewer, case_id: UUID, answers: Mapping[UUID, StatusAnswer]) -> Registration:
    """Judge the case by what was declared, seen and answered, and freeze the verdict with its sources.

    Raises ``CaseSettledError``, and ``CheckIncompleteError`` if one of the people was not asked about.
    """
    case = cases.take(work, viewer, case_id, "check")
    if {party.id for party in case.parties} - set(answers):
        raise CheckIncompleteError
    day = local(work.now).date()
    law, facts = law_on(day), gather(work, case, answers, day)
    verdict = judge(facts, law, day)
    indexes = [party.person_index for party in case.parties]
    case.check = frozen(day, facts, law, verdict, dishonesty.hits(work, indexes)).model_dump_json()
    case.checked_at = work.now
    _keep_statuses(work, case, facts)
    cases.move(work, case, "check", ok=verdict.ok, reasons=[reason.code for reason in verdict.reasons])
    audit.record(work, "marriage.check", f"registration:{case.id}", why=case.number, people=len(case.parties))
    return case


def _keep_statuses(work: Work, case: Registration, facts: Facts) -> None:
    for party, judged in zip(case.parties, facts.parties, strict=True):
        party.status_check, party.status_checked_at = judged.status, work.now


def gather(work: Work, case: Registration, answers: Mapping[UUID, StatusAnswer], day: date) -> Facts:
    """Everything the rules need about a case."""
    known = cases.facts_of(case)
    declared = known.declared
    indexes = [party.person_index for party in case.parties]
    looked_up = case.matter in ("certificate_reissue", "no_record_proof")
    return Facts(
        matter=case.matter,
        parties=tuple(_party(work, case, party, answers[party.id], known) for party in case.parties),
        relation=declared.relation,
        agreement=_agreement(known.declared.agreement or _agreed_before(work, case, indexes)),
        registered_in_mainland=declared.registered_in_mainland,
        archive_found=(known.archive_found or standing.archive_has(work, indexes)) if looked_up else None,
        country=declared.country,
        traits=desk_booking.office(work, case.office_id).traits,
        application=application(work, indexes, case.office_id, day),
    )


def _agreement(said: DeclaredAgreement | None) -> Agreement | None:
    return None if said is None else Agreement(said.children, said.assets, said.debts)


def _agreed_before(work: Work, case: Registration, indexes: Sequence[str]) -> DeclaredAgreement | None:
    """The agreement that the application was received with, for the visit that fetches the certificate."""
    found = standing.newest_divorce(work, indexes) if case.matter == "divorce_certificate" else None
    return None if found is None or found.agreement == "{}" else DeclaredAgreement.model_validate_json(found.agreement)


def _party(work: Work, case: Registration, party: RegistrationParty, answer: StatusAnswer, known: CaseFacts) -> Party:
    seen = known.observed.get(party.position, Observed())
    own = standing.last_registered(work, party.person_index)
    agreement = known.declared.agreement
    return Party(
        sex=cast("Any", party.sex),
        born=party.birth_date,
        region=seen.region or region_of(party.id_kind, party.id_number, known.regions.get(party.position)),
        status=cast("Status", standing.combined(answer, own)),
        declared=seen.status,
        capacity=seen.capacity,
        willing=seen.willing and (agreement is None or agreement.will),
        comes=party.present,
        of_each_other=standing.of_each_other(answer, own, case.couple_key, _is_the_other(case, party, answer)),
        proofs=frozenset(seen.proofs),
    )


def _is_the_other(case: Registration, party: RegistrationParty, answer: StatusAnswer) -> bool | None:
    """Whether the spouse that the registry names is the other one of the case; None if it names nobody."""
    if answer.spouse_id is None:
        return None
    others = {one.person_index for one in case.parties if one.id != party.id}
    return id_index(answer.spouse_id) in others


def application(work: Work, indexes: Sequence[str], office_id: UUID, day: date) -> Application | None:
    """The newest application for divorce of these people as it stands on a day, for a visit to this office."""
    divorce = standing.newest_divorce(work, indexes)
    if divorce is None:
        return None
    found = standing.periods_of(divorce, calendar_store.current(work), local(work.now).date())
    return Application(
        phase=cast("Any", standing.phase_of(divorce, found, day)),
        same_office=divorce.office_id == office_id,
        office=desk_booking.office(work, divorce.office_id).name,
        window_from=found.window_from,
        window_until=found.window_until,
    )
