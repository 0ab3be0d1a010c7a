"""Words that fit: one SMS, no illness on a lock screen, no template without its facts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.clock import CHINA
from backend.notices.channels.base import Reason
from backend.notices.channels.wechat_fields import fit
from backend.notices.rules import Trouble
from backend.notices.texts import ONE_SMS, MissingFactError, book, facts_of, reason_zh, word

NOW = datetime(2026, 11, 22, 1, 31, tzinfo=UTC)
FACTS = {
    "kind_zh": "紧急呼叫", "subject": "王秀英", "place": "203房", "since": NOW, "press_count": 3, "minutes": 5,
    "answered_by": "王芳", "from_name": "李强", "open_count": 2,
    "asked_at": NOW, "title": "结婚登记", "due": "12月11日",
    "number": "HD261122-0042-7", "office": "示范县婚姻登记处", "due_at": NOW,
    "name": "欧阳婷婷", "until": "2026年12月22日", "count": 12, "overdue": 3,
    "kind": "助餐", "what": "志愿者还没有结束服务，请打电话问一问。",
}  # fmt: skip
TEMPLATES = sorted(book().templates.keys() - book().for_residents)  # the others: tests/residents/test_texts.py


def test_an_sos_reads_as_people_speak() -> None:
    words = word("alarm", FACTS, NOW)
    assert words.title == "紧急呼叫"
    assert words.short == "【守望】203房 王秀英 紧急呼叫，09:31按下，请立即前往。"


def test_a_reminder_says_for_how_long_nobody_was_seen() -> None:
    assert word("ack_decay_remind", FACTS, NOW).body.startswith("您已接警 5 分钟，还没有到场记录")


def test_what_came_late_says_so_and_yesterday_has_its_date() -> None:
    words = word("alarm", FACTS | {"delayed": True, "since": NOW - timedelta(days=1)}, NOW)
    assert "（延迟到达）" in words.short
    assert "11月21日09:31按下" in words.short


@pytest.mark.parametrize(("hour", "shown"), [(15, "11月21日23:59"), (16, "00:00")])
def test_the_day_changes_at_midnight_in_china(hour: int, shown: str) -> None:
    since = datetime(2026, 11, 21, hour, 59 if hour == 15 else 0, tzinfo=UTC)
    assert (
        f"{shown}按下" in word("alarm", FACTS | {"since": since}, since.astimezone(CHINA) + timedelta(minutes=5)).short
    )


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_refuses_to_guess_a_fact(template: str) -> None:
    for fact in facts_of(template):
        with pytest.raises(MissingFactError, match=fact):
            word(template, {name: value for name, value in FACTS.items() if name != fact}, NOW)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_is_one_sms_and_fits_wechat(template: str) -> None:
    words = word(template, FACTS, NOW)
    assert len(words.short) <= ONE_SMS
    assert words.short.startswith("【守望】")
    assert fit(words.fields).keys() == words.fields.keys()
    assert "王秀英" not in words.title


@pytest.mark.parametrize("template", TEMPLATES)
@given(place=st.text("安康养老院楼房床号1239 ", max_size=200), subject=st.text("王秀英", min_size=1, max_size=128))
def test_no_name_and_no_place_makes_two_sms_of_one(template: str, place: str, subject: str) -> None:
    words = word(template, FACTS | {"place": place, "subject": subject, "from_name": subject}, NOW)
    assert len(words.short) <= ONE_SMS


@pytest.mark.parametrize("length", [69, 70, 71])
def test_a_place_is_cut_at_its_beginning_where_the_text_would_be_too_long(length: int) -> None:
    rest = len(word("alarm", FACTS | {"place": ""}, NOW).short) + 1
    place = "安" * (length - rest - 3) + "1床间"
    short = word("alarm", FACTS | {"place": place}, NOW).short
    assert len(short) == min(length, ONE_SMS)
    assert ("…" in short) is (length > ONE_SMS)
    assert "1床间 王秀英" in short


@pytest.mark.parametrize("kind", ["心率异常", "血氧异常", "夜间离床未归"])
@pytest.mark.parametrize("template", ["alarm_contact", "contact_answered"])
def test_a_relatives_phone_shows_no_health_no_place_and_no_code(template: str, kind: str) -> None:
    private = {
        "kind_zh": kind,
        "place": "桃园路3号",
        "conditions": "高血压",
        "door_code": "4711#",
        "detail": "心率 140",
    }
    words = word(template, FACTS | private, NOW)
    shown = " ".join((words.title, words.body, words.short, *words.fields.values()))
    assert not [value for value in (*private.values(), "心率", "血氧") if value in shown]


def test_a_relative_may_know_that_it_was_the_button() -> None:
    assert "紧急呼叫" in word("alarm_contact", FACTS, NOW).short


@pytest.mark.parametrize("reason", [*Reason, *Trouble])
def test_every_reason_has_chinese_words(reason: str) -> None:
    quiet = {"ok", "cancelled", "channel_sick"}  # these never end a notice
    assert (reason_zh(reason) != reason_zh("other")) is (reason not in quiet)


def test_an_unknown_template_is_an_error() -> None:
    with pytest.raises(KeyError):
        word("nonsense", FACTS, NOW)
