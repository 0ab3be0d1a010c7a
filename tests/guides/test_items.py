"""The guide items: complete, lawful, free, and such that they can be read aloud."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from backend.core import strict_yaml
from backend.guides.items import (
    ASPECTS,
    GROUPS,
    HERE,
    PLAIN_MAX,
    GuideItem,
    UnknownReferenceError,
    UnspeakableTextError,
    forbidden,
    forbidden_papers,
    items,
    laws,
    read,
    speakable,
)  # fmt: skip
from backend.reviews import overdue

CODES = {
    "marriage_registration", "divorce_application", "divorce_certificate", "divorce_withdrawal", "certificate_reissue",
    "no_record_proof", "premarital_counselling", "family_counselling", "award_ceremony", "group_wedding", "proxy_grant",
    "real_name", "my_data",
    "dibao", "edge", "rigid_expense", "tekun", "temporary_aid", "disability_living", "disability_care", "home_care",
    "orphan", "unsupported_child", "old_age", "care_subsidy", "disabled_elder_care", "funeral_fee_waiver",
    "home_adaptation", "ecological_burial", "cremation_reward",
}  # fmt: skip
ITEMS = sorted(CODES)


def raw(code: str = "marriage_registration") -> dict[str, Any]:
    loaded: dict[str, Any] = strict_yaml.load(HERE / "items" / f"{code}.yaml")
    return loaded


def test_every_matter_has_its_guide_item() -> None:
    assert set(items()) == CODES
    assert {item.group for item in items().values()} == set(GROUPS)


@pytest.mark.parametrize("code", ITEMS)
def test_no_guide_item_asks_for_a_forbidden_paper(code: str) -> None:
    asked = [paper.paper for paper in items()[code].bring]
    assert [paper for paper in asked if forbidden(paper)] == []
    assert "户口簿" in items()[code].never_asked


@pytest.mark.parametrize("word", [word for one in forbidden_papers() for word in one.words])
def test_a_guide_item_that_asks_for_a_forbidden_paper_is_refused_as_a_whole(word: str) -> None:
    facts = raw()
    facts["bring"].append({"paper": f"双方的{word}原件", "why": "核对"})
    with pytest.raises(ValidationError, match=word):
        GuideItem.model_validate(facts)


@pytest.mark.parametrize("code", ITEMS)
def test_every_matter_is_free(code: str) -> None:
    assert items()[code].fee == 0
    assert items()[code].group == "社会救助" or "条例6" in items()[code].law["fee"]
    assert "不收费" in items()[code].says("fee")


def test_a_fee_is_refused() -> None:
    with pytest.raises(ValidationError, match="fee"):
        GuideItem.model_validate(raw() | {"fee": 9})


@pytest.mark.parametrize("code", ITEMS)
def test_the_elders_version_is_short(code: str) -> None:
    assert 20 <= len(items()[code].plain) <= PLAIN_MAX


@pytest.mark.parametrize(("length", "fits"), [(PLAIN_MAX - 1, True), (PLAIN_MAX, True), (PLAIN_MAX + 1, False)])
def test_the_elders_version_has_a_limit(length: int, *, fits: bool) -> None:
    facts = raw() | {"plain": "好" * length}
    if fits:
        assert GuideItem.model_validate(facts).plain == "好" * length
    else:
        with pytest.raises(ValidationError, match="plain"):
            GuideItem.model_validate(facts)


@pytest.mark.parametrize(
    "text", ["见 https://a.cn", "请看www.a.cn", "很好😀", "**重点**", "第一步→第二步", "<b>好</b>", " "]
)
def test_a_text_that_cannot_be_read_aloud_is_refused(text: str) -> None:
    with pytest.raises(UnspeakableTextError):
        speakable(text)
    with pytest.raises(ValidationError, match="how_to_book"):
        GuideItem.model_validate(raw() | {"how_to_book": text})


def test_a_citation_must_be_in_the_table_of_laws() -> None:
    with pytest.raises(ValidationError, match="民法典9999"):
        GuideItem.model_validate(raw() | {"law": {"who": ["民法典9999"]}})


@pytest.mark.parametrize("part", [{"law": {"price": ["条例6"]}}, {"law": {}}, {"never_asked": ["护照"]}])
def test_a_part_or_paper_that_does_not_exist_is_refused(part: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="marriage_registration"):
        GuideItem.model_validate(raw() | part)


def test_every_article_of_the_table_is_cited_somewhere() -> None:
    cited = {key for item in items().values() for key in item.citations()}
    assert set(laws()) - cited == set()


@pytest.mark.parametrize("code", ITEMS)
@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_part_is_whole_sentences(code: str, aspect: str) -> None:
    said = items()[code].says(aspect)
    assert said.endswith("。")
    assert "。。" not in said
    assert "；。" not in said


def test_a_file_is_called_after_its_code(tmp_path: Path) -> None:
    misnamed = tmp_path / "other.yaml"
    misnamed.write_text((HERE / "items" / "my_data.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(UnknownReferenceError, match="other"):
        read(misnamed)


def test_a_divorce_certificate_is_fetched_where_the_application_was_made_and_a_marriage_registered_anywhere() -> None:
    assert items()["marriage_registration"].where.nationwide
    assert not items()["divorce_certificate"].where.nationwide
    assert not items()["divorce_withdrawal"].where.nationwide


def test_help_asks_for_no_paper_that_a_check_can_fetch() -> None:
    for item in items().values():
        if item.group == "社会救助":
            assert {"户口簿", "收入证明", "银行流水", "房产和车辆证明"} <= set(item.never_asked)
            assert "救助法62" in item.law["bring"]


def test_an_item_past_its_review_is_listed() -> None:
    last = max(item.review_by for item in items().values())
    assert f"guides/items/{items()['my_data'].code}.yaml" in overdue(date(last.year + 1, 1, 1))
