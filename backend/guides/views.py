"""Guide items, answers and questions as ``schemas`` shows them."""

from collections.abc import Sequence
from typing import Any

from backend.core.clock import local
from backend.guides.items import GROUPS, GuideItem, items, law_of
from backend.guides.knowledge import answers
from backend.guides.models import Question
from backend.guides.rules import Answer, Found
from backend.guides.service import Asked, guide

FOUND = "下面是办事指南里的回答。如果不是您想问的，可以请工作人员回答。"
NOT_FOUND = "办事指南里没有找到答案。您可以请工作人员回答，也可以拨打 12345。"
STATE_NAMES = {"asked": "未提交", "open": "等待答复", "answered": "已答复", "closed": "已结束"}


def groups() -> dict[str, Any]:
    """``schemas.GuideList``."""
    return {
        "groups": [
            {"name": name, "items": [_line(item) for item in items().values() if item.group == name]} for name in GROUPS
        ]
    }


def _line(item: GuideItem) -> dict[str, Any]:
    return {"code": item.code, "title": item.title, "plain": item.plain}


def whole(item: GuideItem) -> dict[str, Any]:
    """``schemas.GuideOut``."""
    shown = item.model_dump(exclude={"names", "topics", "law", "answers", "review_by"})
    own = {answer.heading for answer in item.answers}
    return shown | {
        "free": item.fee == 0,
        "forms": [],
        "law": law_of(item.citations()),
        "answers": [_answer(one) for one in answers(item) if one.heading in own],
    }


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "guide": one.guide, "title": one.title, "heading": one.heading, "answer": one.text, "law": law_of(one.law),
    }  # fmt: skip


def asked(found: Asked) -> dict[str, Any]:
    """``schemas.QuestionAnswers``."""
    shown: Sequence[Found] = found.found
    return {
        "id": found.id,
        "answers": [_answer(one.answer) for one in shown],
        "can_ask_a_person": True,
        "hint": FOUND if shown else NOT_FOUND,
    }


def question(row: Question) -> dict[str, Any]:
    """``schemas.QuestionOut``; before a person has answered there is nothing to cite."""
    cites = row.cites if row.state == "answered" else []
    return {
        "id": row.id,
        "text": row.text,
        "state": row.state,
        "state_name": STATE_NAMES[row.state],
        "answer": row.answer,
        "cites": [cite | {"title": guide(cite["guide"]).title} for cite in cites],
        "asked_at": local(row.asked_at),
        "answered_at": local(row.answered_at) if row.answered_at else None,
    }
