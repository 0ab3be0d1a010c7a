"""The closed lists of what volunteers do and can, from vocabulary.yaml: code → Chinese title, in the file's order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.core import strict_yaml


class UnknownProofError(ValueError):
    """A service needs a qualification that the file does not have."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Service(_Strict):
    title: str
    needs: tuple[str, ...] = ()
    min_age: Annotated[int, Field(ge=8, le=18)]


class _Vocabulary(_Strict):
    services: dict[str, _Service]
    skills: dict[str, str]
    languages: dict[str, str]
    qualifications: dict[str, str]

    @model_validator(mode="after")
    def _known(self) -> "_Vocabulary":
        unknown = {proof for one in self.services.values() for proof in one.needs} - set(self.qualifications)
        if unknown:
            raise UnknownProofError(sorted(unknown))
        return self


@dataclass(frozen=True, slots=True)
class Demand:
    """What a service asks of who does it: ``needs`` are codes of ``QUALIFICATIONS``."""

    needs: tuple[str, ...]
    min_age: int


_READ = _Vocabulary.model_validate(strict_yaml.load(Path(__file__).with_name("vocabulary.yaml")))

SERVICES: Mapping[str, str] = MappingProxyType({code: one.title for code, one in _READ.services.items()})
DEMANDS: Mapping[str, Demand] = MappingProxyType(
    {code: Demand(one.needs, one.min_age) for code, one in _READ.services.items()}
)
SKILLS: Mapping[str, str] = MappingProxyType(_READ.skills)
LANGUAGES: Mapping[str, str] = MappingProxyType(_READ.languages)
QUALIFICATIONS: Mapping[str, str] = MappingProxyType(_READ.qualifications)


def titles(known: Mapping[str, str], codes: Collection[str]) -> list[str]:
    """The codes in words, in the order of the list."""
    return [title for code, title in known.items() if code in codes]
