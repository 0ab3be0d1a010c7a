"""缅怀 on the phone: a flower, words that are seen first, a family that keeps its hall, a day one wants to hear of."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from backend.core.clock import local
from backend.core.db import SYSTEM, Work, unit_of_work
from backend.demo.civil_moments import viewer_of
from backend.memorial import deceased, hall_people, hall_words, halls, moderation, moderation_desk
from backend.memorial.deceased import Dead
from backend.memorial.tribute_models import ModerationItem
from backend.residents.models import Person
from tests.support.halls import photo, sound
from tests.support.legibility import broken
from tests.support.phone import Demonstration, Handset

KEEPER, GUEST, BROTHER = "王芳", "李娜", "张伟"
OPEN_PAGES = [
    "/home", "/memorial", "/memorial/halls", "/memorial/enter", "/memorial/shown", "/memorial/reports",
    "/memorial/concerns",
]  # fmt: skip
STORY = "外婆生在江边，十六岁学织布。\n她常说：日子是一梭一梭织出来的。"


@dataclass(frozen=True)
class Kept:
    """A grandmother's hall that 王芳 keeps and 张伟 is family of; everybody may see it."""

    demonstration: Demonstration
    hall: UUID
    number: str

    def at(self, more: str = "") -> str:
        return f"/memorial/halls/{self.hall}{more}"

    def let_through(self) -> None:
        """The machine finds nothing wrong, and a clerk lets through what a person has to see first."""
        with self.demonstration.app.app_context(), unit_of_work(SYSTEM) as work:
            judge(work)

    def refuse(self, words: str) -> None:
        with self.demonstration.app.app_context(), unit_of_work(SYSTEM) as work:
            (item,) = [one for one in work.session.scalars(select(ModerationItem)) if one.words == words]
            moderation.judged(work, item, "review")
            moderation_desk.decide(work, viewer_of(work, "clerk"), item.id, "refuse", "money")


def judge(work: Work) -> None:
    for item in work.session.scalars(select(ModerationItem).where(ModerationItem.state == "checking")).all():
        moderation.judged(work, item, "pass")
    for item in work.session.scalars(select(ModerationItem).where(ModerationItem.state == "queued")).all():
        moderation_desk.decide(work, viewer_of(work, "clerk"), item.id, "show")


@pytest.fixture(scope="module")
def kept(shown: Demonstration) -> Kept:
    with shown.app.app_context(), unit_of_work(SYSTEM) as work:
        people = {one.name: one.id for one in work.session.scalars(select(Person))}
        clerk, today = viewer_of(work, "clerk"), local(work.now).date()
        dead = deceased.register(
            work, clerk, Dead("周桂英", today - timedelta(400), date(1933, 2, 6), proof="死亡医学证明")
        )
        asked = halls.Opening(people[KEEPER], "grandchild", "户口簿", [dead.id], "person", "怀念外婆", "dusk")
        hall = halls.open_hall(work, clerk, asked)
        hall_people.join(work, clerk, hall.id, people[BROTHER], "grandchild", "户口簿")
        hall_words.set_privacy(work, people[KEEPER], hall.id, "public")
        hall_words.write_story(work, people[KEEPER], hall.id, STORY)
        judge(work)
        return Kept(shown, hall.id, hall.number)


def read(handset: Handset, words: str) -> None:
    """Wait for these words, on a page that keeps the promises of 长辈版."""
    expect(handset.page.locator("main")).to_contain_text(words)
    assert broken(handset.page, elder=True) == {}


