"""An application for a hall as a relative writes it on the phone."""

from datetime import date
from uuid import UUID

from backend import kin_registers
from backend.cases import papers
from backend.memorial import hall_applications as applications
from backend.memorial.hall_applications import Asked, AskedDead
from tests.conftest import WorkFactory
from tests.support import halls as made
from tests.support.world import TOWN

FATHER = AskedDead("王𬱖山", date(2026, 11, 3), "child", date(1938, 2, 1))
ASKED = Asked((FATHER,), TOWN)
DUE = date(2026, 11, 27)  # five working days after that Sunday


def upload(kind: str = "kinship", data: bytes | None = None) -> papers.Upload:
    return papers.read_upload(kind, "户口簿.jpg", data or made.photo())


def handed_in(work: WorkFactory, who: UUID, asked: Asked = ASKED, note: str = "证明在老家，下月寄来") -> UUID:
    """With words instead of papers."""
    with work() as w:
        row = applications.begin(w, who, asked)
        return applications.submit(w, who, row.id, note, kin_registers.proof, version=row.version).id
