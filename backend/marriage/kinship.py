"""How near two people are, counted in generations as the law does (民法典 1048, 1111). Pure.

From each of the two one counts up to the nearest common ancestor, oneself being the first generation; the larger
number counts. Direct line is always barred, collateral kin up to the third generation. Adoption makes the same kin as
birth (1111), and birth kin stay kin; marriage and step-relations make none.
"""

from dataclasses import dataclass
from typing import Literal

BARRED_GENERATIONS = 3
By = Literal["blood", "adoption", "marriage", "step"]


@dataclass(frozen=True, slots=True)
class Relation:
    """Steps up from each of the two to the nearest common ancestor; 0 when one of them *is* the ancestor."""

    up_first: int
    up_second: int
    by: By = "blood"

    def __post_init__(self) -> None:
        if min(self.up_first, self.up_second) < 0 or self.up_first == self.up_second == 0:
            raise ValueError((self.up_first, self.up_second))

    @property
    def generations(self) -> int:
        """The generation of collateral kin, oneself counted."""
        return max(self.up_first, self.up_second) + 1

    @property
    def direct(self) -> bool:
        return min(self.up_first, self.up_second) == 0

    @property
    def kin(self) -> bool:
        """Whether the law calls it kinship by descent: birth and adoption, not marriage or a step-relation."""
        return self.by in ("blood", "adoption")


NAMED: dict[str, tuple[str, Relation | None]] = {
    "none": ("没有亲属关系", None),
    "parent_child": ("父母与子女", Relation(0, 1)),
    "grandparent_grandchild": ("（外）祖父母与（外）孙子女", Relation(0, 2)),
    "siblings": ("兄弟姐妹（同父同母、同父异母、同母异父）", Relation(1, 1)),
    "adoptive_parent_child": ("养父母与养子女", Relation(0, 1, "adoption")),
    "adoptive_siblings": ("养父母的亲生子女与养子女", Relation(1, 1, "adoption")),
    "uncle_niece": ("叔伯姑舅姨与侄、甥", Relation(1, 2)),
    "cousins": ("堂、表兄弟姐妹（同祖父母或外祖父母）", Relation(2, 2)),
    "cousins_once_removed": ("堂、表叔伯姑舅姨与堂、表侄、甥", Relation(2, 3)),
    "second_cousins": ("从堂、从表兄弟姐妹（同曾祖父母）", Relation(3, 3)),
    "step_siblings": ("继兄弟姐妹（没有血缘）", Relation(1, 1, "step")),
    "in_laws": ("姻亲（如兄嫂、姐夫）", Relation(1, 1, "marriage")),
}


def barred(relation: Relation | None) -> bool:
    """Whether two people so related may not marry."""
    if relation is None or not relation.kin:
        return False
    return relation.direct or relation.generations <= BARRED_GENERATIONS
