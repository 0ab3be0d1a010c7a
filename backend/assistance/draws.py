r"""双随机 (R-014, R-044): which cases are looked at again, so that anybody can draw the same list. Pure.

The pool is a list of case numbers in the order of their characters; its digest is published before the seed is known.
Each number's ticket is ``SHA-256(seed + newline + number)`` in hexadecimal; the smallest tickets are drawn. Nothing
else is needed to check it: ``printf '%s\n%s' SEED NUMBER | sha256sum``.
"""

import hashlib
from collections.abc import Iterable, Sequence

LEAST_SEED = 4


def pool_of(numbers: Iterable[str]) -> list[str]:
    """Each number once, in the order of their characters."""
    return sorted(set(numbers))


def digest_of(pool: Sequence[str]) -> str:
    """SHA-256 of the numbers, one a line, each line ended by a newline: what is published before the draw."""
    return hashlib.sha256("".join(f"{number}\n" for number in pool).encode()).hexdigest()


def ticket(seed: str, number: str) -> str:
    """A case's ticket in this draw."""
    return hashlib.sha256(f"{seed}\n{number}".encode()).hexdigest()


def drawn(pool: Sequence[str], seed: str, count: int) -> list[str]:
    """The ``count`` numbers with the smallest tickets, in that order; all of a smaller pool.

    Raises ``ValueError`` for less than one or a seed too short to come from anywhere public.
    """
    if count < 1 or len(seed.strip()) < LEAST_SEED:
        raise ValueError(seed, count)
    return sorted(pool_of(pool), key=lambda number: ticket(seed, number))[:count]


def share(pool_size: int, percent: int) -> int:
    """How many that is of a pool: rounded up, at least one where there is any."""
    return -(-pool_size * percent // 100)
