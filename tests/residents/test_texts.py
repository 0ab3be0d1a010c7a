"""What residents read: one text message, fields that WeChat takes, nothing private on a lock screen."""

import re
from datetime import UTC, datetime

import pytest

from backend.notices.channels.wechat_fields import fit
from backend.notices.texts import ONE_SMS, book, facts_of, word

NOW = datetime(2026, 11, 22, 1, 31, tzinfo=UTC)
LATER = datetime(2026, 12, 24, 8, 0, tzinfo=UTC)
TEMPLATES = sorted(book().for_residents)
MOMENTS = {"at", "until", "since", "day"}
# Facts as long as they come; what is not named here is an ordinary short word.
LONG = {
    "office": "重庆市合川区民政局婚姻登记处", "office_phone": "02342751234", "number": "HY202611220001X",
    "matter": "婚姻家庭辅导", "bring": "身份证、两张近期合影", "whom": "欧阳**", "agent": "欧阳**",
    "who": "由孙子女欧阳**代办",
}  # fmt: skip
PRIVATE = re.compile(r"\d{15,18}|身份证号|离婚|低保|特困|残疾|癌|病")


def _facts(template: str) -> dict[str, object]:
    needed = facts_of(template)
    return {name: LATER if name in MOMENTS else LONG.get(name, "办理中") for name in needed}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_is_one_sms_from_us(template: str) -> None:
    short = book().templates[template].short
    words = word(template, _facts(template), NOW)
    assert short.startswith("【守望】")
    assert len(words.short) <= ONE_SMS


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_fields_fit_wechats_templates_without_loss_of_any(template: str) -> None:
    words = word(template, _facts(template), NOW)
    assert fit(words.fields).keys() == words.fields.keys()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_lock_screen_shows_no_matter_that_is_nobodys_business(template: str) -> None:
    known = book().templates[template]
    shown = " ".join((known.title, known.short, *known.fields.values()))
    assert PRIVATE.search(shown) is None
    assert "{matter}" not in shown


def test_a_moment_is_short_in_a_text_and_whole_in_a_field() -> None:
    words = word("identity_proved", {"at": LATER}, NOW)
    assert "12月24日16:00" in words.short
    assert words.fields["time2"] == "2026年12月24日 16:00"
    assert word("identity_proved", {"at": NOW}, NOW).fields["time2"] == "2026年11月22日 09:31"


def test_a_template_belongs_to_residents_or_to_the_house() -> None:
    assert book().for_residents < book().templates.keys()
    assert "alarm" not in book().for_residents
