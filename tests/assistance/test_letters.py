"""决定书: everything a family must read stands on it, in the file too; who read it is written down."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.cases import letters
from backend.cases.deciding import Words
from backend.core import letters_pdf
from backend.core.audit import AuditEntry
from backend.core.capitals import capitals
from backend.core.clock import ManualClock
from backend.core.errors import NotFoundError
from backend.core.letters import Letter
from tests.conftest import WorkFactory
from tests.support import aid
from tests.support.cases import Window

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REFUSAL = Words("refused", "家里有两套房，超过规定", "审核确认办法第12条")


def _letter(work: WorkFactory, window: Window, clock: ManualClock, words: Words | None = None) -> Letter:
    with work(window["clerk"].actor) as w:
        case = aid.published(w, window)
    aid.decided(window, clock, case, "2026-11-30", words)
    with work(window["officer"].actor) as w:
        return letters.of_case(w, window["officer"], case.id)


@SQLITE
def test_a_grant_says_who_what_how_much_in_digits_and_capitals_and_how_to_appeal(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    found = _letter(work, window, clock)
    rows, (amount,) = dict(found.rows), found.sums
    yuan = Decimal(amount.figure.strip("¥ 元").replace(",", ""))
    assert (found.title, found.office) == ("最低生活保障决定书", "示范县民政局")
    assert rows["申请人"].startswith("王秀英（证件号码 5*")
    assert (rows["决定"], rows["家庭人数"], rows["依据"]) == ("同意给予最低生活保障", "2 人", "审核确认办法第20条")
    assert rows["发放"] == "从2026年12月起按月发"
    assert (amount.title, amount.capitals) == ("每月", capitals(yuan))
    assert yuan > 0
    assert any(str(yuan) in step for step in found.steps)
    assert not [step for step in found.steps if step.startswith("提醒")]
    said = "".join(found.body)
    assert "60日内（到2027年1月29日为止）向示范县人民政府申请行政复议" in said
    assert "六个月内向人民法院提起行政诉讼" in said


@SQLITE
def test_a_refusal_has_its_reason_and_article_and_no_amount(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    found = _letter(work, window, clock, REFUSAL)
    rows = dict(found.rows)
    assert rows["决定"] == "不同意给予最低生活保障"
    assert rows["理由"] == "家里有两套房，超过规定"
    assert rows["依据"] == "审核确认办法第12条；审核确认办法第20条"
    assert found.sums == ()


@SQLITE
def test_who_read_a_letter_is_written_down_and_strangers_read_none(
    work: WorkFactory, window: Window, clock: ManualClock
) -> None:
    found = _letter(work, window, clock)
    with work() as w:
        reads = w.session.scalars(select(AuditEntry.body).where(AuditEntry.action == "person.read")).all()
        assert [one for one in reads if found.number in one] == [f'{{"why":"letter:{found.number}"}}']
    with work(window["clerk"].actor) as w:
        case = aid.accepted(w, window, matter="temporary_aid", filled={**aid_emergency()})
        with pytest.raises(NotFoundError):  # nothing is decided yet
            letters.of_case(w, window["clerk"], case.id)
        with pytest.raises(NotFoundError):
            letters.of_case(w, window["elsewhere"], case.id)


def aid_emergency() -> dict[str, object]:
    return {
        "aid": "urgent", "what_happened": "家里失火", "happened_on": "2026-11-20", "kind": "fire", "people": 1,
        "urban": "rural", "asked": "500",
    }  # fmt: skip


def _drawn(data: bytes) -> set[str]:
    """The characters a reader can copy out of the file, from the map its font carries."""
    maps = re.findall(rb"beginbfchar\n(.*?)endbfchar", data, re.DOTALL)
    codes = re.findall(rb"> <([0-9A-Fa-f]+)>", b"".join(maps))
    return {bytes.fromhex(code.decode()).decode("utf-16-be") for code in codes}


@SQLITE
def test_the_file_carries_every_word_of_the_letter(work: WorkFactory, window: Window, clock: ManualClock) -> None:
    found = _letter(work, window, clock)
    data = letters_pdf.render(found, "https://example.invalid/m/cases", "扫一扫")
    words = [found.title, found.number, found.office, found.day, *found.steps, *found.body]
    words += [text for row in found.rows for text in row] + [found.sums[0].figure, found.sums[0].capitals]
    assert data.startswith(b"%PDF-")
    assert set("".join(words)) - _drawn(data) == set()
    assert data.count(b"/Type /Page\n") <= 2


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("0", "零元整"), ("0.05", "伍分"), ("0.80", "捌角整"), ("10", "壹拾元整"), ("1200", "壹仟贰佰元整"),
        ("1040.00", "壹仟零肆拾元整"), ("60.05", "陆拾元零伍分"), ("12.34", "壹拾贰元叁角肆分"),
        ("10010", "壹万零壹拾元整"), ("100305.3", "壹拾万零叁佰零伍元叁角整"), ("20003000", "贰仟万叁仟元整"),
        ("200000001", "贰亿零壹元整"), ("9000000000000000.09", "玖仟万亿元零玖分"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(yuan: str, words: str) -> None:
    assert capitals(Decimal(yuan)) == words


@pytest.mark.parametrize("yuan", ["-0.01", "0.001", "10000000000000000"])
def test_what_is_no_amount_has_no_words(yuan: str) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        capitals(Decimal(yuan))
