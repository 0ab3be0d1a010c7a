"""Whether what is handed in can be true: people who exist, are alive and live in one family only; and a consent.

Each fault is told at its field in Chinese with what to do. What the register says about somebody else (another name, a
death, another family that gets help) is told at the window only: on a phone anybody could ask about anybody.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from backend.assistance import accounts, deaths, households
from backend.assistance.declaring import day_in
from backend.assistance.errors import FactsFaultError
from backend.assistance.sheets import declared
from backend.cases.models import Case
from backend.cases.registry import matter_of_case
from backend.cases.tasks import today
from backend.core import idnumber
from backend.core.db import Work
from backend.core.errors import BadInputError
from backend.residents import persons
from backend.residents.documents import same_name
from backend.residents.models import Person

MEMBERS, ACCOUNT = "一起生活的家人", "一卡通账号"
AT_THE_WINDOW = "和登记的不一样。请核对姓名和身份证号；没有填错的，请到窗口或打电话，我们帮您办"
NO_CONSENT = "要全家成年人都同意才能核对。不同意就办不了，可以先和家里商量"


def check(work: Work, case: Case, form: Mapping[str, Any]) -> dict[str, str]:
    """Field → what is wrong with it; nothing when it can be true."""
    rows = [row for row in form.get("members", ()) if row.get("id_number")]
    faults = deaths.faults(work, case, form)
    faults |= {f"{MEMBERS}：{row['name']}": why for row in rows for why in _of_row(work, case, row)}
    if twice := _twice(rows):
        faults[MEMBERS] = f"{twice}写了两次，请删去一次"
    if form.get("consent") is False:
        faults[_label(case, "consent")] = NO_CONSENT
    if why := _of_account(form.get("account_number")):
        faults[ACCOUNT] = why
    return faults or _as_facts(work, case)


def _label(case: Case, name: str) -> str:
    return next(one.label for one in matter_of_case(case).form if one.name == name)


def _of_account(account: str | None) -> str | None:
    if not account:
        return None
    try:
        accounts.read_account(account)
    except BadInputError as fault:
        return f"{fault.facts['why']}；没有账号的先不填"
    return None


def _as_facts(work: Work, case: Case) -> dict[str, str]:
    try:
        declared(work, case)
    except FactsFaultError as fault:
        return {"申请内容": str(fault.facts["why"])}
    return {}


def _twice(rows: list[Mapping[str, Any]]) -> str | None:
    seen: set[str] = set()
    for row in rows:
        number = str(row["id_number"]).strip().upper()
        if number in seen:
            return str(row["name"])
        seen.add(number)
    return None


def _of_row(work: Work, case: Case, row: Mapping[str, Any]) -> Iterator[str]:
    try:
        number = idnumber.parse(row["id_number"], today(work))
    except ValueError as fault:
        yield f"{fault}。"
        return
    if day_in(row.get("birth_date")) != number.birth_date:
        yield "出生日期和身份证号对不上，请核对"
        return
    known = persons.find(work, number.text)
    if row.get("relation") == "self" and (known is None or known.id != case.applicant_id):
        yield "“本人”的身份证号和申请人的不一样，请核对"
    elif known is not None:
        yield from _of_person(work, case, row, known)


def _of_person(work: Work, case: Case, row: Mapping[str, Any], known: Person) -> Iterator[str]:
    for why in _said_by_the_register(work, case, row, known):
        yield why if case.source != "online" else AT_THE_WINDOW


def _said_by_the_register(work: Work, case: Case, row: Mapping[str, Any], known: Person) -> Iterator[str]:
    if not same_name(known.name, row["name"]):
        yield "姓名和身份证号对不上，请核对"
    elif known.died_on is not None:
        yield "登记里这位家人已经去世，请节哀，不要写进来；登记错了请告诉窗口"
    elif _elsewhere(work, case, known):
        yield "已经登记在另一个家庭里。请先到窗口把他从那个家庭里转出来"


def _elsewhere(work: Work, case: Case, known: Person) -> bool:
    theirs, ours = households.of_person(work, known.id), households.of_person(work, case.applicant_id)
    if theirs is None or (ours is not None and theirs.id == ours.id):
        return False
    return households.lives_alone(work, known.id) is None
