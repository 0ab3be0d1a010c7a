"""The one table of errors: complete, used, and in words that say what happened and what to do."""

import ast
import importlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from string import Formatter

import pytest

from backend.app import HTTP_CODES
from backend.core.errors import DomainError
from backend.input_faults import ANYTHING, field_zh
from backend.problems import PROBLEMS, problem_of
from tests.support.sources import Source, code, dotted


def _errors() -> dict[str, type[DomainError]]:
    """Every error of the house by the name of its class, after loading every module."""
    for one in code():
        if "Error" in one.text and "/migrations/" not in one.path:
            importlib.import_module(one.path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return {kind.__name__: kind for kind in _below(DomainError) if kind.__module__.split(".")[0] != "tests"}


def _below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _said_by_the_app() -> set[str]:
    """Codes that are answered without an exception of our own."""
    calls = [
        node.args[0].value
        for one in code()
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Call)
        and dotted(node.func).rpartition(".")[2] in ("problem_response", "problem_of", "problem_page")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    return {str(value) for value in calls} | set(HTTP_CODES.values()) | {"bad_request"}


def test_every_code_is_in_the_table_and_every_row_is_used() -> None:
    codes = {kind.code for kind in _errors().values()} | _said_by_the_app()
    assert codes - set(PROBLEMS) == set(), "an error without words"
    assert set(PROBLEMS) - codes == set(), "a row that nothing says"


def test_a_code_belongs_to_one_error() -> None:
    codes = [kind.code for kind in _errors().values() if "code" in vars(kind)]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("code_", sorted(PROBLEMS))
def test_a_row_has_a_fitting_status_and_chinese_words_that_end_in_advice(code_: str) -> None:
    problem = PROBLEMS[code_]
    assert 400 <= problem.status < 600
    assert re.search(r"[\u4e00-\u9fff]", problem.title)
    assert len(problem.title) <= 12
    assert problem.detail.endswith("。")
    assert len(problem.detail) <= 70


def test_whoever_raises_an_error_gives_the_facts_its_words_need() -> None:
    errors = _errors()
    missing = [
        f"{one.path}:{call.lineno} {name} without {sorted(lacking)}"
        for one in code()
        for name, call in _raised(one, errors)
        if (lacking := _needed(errors[name].code) - {word.arg for word in call.keywords})
        and not any(word.arg is None for word in call.keywords)
    ]
    assert missing == []


def _needed(code_: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(PROBLEMS[code_].detail) if field}


def _raised(source: Source, errors: dict[str, type[DomainError]]) -> Iterator[tuple[str, ast.Call]]:
    """Errors that are made here, with or without brackets."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func).rpartition(".")[2]) in errors:
            yield name, node
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name | ast.Attribute):
            name = dotted(node.exc).rpartition(".")[2]
            if name in errors:
                yield name, ast.copy_location(ast.Call(node.exc, [], []), node)


def test_a_moment_in_a_message_is_the_time_on_the_wall() -> None:
    at = datetime(2026, 11, 22, 1, 5, tzinfo=UTC)
    status, body = problem_of("alarm.closed", {"name": "王芳", "at": at})
    assert status == 409
    assert body["detail"] == "这条报警已由 王芳 在 09:05 结案，只能补充备注。"
    assert body["code"] == "alarm.closed"


def test_a_field_that_is_wrong_is_called_by_its_word() -> None:
    """Programs find ``minutes`` in ``errors``; people read 时长."""
    named = re.compile(r'BadInputError\(\s*field="([A-Za-z_.]+)"')
    unknown = {name for one in code() for name in named.findall(one.text) if field_zh(name) == ANYTHING}
    assert unknown == set()
    body = problem_of("bad_input", {"field": "minutes", "why": "要填写整数分钟"})[1]
    assert body["detail"] == "“时长”不对：要填写整数分钟。请改正后再提交。"
    assert body["errors"] == {"minutes": "要填写整数分钟"}
