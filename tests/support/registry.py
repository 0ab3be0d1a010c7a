"""Two marriage registries for tests, their registrars with certificates, and couples who come to them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from backend.booking.models import Office, OfficeMatter, Slot
from backend.core.clock import CHINA, local
from backend.core.db import Work
from backend.core.ids import new_id
from backend.marriage import providers, service
from backend.marriage.cases import WalkIn
from backend.marriage.declared import Declared, DeclaredAgreement, Observed
from backend.marriage.identities import Identity, identity
from backend.marriage.models import RegistrarLicence, Registration
from backend.marriage.providers import SandboxRegistry, StatusAnswer
from backend.people.models import Division, Staff, StaffRole
from backend.people.rules import Grant
from backend.people.service import Viewer
from tests.support.residents import id_number
from tests.support.world import PASSWORD

COUNTY, ELSEWHERE = "500118", "500119"
HERE, THERE = "hunyin", "hunyin2"
COMPLETE = DeclaredAgreement(will=True, children=True, assets=True, debts=True, outline="房子归女方，孩子随母亲。")
AGREED = Declared(agreement=COMPLETE)
BOTH_MARRIED = StatusAnswer("married", date(2015, 6, 1))
SINGLE = StatusAnswer("single")
WITH_CERTIFICATE = Observed(proofs=("marriage_certificate",))
MATTERS = (
    "marriage_registration", "divorce_application", "divorce_certificate", "divorce_withdrawal", "certificate_reissue",
    "no_record_proof", "premarital_counselling", "family_counselling", "award_ceremony", "group_wedding",
)  # fmt: skip


@dataclass
class Registry:
    """Ids of what was built; ``viewer`` is somebody who works there."""

    offices: dict[str, UUID] = field(default_factory=dict)
    staff: dict[str, UUID] = field(default_factory=dict)

    def viewer(self, name: str = "registrar", role: str | None = None) -> Viewer:
        path = f"{ELSEWHERE}/" if name == "registrar_there" else f"{COUNTY}/"
        role = role or {"registrar_there": "registrar", "unlicensed": "registrar"}.get(name, name)
        return Viewer(self.staff[name], name, name, (Grant(role, path),), new_id(), "csrf")


def build(work: Work) -> Registry:
    """Write both registries; each has a licensed registrar, the first also one without a certificate, and a lead."""
    registry = Registry()
    for code, office in ((COUNTY, HERE), (ELSEWHERE, THERE)):
        if work.session.get(Division, code) is None:
            work.session.add(Division(code=code, name=f"示范县{code}", level="county", path=f"{code}/"))
            work.session.flush()
        registry.offices[office] = _office(work, office, code)
    for name, role, code in (
        ("registrar", "registrar", COUNTY), ("unlicensed", "registrar", COUNTY), ("lead", "lead", COUNTY),
        ("clerk", "clerk", COUNTY), ("registrar_there", "registrar", ELSEWHERE),
    ):  # fmt: skip
        registry.staff[name] = _staff(work, name, role, code)
    today = local(work.now).date()
    for number, name in enumerate(("registrar", "registrar_there"), 1):
        held = RegistrarLicence(
            id=new_id(), staff_id=registry.staff[name], number=f"渝婚登{number:04d}",
            valid_from=today - timedelta(days=365), valid_until=today + timedelta(days=1095),
        )  # fmt: skip
        work.session.add(held)
    return registry


def _office(work: Work, code: str, division: str) -> UUID:
    office = Office(
        id=new_id(), code=code, name=f"示范县婚姻登记处（{code}）", kind="marriage", division_code=division,
        address="示范路1号", phone="02300000000", traits=[], checkin_secret="secret",
    )  # fmt: skip
    work.session.add(office)
    work.session.flush()
    for matter in MATTERS:
        work.session.add(OfficeMatter(id=new_id(), office_id=office.id, matter=matter, pool="marriage", opens_days=90))
    return office.id


def _staff(work: Work, name: str, role: str, code: str) -> UUID:
    staff = Staff(id=new_id(), username=f"{name}-m", name=f"姓名{name}", password_hash=PASSWORD)
    staff.roles.append(StaffRole(role=role, division_code=code))
    work.session.add(staff)
    work.session.flush()
    return staff.id


def slot(work: Work, registry: Registry, day: date, hour: int = 10, office: str = HERE, capacity: int = 5) -> UUID:
    """A slot of an hour on a day."""
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)
    row = Slot(
        id=new_id(), office_id=registry.offices[office], pool="marriage", day=day, starts_at=starts,
        ends_at=starts + timedelta(hours=1), capacity=capacity,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row.id


def someone(
    work: Work, name: str, serial: int, born: date = date(1990, 1, 1), person_id: UUID | None = None
) -> Identity:
    """One of the people, with a number that can be true; an odd ``serial`` is a man's."""
    return identity(name, "resident_id", id_number(born, serial), local(work.now).date(), person_id=person_id)


def couple(work: Work, number: int = 1) -> tuple[Identity, Identity]:
    """A man and a woman."""
    return someone(work, "陈明", 2 * number - 1), someone(work, "林芳", 2 * number)


def walk_in(
    work: Work, who: Viewer, matter: str, people: tuple[Identity, ...], declared: Declared | None = None,
    office: str = HERE,
) -> Registration:  # fmt: skip
    """A case in which everybody is present, seen and has signed."""
    given = declared or (AGREED if matter.startswith("divorce") else Declared())
    case = service.open_walk_in(work, who, WalkIn(office, matter, people, given))
    for party in case.parties:
        service.note_presence(
            work, who, case.id, party.position, present=True, identity_seen=True, statement=True,
            observed=WITH_CERTIFICATE if matter.startswith("divorce") else None,
        )  # fmt: skip
    return case


def check(work: Work, who: Viewer, case: Registration, answer: StatusAnswer | None = None) -> Registration:
    """Check the case: by one answer for everybody, or by asking the sandbox."""
    asked = service.questions(work, who, case.id)
    answers = {one.party_id: answer for one in asked} if answer else providers.ask(SandboxRegistry(), asked)
    return service.run_check(work, who, case.id, answers)


def registered(work: Work, who: Viewer, matter: str, people: tuple[Identity, ...], office: str = HERE) -> Registration:
    """A case brought to its registration."""
    case = walk_in(work, who, matter, people, office=office)
    check(work, who, case)
    return service.register(work, who, case.id)
