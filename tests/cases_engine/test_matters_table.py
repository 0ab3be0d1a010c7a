"""``docs/matters.md`` says what the files say: one line for each matter, in the order of their codes."""

from pathlib import Path

from backend.cases.registry import FOLDER, Matter, Registry

TABLE = Path(__file__).parents[2] / "docs" / "matters.md"
DECIDES = {"township": "镇街", "county": "县民政局", "decider": "县民政局，下放的由镇街"}


def line(matter: Matter) -> str:
    """A matter's row. Whoever changes a file copies the row from the failing test."""
    decision, publication = matter.of_kind("decide"), matter.of_kind("publish")
    assert decision is not None
    days = f"{matter.total.county} 个工作日"
    if matter.total.township != matter.total.county:
        days += f"，镇街决定的 {matter.total.township} 个"
    shown = f"{publication.days} 天" if publication is not None else "不公示"
    if publication is not None and publication.when:
        shown += "（只有一种要公示）"
    cells = [f"`{matter.code}`", matter.title, days, DECIDES[decision.level], shown, matter.total.article]
    return f"| {' | '.join(cells)} |"


def test_the_table_of_matters_says_what_the_files_say() -> None:
    shipped = Registry()
    shipped.load(FOLDER)
    written = [one for one in TABLE.read_text("utf-8").splitlines() if one.startswith("| `")]
    assert written == [line(one) for one in sorted(shipped.matters.values(), key=lambda one: one.code)]
