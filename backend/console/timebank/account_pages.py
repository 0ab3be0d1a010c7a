"""Accounts of the time bank, complete: importing this module gives every page of it its address."""

from backend.console.timebank import account_acts, accounts

blueprint = accounts.blueprint

__all__ = ["account_acts", "blueprint"]
