"""Every field type of a subscription message, below, at and above its limit."""

import pytest

from backend.notices.channels.wechat_fields import FieldError, fit


@pytest.mark.parametrize(
    ("name", "value", "fitted"),
    [
        ("thing1", "字" * 19, "字" * 19),
        ("thing1", "字" * 20, "字" * 20),
        ("thing1", "字" * 21, "字" * 19 + "…"),
        ("thing12", "  两行\n文字\t", "两行 文字"),
        ("thing1", "", "—"),
        ("thing1", " \n", "—"),
        ("thing1", "𠮷" * 10, "𠮷" * 10),
        ("thing1", "𠮷" * 11, "𠮷" * 9 + "…"),
        ("short_thing1", "一二三四五", "一二三四五"),
        ("short_thing1", "一二三四五六", "一二三四…"),
        ("name1", "欧" * 10, "欧" * 10),
        ("name1", "欧" * 11, "欧" * 9 + "…"),
        ("name1", "A" * 20, "A" * 20),
        ("name1", "A" * 21, "A" * 19 + "…"),
        ("name1", "", "—"),
        ("phrase1", "紧急求助", "紧急求助"),
        ("phrase1", "正在赶来中", "正在赶来中"),
        ("phrase1", "正在赶来途中", "正在赶来途"),
        ("phrase1", "SOS求助!", "求助"),
        ("phrase1", "SOS", "暂无"),
        ("phrase1", "", "暂无"),
        ("date1", "2026年11月22日", "2026年11月22日"),
        ("date1", "2026-11-02", "2026年11月2日"),
        ("date1", "2026年11月22日 15:01~2026年11月22日 16:01", "2026年11月22日 15:01~2026年11月22日 16:01"),
        ("time1", "15:01", "15:01"),
        ("time1", "15:01~16:01", "15:01~16:01"),
        ("time1", "2026年11月22日 15:01", "2026年11月22日 15:01"),
        ("time1", "2026-11-22 15:01:59", "2026年11月22日 15:01"),
        ("time1", "2026-11-22T07:01:00+00:00", "2026年11月22日 15:01"),
        ("time1", "2026-11-22T17:01Z", "2026年11月23日 01:01"),
        ("number1", "-37.5", "-37.5"),
        ("number1", "1" * 32, "1" * 32),
        ("amount1", "¥1234567890.00", "¥1234567890.00"),
        ("amount1", "20元", "20元"),
        ("letter1", "AB-cd 1", "ABcd"),
        ("character_string1", "A-101 203房", "A-101203"),
        ("character_string1", "x" * 33, "x" * 32),
        ("character_string1", "", "-"),
        ("symbol1", "!?#a", "!?#"),
        ("symbol1", "!!!!!!", "!!!!!"),
        ("phone_number1", "0571-8888 8888", "0571-88888888"),
        ("phone_number1", "1" * 18, "1" * 17),
        ("car_number1", "渝A·12345", "渝A12345"),
        ("enum1", "ALARM", "ALARM"),
        ("unheard1", "字" * 21, "字" * 19 + "…"),
        ("odd", "", "—"),
    ],
)
def test_a_value_is_cut_and_shaped_to_its_type(name: str, value: str, fitted: str) -> None:
    assert fit({name: value}) == {name: fitted}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number1", ""),
        ("number1", "三"),
        ("number1", "1" * 33),
        ("amount1", "12345678901"),
        ("amount1", ""),
        ("date1", ""),
        ("date1", "昨天"),
        ("date1", "2026-13-01"),
        ("time1", "2026-11-22"),
        ("time1", "soon"),
        ("letter1", "中文"),
        ("phone_number1", "无"),
        ("enum1", ""),
    ],
)
def test_a_value_that_would_have_to_be_invented_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(FieldError) as caught:
        fit({"thing9": "好", name: value})
    assert caught.value.field == name
    assert value == "" or value not in str(caught.value)
