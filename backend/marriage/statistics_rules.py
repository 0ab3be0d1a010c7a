"""What may be shown of a count: outside the bureau's officers a small one could point at a person. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

SMALL = 5
FIRST_BAND, LAST_BAND = 20, 60
BAND_STARTS = (20, 22, 25, 30, 35, 40, 50, 60)


def bands() -> list[str]:
    """The age bands in words, from the youngest."""
    between = [f"{low}–{high - 1}岁" for low, high in pairwise(BAND_STARTS)]
    return [f"{FIRST_BAND}岁以下", *between, f"{LAST_BAND}岁及以上"]


def band_of(age: int) -> str:
    """The band in which somebody of so many full years is."""
    return bands()[bisect_right(BAND_STARTS, age)]


def is_hidden(count: int, *, exact: bool) -> bool:
    return not exact and 0 < count < SMALL


def cell(count: int, *, exact: bool) -> str:
    """``<5`` for one to four people, unless the viewer may see exact counts."""
    return f"<{SMALL}" if is_hidden(count, exact=exact) else str(count)


def total(counts: Sequence[int], *, exact: bool) -> str:
    """The sum; only about it where a hidden part could be worked out from it."""
    whole = sum(counts)
    if not any(is_hidden(count, exact=exact) for count in counts):
        return cell(whole, exact=exact)
    return f"约{round(whole / SMALL) * SMALL}" if whole >= SMALL else f"<{SMALL}"


def share(part: int, whole: int, *, exact: bool) -> float | None:
    """``part / whole``; None where there is nothing, or where it would tell a hidden count."""
    if whole == 0 or is_hidden(part, exact=exact) or is_hidden(whole - part, exact=exact):
        return None
    return part / whole
