"""What applications for halls hold about who applied, and what goes when they ask to be forgotten."""

from uuid import UUID

from backend.core.clock import local
from backend.core.db import Work
from backend.memorial import hall_application_desk as desk
from backend.memorial import hall_applications as applications
from backend.memorial.hall_application_rules import STATE_ZH
from backend.residents.holdings import Erasable, Holding, Kept, Line


def _collect(work: Work, person_id: UUID) -> list[Line]:
    return [
        {"编号": row.number, "名称": row.title, "状态": STATE_ZH[row.state], "答复": row.words or row.missing or "没有",
         "说明": row.note or "没有", "材料": f"{len(applications.papers_of(work, row))} 份",
         "自": local(row.created_at).date().isoformat()}
        for row in applications.of_person(work, person_id)
    ]  # fmt: skip


def _live(work: Work, person_id: UUID) -> list[str]:
    waits = any(row.state == "submitted" for row in applications.of_person(work, person_id))
    return ["还没有答复的纪念馆申请"] if waits else []


def _kept(_work: Work, _person_id: UUID) -> list[Kept]:
    return []


def _erase(work: Work, person_id: UUID) -> None:
    for row in applications.of_person(work, person_id):
        if row.state in ("draft", "returned"):
            applications.end(work, row, "withdraw")
        if row.forgotten_at is None:
            desk.forget(work, row)


HOLDINGS = (
    Holding(
        "memorial_applications", "纪念馆申请和交的材料", "核对您是近亲属、这位已经去世",
        "民法典第994、1045条；为您提供您要的服务所必需（个人信息保护法第13条第1款第2项）",
        "办结后 90 天删去材料和姓名（本县可改短），注销时马上删去", _collect,
    ),
)  # fmt: skip
ERASABLES = (Erasable("您的纪念馆申请和交的材料", _live, _kept, _erase),)
