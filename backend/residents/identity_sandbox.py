"""An identity provider for demonstrations and tests. Everybody passes, except by these names:

==========  ================================================================
name        what happens
==========  ================================================================
不匹配       failed: name and number do not match
认不出       failed: the face was not recognised
取消了       failed: the person gave up
慢慢来       pending at the first look, passed at the second
一直等       pending for ever, until the attempt expires
换了人       passed, but the provider saw somebody else (a contradiction)
没回应       the provider does not answer when it is asked to begin
断了线       the provider does not answer when it is asked for the result
==========  ================================================================
"""

import threading
from collections import Counter

from backend.core.crypto import new_token
from backend.residents.documents import KINDS
from backend.residents.identity import Answer, Claim, Failed, Passed, Pending, ProviderUnavailableError, Started

FAILURES = {"不匹配": "not_matched", "认不出": "face_not_matched", "取消了": "cancelled"}
SLOW, NEVER, OTHER_PERSON, DOWN_AT_START, DOWN_AT_END = "慢慢来", "一直等", "换了人", "没回应", "断了线"
SOMEBODY_ELSE = "另一个人"


class SandboxProvider:
    """Answers by the name it is given; safe to use from many threads."""

    def __init__(self, name: str = "sandbox", title: str = "演示认证", level: int = 2) -> None:
        self.name, self.title, self.level = name, title, level
        self.kinds, self.purposes = frozenset(KINDS), ("real_name",)
        self._looks: Counter[str] = Counter()
        self._lock = threading.Lock()

    def start(self, claim: Claim) -> Started:
        if claim.name == DOWN_AT_START:
            raise ProviderUnavailableError
        reference = new_token()
        return Started(reference, {"page": "/pages/identity/sandbox", "ticket": reference[:16]})

    def finish(self, reference: str, claim: Claim) -> Answer:
        if claim.name == DOWN_AT_END:
            raise ProviderUnavailableError
        if claim.name in FAILURES:
            return Failed(FAILURES[claim.name])
        if claim.name == NEVER or (claim.name == SLOW and self._look(reference) == 1):
            return Pending()
        seen = SOMEBODY_ELSE if claim.name == OTHER_PERSON else claim.name
        return Passed(seen, claim.number)

    def _look(self, reference: str) -> int:
        with self._lock:
            self._looks[reference] += 1
            return self._looks[reference]