def test_a_flower_of_two_phones_is_one_and_words_are_seen_before_others_read_them(kept: Kept) -> None:
    first, second = (kept.demonstration.phone(elder=True).log_in(KEEPER) for _ in range(2))
    for handset in (first, second):
        handset.open("/memorial/halls")
        handset.page.get_by_role("link", name=re.compile("怀念外婆")).click()
        handset.heading("怀念外婆")
    read(first, "农历正月十二")
    first.page.get_by_role("button", name="献花").dblclick()
    expect(first.page.locator(".given-today")).to_be_focused()
    second.press("献花")
    expect(second.page.locator(".given-today")).to_be_focused()
    first.open(kept.at())
    read(first, "大家的心意：献花 1 次")
    first.press("留言", "link")
    first.press("留言")
    expect(first.page.get_by_text("请写一句话。")).to_be_visible()
    first.page.get_by_label("想说什么？").fill("外婆，我们都好。")
    first.press("留言")
    first.heading("我的心意和话")
    read(first, "工作人员看过以后，就能显示")
    guest = kept.demonstration.phone(elder=True).log_in(GUEST)
    come_in(guest, kept)
    expect(guest.page.locator("main")).not_to_contain_text("外婆，我们都好。")
    kept.let_through()
    guest.open(kept.at())
    read(guest, "外婆，我们都好。")
    report(guest)


def come_in(guest: Handset, kept: Kept) -> None:
    """By the number on the plate: a public hall asks for no code."""
    page = guest.open("/memorial/enter")
    page.get_by_label("纪念馆的编号").fill(kept.number.lower())
    guest.press("进去看看")
    guest.heading("怀念外婆")
    expect(page.get_by_role("link", name=re.compile("谁在一起管|我和纪念馆"))).to_have_count(0)


def report(guest: Handset) -> None:
    guest.page.locator("blockquote", has_text="外婆，我们都好。").get_by_role("link", name="这里不合适？").click()
    guest.heading("这里不合适")
    guest.page.get_by_label("他人的隐私").check()
    guest.press("告诉工作人员")
    read(guest, "收到了，谢谢您的提醒")
    guest.press("我的举报", "link")
    read(guest, "工作人员会尽快看")
    guest.take("memorial-reported")


def test_what_is_refused_says_why_in_a_message_and_can_be_looked_at_again(kept: Kept) -> None:
    handset = kept.demonstration.phone(elder=True).log_in(BROTHER)
    page = handset.open(kept.at("/give/letter"))
    page.get_by_label("想写什么？").fill("外婆，大家来给您凑份子。")
    page.get_by_label("也给大家看").check()
    handset.press("写好了")
    handset.heading("我的心意和话")
    kept.refuse("外婆，大家来给您凑份子。")
    page = handset.open("/inbox")
    page.locator("summary", has_text=re.compile("内容")).first.click()
    page.get_by_role("link", name="去看看").first.click()
    handset.heading("我写的、传的")
    read(handset, "纪念馆里不收钱")
    handset.take("memorial-refused")
    page.locator("summary", has_text="我不同意").click()
    page.get_by_label("为什么应该显示？").fill("凑份子是家里吃饭用的")
    handset.press("请再看一次")
    read(handset, "正在复核")
    handset.open(kept.at("/mine"))
    handset.press("收回")
    page.get_by_role("alertdialog").get_by_role("button", name="收回").click()
    read(handset, "已收回")


