"""Amounts in Chinese capitals (大写), as papers about money write them (票据法 8; 支付结算办法 附一). Pure.

1200.00 → 壹仟贰佰元整      60.05 → 陆拾元零伍分      0.80 → 捌角整      100305.3 → 壹拾万零叁佰零伍元叁角整
"""

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
MOST = Decimal(10) ** 16


def capitals(yuan: Decimal) -> str:
    """The words of an amount of yuan with at most two places.

    Raises ``ValueError`` for a negative amount, parts of a fen, or ten quadrillion and more.
    """
    fen = yuan * 100
    if yuan < 0 or fen != int(fen) or yuan >= MOST:
        raise ValueError(yuan)
    whole, rest = divmod(int(fen), 100)
    return (f"{_whole(whole)}元" if whole or not rest else "") + _rest(rest, after=bool(whole))


def _rest(fen: int, *, after: bool) -> str:
    """Jiao and fen; ``after``: yuan stand before them."""
    tens, ones = divmod(fen, 10)
    if not fen:
        return "整"
    if not ones:
        return f"{DIGITS[tens]}角整"
    jiao = f"{DIGITS[tens]}角" if tens else "零" if after else ""
    return f"{jiao}{DIGITS[ones]}分"


def _whole(number: int) -> str:
    """Four digits at a time; one 零 wherever digits are left out before further ones."""
    if not number:
        return DIGITS[0]
    said, gap = "", False
    for place in range(len(GROUPS) - 1, -1, -1):
        group = number // 10_000**place % 10_000
        if not group:
            gap = bool(said)
            continue
        gap = bool(said) and (gap or group < 1_000)  # noqa: PLR2004 - a group whose thousands are missing
        said += (DIGITS[0] if gap else "") + _group(group) + GROUPS[place]
        gap = False
    return said


def _group(group: int) -> str:
    said, gap = "", False
    for place in range(len(PLACES) - 1, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(said)
            continue
        said += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return said
