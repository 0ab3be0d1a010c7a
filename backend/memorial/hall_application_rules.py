"""Words of an application for a hall, and which papers still have to be brought. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

STATE_ZH = {
    "draft": "还没交", "submitted": "等工作人员看", "returned": "要补材料", "opened": "已设好", "refused": "没有办成",
    "withdrawn": "已撤回",
}  # fmt: skip
REASON_ZH = {
    "not_near": "申请人不是近亲属", "unproven": "材料还证明不了关系或去世", "exists": "已经有纪念馆，请和家人一起纪念",
    "living": "登记中这位还健在", "martyr": "烈士由国家纪念，不设私人纪念馆", "wish": "逝者生前说不要设",
    "other": "其他原因",
}  # fmt: skip
PAPER_ZH = {"death": "去世证明", "kinship": "关系证明", "other": "其他材料"}
PAPER_HELP = {
    "death": "死亡证明、火化证、销户证明，有一样就行", "kinship": "户口簿、结婚证、出生证，能看出您和逝者关系的一页",
    "other": "想让工作人员看的，都可以拍",
}  # fmt: skip
LIVE = ("draft", "submitted", "returned")
LEAST_NOTE = 4


@dataclass(frozen=True, slots=True)
class Proven:
    """What the registers already say of one of the dead: the words, or None where a paper is needed."""

    death: str | None
    kin: str | None


def wanted(proven: Iterable[Proven]) -> list[str]:
    """The kinds of papers to bring: nothing that a register already shows."""
    found = list(proven)
    asked = {"death": any(one.death is None for one in found), "kinship": any(one.kin is None for one in found)}
    return [kind for kind, needed in asked.items() if needed]


def lacking(kinds: Iterable[str], there: Collection[str], note: str) -> list[str]:
    """What is still missing; whoever has no paper may say why instead, and the desk decides."""
    return [] if len(note.strip()) >= LEAST_NOTE else [kind for kind in kinds if kind not in there]


def title_for(names: Iterable[str]) -> str:
    """The name of a hall for which the family has not thought of one."""
    return f"怀念{'、'.join(names)}"[:30]
