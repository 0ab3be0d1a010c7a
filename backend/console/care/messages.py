"""What a demonstration would have sent: every captured notice, as it would look on a phone."""

from flask import render_template

from backend.console.blueprints import page_blueprint
from backend.core.db import reading
from backend.demo import service
from backend.people.sessions import viewer

blueprint = page_blueprint("console_demo", __name__, "/console/demo")
SHOWN = 120


@blueprint.get("/messages")
def messages() -> str:
    return _page("console/messages.html")


@blueprint.get("/messages/live")
def messages_live() -> str:
    """The list alone, for the page that is already open."""
    return _page("console/messages_live.html")


def _page(template: str) -> str:
    viewer().require("alarm.view")
    with reading() as work:
        found = service.messages(work, alarm=None, channel=None, since=None, limit=SHOWN)
        return render_template(template, items=found)
