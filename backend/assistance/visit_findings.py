"""The form of a home visit (低保审核确认办法 16): who was met and what was seen, typed and versioned. Pure."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from backend.assistance.facts import SelfCare

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Met = Literal["self", "family", "neighbour", "nobody"]
Living = Literal["good", "plain", "poor", "dangerous"]
Care = Literal["none", "some", "full"]
Agrees = Literal["same", "differs"]
Item = Literal["eating", "dressing", "bed", "toilet", "walking", "bathing"]

MET_ZH: dict[str, str] = {"self": "本人", "family": "家人", "neighbour": "邻居或村干部", "nobody": "没有见到人"}
LIVING_ZH: dict[str, str] = {"good": "较好", "plain": "一般", "poor": "困难", "dangerous": "有危险，要马上处理"}
CARE_ZH: dict[str, str] = {"none": "不需要", "some": "部分事情要人帮", "full": "全天要人照料"}
AGREES_ZH: dict[str, str] = {"same": "和申报的一致", "differs": "有不一致"}
ITEMS_ZH: dict[Item, str] = {
    "eating": "吃饭", "dressing": "穿衣", "bed": "上下床", "toilet": "上厕所", "walking": "屋里走动", "bathing": "洗澡",
}  # fmt: skip
SELF_CARE_ZH = "生活自理能力六项"
LABELS: dict[str, str] = {
    "met": "见到了谁", "met_name": "见到的人的姓名", "living": "居住和生活条件", "income": "看到和听到的收入来源",
    "care": "照料需要", "agrees": "和申报的是否一致", "differences": "哪里不一致", "conclusion": "调查结论",
}  # fmt: skip


class Findings(BaseModel):
    """What the investigators found. A draft may lack anything; ``lacking`` says what is still to be filled.

    ``alone``: of the six items of self-care (特困), what the person can do without help.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Literal["2026-1"] = "2026-1"
    met: Met | None = None
    met_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    living: Living | None = None
    income: Text = ""
    care: Care | None = None
    alone: dict[Item, bool] = {}
    agrees: Agrees | None = None
    differences: Text = ""
    conclusion: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""

    def lacking(self, *, self_care: bool = False) -> list[str]:
        """The labels of what a finished visit needs and this one has not; ``self_care``: the six items too."""
        needed = ["met", "living", "income", "care", "agrees", "conclusion"]
        if self.met in ("self", "family", "neighbour"):
            needed.append("met_name")
        if self.agrees == "differs":
            needed.append("differences")
        found = [LABELS[name] for name in LABELS if name in needed and not getattr(self, name)]
        return [*found, SELF_CARE_ZH] if self_care and self.self_care is None else found

    @property
    def self_care(self) -> SelfCare | None:
        """The six items, once all of them were looked at."""
        return SelfCare.model_validate(self.alone) if len(self.alone) == len(ITEMS_ZH) else None

    def words(self) -> str:
        """The outcome in one sentence, for whoever goes on with the case."""
        said = f"入户见到{MET_ZH.get(self.met or '', '')}，居住{LIVING_ZH.get(self.living or '', '')}"
        apart = f"；不一致：{self.differences}" if self.agrees == "differs" else "；和申报的一致"
        return f"{said}{apart}。{self.conclusion}"
