"""YAML as this house reads it: a key given twice is an error, not a silent choice of the last one."""

from pathlib import Path
from typing import Any

import yaml


class DuplicateKeyError(ValueError):
    """The same key stands twice in one mapping; the text names the key, the file and the line."""


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                mark = key_node.start_mark
                raise DuplicateKeyError(f"{key!r} twice in {mark.name}, line {mark.line + 1}")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def load(path: Path) -> Any:
    """Read one YAML file strictly."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=_Loader)  # noqa: S506 - a SafeLoader, made stricter
