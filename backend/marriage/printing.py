"""Papers that are handed over: the receipt of an application for divorce, and a refusal in writing (条例 10)."""

from backend.booking.matters import matter_of
from backend.core import calendar_store
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.marriage import cases, desk_booking, standing
from backend.marriage.models import Divorce, Registration
from backend.marriage.telling import zh

REMEDY = "不服本决定的，可以自收到之日起六十日内申请行政复议，或者六个月内向人民法院提起行政诉讼。"


def names(case: Registration) -> str:
    return "、".join(party.name for party in case.parties)


def receipt_text(work: Work, case: Registration) -> str:
    """离婚登记申请受理回执单. Raises ``NotFoundError`` unless the case received an application."""
    divorce = work.session.get(Divorce, case.divorce_id) if case.matter == "divorce_application" else None
    if divorce is None:
        raise NotFoundError(case=str(case.id))
    found = standing.periods_of(divorce, calendar_store.current(work), local(work.now).date())
    lines = [
        "离婚登记申请受理回执单",
        f"编号：{divorce.number}",
        f"申请人：{names(case)}",
        f"受理机关：{desk_booking.office(work, divorce.office_id).name}",
        f"受理日期：{zh(divorce.received_on)}",
        f"任何一方可以撤回：到{zh(found.cooling_until)}下班前，本人带身份证和本回执单到受理机关。",
        f"双方一起领离婚证：{zh(found.window_from)}到{zh(found.window_until)}，到受理机关，请先预约。",
        "期限内没有一起来领证的，视为撤回离婚登记申请。",
        "依据：民法典第1077条，婚姻登记条例第16条。期间最后一日是休息日的，顺延到下一个工作日（民法典第203条）。",
    ]
    if found.provisional:
        lines.append("注意：期间涉及的年份放假安排还没有公布，以上日期是暂定的，公布后会通知您。")
    return "\n".join(lines)


def refusal_text(work: Work, case: Registration) -> str:
    """不予登记告知书. Raises ``NotFoundError`` unless the case was refused."""
    if case.state != "refused" or case.decided_at is None:
        raise NotFoundError(case=str(case.id))
    return "\n".join(
        [
            "不予办理婚姻登记告知书",
            f"编号：{case.number}",
            f"当事人：{names(case)}",
            f"事项：{matter_of(case.matter).title}",
            f"理由：{cases.facts_of(case).refusal}",
            f"依据：{case.article}",
            f"登记机关：{desk_booking.office(work, case.office_id).name}",
            f"日期：{zh(local(case.decided_at).date())}",
            REMEDY,
        ]
    )
