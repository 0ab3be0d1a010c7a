"""Jobs of residents: what comes to its end is told before it does."""

from backend.residents import proxies
from scheduler.portions import in_portions


def tell_proxy_endings() -> int:
    """Tell both sides of each proxy that ends within 14 days and has not been told."""
    return in_portions(proxies.tell_endings)
