"""The duty board, which stays open for a whole shift, and the page of one alarm."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.alarms import queries
from backend.alarms.policies import book
from backend.alarms.states import ACCEPTED, ARRIVED, ON_THE_WAY, RINGING
from backend.console import nav, staff
from backend.console.blueprints import console
from backend.console.care import elders
from backend.core.db import reading, unit_of_work
from backend.people.sessions import viewer

# Set by the system alone when a cause goes away; nobody may choose it.
NOT_BY_HAND = "recovered"
# The large button: what usually comes next in each state (js/card.js has the same for the board).
MAIN_ACTIONS = {RINGING: "acknowledge", ACCEPTED: "on_my_way", ON_THE_WAY: "arrive", ARRIVED: "close"}


@console.context_processor
def alarm_context() -> dict[str, Any]:
    """For pages with alarm buttons: which is the large one, and the close dialog's choices (code → Chinese)."""
    choices = {code: name for code, name in book().dispositions.items() if code != NOT_BY_HAND}
    return {"dispositions": choices, "main_actions": MAIN_ACTIONS}


@console.get("/board")
def board() -> str | Response:
    me = viewer()
    mine = nav.items(me)
    if mine and not me.may("alarm.view"):
        return redirect(url_for(mine[0].endpoint))  # who has other work starts there
    me.require("alarm.view")
    return render_template("console/board.html", wall=request.args.get("wall") == "1")


@console.get("/alarms/<uuid:alarm_id>/colleagues")
def colleagues(alarm_id: UUID) -> dict[str, Any]:
    """Whom this alarm could be handed to: ``{items: [{id, name, roles, on_duty}]}``."""
    viewer().require("alarm.assign")
    with reading() as work:
        return {"items": staff.colleagues(work, queries.visible(work, viewer(), alarm_id))}


@console.get("/alarms/<uuid:alarm_id>")
def alarm(alarm_id: UUID) -> str:
    """One alarm with the card of its elder; opening it is logged as a look at that person's record."""
    me = viewer()
    with unit_of_work(me.actor) as work:
        found = queries.detail(work, me, alarm_id)
        card = elders.card_of_alarm(work, me, alarm_id, "alarm")
        return render_template("console/alarm.html", alarm=found, card=card, now=work.now)


@console.get("/alarms/<uuid:alarm_id>/live")
def alarm_live(alarm_id: UUID) -> str:
    """The part of that page that changes while somebody looks at it; nothing of the person's record."""
    with reading() as work:
        return render_template("console/alarm_live.html", alarm=queries.detail(work, viewer(), alarm_id))
