"""价格临时补贴: the statistics bureau's figures of a month, what they would cost, and then its rows."""

from dataclasses import dataclass
from decimal import Decimal

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.assistance import notices_of_params, price_subsidy
from backend.assistance.entitlements import payment_params
from backend.assistance.payments import PAY
from backend.assistance.price_subsidy import Preview, Prices
from backend.console import form_values as said
from backend.console import tapped
from backend.console.assistance.payments import blueprint, this_month
from backend.core.db import Work, reading
from backend.core.errors import BadInputError, DomainError
from backend.people.service import Viewer, county
from backend.people.sessions import viewer
from backend.problems import problem_of

PARAMS = ("price_subsidy_cpi", "price_subsidy_food", "price_subsidy_standards")
STANDARDS = ("dibao_standard_urban", "dibao_standard_rural")
MOST_RISE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Seen:
    """Figures that were looked at, and what they come to."""

    prices: Prices
    found: Preview


@blueprint.get("/prices")
def prices() -> str:
    return _page()


def _page(problem: str = "", seen: Seen | None = None) -> str:
    with reading() as work:
        viewer().require(PAY, county(work).path)
        month = this_month(work)
        lines = {name: payment_params().at(name, month).value for name in PARAMS[:2]}
        return render_template(
            "console/payment_prices.html", problem=problem, seen=seen, form=request.form, month=f"{month:%Y-%m}",
            lines=lines, doubts=notices_of_params.of_names((*PARAMS, *STANDARDS), month),
            written=request.args.get("written", type=int),
        )  # fmt: skip


@blueprint.post("/prices/preview")
def preview() -> Response:
    """What it would cost; nothing is written."""
    try:
        with reading() as work:
            viewer().require(PAY, county(work).path)
            asked = _asked()
            seen = Seen(asked, price_subsidy.preview(work, asked))
    except DomainError as error:
        status, body = problem_of(error.code, error.facts)
        return make_response(_page(body["detail"]), status)
    return make_response(_page(seen=seen))


@blueprint.post("/prices")
def run() -> Response:
    def act(work: Work, me: Viewer) -> str:
        me.require(PAY, county(work).path)
        said.sure()
        return url_for(".prices", written=price_subsidy.pay(work, _asked()))

    return tapped.done(act, _page)


def _asked() -> Prices:
    return Prices(said.month("month", "月份"), _rise("consumer"), _rise("food"), said.text("source")[:200])


def _rise(name: str) -> Decimal:
    found = said.money(name, "涨幅")
    if abs(found) > MOST_RISE:
        raise BadInputError(field="涨幅", why="请填写百分数，例如3.6")
    return found
