"""Movements for tests, written as short as a line of an account book."""

from datetime import date

from backend.timebank.ledger import BUREAU, AccountRef, Leg, Movement

DAY = date(2026, 11, 22)


def personal(owner: str) -> AccountRef:
    return AccountRef("personal", owner)


def moved(key: str, giver: AccountRef, receiver: AccountRef, minutes: int, on: date = DAY) -> Movement:
    return Movement(key, "test", (Leg(giver, -minutes), Leg(receiver, minutes)), on, "test", key)


def issued(key: str, receiver: AccountRef, minutes: int) -> Movement:
    """New time for somebody."""
    return moved(key, BUREAU, receiver, minutes)
