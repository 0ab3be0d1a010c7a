"""Sources of means for demonstrations and tests: what they do and know comes from the identity number alone.

The same person always gets the same answers, in every process and after every restart:

==========  ==================================================================
temper      what the source does
==========  ==================================================================
prompt      answers at once
slow        takes the question and answers at the third look
shaky       cannot be reached twice, then answers
silent      takes the question and never answers
down        can never be reached
declines    says that it will not answer
==========  ==================================================================
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from backend.assistance.means_rules import FoundFact, FoundKind
from backend.assistance.means_sources import Declined, Later, Question, Records, Reply, SourceUnavailableError

# Of twenty people, by source: how many it treats in which way.
TEMPERS = ("silent", "down", "shaky", "declines", *("slow",) * 3, *("prompt",) * 13)
PENSION_YEAR = 1967  # born before it: a pensioner
LOOKS, DROPS = 3, 2
CONTRADICTS = 5  # the tax office knows another wage of one in so many
WAGES = (1200, 1800, 2400, 3200)
PENSIONS = (158, 240, 1450, 2300)


def lot(number: str, what: str, many: int) -> int:
    """A number below ``many`` that belongs to the person and to what is asked for."""
    return int.from_bytes(hashlib.sha256(f"{what}:{number}".encode()).digest()[:4], "big") % many


def temper_of(source: str, number: str) -> str:
    """What a source does when it is asked about somebody."""
    return TEMPERS[lot(number, f"temper:{source}", len(TEMPERS))]


class SandboxSource:
    """Safe to use from many threads: it remembers nothing."""

    def __init__(self, code: str) -> None:
        self.code = code

    def ask(self, question: Question) -> Reply:
        temper, number = temper_of(self.code, question.id_number), question.id_number
        if temper == "down" or (temper == "shaky" and question.tries <= DROPS):
            raise SourceUnavailableError
        if temper == "declines":
            return Declined()
        if temper == "silent" or (temper == "slow" and question.tries < LOOKS):
            return Later(f"{self.code}-{lot(number, self.code, 10**8):08d}")
        return Records(tuple(known(self.code, number)))


def known(source: str, number: str) -> Iterator[FoundFact]:
    """What a source knows about somebody; often nothing."""
    return (FoundFact(kind, Decimal(amount), source) for kind, amount in KNOWN[source](number))


Known = Sequence[tuple[FoundKind, int]]


def _pensioner(number: str) -> bool:
    year = number[6:10]
    return year.isdigit() and int(year) < PENSION_YEAR


def _wage(number: str) -> int:
    """Nothing for most people, and for all pensioners."""
    return 0 if _pensioner(number) or lot(number, "works", 3) else WAGES[lot(number, "wage", len(WAGES))]


def _insured(number: str) -> Known:
    if _pensioner(number):
        return [("pension", PENSIONS[lot(number, "pension", len(PENSIONS))])]
    return [("wage", _wage(number))] if _wage(number) else []


def _taxed(number: str) -> Known:
    raised = 500 if lot(number, "contradicts", CONTRADICTS) == 0 else 0
    wage: Known = [("wage", _wage(number) + raised)] if _wage(number) else []
    shop: Known = [("companies", 1)] if lot(number, "company", 20) == 0 else []
    return [*wage, *shop]


def _vehicles(number: str) -> Known:
    return [("vehicles", 1)] if lot(number, "vehicle", 10) == 0 else []


def _houses(number: str) -> Known:
    return [("houses", 1)] if lot(number, "house", 2) else []


def _bank(number: str) -> Known:
    return [("financial", 100 * lot(number, "bank", 80))]


def _securities(number: str) -> Known:
    return [("financial", 2000)] if lot(number, "securities", 15) == 0 else []


def _bills(number: str) -> Known:
    return [("utilities", 40 + lot(number, "bills", 150))]


def _aid(number: str) -> Known:
    return [("aid", 300)] if lot(number, "aid", 20) == 0 else []


KNOWN: Mapping[str, Callable[[str], Known]] = {
    "social_insurance": _insured, "tax": _taxed, "vehicles": _vehicles, "real_estate": _houses, "bank": _bank,
    "securities": _securities, "utilities": _bills, "civil_affairs": _aid,
}  # fmt: skip
