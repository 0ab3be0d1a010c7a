"""The coordinator's desk, complete: importing this module gives every page of it its address."""

from backend.console.timebank import calls, order_acts, order_entry, orders

blueprint = orders.blueprint

__all__ = ["blueprint", "calls", "order_acts", "order_entry"]
