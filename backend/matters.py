"""Where domains meet that do not know each other: the engine its matters, the record of service the time bank."""

from backend.assistance import deaths
from backend.assistance import service as assistance
from backend.cases.registry import register
from backend.memorial import burial_evidence, farewell_book, hall_words
from backend.timebank import earning, matching
from backend.volunteers import certificates, records, registering


def wire() -> None:
    """Register every domain's hooks by the name its matters use, and who listens to whom; again changes nothing."""
    register("assistance", assistance.HOOKS)
    deaths.asking("burials", burial_evidence.known)
    records.on_recorded(earning.earn)
    records.on_void(earning.unearn)
    records.on_void(certificates.record_voided)
    registering.on_leaving(matching.promised)
    hall_words.wire()
    farewell_book.wire()
