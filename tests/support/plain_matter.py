"""A matter of the tests' own, with every kind of field: what the county's matters ask changes with the law."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend.cases.registry import Matter, registry

CODE, TITLE = "probe_aid", "演示救助"
MEMBER = [
    {"name": "name", "type": "text", "label": "姓名", "required": True, "most": 40},
    {"name": "born", "type": "date", "label": "出生日期", "required": True},
    {"name": "relation", "type": "choice", "label": "和申请人的关系", "required": True,
     "choices": {"self": "本人", "spouse": "配偶", "child": "子女", "parent": "父母", "other": "其他"}},
    {"name": "income", "type": "money", "label": "每月收入", "help": "没有收入填 0", "required": True},
]  # fmt: skip
FORM = [
    {"name": "urban", "type": "choice", "label": "住在城里还是乡下", "required": True,
     "choices": {"urban": "城镇", "rural": "农村"}},
    {"name": "reason", "type": "text", "label": "有什么困难", "help": "写几句话就行", "required": True, "most": 500},
    {"name": "address", "type": "text", "label": "家住哪里", "most": 40},
    {"name": "happened_on", "type": "date", "label": "哪一天发生的", "required": True},
    {"name": "people", "type": "number", "label": "家里几口人", "required": True, "least": 1, "most": 30},
    {"name": "members", "type": "list", "label": "一起生活的家人", "required": True, "most": 20, "of": MEMBER},
    {"name": "consent", "type": "yes_no", "label": "同意核对收入财产", "required": True},
]  # fmt: skip
PAPERS = [
    {"kind": "proof", "title": "受灾照片", "help": "拍清楚就行", "required": True},
    {"kind": "bill", "title": "看病票据"},
    {"kind": "bank", "title": "银行流水", "fetched": True},
]
STEPS = [
    {"code": "acceptance", "kind": "accept", "title": "受理", "workdays": 5, "article": "行政许可法第32条"},
    {"code": "decision", "kind": "decide", "title": "决定救助", "level": "county", "workdays": 3,
     "article": "社会救助法第45条"},
    {"code": "delivery", "kind": "deliver", "title": "送达决定", "workdays": 3, "article": "社会救助法第45条"},
]  # fmt: skip


@contextmanager
def plain_matter() -> Iterator[str]:
    """The matter's code, while it can be applied for."""
    matter = Matter.model_validate(
        {
            "code": CODE, "title": TITLE, "version": "1", "prefix": "YS", "summary": "只给测试用的一件事。",
            "applicants": ["self", "proxy"], "form": FORM, "papers": PAPERS, "steps": STEPS,
            "total": {"county": 20, "township": 20, "article": "社会救助法第38条"},
        }
    )  # fmt: skip
    registry().add(matter)
    yield CODE
    del registry().matters[CODE], registry().versions[CODE, matter.version]
