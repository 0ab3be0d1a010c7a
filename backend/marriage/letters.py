"""Papers that are handed over, as a page prints them and a file keeps them: the same words in the same order.

The receipt of an application for divorce with its two periods, a refusal with its reason and the way to appeal, and
a certificate of no record. Names stand on them whole: they are for the people themselves.
"""

from uuid import UUID

from backend.booking.matters import matter_of
from backend.core import audit, calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.letters import Letter, Period
from backend.marriage import cases, desk_booking, standing
from backend.marriage.errors import NoLetterError
from backend.marriage.models import Divorce, Registration
from backend.marriage.printing import REMEDY, names
from backend.marriage.telling import zh
from backend.people.service import Viewer

PAGE = "marriage/cases"
TITLES = {
    "receipt": "离婚登记申请受理回执单",
    "refusal": "不予办理婚姻登记告知书",
    "proof": "无婚姻登记记录证明",
}
LATER = "期间涉及的年份放假安排还没有公布，以上日期是暂定的，公布后可能改变，我们会通知您。"


def kind_of(case: Registration) -> str | None:
    """Which paper a case ends with; None when there is none (yet)."""
    if case.state == "refused":
        return "refusal"
    if case.state != "registered":
        return None
    return {"divorce_application": "receipt", "no_record_proof": "proof"}.get(case.matter)


def letter(work: Work, viewer: Viewer, case_id: UUID) -> Letter:
    """The paper of a case; that it was made is written down. Raises ``NotFoundError`` and ``NoLetterError``."""
    case = cases.find(work, viewer, case_id)
    kind = kind_of(case)
    if kind is None:
        raise NoLetterError
    audit.record(work, "marriage.letter", f"registration:{case.id}", kind=kind)
    return {"receipt": _receipt, "refusal": _refusal, "proof": _proof}[kind](work, case)


def _receipt(work: Work, case: Registration) -> Letter:
    divorce = work.session.get_one(Divorce, case.divorce_id)
    found = standing.periods_of(divorce, calendar_store.current(work), local(work.now).date())
    office = desk_booking.office(work, divorce.office_id).name
    return Letter(
        "receipt", TITLES["receipt"], divorce.number, office, zh(divorce.received_on),
        rows=(("申请人", names(case)), ("受理日期", zh(divorce.received_on)), ("受理机关", office)),
        periods=(
            Period(
                "可以撤回", zh(divorce.received_on), f"{zh(found.cooling_until)}下班前",
                "任何一方改变主意，本人带身份证和本回执单到受理机关撤回。",
            ),
            Period(
                "双方一起领离婚证", zh(found.window_from), zh(found.window_until), "先预约，双方一起到受理机关。"
            ),
        ),
        body=(
            "期限内没有一起来领证的，视为撤回离婚登记申请。",
            "依据：民法典第1077条，婚姻登记条例第16条。期间最后一日是休息日的，顺延到下一个工作日（民法典第203条）。",
        ),
        provisional=LATER if found.provisional else "",
    )  # fmt: skip


def _refusal(work: Work, case: Registration) -> Letter:
    return Letter(
        "refusal", TITLES["refusal"], case.number, desk_booking.office(work, case.office_id).name, _decided(case),
        rows=(
            ("当事人", names(case)), ("事项", matter_of(case.matter).title),
            ("理由", cases.facts_of(case).refusal), ("依据", case.article or ""),
        ),
        body=(REMEDY,),
    )  # fmt: skip


def _proof(work: Work, case: Registration) -> Letter:
    (party,) = case.parties
    country = cases.facts_of(case).declared.country
    return Letter(
        "proof", TITLES["proof"], case.certificate_number or case.number,
        desk_booking.office(work, case.office_id).name, _decided(case),
        rows=(
            ("姓名", party.name), ("证件号码", party.id_number), ("出生日期", zh(party.birth_date)),
            ("用途", country),
        ),
        body=(
            f"经联网核查和本登记机关查档，到{_decided(case)}为止，没有查到上述当事人的婚姻登记记录。",
            f"本证明只用于：{country}。依据：民函〔2015〕266号。",
        ),
    )  # fmt: skip


def _decided(case: Registration) -> str:
    return zh(local(case.decided_at).date()) if case.decided_at is not None else ""
