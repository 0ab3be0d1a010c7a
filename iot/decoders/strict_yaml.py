"""YAML that refuses what is usually a typing error, with the file and the row in the message."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from backend.core.strict_yaml import DuplicateKeyError, StrictLoader

M = TypeVar("M", bound=BaseModel)


class ProfileError(ValueError):
    """A profile that cannot be used. The message names the file, the row if there is one, and what is wrong."""


class _WordLoader(StrictLoader):
    """The house's strict loader, for files in which devices' own words stand."""


# YAML 1.1 reads on, off, yes, no as booleans; in a device's words they are words. true and false stay (YAML 1.2).
_BOOL = "tag:yaml.org,2002:bool"
_WordLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_yaml(path: Path) -> Any:
    """The document in `path`. Raises ProfileError."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _WordLoader)  # noqa: S506 - a SafeLoader, made stricter
    except DuplicateKeyError as error:
        raise ProfileError(f"{path.name}, line {error.line}: the key {error.key!r} is given twice") from error
    except (yaml.YAMLError, UnicodeDecodeError, OSError, TypeError) as error:
        raise ProfileError(f"{path.name}: not readable as YAML: {str(error)[:300]}") from error


def validate(model: type[M], document: Any, file: str) -> M:
    """`document` as `model`. Raises ProfileError with one line per mistake."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        lines = [f"{file}{_place(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise ProfileError("\n".join(lines)) from error


def _place(loc: tuple[int | str, ...]) -> str:
    """("rows", 2, "capability") → ", row 3, capability"."""
    parts = [f"row {part + 1}" if isinstance(part, int) else part for part in loc if part != "rows"]
    return "".join(f", {part}" for part in parts)
