"""How a person's data are shown to those who need not know them whole: the default on every page. Pure."""

from backend.core import phone

MOST_STARS = 3
COMPOUND_SURNAMES = frozenset(
    {
        "欧阳", "司马", "上官", "诸葛", "司徒", "令狐", "皇甫", "尉迟", "公孙", "慕容", "长孙", "宇文", "夏侯", "轩辕",
        "端木", "东方", "南宫", "独孤", "西门", "百里", "呼延", "澹台", "申屠", "太史", "钟离", "闻人", "濮阳", "公羊",
        "赫连",
    }
)  # fmt: skip
SHORTEST_ID = 6


def mask_name(name: str | None) -> str:
    """``张*``, ``王**``, ``欧阳*``, ``阿***``: the surname, and never more stars than hide how long the rest is."""
    clean = (name or "").strip()
    if len(clean) < 2:  # noqa: PLR2004 - one character is the whole name
        return "*" if clean else ""
    kept = 2 if len(clean) > 2 and clean[:2] in COMPOUND_SURNAMES else 1  # noqa: PLR2004 - a surname of two
    return clean[:kept] + "*" * min(MOST_STARS, len(clean) - kept)


def mask_id(number: str | None) -> str:
    """``5***************34``: the first and the last two, whatever kind of document; a short one not at all."""
    clean = (number or "").strip()
    if len(clean) < SHORTEST_ID:
        return "*" * len(clean)
    return f"{clean[0]}{'*' * (len(clean) - 3)}{clean[-2:]}"


def mask_phone(number: str | None) -> str:
    """``138****8000``."""
    return phone.mask(number) if number else ""


def mask_address(address: str | None) -> str:
    """The part that names the town, not the door: the first six characters."""
    clean = (address or "").strip()
    return f"{clean[:6]}****" if clean else ""
