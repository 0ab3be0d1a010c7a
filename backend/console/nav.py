"""The console's menu: pages in the order they are shown, for those who may open them.

Who may open many sees them in two lines: the parts of the house, and the pages of the part they are in.
"""

from dataclasses import dataclass, replace

from flask import current_app

from backend.people.service import Viewer

ONE_LINE = 9  # entries that fit beside each other on a small screen


@dataclass(frozen=True, slots=True)
class Page:
    """A menu entry: the endpoint it opens, its word, its icon in ``icons.svg``, the action it needs.

    ``below``: other blueprints whose pages are opened from it and belong to it.
    """

    endpoint: str
    label: str
    icon: str
    action: str
    current: bool = False
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """``parts``: empty for those whose pages fit in one line; each opens its first page. ``pages``: the second line."""

    parts: tuple[Page, ...]
    pages: tuple[Page, ...]


_WATCH = (
    Page("console.board", "看板", "bell", "alarm.view"),
    Page("console.history", "历史", "list", "alarm.view"),
    Page("console_roster.index", "值班", "people", "roster.view"),
    Page("console_devices.index", "设备", "device", "device.view"),
    Page("console.figures", "统计", "chart", "figures.view"),
)
_MARRIAGE = (
    Page("console_appointments.index", "预约", "check", "booking.desk"),
    Page("console_offices.index", "办事点", "place", "booking.plan"),
    Page("console_marriage.index", "婚姻登记", "rings", "marriage.view", below=("console_records", "console_register")),
    Page("console_marriage.licence_list", "登记员证", "note", "marriage.licence"),
    Page("console_archive.index", "婚姻档案", "list", "archive.search", below=("console_imports",)),
    Page("console_marriage_figures.index", "婚姻统计", "chart", "marriage.figures"),
)
_HELP = (
    Page("console_benefits.index", "救助待遇", "people", "case.view", below=("console_households",)),
    Page("console_cases.index", "救助办理", "check", "case.view"),
    Page("console_supervision.index", "抽查", "note", "case.supervise"),
    Page("console_leads.index", "困难线索", "place", "lead.view", below=("console_rounds", "console_relatives")),
    Page("console_visits.index", "入户调查", "door", "case.view"),
    Page("console_agreements.index", "供养协议", "people", "case.view"),
    Page("console_reviews.index", "救助复核", "list", "case.view"),
    Page("console_payments.index", "发放", "check", "payment.handle"),
    Page("console_simulation.index", "试算", "chart", "simulation.run"),
)
_VOLUNTEERS = (
    Page("console_orders.index", "派单台", "assign", "order.view"),
    Page("console_activities.index", "活动", "calendar", "volunteer.view", below=("console_checkin",)),
    Page("console_volunteers.index", "志愿者", "people", "volunteer.view", below=("console_exchange",)),
    Page("console_teams.index", "队伍", "list", "volunteer.view"),
    Page("console_accounts.index", "时间账户", "note", "volunteer.view", below=("console_gifts",)),
    Page("console_timebank_figures.index", "志愿统计", "chart", "volunteer.view"),
)
_REMEMBERING = (
    Page("console_halls.index", "纪念馆", "people", "memorial.view", below=("console_dead",)),
    Page("console_hall_applications.index", "纪念馆申请", "assign", "memorial.view"),
    Page("console_farewells.index", "告别仪式", "note", "memorial.view"),
    Page(
        "console_cemeteries.index",
        "陵园",
        "list",
        "memorial.view",
        below=("console_visit_days", "console_burial_register", "console_burial_figures"),
    ),
    Page("console_moderation.index", "内容审核", "check", "memorial.moderate", below=("console_moderation_figures",)),
)
_PEOPLE = (
    Page("console_people.index", "群众", "assign", "person.serve"),
    Page("console_questions.index", "提问", "help", "question.answer"),
    Page("console_callbacks.index", "好差评", "chart", "rating.follow"),
)
_HOUSE = (
    Page("console_calendar.index", "日历", "calendar", "calendar.edit"),
    Page("console_demo.messages", "演示消息", "message", "alarm.view"),
)
PARTS = (
    ("值守", "bell", _WATCH),
    ("预约婚姻", "rings", _MARRIAGE),
    ("社会救助", "people", _HELP),
    ("志愿服务", "check", _VOLUNTEERS),
    ("缅怀", "note", _REMEMBERING),
    ("群众", "assign", _PEOPLE),
    ("系统", "calendar", _HOUSE),
)


def items(viewer: Viewer) -> list[Page]:
    """Every page the viewer may open, in order."""
    return [page for _, _, pages in PARTS for page in _open(viewer, pages, "")]


def menu(viewer: Viewer, endpoint: str) -> Menu:
    """What the viewer may open of what this installation has; ``endpoint`` is where they are."""
    mine = [(label, icon, _open(viewer, pages, endpoint)) for label, icon, pages in PARTS]
    shown = [(label, icon, pages) for label, icon, pages in mine if pages]
    every = tuple(page for _, _, pages in shown for page in pages)
    if len(every) <= ONE_LINE:
        return Menu((), every)
    parts = tuple(
        replace(pages[0], label=label, icon=icon, current=any(page.current for page in pages))
        for label, icon, pages in shown
    )
    here = next((pages for _, _, pages in shown if any(page.current for page in pages)), shown[0][2])
    return Menu(parts, here)


def _open(viewer: Viewer, pages: tuple[Page, ...], endpoint: str) -> tuple[Page, ...]:
    known = current_app.view_functions
    mine = [page for page in pages if page.endpoint in known and viewer.may(page.action)]
    return tuple(replace(page, current=_is_here(page, endpoint, pages)) for page in mine)


def _is_here(page: Page, endpoint: str, pages: tuple[Page, ...]) -> bool:
    """A page below an entry belongs to it; where two entries share a blueprint, only the page itself counts."""
    blueprint = endpoint.partition(".")[0]
    if page.endpoint == endpoint or blueprint in page.below:
        return True
    first = next((one for one in pages if one.endpoint.partition(".")[0] == blueprint), None)
    return first is page and all(one.endpoint != endpoint for one in pages)
