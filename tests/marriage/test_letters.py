"""Papers that are handed over: the same words on the page and in the file, provisional where it is."""

from datetime import datetime
from importlib.resources import files
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from backend.core import letters_pdf
from backend.core.clock import CHINA, ManualClock
from backend.core.errors import NotFoundError
from backend.core.letters import Letter
from backend.marriage import letters, service
from backend.marriage.declared import Declared
from backend.marriage.errors import NoLetterError, NotPossibleError
from backend.marriage.providers import StatusAnswer
from tests.conftest import WorkFactory
from tests.support.registry import Registry, check, couple, registered, someone, walk_in

TAIWAN = Declared(country="台湾")


def _receipt(work: WorkFactory, here: Registry) -> Letter:
    with work() as w:
        case = registered(w, here.viewer(), "divorce_application", couple(w))
        return letters.letter(w, here.viewer(), case.id)


def test_the_receipt_has_both_periods_as_the_law_counts_them(work: WorkFactory, here: Registry) -> None:
    found = _receipt(work, here)  # received on 16 January 2026; 15 and 17 to 23 February are rest days
    assert [(one.first, one.last) for one in found.periods] == [
        ("2026年1月16日", "2026年2月24日下班前"),
        ("2026年2月25日", "2026年3月26日"),
    ]
    assert found.provisional == ""


def test_the_receipt_says_where_its_dates_are_provisional(
    work: WorkFactory, here: Registry, clock: ManualClock
) -> None:
    clock._now = datetime(2026, 12, 1, 9, tzinfo=CHINA)
    assert "暂定" in _receipt(work, here).provisional


def test_a_refusal_has_its_reason_its_article_and_the_way_to_appeal(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        who = here.viewer()
        case = check(w, who, walk_in(w, who, "marriage_registration", couple(w)))
        service.refuse(w, who, case.id, "will_unclear")
        found = letters.letter(w, who, case.id)
        rows = dict(found.rows)
        assert rows["当事人"] == "陈明、林芳"
        assert rows["依据"] == "婚姻登记条例第9条、第10条"
        assert "六十日内申请行政复议" in found.body[0]


def test_a_certificate_of_no_record_says_until_when_it_was_looked_and_for_what(
    work: WorkFactory, here: Registry
) -> None:
    with work() as w:
        who = here.viewer()
        case = check(w, who, walk_in(w, who, "no_record_proof", (someone(w, "陈明", 1),), TAIWAN))
        service.register(w, who, case.id)
        found = letters.letter(w, who, case.id)
        assert found.kind == "proof"
        assert "到2026年1月16日为止" in found.body[0]
        assert dict(found.rows)["用途"] == "台湾"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("married", "has_record"), ("divorced", "has_record"), ("widowed", "has_record"),
        ("unavailable", "status_unavailable"), ("unknown", "status_unknown"), ("mismatch", "identity_mismatch"),
    ],
)  # fmt: skip
def test_no_certificate_of_no_record_for_whoever_has_or_may_have_one(
    work: WorkFactory, here: Registry, status: str, reason: str
) -> None:
    with work() as w:
        who = here.viewer()
        case = walk_in(w, who, "no_record_proof", (someone(w, "陈明", 1),), TAIWAN)
        check(w, who, case, StatusAnswer(status))  # type: ignore[arg-type] # the parameters are statuses
        with pytest.raises(NotPossibleError) as refused:
            service.register(w, who, case.id)
        assert [one["code"] for one in refused.value.facts["reasons"]] == [reason]


def test_who_was_married_here_gets_no_certificate_of_no_record(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        who, people = here.viewer(), couple(w)
        registered(w, who, "marriage_registration", people)
        case = check(w, who, walk_in(w, who, "no_record_proof", people[:1], TAIWAN), StatusAnswer("single"))
        with pytest.raises(NotPossibleError):
            service.register(w, who, case.id)


def test_there_is_nothing_to_print_before_the_decision_nor_for_a_stranger(work: WorkFactory, here: Registry) -> None:
    with work() as w:
        case = walk_in(w, here.viewer(), "marriage_registration", couple(w))
        with pytest.raises(NoLetterError):
            letters.letter(w, here.viewer(), case.id)
        with pytest.raises(NotFoundError):
            letters.letter(w, here.viewer("registrar_there"), case.id)


def test_the_file_carries_its_font_and_fits_on_one_page(work: WorkFactory, here: Registry) -> None:
    found = _receipt(work, here)
    data = letters_pdf.render(found, "https://example.invalid/m/marriage/cases", "扫一扫")
    assert data.startswith(b"%PDF-")
    assert b"/FontFile3" in data  # embedded, not left to the reader's machine
    assert data.count(b"/Type /Page\n") == 1
    assert len(data) < 200_000


@pytest.mark.parametrize("name", ["䶮𬭼", "阿卜杜拉·买买提", "龘靐齉"])
def test_rare_characters_of_names_are_drawn(name: str) -> None:
    source = BytesIO((files(letters_pdf.FONT_PACKAGE) / letters_pdf.FONT_FILE).read_bytes())
    with TTFont(source, lazy=True) as font:
        drawn = font.getBestCmap()
    assert [sign for sign in name if ord(sign) not in drawn] == []
    letter = Letter("refusal", "告知书", "1", "登记处", "2026年1月16日", (("当事人", name),), ("正文",))
    assert letters_pdf.render(letter, "https://example.invalid/", "扫一扫").startswith(b"%PDF-")


def test_a_long_refusal_goes_on_to_a_second_page_without_losing_words() -> None:
    rows = (("理由", "证件或声明有疑问，需要核实。" * 80),)
    letter = Letter("refusal", "告知书", "1", "登记处", "2026年1月16日", rows, ("正文" * 200,))
    data = letters_pdf.render(letter, "https://example.invalid/", "扫一扫")
    assert data.count(b"/Type /Page\n") == 2
