"""好差评: the five levels, what is a bad rating, and the shares that are shown. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEVELS: Mapping[int, str] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
# 国办发〔2019〕51号: besides the whole, an online matter is rated by these.
ITEMS: Mapping[str, str] = {
    "efficiency": "办事效率", "guide_accuracy": "办事指南精确度", "convenience": "办事便捷度", "platform": "平台操作性",
}  # fmt: skip
RESULTS: Mapping[str, str] = {"fixed": "已整改", "explained": "已解释，群众理解", "unfounded": "经核实不属实"}
BAD = 2  # 不满意 and worse: every one of them is called back
CALLBACK_WORKDAYS = 15  # put right within 15 working days (practice after 国办发〔2019〕51号, rules B6)
GOOD = 3


def is_bad(level: int) -> bool:
    return level <= BAD


@dataclass(frozen=True, slots=True)
class Shares:
    """How a number of ratings spread over the levels: ``counts`` by level, shares of the whole (0…1)."""

    total: int
    counts: Mapping[int, int]

    def share(self, level: int) -> float:
        return self.counts.get(level, 0) / self.total if self.total else 0.0

    @property
    def satisfied(self) -> float | None:
        """基本满意 and better; None where nobody rated: nothing is no achievement."""
        return sum(self.share(level) for level in LEVELS if level >= GOOD) if self.total else None


def shares(levels: Iterable[int]) -> Shares:
    counts = Counter(levels)
    return Shares(counts.total(), counts)
