"""YAML as this house reads it: a key given twice is an error, not a silent choice of the last one."""

from pathlib import Path
from typing import Any

import yaml


class DuplicateKeyError(ValueError):
    """The same key stands twice in one mapping; the text names the key, the file and the line."""

    def __init__(self, key: Any, mark: yaml.Mark) -> None:
        self.key, self.line = key, mark.line + 1
        super().__init__(f"{key!r} twice in {mark.name}, line {self.line}")


class StrictLoader(yaml.SafeLoader):
    """A SafeLoader that refuses a key given twice: YAML itself silently keeps the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise DuplicateKeyError(key, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def load(path: Path) -> Any:
    """Read one YAML file strictly."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=StrictLoader)  # noqa: S506 - a SafeLoader, made stricter
