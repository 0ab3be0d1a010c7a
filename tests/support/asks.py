"""One request for each action that staff may need a right for: who lacks the right is refused it."""

from dataclasses import dataclass
from typing import Any

from tests.support.world import HOME

TOMORROW, DAY_AFTER = "2030-01-01T00:00:00+08:00", "2030-01-01T08:00:00+08:00"


@dataclass(frozen=True)
class Ask:
    """A request that needs an action; ``{…}`` are filled with what the county has."""

    method: str
    path: str
    json: Any = None


OVERRIDE = {
    "division": HOME, "role": "duty", "kind": "add", "staff_id": "{duty2}", "starts_at": TOMORROW, "ends_at": DAY_AFTER,
}  # fmt: skip
REVEAL = {"field": "phone", "reason": "contact", "note": "补材料，打电话"}
LICENCE = {"staff_id": "{registrar2}", "number": "渝婚登1", "valid_from": "2026-01-01", "valid_until": "2029-12-31"}
VOLUNTEER_FORM = {"division": HOME, "name": "王秀英", "id_number": "1"}
DESK_FORM = {"matter": "dibao", "division": HOME, "name": "王秀英", "id_number": "1"}
HELP_WANTED = {
    "kind": "meals", "words": "做一顿饭", "wanted_from": TOMORROW, "wanted_until": DAY_AFTER, "minutes": 60,
    "division": HOME, "address": "示范路1号", "name": "王秀英", "id_number": "1",
}  # fmt: skip
CALL_OUT = {"kind": "missing", "title": "老人走失", "words": "一位老人没有回家", "division": HOME}
DEATH = {"name": "王秀英", "died": "2026-01-01", "proof": "死亡证明"}
RESIDENT_DIED = {"division": HOME, "id_number": "1", "died": "2026-01-01", "proof": "死亡证明"}
ASKS = {
    "alarm.view": Ask("GET", "/api/v1/staff/alarms/{alarm}"),
    "alarm.handle": Ask("POST", "/api/v1/staff/alarms/{alarm}/acknowledge", {}),
    "alarm.close": Ask("POST", "/api/v1/staff/alarms/{alarm}/close", {"disposition": "false_alarm"}),
    "alarm.assign": Ask("POST", "/api/v1/staff/alarms/{alarm}/assign", {"username": "duty2"}),
    "person.read": Ask("GET", "/console/elders/{elder}"),
    "roster.view": Ask("GET", f"/api/v1/staff/duty/roster?division={HOME}"),
    "roster.edit": Ask("POST", "/api/v1/staff/duty/overrides", OVERRIDE),
    "handover": Ask("POST", "/api/v1/staff/duty/take-over", {"division": HOME, "role": "duty"}),
    "device.view": Ask("GET", "/api/v1/staff/devices/{device}"),
    "device.manage": Ask("POST", "/api/v1/staff/devices/{device}/test-mode", {"minutes": 10}),
    "figures.view": Ask("GET", "/api/v1/staff/alarms/figures"),
    "calendar.edit": Ask("GET", "/console/calendar/"),
    "person.serve": Ask("GET", "/console/people/"),
    "person.reveal": Ask("POST", "/console/people/{person}/reveal", REVEAL),
    "question.answer": Ask("GET", "/console/questions/"),
    "rating.follow": Ask("GET", "/console/callbacks/"),
    "booking.plan": Ask("GET", "/api/v1/staff/booking/offices/HY01/closures"),
    "booking.desk": Ask("GET", "/api/v1/staff/booking/offices/HY01/appointments"),
    "archive.manage": Ask("GET", "/console/marriage/archive/imports/"),
    "archive.search": Ask("GET", "/console/marriage/archive/"),
    "marriage.correct": Ask("GET", "/console/marriage/records/"),
    "dishonesty.decide": Ask("POST", "/console/marriage/register/export", {}),
    "marriage.figures": Ask("GET", f"/console/marriage/figures/?division={HOME}"),
    "marriage.view": Ask("GET", "/api/v1/staff/marriage/offices/HY01/day"),
    "marriage.register": Ask("POST", "/api/v1/staff/marriage/cases/{case}/facts", {"fence": 9, "declared": {}}),
    "marriage.release": Ask("POST", "/api/v1/staff/marriage/cases/{case}/release", {"fence": 99, "reason": "查清了"}),
    "marriage.licence": Ask("POST", "/api/v1/staff/marriage/licences", LICENCE),
    "counselling.hold": Ask("GET", "/console/marriage/talks?office=HY01"),
    "volunteer.view": Ask("GET", f"/api/v1/staff/volunteers?division={HOME}"),
    "volunteer.handle": Ask("POST", "/api/v1/staff/volunteers", VOLUNTEER_FORM),
    "lead.view": Ask("GET", f"/console/leads/?division={HOME}"),
    "lead.handle": Ask("POST", f"/console/leads/?division={HOME}", {}),
    "relative.keep": Ask("GET", "/console/leads/relatives/"),
    "payment.handle": Ask("GET", "/console/payments/"),
    "simulation.run": Ask("GET", f"/console/simulation/?division={HOME}"),
    "case.view": Ask("GET", f"/api/v1/staff/cases?division={HOME}"),
    "case.handle": Ask("POST", "/api/v1/staff/cases", DESK_FORM),
    "case.supervise": Ask("GET", f"/api/v1/staff/cases/colleagues?division={HOME}"),
    "timebank.adjust": Ask("POST", "/api/v1/staff/time-bank/credit-export", {}),
    "order.view": Ask("GET", f"/api/v1/help-orders?division={HOME}"),
    "order.handle": Ask("POST", "/api/v1/help-orders", HELP_WANTED),
    "dispute.settle": Ask("GET", f"/api/v1/help-orders/disputes?division={HOME}"),
    "callout.raise": Ask("POST", "/api/v1/help-orders/calls", CALL_OUT),
    "memorial.view": Ask("GET", f"/api/v1/staff/memorial/concerns?division={HOME}"),
    "memorial.handle": Ask("POST", "/api/v1/staff/memorial/deceased", DEATH),
    "memorial.moderate": Ask("GET", f"/api/v1/staff/moderation?division={HOME}"),
    "memorial.mediate": Ask("POST", "/api/v1/staff/memorial/deaths", RESIDENT_DIED),
    "burial.handle": Ask("POST", "/console/cemeteries/", {}),
    "burial.price": Ask("POST", "/console/cemeteries/prices", {}),
    "demo": Ask("GET", "/api/v1/demo/channels"),
}
