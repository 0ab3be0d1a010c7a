"""A field of one of the people of a case shown whole, with a reason; the person can see who looked."""

from uuid import UUID

from backend.core import audit
from backend.core.crypto import keyring
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.marriage import cases
from backend.marriage.models import Registration, RegistrationParty
from backend.people.service import Viewer
from backend.residents.proxy_rules import checked_evidence
from backend.residents.reveal import REASONS, REVEAL

FIELDS = ("name", "id_number", "birth_date")
LONGEST_NOTE = 200


def reveal(work: Work, viewer: Viewer, case_id: UUID, position: int, *, field: str, reason: str, note: str) -> str:
    """Raises ``BadInputError`` without a reason, ``NotFoundError`` and ``NotAllowedError``."""
    case = cases.find(work, viewer, case_id)
    viewer.require(REVEAL)
    party = cases.party_at(case, position)
    if field not in FIELDS or reason not in REASONS:
        raise BadInputError(field="查看理由", why="请从列表中选择")
    words = checked_evidence(note, "说明")[:LONGEST_NOTE]
    _write_down(work, case, party, field=field, why=reason, note=keyring().seal(words, "audit.note").hex())
    return str(getattr(party, field))


def opened(work: Work, case: Registration) -> None:
    """The page of a case was opened: a look at the record of each of its people that the house knows."""
    for party in case.parties:
        if party.person_id is not None:
            audit.record_read(work, party.person_id, why="registration")


def _write_down(work: Work, case: Registration, party: RegistrationParty, **body: str) -> None:
    who = f"person:{party.person_id}" if party.person_id is not None else f"registration_party:{party.id}"
    audit.record(work, "person.revealed", who, case=case.number, **body)
