"""What comes in and goes out about guide items and questions."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.guides.items import HowLong, Law, Paper, Where
from backend.guides.service import LONGEST_QUESTION


class GuideLine(BaseModel):
    code: str
    title: str
    plain: str = Field(description="大白话，不超过 200 字，可以朗读")


class GuideGroup(BaseModel):
    name: str
    items: list[GuideLine]


class GuideList(BaseModel):
    groups: list[GuideGroup]


class AnswerOut(BaseModel):
    """One answer, word for word from a guide item, with the articles it rests on."""

    guide: str = Field(description="办事指南的代码")
    title: str
    heading: str
    answer: str
    law: list[Law]


class GuideOut(BaseModel):
    """A whole guide item; ``free`` is always true: the law forbids a fee (婚姻登记条例 6)."""

    code: str
    group: str
    title: str
    plain: str = Field(description="大白话，不超过 200 字，可以朗读")
    who: list[str]
    where: Where
    bring: list[Paper]
    never_asked: list[str] = Field(description="不会向您要的材料")
    steps: list[str]
    how_long: HowLong
    free: bool
    fee: int = Field(description="元")
    how_to_book: str
    tips: list[str]
    phone: str
    forms: list[str] = Field(description="要自己准备的表格；现场填写的不算")
    law: list[Law]
    answers: list[AnswerOut]


class QuestionBody(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "领结婚证要带户口本吗"}]})

    text: str = Field(min_length=1, max_length=LONGEST_QUESTION, description="想问的话，一句就行")


class QuestionAnswers(BaseModel):
    """``answers`` may be empty: then ``hint`` says that a person can be asked."""

    id: UUID
    answers: list[AnswerOut]
    can_ask_a_person: bool
    hint: str


class Cite(BaseModel):
    guide: str
    title: str
    heading: str


class QuestionOut(BaseModel):
    """A question put to a person; ``state`` is open, answered or closed."""

    id: UUID
    text: str
    state: str
    state_name: str
    answer: str | None
    cites: list[Cite]
    asked_at: datetime
    answered_at: datetime | None


class QuestionList(BaseModel):
    items: list[QuestionOut]
