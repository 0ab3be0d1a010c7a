"""Social assistance in the demonstration: families that receive it, applications under way, a month paid, a float.

Everything goes through the verbs of the window, each as of its own day; two officers, because one alone pays nobody.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from backend.assistance import accounts, entitlements, float_ledger, households, leads, payments, reviews, sheets
from backend.assistance.facts import Property
from backend.assistance.float_ledger import Voucher
from backend.cases import deciding, publishing, service, steps, tasks
from backend.cases.deciding import Words
from backend.cases.records import fresh
from backend.cases.service import By
from backend.core import strict_yaml
from backend.core.db import Work
from backend.demo import civil_people
from backend.demo.civil_data import id_number
from backend.demo.civil_moments import as_of, days_ago, viewer_of, workday_before
from backend.demo.data import HERE
from backend.people.service import Viewer

CLERKS = {"500999101": "clerk", "500999102": "clerk2"}
APPLIED, VISITED, JUDGED, HUNG, DECIDED, DELIVERED = 125, 121, 117, 100, 98, 96  # days ago
PAID, ANSWERED = 28, 26
UNDER_WAY = {"acceptance": 1, "investigation": 4, "opinion": 8, "publication": 9}  # days ago
BANK, PROGRAMMES = "rural_commercial", ("dibao", "old_age")
OWNED = Property(financial=Decimal(3000), houses=1, vehicles=0, companies=0)
REFUSED = "汤玉梅"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MemberRow(_Strict):
    """``income``: yuan a month; ``disability``: the grade on the certificate."""

    name: str
    born: date
    serial: int
    relation: str
    income: str = "0"
    kind: str | None = None
    study: str | None = None
    ill: bool = False
    disability: int | None = None

    @property
    def id_number(self) -> str:
        return id_number(self.born, self.serial)

    @property
    def form(self) -> dict[str, Any]:
        """One line of the application's family."""
        kind = "physical" if self.disability else None
        said = {
            "name": self.name, "id_number": self.id_number, "birth_date": str(self.born), "relation": self.relation,
            "monthly_income": self.income, "income_kind": self.kind, "study": self.study,
            "severe_illness": self.ill or None, "disability_kind": kind, "disability_grade": self.disability,
        }  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}


class FamilyRow(_Strict):
    town: str
    urban: Literal["urban", "rural"]
    reason: str
    members: list[MemberRow]
    account: str | None = None
    lost: str | None = None
    elders: list[int] = []
    step: str | None = None

    @property
    def form(self) -> dict[str, Any]:
        return {
            "urban": self.urban, "reason": self.reason, "consent": True, "members": [one.form for one in self.members],
        }  # fmt: skip


class FloatRow(_Strict):
    town: str
    given: Decimal
    advanced: Decimal
    back: Decimal | None = None


class LeadRow(_Strict):
    village: str
    name: str
    where: str
    words: str
    signs: list[str]


class Assistance(_Strict):
    families: list[FamilyRow]
    under_way: list[FamilyRow]
    float: list[FloatRow]
    leads: list[LeadRow]


@cache
def assistance() -> Assistance:
    return Assistance.model_validate(strict_yaml.load(HERE / "civil_assistance.yaml"))


def seed(work: Work) -> None:
    """Write it all; the county, its staff and its calendar are there."""
    rows = assistance()
    cases = {row.members[0].serial: _apply(work, row, APPLIED) for row in rows.families}
    for row in rows.families:
        _investigate(work, row, cases[row.members[0].serial], VISITED, JUDGED)
    publishing.end_over(as_of(work, days_ago(work, HUNG)))
    for row in rows.families:
        _decide(work, row, cases[row.members[0].serial])
    _elders(work)
    _accounts(work)
    _pay(work)
    for row in rows.under_way:
        _under_way(work, row)
    _floats(work)
    _leads(work)
    _refused(work)


# -- one family's case


def _then(work: Work, days: int, who: Viewer, hour: int = 10) -> Work:
    return as_of(work, workday_before(work, days), hour, actor=who.actor)


def _clerk(work: Work, row: FamilyRow) -> Viewer:
    return viewer_of(work, CLERKS[row.town])


def _apply(work: Work, row: FamilyRow, days: int, *, accept: bool = True) -> UUID:
    clerk = _clerk(work, row)
    then = _then(work, days, clerk)
    people = [civil_people.person(then, one.name, one.id_number) for one in row.members]
    case = service.start(
        then, matter_code="dibao", applicant_id=people[0], division_code=row.town, by=By(staff=clerk), form=row.form
    )
    case = service.submit(then, case, version=case.version, by=By(staff=clerk))
    if accept:
        service.accept(then, clerk, case, version=case.version)
    return case.id


def _investigate(work: Work, row: FamilyRow, case_id: UUID, visited: int, judged: int) -> None:
    """The visit is the township's, the check of means the county's; then the township's opinion, and it hangs out."""
    _visit(work, row, case_id, visited)
    _finish(work, _clerk(work, row), case_id, judged, "agree")


def _visit(work: Work, row: FamilyRow, case_id: UUID, days: int) -> None:
    clerk = _clerk(work, row)
    _finish(work, clerk, case_id, days, "done", "visit")
    _finish(work, viewer_of(work, "bureau"), case_id, days, "done", "means")
    then = _then(work, days, clerk)
    case = fresh(then, case_id)
    sheet = sheets.open_sheet(then, case)
    facts = sheets.read(sheet.facts).model_copy(update={"assets": OWNED})
    sheets.amend(then, clerk, case, facts, version=sheet.version, why="核对结果")


