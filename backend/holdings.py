"""What the whole house holds about a person, and what it does when asked to forget: every domain's part, in order."""

from backend.residents import erasure, own_data
from backend.residents.holdings import Erasable, Holding

HOLDINGS: tuple[Holding, ...] = (*own_data.HOLDINGS,)
# Residents come last: the others find their rows by the person.
ERASABLES: tuple[Erasable, ...] = (*erasure.ERASABLES,)
