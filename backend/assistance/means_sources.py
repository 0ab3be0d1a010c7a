"""Those who are asked about a family's means (社会救助法 41–42): one shape for every department, bank and utility."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from backend.assistance.means_rules import FoundFact


@dataclass(frozen=True, slots=True)
class Question:
    """About one authorised person, for one case and no other purpose. ``tries``: how often it was put, with this time.

    ``reference``: what the source called it when it took the question; None the first time.
    """

    query_id: UUID
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    case_number: str
    authorised_until: date
    tries: int
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """The answer; no facts: the source has nothing about the person."""

    facts: tuple[FoundFact, ...]


@dataclass(frozen=True, slots=True)
class Later:
    """Taken, not answered yet."""

    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The source will not answer this question, however often it is asked."""


Reply = Records | Later | Declined


class SourceUnavailableError(Exception):
    """The source did not take the question: to be asked again later."""


class MeansSource(Protocol):
    """``ask`` puts the question, or looks for its answer when it has a reference. Raises ``SourceUnavailableError``."""

    code: str

    def ask(self, question: Question) -> Reply: ...