def _finish(work: Work, who: Viewer, case_id: UUID, days: int, outcome: str, branch: str = "") -> None:
    then = _then(work, days, who, 15)
    task = next(one for one in tasks.live_tasks(then, case_id) if one.branch == branch)
    case = fresh(then, case_id)
    steps.finish(then, who, case, task.id, version=case.version, outcome=outcome)


def _decide(work: Work, row: FamilyRow, case_id: UUID, decided: int = DECIDED, delivered: int = DELIVERED) -> None:
    officer, clerk = viewer_of(work, "bureau2"), _clerk(work, row)
    then = _then(work, decided, officer)
    case = fresh(then, case_id)
    deciding.decide(then, officer, case, Words("granted"), version=case.version)
    later = _then(work, delivered, clerk)
    case = fresh(later, case_id)
    deciding.deliver(later, clerk, case, version=case.version, how="paper")


def _elders(work: Work) -> None:
    """高龄津贴 beside the family's 低保: age and registration, no visit."""
    for row in assistance().families:
        for one in (member for member in row.members if member.serial in row.elders):
            clerk = _clerk(work, row)
            then = _then(work, JUDGED, clerk)
            who = civil_people.person(then, one.name, one.id_number)
            case = service.start(
                then, matter_code="old_age", applicant_id=who, division_code=row.town, by=By(staff=clerk),
                form={"registered": "here"},
            )  # fmt: skip
            case = service.submit(then, case, version=case.version, by=By(staff=clerk))
            service.accept(then, clerk, case, version=case.version)
            _finish(work, clerk, case.id, JUDGED, "agree")
            _decide(work, row, case.id)


def _under_way(work: Work, row: FamilyRow) -> None:
    """As far as the step it waits at."""
    days = UNDER_WAY[row.step or ""]
    case_id = _apply(work, row, days, accept=row.step != "acceptance")
    if row.step in ("opinion", "publication"):
        _visit(work, row, case_id, days - 2)
    if row.step == "publication":
        _finish(work, _clerk(work, row), case_id, days - 4, "agree")


# -- the money


def _home(work: Work, row: FamilyRow) -> UUID:
    head = civil_people.person(work, row.members[0].name, row.members[0].id_number)
    home = households.of_person(work, head)
    if home is None:
        raise LookupError(row.members[0].serial)
    return home.id


def _accounts(work: Work) -> None:
    officer = viewer_of(work, "bureau")
    then = _then(work, DELIVERED, officer)
    for row in assistance().families:
        if row.account is not None:
            holder = row.members[0].name
            accounts.correct(then, officer, _home(work, row), holder=holder, account=row.account, why="看过本人的存折")


def _pay(work: Work) -> None:
    """What was due a month ago is paid, but for one family; of this month one batch waits for the second officer."""
    first, second = viewer_of(work, "bureau"), viewer_of(work, "bureau2")
    then = _then(work, PAID, first)
    while entitlements.compute(then):
        pass
    for programme in PROGRAMMES:
        batch = payments.make(then, first, programme, then.now.date(), BANK)
        payments.approve(_then(work, PAID, second, 14), second, batch.id)
        sent = payments.send(_then(work, PAID, first, 16), first, batch.id)
        answered = _then(work, ANSWERED, first)
        payments.settle(answered, first, batch.id, _answer(sent, programme == "dibao"))
    while entitlements.compute(work):
        pass
    payments.make(_then(work, 0, first, 9), first, "old_age", days_ago(work, 0), BANK)


def _answer(sent: bytes, some_fail: bool) -> bytes:
    """The bank's return file for what was sent."""
    lost = {row.members[0].name: row.lost for row in assistance().families if row.lost and some_fail}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("流水号", "金额", "处理结果", "失败原因"))
    for row in csv.DictReader(io.StringIO(sent.decode("gb18030"))):
        if row["序号"] != "合计":
            writer.writerow(_line(row, lost))
    return out.getvalue().encode("gb18030")


def _line(row: Mapping[str, str], lost: Mapping[str, str | None]) -> tuple[str, ...]:
    why = lost.get(row["户名"])
    return row["流水号"], row["金额"], "失败" if why else "成功", why or ""


def _floats(work: Work) -> None:
    officer = viewer_of(work, "bureau")
    for number, row in enumerate(assistance().float, 1):
        clerk = viewer_of(work, CLERKS[row.town])
        float_ledger.enter(_then(work, 60, officer), officer, row.town, Voucher("replenish", row.given, f"拨{number}"))
        float_ledger.enter(_then(work, 12, clerk), clerk, row.town, Voucher("advance", row.advanced, f"支{number}"))
        if row.back is not None:
            float_ledger.enter(_then(work, 5, clerk), clerk, row.town, Voucher("refund", row.back, f"退{number}"))


# -- signs of need


def _leads(work: Work) -> None:
    for days, row in enumerate(assistance().leads, 1):
        about = leads.About(name=row.name, where=row.where, words=row.words)
        found = leads.Found(division=row.village, about=about, signs=tuple(row.signs), finder_kind="grid_worker")
        leads.report(as_of(work, days_ago(work, days), 11), found)


def _refused(work: Work) -> None:
    """Three jobs refused in a row: this family's 低保 is due for review today."""
    row = next(one for one in assistance().families if one.members[0].name == REFUSED)
    clerk = _clerk(work, row)
    who = civil_people.person(work, row.members[0].name, row.members[0].id_number)
    home = households.of_person(work, who)
    for member in home.members if home is not None else ():
        if member.person_id == who:
            for days in (40, 20, 0):
                reviews.refused_work(_then(work, days, clerk, 9), clerk, member.id)
