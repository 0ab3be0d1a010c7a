"""The console's menu: pages in the order they are shown, for those who may open them."""

from dataclasses import dataclass

from flask import current_app

from backend.people.service import Viewer


@dataclass(frozen=True, slots=True)
class Page:
    """A menu entry: the endpoint it opens, its word, its icon in ``icons.svg``, the action it needs."""

    endpoint: str
    label: str
    icon: str
    action: str


PAGES = (
    Page("console.board", "看板", "bell", "alarm.view"),
    Page("console.history", "历史", "list", "alarm.view"),
    Page("console_roster.index", "值班", "people", "roster.view"),
    Page("console_devices.index", "设备", "device", "device.view"),
    Page("console.figures", "统计", "chart", "figures.view"),
    Page("console_calendar.index", "日历", "calendar", "calendar.edit"),
    Page("console_appointments.index", "预约", "check", "booking.desk"),
    Page("console_offices.index", "办事点", "place", "booking.plan"),
    Page("console_marriage.index", "婚姻登记", "rings", "marriage.view"),
    Page("console_marriage.licence_list", "登记员证", "note", "marriage.licence"),
    Page("console_people.index", "群众", "assign", "person.serve"),
    Page("console_benefits.index", "救助待遇", "people", "case.view"),
    Page("console_cases.index", "救助办理", "check", "case.view"),
    Page("console_supervision.index", "抽查", "note", "case.supervise"),
    Page("console_leads.index", "困难线索", "place", "lead.view"),
    Page("console_visits.index", "入户调查", "door", "case.view"),
    Page("console_reviews.index", "救助复核", "list", "case.view"),
    Page("console_payments.index", "发放", "check", "payment.handle"),
    Page("console_simulation.index", "试算", "chart", "simulation.run"),
    Page("console_archive.index", "婚姻档案", "list", "archive.search"),
    Page("console_marriage_figures.index", "婚姻统计", "chart", "marriage.figures"),
    Page("console_questions.index", "提问", "help", "question.answer"),
    Page("console_callbacks.index", "好差评", "chart", "rating.follow"),
    Page("console_demo.messages", "演示消息", "message", "alarm.view"),
)


def items(viewer: Viewer) -> list[Page]:
    """The entries whose page exists in this installation and which the viewer may open."""
    known = current_app.view_functions
    return [page for page in PAGES if page.endpoint in known and viewer.may(page.action)]
