"""殡葬服务价目 for everybody with a browser: ``/memorial/prices`` (R-115). What is not on it is not charged."""

from flask import Blueprint, render_template

from backend.console.blueprints import TEMPLATES
from backend.core.clock import local
from backend.core.db import reading
from backend.memorial import burial_prices, burial_views

blueprint = Blueprint("burial_prices_open", __name__, url_prefix="/memorial", template_folder=TEMPLATES)


@blueprint.get("/prices")
def page() -> str:
    """Today's catalogue by group, and what has been published for later."""
    with reading() as work:
        today = local(work.now).date()
        listed = burial_views.by_group(burial_views.price_list(work, today)["items"])
        coming = burial_prices.coming(work, today)
        later = [burial_views.price_out(row) | {"ended": row.price is None} for row in coming]
    return render_template("console/memorial/prices_public.html", groups=listed, later=later, today=today)
