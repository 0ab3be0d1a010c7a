"""核对志愿服务证明: what whoever holds a certificate sees on a phone."""

from datetime import date, datetime
from uuid import UUID

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect

from backend.core.clock import CHINA
from backend.core.db import Work
from backend.volunteers import certificates, records
from backend.volunteers.guardians import SELF
from backend.volunteers.models import ServiceCertificate, Volunteer
from tests.conftest import WorkFactory
from tests.console.conftest import OpenPage, Shoot, Site
from tests.support.volunteers import served, volunteer
from tests.support.world import COUNTY, build

PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


def issued(w: Work) -> tuple[ServiceCertificate, Volunteer]:
    mine: UUID = volunteer(w)
    records.record(w, served(mine, datetime(2026, 11, 20, 9, tzinfo=CHINA), 90))
    holder = w.session.get_one(Volunteer, mine)
    return certificates.issue(w, holder, date(2026, 11, 1), date(2026, 11, 22), SELF), holder


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_certificate_is_verified_from_a_phone_and_a_withdrawn_one_says_so(
    site: Site, open_page: OpenPage, shoot: Shoot
) -> None:
    with site.work() as w:
        row, holder = issued(w)
        address, number, code = f"/verify/{row.number}?c={row.code}", row.number, row.code
    page = open_page(address, **PHONE)
    expect(page.get_by_role("status")).to_contain_text("证明有效")
    main = page.locator("main")
    for words in ("志**", "1小时30分", "助餐", "桃园社区", "2026年11月20日"):
        expect(main).to_contain_text(words)
    assert "志愿1" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    shoot(page, "verify-phone")

    page.goto(f"{site.url}/verify/{number}?c=AAAAAAAAAA")
    expect(page.get_by_role("status")).to_contain_text("没有找到")
    expect(page.locator("main")).not_to_contain_text("志**")
    with site.work() as w:
        viewer = site.world.viewer("officer", "officer", f"{COUNTY}/")
        certificates.revoke(w, viewer, w.session.get_one(Volunteer, holder.id), row.id, "冒用他人记录")
    page.get_by_label("证明编号").fill(number)
    page.get_by_label("核对码").fill(code)
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("status")).to_contain_text("已撤销")
    expect(page.get_by_role("status")).to_contain_text("冒用他人记录")
    expect(main).not_to_contain_text("助餐")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_guesses_codes_is_soon_told_to_wait(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        build(w)
        number = issued(w)[0].number
    client = app.test_client()
    answers = [client.get(f"/verify/{number}?c={guess:010d}").status_code for guess in range(61)]
    assert answers == [404] * 60 + [429]
    assert "稍" in client.get(f"/verify/{number}", headers={"Accept": "text/html"}).get_data(as_text=True)