def test_a_family_keeps_its_hall_and_lets_somebody_in_by_a_code(kept: Kept) -> None:
    handset = kept.demonstration.phone(elder=True).log_in(KEEPER)
    page = handset.open(kept.at())
    expect(page.locator(".thought")).to_have_text("外婆生在江边，十六岁学织布。")
    handset.press("下一段")
    expect(page.locator(".thought")).to_have_text("她常说：日子是一梭一梭织出来的。")
    handset.open(kept.at("/photos"))
    page.get_by_label("写一句说明").fill("1968年，在老屋门前")
    page.locator("input[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    read(handset, "等人看一看")
    page.locator("input[type=file]").set_input_files({"name": "a.wav", "mimeType": "audio/wav", "buffer": sound()})
    expect(page.locator("audio")).to_have_js_property("duration", 0.1)
    kept.let_through()
    handset.open(kept.at())
    expect(page.get_by_alt_text("1968年，在老屋门前")).to_have_js_property("naturalWidth", 60)
    expect(page.get_by_label("一段录音")).to_have_js_property("duration", 0.1)
    handset.open(kept.at("/tree"))
    page.get_by_label("亲人的姓名").fill("周大山")
    page.get_by_label("父母", exact=True).check()
    page.get_by_label("去世了").check()
    handset.press("写上")
    read(handset, "已故")
    invite(kept, handset)


def invite(kept: Kept, handset: Handset) -> None:
    """The code opens the door once the hall is for those who are invited; who leaves needs a new one."""
    page = handset.open(kept.at("/settings"))
    page.get_by_label("受邀的人能看").check()
    page.locator("form", has_text="谁能看").get_by_role("button", name="就这样").click()
    expect(page.locator("#live")).to_have_text("改好了")
    handset.open(kept.at("/people"))
    handset.press("要一个邀请码")
    link = page.get_by_role("link", name="亲友打开的样子").get_attribute("href") or ""
    assert broken(page, elder=True) == {}
    handset.take("memorial-invited")
    guest = kept.demonstration.phone(elder=True).log_in(GUEST)
    guest.open(link.split("#")[1])
    guest.press("进去看看")
    guest.heading("怀念外婆")
    guest.press("我和纪念馆 您是受邀亲友", "link")
    guest.press("我要退出")
    guest.page.get_by_role("alertdialog").get_by_role("button", name="退出").click()
    guest.heading("网上纪念馆")
    expect(guest.page.get_by_role("link", name=re.compile("怀念外婆"))).to_have_count(0)


def test_a_day_is_told_of_only_while_it_is_wanted(kept: Kept) -> None:
    handset = kept.demonstration.phone(elder=True).log_in(BROTHER)
    page = handset.open("/days")
    read(handset, "您没有要提醒")
    page.get_by_role("link", name=re.compile("怀念外婆")).click()
    page.get_by_role("link", name=re.compile("忌日")).click()
    handset.heading("周桂英的忌日")
    read(handset, "按农历")
    handset.press("到时提醒我")
    read(handset, "到时会提醒您")
    handset.open("/days")
    read(handset, "提前 3 天，早上九点")
    handset.take("memorial-days")
    handset.press("不再提醒")
    expect(page.locator("main")).to_contain_text("您没有要提醒")
    page = handset.open(kept.at("/objection"))
    page.get_by_label("您怎么想？").fill("照片不是老屋门前的")
    handset.press("请人调解")
    read(handset, "收到了，编号")
    handset.press("我提的意见", "link")
    expect(page.locator("main")).to_contain_text("照片不是老屋门前的")


def test_every_page_of_remembering_keeps_the_promises_of_large_type(kept: Kept) -> None:
    own = ["", "/give/words", "/give/letter", "/give/song", "/mine", "/photos", "/story", "/tree", "/settings"]
    paths = [
        *OPEN_PAGES, f"/days/{kept.hall}", f"/days/{kept.hall}/birth", f"/memorial/report/hall_story/{kept.hall}",
        *(kept.at(one) for one in [*own, "/people", "/objection"]),
    ]  # fmt: skip
    handset, found, titles = kept.demonstration.phone(elder=True).log_in(KEEPER), {}, set()
    for number, path in enumerate(paths):
        found[path] = broken(handset.open(path), elder=True)
        titles.add(handset.page.locator("h1").inner_text())
        handset.take(f"memorial-{number}-elder")
    assert {path: what for path, what in found.items() if what} == {}
    assert len(titles) == len(paths), "every page is there, and has a title of its own"
    expect(handset.page.locator("#tabs [aria-current]")).to_have_count(0)
    plain = kept.demonstration.phone().log_in(KEEPER)
    for number, path in enumerate(["/home", "/memorial/halls", kept.at(), kept.at("/people"), "/days"]):
        assert broken(plain.open(path), elder=False) == {}
        plain.take(f"memorial-{number}")
