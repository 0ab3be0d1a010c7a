"""Somebody near is in need: said on the phone with and without a name, and what the one who said it reads of it."""

from playwright.sync_api import expect
from sqlalchemy import select

from backend.assistance import leads
from backend.assistance.leads_models import Lead
from backend.core.db import reading
from tests.support.legibility import broken
from tests.support.phone import Demonstration, Handset


def fill(handset: Handset, words: str, name: str) -> None:
    page = handset.open("/leads/new")
    page.get_by_label("他住在哪个镇街？").select_option(index=1)
    page.get_by_label("他叫什么？").fill("李大爷")
    page.locator(".chip").first.click()
    page.get_by_label("您看到了什么？").fill(words)
    page.get_by_text(name, exact=True).click()
    page.get_by_label("您的电话").fill("13800138007")


def test_a_neighbour_says_so_twice_once_without_a_name_and_reads_of_the_other(shown: Demonstration) -> None:
    handset = shown.phone(elder=True).log_in("李娜")
    page = handset.open("/home")
    handset.press("身边有人困难 替他说一声，镇街上门看望", "link")
    handset.heading("身边有人困难")
    expect(page.get_by_text("还没有反映过")).to_be_visible()
    handset.take("elder-leads")
    handset.press("我来告诉镇街", "link")
    handset.heading("告诉镇街")
    assert broken(page, elder=True) == {}
    handset.take("elder-lead-new")
    page.get_by_role("button", name="告诉镇街").click()
    expect(page.get_by_text("请选一个镇街。")).to_be_visible()
    for words, name in (("一个人住，几天没有出门", "留，有事可以问我"), ("孩子没有人管，饿着肚子", "不留名")):
        fill(handset, words, name)
        page.get_by_role("button", name="告诉镇街").click()
        expect(page.get_by_text("谢谢您。镇街会在")).to_be_visible()
    handset.press("看我反映过的", "link")
    expect(page.get_by_text("一个人住，几天没有出门")).to_be_visible()
    expect(page.get_by_text("镇街会尽快上门看望")).to_be_visible()
    expect(page.get_by_text("孩子没有人管")).to_have_count(0)
    assert broken(page, elder=True) == {}
    handset.take("elder-leads-mine")
    with shown.app.app_context(), reading() as work:
        rows = work.session.scalars(select(Lead).order_by(Lead.created_at.desc(), Lead.id.desc()).limit(2)).all()
        said = {leads.about(row).words: (row.reported_by is not None, row.found_by) for row in rows}
    named, unnamed = said["一个人住，几天没有出门"], said["孩子没有人管，饿着肚子"]
    assert (named[0], "13800138007" in named[1]) == (True, True)
    assert (unnamed[0], "13800138007" in unnamed[1]) == (False, False)
