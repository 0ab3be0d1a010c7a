"""What somebody typed into a form of the console, read strictly; what cannot be is said in Chinese with its field."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from flask import request

from backend.core.clock import CHINA
from backend.core.errors import BadInputError

DIGITS = 9  # before the point, as the columns of money have room for
WHOLE_DIGITS = 5  # no count on a form has more


def text(name: str) -> str:
    return request.form.get(name, "").strip()


def money(name: str, field: str, *, empty: Decimal | None = None) -> Decimal:
    """Yuan; ``empty`` for a field left open where that is allowed. Raises ``BadInputError``."""
    said = text(name)
    if not said and empty is not None:
        return empty
    try:
        found = Decimal(said)
    except InvalidOperation as error:
        raise BadInputError(field=field, why="请填写数字") from error
    if not found.is_finite() or found.adjusted() > DIGITS:
        raise BadInputError(field=field, why="这个数太大")
    return found


def whole(name: str, field: str) -> int:
    """A whole number that is not negative. Raises ``BadInputError``."""
    said = text(name)
    if not said.isascii() or not said.isdigit() or len(said) > WHOLE_DIGITS:
        raise BadInputError(field=field, why="请填写整数")
    return int(said)


def day(name: str, field: str) -> date:
    """Raises ``BadInputError``."""
    try:
        return date.fromisoformat(text(name))
    except ValueError as error:
        raise BadInputError(field=field, why="请选择日期") from error


def moment(name: str, field: str) -> datetime:
    """A day and a time in China, as a ``datetime-local`` field sends them. Raises ``BadInputError``."""
    try:
        typed = datetime.fromisoformat(text(name))
    except ValueError as error:
        raise BadInputError(field=field, why="请选择日期和时间") from error
    return typed if typed.tzinfo else typed.replace(tzinfo=CHINA)


def month(name: str, field: str) -> date:
    """The first day of the month. Raises ``BadInputError``."""
    try:
        return date.fromisoformat(f"{text(name)}-01")
    except ValueError as error:
        raise BadInputError(field=field, why="请选择月份") from error


def which(name: str, field: str) -> UUID:
    """The id of something chosen from a list. Raises ``BadInputError``."""
    try:
        return UUID(text(name))
    except ValueError as error:
        raise BadInputError(field=field, why="请从列表中选择") from error


def sure() -> None:
    """Raises ``BadInputError`` unless the sentence that says what will happen was ticked."""
    if text("sure") != "yes":
        raise BadInputError(field="确认", why="请先看清楚会发生什么，再勾选确认")


@contextmanager
def called(words: Mapping[str, str]) -> Iterator[None]:
    """A field that a verb names as the API does is called by its word on the page: ``words`` says which."""
    try:
        yield
    except BadInputError as error:
        field = str(error.facts["field"])
        raise BadInputError(**{**error.facts, "field": words.get(field, field)}) from error
