"""The time bank: time that nobody has objected to becomes its owner's; every night everything is added up again."""

import structlog

from backend.alarms import raising
from backend.alarms.raising import Trigger
from backend.core.db import reading, unit_of_work
from backend.people.service import county
from backend.timebank import earning, verifying

log = structlog.get_logger(__name__)

SUBJECT = "system:time_ledger"
TEXT = "时间银行账目不一致，请保全数据库并联系管理员。"
TOLD = 20


def confirm_time() -> int:
    """Confirm what has waited long enough, one service a transaction."""
    with reading() as work:
        waiting = earning.due(work)
    for source, source_id, person_id in waiting:
        with unit_of_work() as work:
            earning.confirm_earned(work, source, source_id, person_id)
    return len(waiting)


def verify_ledger() -> int:
    """Add the ledger up again; any difference is an alarm until there is none."""
    with reading() as work:
        found = verifying.verify(work)
    with unit_of_work() as work:
        if not found:
            raising.clear_alarm(work, SUBJECT, "system", work.now, "时间银行账目已核对一致")
            return 0
        root = county(work).path
        raising.keep_raised(
            work, Trigger("system", SUBJECT, "时间银行账目", "系统", root, work.now, detail={"text": TEXT})
        )
    log.warning("the time bank does not add up", count=len(found), which=[one.which for one in found[:TOLD]])
    return len(found)
