"""What people declare about themselves before the registrar asks: the same shape on the phone and at the desk."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.marriage.kinship import NAMED
from backend.marriage.rules import Capacity, Region, Sex

RelationName = Literal[
    "none", "parent_child", "grandparent_grandchild", "siblings", "adoptive_parent_child", "adoptive_siblings",
    "uncle_niece", "cousins", "cousins_once_removed", "second_cousins", "step_siblings", "in_laws",
]  # fmt: skip
DeclaredStatus = Literal["not_asked", "single", "married", "divorced", "widowed"]
IdKind = Literal["resident_id", "hkmt_permit", "foreign_pr", "passport"]
RELATION_WORDS = {name: words for name, (words, _) in NAMED.items()}
LONGEST_OUTLINE = 2000


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeclaredPerson(_Body):
    """What one of the people says about themself."""

    sex: Sex = Field(description="male 男，female 女")
    birth_date: date = Field(description="出生日期")
    region: Region = Field(
        default="mainland",
        description="mainland 内地，hongkong 香港，macau 澳门，taiwan 台湾，overseas 华侨，foreign 外国",
    )
    status: DeclaredStatus = Field(default="not_asked", description="现在的婚姻状况")
    capacity: Capacity = Field(default="full", description="民事行为能力：full 完全，limited 限制，none 无")
    willing: bool = Field(default=True, description="是否自愿")
    comes: bool = Field(default=True, description="是否本人来")


class DeclaredAgreement(_Body):
    """The outline of a divorce agreement: four times yes or no, and what they want to add."""

    will: bool = Field(description="双方是否都自愿离婚")
    children: bool = Field(description="子女抚养是否写明（没有子女也请写明）")
    assets: bool = Field(description="财产处理是否写明")
    debts: bool = Field(description="债务处理是否写明")
    outline: Annotated[str, Field(max_length=LONGEST_OUTLINE)] = ""


class Declared(_Body):
    """Everything about a couple that is not about one of the two."""

    relation: RelationName = Field(default="none", description="双方的亲属关系")
    agreement: DeclaredAgreement | None = None
    registered_in_mainland: bool = Field(default=True, description="婚姻是不是在内地登记的")
    country: Annotated[str, Field(max_length=40)] = Field(default="", description="证明用于哪个国家或地区")
    certificate: Literal["marriage", "divorce"] = Field(default="marriage", description="补领哪一种证")
    remark: Annotated[str, Field(max_length=500)] = ""


class Observed(_Body):
    """What the registrar saw of one person: papers, capacity, whether they want it. Wins over what was declared."""

    status: DeclaredStatus = "not_asked"
    capacity: Capacity = "full"
    willing: bool = True
    region: Region | None = None
    proofs: tuple[Literal["divorce_certificate", "court_document", "death_proof", "marriage_certificate"], ...] = ()


class CaseFacts(_Body):
    """What is sealed in ``registration.facts``: declared at first, then with what was seen of each (by position)."""

    declared: Declared = Declared()
    observed: dict[int, Observed] = Field(default_factory=dict)
    regions: dict[int, Region] = Field(default_factory=dict)
    archive_found: bool | None = None
    refusal: str = ""
