"""The device pages in a browser: register, get the code, test, find what is wrong."""

from apiflask import APIFlask
from sqlalchemy import select

from backend.devices import service, strangers
from backend.devices.contact import Seen, touch
from backend.devices.models import Device
from backend.devices.service import NewDevice, Spot
from tests.console.conftest import OpenPage, Shoot, Site
from tests.support.world import HOME


def _button(site: Site, name: str = "203 呼叫按钮", *, proven: bool = True) -> Device:
    with site.work() as w:
        new = NewDevice(
            "zigbee2mqtt",
            f"zigbee2mqtt/{name}",
            name,
            Spot(bed_id=site.world.bed),
            capabilities=["sos"],
            power="battery",
        )
        device = service.register(w, new)
        if proven:
            service.prove(w, device.id)
            touch(w, [Seen(device.id, w.now, battery=81.0)])
    return device


def test_a_clerk_registers_a_device_and_gets_its_code(site: Site, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page("/console/devices/new", "lead")
    page.get_by_label("设备名称").fill("203 跌倒报警按钮")
    page.get_by_label("位置").select_option(f"bed:{site.world.bed}")
    page.get_by_label("接入方式").fill("care")
    page.get_by_label("设备编号").fill("SN-77")
    shoot(page, "device-new")
    page.get_by_role("button", name="登记").click()
    page.get_by_text("密码只显示这一次").wait_for()
    assert page.locator(".qr svg").count() == 1
    assert page.get_by_text("安康养老院 2楼 203房 1床").count() == 1
    shoot(page, "device-sheet")
    with site.work() as w:
        row = w.session.scalars(select(Device)).one()
        assert (row.state, row.hardware_id, row.bed_id) == ("registered", "SN-77", site.world.bed)


def test_what_is_wrong_is_said_above_the_form_as_it_was_filled_in(site: Site, open_page: OpenPage) -> None:
    _button(site)
    page = open_page("/console/devices/new", "lead")
    page.get_by_label("设备名称").fill("又一个")
    page.get_by_label("位置").select_option(f"site:{HOME}")
    page.get_by_label("设备编号").fill("zigbee2mqtt/203 呼叫按钮")
    page.get_by_role("button", name="登记").click()
    assert "已经登记为“203 呼叫按钮”" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("设备名称").input_value() == "又一个"


def test_the_list_shows_contact_battery_and_what_is_due(
    site: Site, open_page: OpenPage, shoot: Shoot, app: APIFlask
) -> None:
    device = _button(site)
    _button(site, "备用按钮", proven=False)
    site.clock.advance(7 * 86_400 + 60)
    page = open_page("/console/devices/", "lead")
    assert "1 个按钮该试按了" in page.get_by_role("region", name="该试按的按钮").inner_text()
    row = page.get_by_role("row").filter(has_text="203 呼叫按钮")
    assert "7 天前" in row.inner_text()
    assert "未知" in row.inner_text()
    shoot(page, "devices")
    row.get_by_role("button", name="测试 10 分钟").click()
    page.get_by_text("已进入测试模式 10 分钟").wait_for()
    with site.work() as w:
        assert w.session.get_one(Device, device.id).test_until is not None
    row.get_by_text("更多").click()
    row.get_by_label("维护原因").fill("换电池")
    row.get_by_role("button", name="开始维护").click()
    page.get_by_text("已开始维护").wait_for()
    assert "换电池" in row.inner_text()
    row.get_by_role("button", name="恢复使用").click()
    page.get_by_text("已恢复使用").wait_for()
    row.get_by_text("更多").click()
    row.get_by_role("link", name="更换位置").click()
    page.get_by_label("换到").select_option(f"room:{site.world.room}")
    page.get_by_role("button", name="更换位置").click()
    page.get_by_text("位置已更换").wait_for()


def test_who_only_looks_sees_no_buttons(site: Site, open_page: OpenPage, shoot: Shoot) -> None:
    _button(site)
    page = open_page("/console/devices/", "duty", width=390, height=844)
    assert page.get_by_role("button", name="测试 10 分钟").count() == 0
    assert page.get_by_role("link", name="登记设备").count() == 0
    shoot(page, "devices-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_stranger_is_registered_with_one_click_and_poison_is_looked_at(site: Site, open_page: OpenPage) -> None:
    with site.work() as w:
        strangers.unknown(w, "chirpstack", "24e124535b316056")
        strangers.quarantine(w, "care", "care/v1/<script>", "not_json", "line 1", b"<script>")
    page = open_page("/console/devices/unknown", "lead")
    page.get_by_role("link", name="登记", exact=True).click()
    assert page.get_by_label("设备编号").input_value() == "24e124535b316056"
    assert page.get_by_label("接入方式").input_value() == "chirpstack"
    page.goto(site.url + "/console/devices/quarantine")
    assert "care/v1/<script>" in page.get_by_role("table").inner_text()
    page.get_by_role("button", name="已查看").click()
    page.get_by_role("cell", name="已查看").wait_for()
