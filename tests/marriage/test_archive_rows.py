"""One historic row: what can be true is kept, what cannot is told with every reason."""

from datetime import date

import pytest

from backend.core.errors import BadInputError
from backend.marriage.archive_rows import Entry, fields_of, lookup_of, read_day, read_row
from tests.support.residents import id_number

TODAY = date(2026, 11, 22)
HEADER = ["登记日期", "类别", "证件字号", "登记机关", "男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "备注"]
FIELDS = fields_of(HEADER)
HIS, HERS = id_number(date(1970, 1, 2), 1), id_number(date(1972, 3, 4), 2)
OLD = "500118700102001"  # the same man's number of 15 digits, with another serial


def row(**more: str) -> list[str]:
    given = {
        "登记日期": "1998-05-20", "类别": "结婚", "证件字号": "巫结012号", "登记机关": "城厢镇", "男方姓名": "陈明",
        "男方身份证号": HIS, "女方姓名": "林芳", "女方身份证号": HERS, "备注": "",
    }  # fmt: skip
    return [(given | more)[name] for name in HEADER]


def reasons(**more: str) -> tuple[str, ...]:
    found = read_row(FIELDS, row(**more), TODAY)
    assert isinstance(found, tuple)
    return found


def entry(**more: str) -> Entry:
    found = read_row(FIELDS, row(**more), TODAY)
    assert isinstance(found, Entry), found
    return found


@pytest.mark.parametrize(
    "text",
    ["1998-05-20", "1998.5.20", "1998/5/20", "1998年5月20日", "19980520", "１９９８．５．２０", "1998-05-20 00:00:00"],
)
def test_a_day_is_understood_however_it_was_written(text: str) -> None:
    assert entry(登记日期=text).registered_on == date(1998, 5, 20)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "没有写登记日期"), ("1998-02-30", "不存在"), ("98-5-20", "看不懂"), ("35935", "看不懂"),
        ("2026-11-23", "今天以后"), ("1949-09-30", "早于"), ("1997-02-29", "不存在"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_told(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_day(text, TODAY)


@pytest.mark.parametrize("text", ["2026-11-22", "1949-10-01", "1996-02-29"])
def test_a_day_at_the_border_is_taken(text: str) -> None:
    assert read_day(text, TODAY).isoformat() == text


def test_a_number_of_15_digits_is_noted_and_found_by_todays_18() -> None:
    found = entry(男方身份证号=OLD)
    assert found.id_a == OLD
    assert found.lookup_a is not None
    assert found.lookup_a == lookup_of(OLD, TODAY)
    assert found.lookup_a.startswith("50011819700102001")
    assert found.note == "男方为15位旧号"


def test_full_width_signs_and_spaces_between_chinese_characters_do_not_matter() -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in HIS)
    assert entry(男方身份证号=wide, 男方姓名="陈　明 ").core == entry().core


def test_old_rows_may_have_no_number_and_no_certificate() -> None:
    found = entry(男方身份证号="", 女方身份证号="", 证件字号="")
    assert (found.id_a, found.lookup_b, found.certificate_number, found.number_scope) == (None, None, None, None)


@pytest.mark.parametrize("number", ["H1234567801", "E12345678", "军字第0123456号", "G1234567"])
def test_other_documents_are_kept_and_noted(number: str) -> None:
    assert "其他证件" in entry(男方身份证号=number).note


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"男方身份证号": HIS[:17] + ("1" if HIS[17] != "1" else "2")}, "男方：身份证号校验位不对"),
        ({"男方身份证号": HIS[:17]}, "18 位"),
        ({"女方身份证号": "5.00118E+17"}, "科学计数"),
        ({"男方身份证号": "500118700230001"}, "出生日期不存在"),
        ({"男方姓名": ""}, "没有写男方姓名"),
        ({"女方姓名": "林芳2"}, "有数字"),
        ({"登记机关": ""}, "没有写登记机关"),
        ({"类别": "订婚"}, "不认识"),
        ({"类别": ""}, "没有写类别"),
        ({"女方身份证号": HIS}, "相同"),
        ({"登记日期": "1970-01-01"}, "男方的出生日期晚于登记日期"),
        ({"证件字号": "字" * 41}, "太长"),
    ],
)
def test_what_cannot_be_is_told_in_chinese(change: dict[str, str], why: str) -> None:
    assert why in "；".join(reasons(**change))


def test_every_reason_is_told_at_once() -> None:
    assert len(reasons(登记日期="1998-13-01", 男方姓名="", 类别="", 女方身份证号="123")) == 4


def test_a_certificate_number_is_unique_by_office_and_year_before_it_had_both_in_it() -> None:
    scopes = [entry(登记日期=day).number_scope for day in ("1998-05-20", "1998-06-01", "1999-05-20")]
    assert scopes[0] == scopes[1] != scopes[2]
    modern = [entry(证件字号="J500238-2010-000123", 登记机关=office).number_scope for office in ("甲", "乙")]
    assert modern[0] == modern[1]


def test_columns_come_in_any_order_by_any_of_their_names() -> None:
    assert fields_of(["女方姓名", "男方姓名", "登记处", "登记类别", "发证日期"]) == (
        "name_b", "name_a", "office_name", "kind", "registered_on",
    )  # fmt: skip


def test_the_columns_of_our_own_list_of_bad_rows_are_passed_over() -> None:
    assert fields_of(["原行号", "问题", *HEADER])[:3] == (None, None, "registered_on")


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (HEADER[1:], "缺少“登记日期”"),
        ([*HEADER, "民族"], "不认识“民族”"),
        ([*HEADER, "登记时间"], "有两列"),
        ([], "缺少“类别、登记日期、登记机关、男方姓名、女方姓名”"),
    ],
)
def test_a_wrong_header_is_told_by_the_name_of_the_column(header: list[str], why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        fields_of(header)


def test_more_cells_than_columns_are_refused_unless_they_are_empty() -> None:
    assert isinstance(read_row(FIELDS, [*row(), "", " "], TODAY), Entry)
    found = read_row(FIELDS, [*row(), "多"], TODAY)
    assert isinstance(found, tuple)
    assert "10 格" in found[0]
