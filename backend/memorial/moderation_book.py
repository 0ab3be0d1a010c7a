"""The written rules of moderation, read once from ``moderation_rules.yaml``."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.core import strict_yaml
from backend.core.errors import BadInputError

Audience = Literal["family", "invited", "public"]
Content = Literal["text", "picture", "sound"]
Text = Annotated[str, Field(min_length=1)]
SLANDER = "slander"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenRule(_Strict):
    """``words``: what the writer reads; ``look``: words at which a person looks first."""

    title: Text
    words: Text
    source: Text
    look: tuple[Text, ...]


class _Book(_Strict):
    first: dict[Audience, tuple[Content, ...]]
    rules: dict[str, WrittenRule]


@cache
def _book() -> _Book:
    return _Book.model_validate(strict_yaml.load(Path(__file__).with_name("moderation_rules.yaml")))


def rules() -> dict[str, WrittenRule]:
    return _book().rules


def rule(code: str | None) -> WrittenRule:
    """Raises ``BadInputError`` for a rule that is not written."""
    found = rules().get(code or "")
    if found is None:
        raise BadInputError(field="理由", why="请从列表里选一条规则")
    return found


def look() -> dict[str, tuple[str, ...]]:
    """Rule → the words that call for a person."""
    return {code: one.look for code, one in rules().items()}


def person_first(audience: str, content: str) -> bool:
    """Whether a person must have seen it before those who may see the hall do."""
    return any(content in kinds for name, kinds in _book().first.items() if name == audience)
