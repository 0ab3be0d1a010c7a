"""The register for staff: ``/api/v1/staff/devices``."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from backend.core.db import Work, reading, unit_of_work
from backend.devices import forms, installer_sheet, provisioning, queries, schemas, service, strangers
from backend.devices.models import Device
from backend.devices.provisioning import Provisioned
from backend.people.sessions import viewer

blueprint = APIBlueprint("devices", __name__, url_prefix="/api/v1/staff/devices", tag="设备")


@blueprint.get("")
@blueprint.input(schemas.ListQuery, location="query")
@blueprint.output(schemas.DeviceList)
def list_devices(query_data: schemas.ListQuery) -> dict[str, Any]:
    """设备列表"""
    with reading() as work:
        items, cursor = queries.page(work, viewer(), query_data)
        return {"items": items, "next_cursor": cursor}


@blueprint.get("/<uuid:device_id>")
@blueprint.output(schemas.DeviceOut)
def get_device(device_id: UUID) -> dict[str, Any]:
    """一个设备"""
    with reading() as work:
        return queries.as_dict(work, queries.find(work, viewer(), device_id))


@blueprint.post("")
@blueprint.input(schemas.NewDeviceBody)
@blueprint.output(schemas.ProvisionedOut, status_code=201)
def add_device(json_data: schemas.NewDeviceBody) -> dict[str, Any]:
    """登记设备；密码只返回这一次，实际按一次之后才投入使用"""
    with unit_of_work(viewer().actor) as work:
        return _provisioned(work, forms.add(work, viewer(), json_data))


@blueprint.post("/<uuid:device_id>/password")
@blueprint.output(schemas.ProvisionedOut)
def new_password(device_id: UUID) -> dict[str, Any]:
    """重发接入密码，旧密码作废"""
    with unit_of_work(viewer().actor) as work:
        queries.find(work, viewer(), device_id, queries.MANAGE)
        given = provisioning.new_password(work, device_id, broker_dir=forms.broker_dir(), endpoint=forms.endpoint())
        return _provisioned(work, given)


def _provisioned(work: Work, given: Provisioned) -> dict[str, Any]:
    account, where = given.account, given.endpoint
    return {
        "device": queries.as_dict(work, given.device),
        "qr": installer_sheet.qr_text(given),
        "account": account
        and {
            "host": where.host,
            "port": where.port,
            "tls": where.tls,
            "username": account.username,
            "password": account.password,
            "topics": [{"access": one.access, "topic": one.topic} for one in account.topics],
        },
    }


def _act(device_id: UUID, verb: Callable[[Work], Device]) -> dict[str, Any]:
    with unit_of_work(viewer().actor) as work:
        queries.find(work, viewer(), device_id, queries.MANAGE)
        return queries.as_dict(work, verb(work))


@blueprint.post("/<uuid:device_id>/test-mode")
@blueprint.input(schemas.MinutesBody)
@blueprint.output(schemas.DeviceOut)
def start_test(device_id: UUID, json_data: schemas.MinutesBody) -> dict[str, Any]:
    """测试模式：期间按下只记录，不通知任何人"""
    return _act(device_id, lambda work: service.start_test(work, device_id, json_data.minutes))


@blueprint.post("/<uuid:device_id>/maintenance")
@blueprint.input(schemas.ReasonBody)
@blueprint.output(schemas.DeviceOut)
def start_maintenance(device_id: UUID, json_data: schemas.ReasonBody) -> dict[str, Any]:
    """开始维护：照常记录，不报警"""
    return _act(device_id, lambda work: service.start_maintenance(work, device_id, json_data.reason))


@blueprint.post("/<uuid:device_id>/end-maintenance")
@blueprint.output(schemas.DeviceOut)
def end_maintenance(device_id: UUID) -> dict[str, Any]:
    """结束维护，恢复报警"""
    return _act(device_id, lambda work: service.end_maintenance(work, device_id))


@blueprint.post("/<uuid:device_id>/retire")
@blueprint.input(schemas.ReasonBody)
@blueprint.output(schemas.DeviceOut)
def retire(device_id: UUID, json_data: schemas.ReasonBody) -> dict[str, Any]:
    """停用设备，收回接入账号"""
    return _act(
        device_id,
        lambda work: provisioning.retire(work, device_id, json_data.reason, broker_dir=forms.broker_dir()),
    )


@blueprint.post("/<uuid:device_id>/place")
@blueprint.input(schemas.SpotBody)
@blueprint.output(schemas.DeviceOut)
def place(device_id: UUID, json_data: schemas.SpotBody) -> dict[str, Any]:
    """更换位置"""
    return _act(device_id, lambda work: forms.place(work, viewer(), device_id, json_data))


@blueprint.get("/tests-due")
@blueprint.output(schemas.OverdueTestList)
def tests_due() -> dict[str, Any]:
    """该按一次试一试、却还没有试的按钮"""
    with reading() as work:
        return {"items": queries.tests_due(work, viewer())}


@blueprint.get("/unknown")
@blueprint.output(schemas.UnknownList)
def unknown() -> dict[str, Any]:
    """有消息、但没有登记的设备"""
    with reading() as work:
        return {"items": queries.strangers(work, viewer())}


@blueprint.get("/quarantine")
@blueprint.output(schemas.QuarantineList)
def quarantine() -> dict[str, Any]:
    """看不懂的消息，只给出开头的十六进制"""
    with reading() as work:
        return {"items": queries.quarantined(work, viewer())}


@blueprint.post("/quarantine/<uuid:message_id>/looked-at")
@blueprint.output({}, status_code=204)
def looked_at(message_id: UUID) -> str:
    """已查看"""
    viewer().require(queries.MANAGE)
    with unit_of_work(viewer().actor) as work:
        strangers.mark_looked_at(work, message_id)
    return ""
