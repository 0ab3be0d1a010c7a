"""Routes that compile how to build their address only when somebody asks for it.

The suite makes thousands of applications with three hundred routes each, and compiling all of them takes most of the
time; matching a request is not touched.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule


class QuickRule(Rule):
    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        compiled: list[Callable[..., Any]] = []

        def build(rule: Rule, *args: Any, **values: Any) -> Any:
            if not compiled:
                compiled.append(Rule._compile_builder(rule, append_unknown))
            return compiled[0](rule, *args, **values)

        return build


def install() -> None:
    """For every application of this process."""
    Flask.url_rule_class = QuickRule
