"""What the table of ``together.py`` means for one application: refused, topped up, or a choice. Pure.

The amounts of what is held come with the facts; where one is needed and not known, the sheet gets a need, not a guess.
"""

from decimal import Decimal

from backend.assistance import together
from backend.assistance.circumstances import FamilyFacts
from backend.assistance.money import NOTHING
from backend.assistance.together import Pair
from backend.assistance.verdicts import Used
from backend.assistance.working import Sheet


def left_to_pay(sheet: Sheet, facts: FamilyFacts, full: Decimal) -> Decimal:
    """What of ``full`` yuan a month is paid beside all that is held, written on the sheet with its source.

    Raises ``together.NoRowError`` and ``together.ImpossibleError`` as the table does.
    """
    held = {name: amount for name, amount in facts.all_held.items() if name != sheet.programme}
    rows = sheet.numbers.together
    pairs = together.against(sheet.programme, held, sheet.day, rows)
    for pair in pairs:
        _remember(sheet, pair)
    if not _amounts_known(sheet, pairs, held):
        return full
    known = {name: NOTHING if amount is None else amount for name, amount in held.items()}
    settled = together.settle(known | {sheet.programme: full}, sheet.day, rows, facts.chosen)
    mine = settled[sheet.programme]
    if not mine.given and mine.pair is not None:
        _refuse(sheet, mine.pair, known)
    elif mine.paid < full and mine.pair is not None:
        sheet.line("deduction", mine.words, full - mine.paid, mine.pair.source)
    _tell_what_ends(sheet, settled)
    return mine.paid


def no_money(sheet: Sheet, facts: FamilyFacts) -> None:
    """The same for what is not money each month: only who excludes whom."""
    left_to_pay(sheet, facts, NOTHING)


def _amounts_known(sheet: Sheet, pairs: list[Pair], held: dict[str, Decimal | None]) -> bool:
    """Only a choice and a top-up need the other's amount."""
    wanted = [pair.other(sheet.programme) for pair in pairs if pair.rule in ("higher", "top_up")]
    missing = [name for name in wanted if held[name] is None]
    for name in missing:
        sheet.need(f"amount_{name}", f"本人每月领取{sheet.numbers.together.title(name)}的金额")
    return not missing


def _refuse(sheet: Sheet, pair: Pair, known: dict[str, Decimal]) -> None:
    """Excluded, or the lower one of two: then the person may still choose it."""
    name = pair.other(sheet.programme)
    words = together.words(sheet.programme, pair, sheet.numbers.together)
    if pair.rule == "higher":
        words = f"{words}。现在领的每月{known[name]}元，更多，建议不换；还是想换的，请告诉我们"
    sheet.against(f"held_{name}", pair.article, f"{words}。")


def _tell_what_ends(sheet: Sheet, settled: dict[str, together.Part]) -> None:
    """What the person holds and would lose by this, so that they decide knowing it."""
    for name, part in settled.items():
        pair = part.pair
        if name != sheet.programme and pair is not None and sheet.programme in (pair.first, pair.second):
            words = together.words(sheet.programme, pair, sheet.numbers.together)
            if pair.rule == "higher":
                words = f"{words}。办成后不再发{sheet.numbers.together.title(name)}；想留着它的，请告诉我们"
            sheet.because(f"ends_{name}", pair.article, f"{words}。")


def _remember(sheet: Sheet, pair: Pair) -> None:
    """A row is a parameter like any other: kept with the verdict, flagged after its review."""
    name = f"together.{pair.first}.{pair.second}"
    known = sheet.numbers.together
    title = f"{known.title(pair.first)}与{known.title(pair.second)}能否同时享受"
    overdue = pair.review_by < sheet.day
    sheet.used[name] = Used(name, title, pair.rule, pair.source, pair.since, pair.review_by, overdue)
