"""The settlement list of a funeral order as a file to print."""

from flask import Response, make_response

from backend.console.blueprints import page_blueprint
from backend.core import letters_pdf
from backend.core.db import unit_of_work
from backend.memorial import funeral_orders, funeral_papers
from backend.people.sessions import viewer
from backend.volunteers.showing import address

blueprint = page_blueprint("console_funeral_papers", __name__, "/console/cemeteries/orders")


@blueprint.get("/<number>.pdf")
def bill(number: str) -> Response:
    me = viewer()
    with unit_of_work(me.actor) as work:
        letter = funeral_papers.of_order(work, funeral_orders.find(work, number, viewer=me))
    answer = make_response(letters_pdf.render(letter, f"{address()}/m/{funeral_papers.PAGE}", funeral_papers.SCAN))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{letter.number}.pdf"'
    return answer
