"""The console's three doors: pages for signed-in staff, the sign-in page for everybody, and its own files."""

from pathlib import Path

from flask import Blueprint, Response, g, request, url_for

from backend.console import formats, nav
from backend.people.sessions import viewer

TEMPLATES = str(Path(__file__).parent / "templates")  # whole: the pages stand in sub-folders

console = Blueprint("console", __name__, url_prefix="/console", template_folder=TEMPLATES)
public = Blueprint("console_public", __name__, template_folder=TEMPLATES)
static = Blueprint("console_static", __name__, static_folder="static", static_url_path="/console/static")


def page_context() -> dict[str, object]:
    """What ``console/base.html`` needs on a page for signed-in staff: who they are and where they can go.

    Nothing where a request was refused before anybody asked who it is: the page of a problem needs none of it.
    """
    if "viewer" not in g:
        return {}
    who = viewer()
    return {"me": who, "csrf_token": who.csrf, "menu": nav.menu(who, request.endpoint or "")}


def page_blueprint(name: str, import_name: str, url_prefix: str) -> Blueprint:
    """A blueprint for further console pages that extend ``console/base.html`` (wire it for ``CONSOLE``)."""
    blueprint = Blueprint(name, import_name, url_prefix=url_prefix, template_folder=TEMPLATES)
    blueprint.context_processor(page_context)
    blueprint.after_request(keep_out_of_caches)
    return blueprint


def keep_out_of_caches(response: Response) -> Response:
    """Duty rooms share a computer: after a sign-out the back button must not show the last person's pages."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@static.app_context_processor
def shared_context() -> dict[str, object]:
    """What every page needs, the sign-in page too: the address of the icon sheet."""
    return {"icons": url_for("console_static.static", filename="icons.svg")}


console.context_processor(page_context)
console.after_request(keep_out_of_caches)
for _blueprint in (console, public, static):
    for _name, _filter in formats.FILTERS.items():
        _blueprint.add_app_template_filter(_filter, _name)
