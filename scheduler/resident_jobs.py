"""Jobs of residents: what comes to its end is told before it does."""

from backend.core.db import unit_of_work
from backend.residents import proxies

PORTIONS = 200


def tell_proxy_endings() -> int:
    """Tell both sides of each proxy that ends within 14 days and has not been told."""
    total = 0
    for _ in range(PORTIONS):
        with unit_of_work() as work:
            count = proxies.tell_endings(work)
        total += count
        if count == 0:
            break
    return total
