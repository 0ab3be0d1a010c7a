"""Sign-in and sign-out by page. The session lives in a cookie that no script and no other site can use."""

from flask import current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from backend.console.blueprints import console, public
from backend.core.db import unit_of_work
from backend.core.errors import DomainError, NotAllowedError
from backend.people import service
from backend.people.api import sign_in
from backend.people.rules import SESSION_LASTS
from backend.people.sessions import COOKIE, viewer
from backend.problems import problem_of

# A sign-in form on another site must not sign a member of staff in as somebody else.
OWN_PAGES = ("same-origin", "none")


def local_path(target: str | None) -> str:
    r"""``target`` if it is a path on this site, else the board.

    Browsers read ``//host`` and ``/\host`` as another site and drop control characters before they look.
    """
    home = url_for("console.board")
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return home
    return home if any(character < " " for character in target) else target


@public.get("/")
def root() -> AnyResponse:
    return redirect(url_for("console.board"))


@public.get("/console/")
def console_root() -> AnyResponse:
    return redirect(url_for("console.board"))


@public.get("/console/login")
def login() -> str:
    return _form()


@public.post("/console/login")
def post_login() -> AnyResponse:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in OWN_PAGES:
        raise NotAllowedError(action="sign_in")
    name, password = request.form.get("username", "").strip(), request.form.get("password", "")
    try:
        token, _ = sign_in(name, password)
    except DomainError as error:
        status, problem = problem_of(error.code, error.facts)
        return make_response(_form(problem["detail"], name), status)
    response = redirect(local_path(request.form.get("next")))
    _set_cookie(response, token)
    return response


@console.post("/logout")
def logout() -> AnyResponse:
    me = viewer()
    with unit_of_work(me.actor) as work:
        service.sign_out(work, me.session_id)
    response = redirect(url_for("console_public.login"))
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=_secure())
    return response


def _form(problem: str = "", username: str = "") -> str:
    demo = current_app.config["SHOUWANG"].demo
    target = local_path(request.values.get("next"))
    return render_template("console/login.html", problem=problem, username=username, next=target, demo=demo)


def _secure() -> bool:
    return str(current_app.config["SHOUWANG"].public_url).startswith("https:")


def _set_cookie(response: AnyResponse, token: str) -> None:
    lasts = int(SESSION_LASTS.total_seconds())
    response.set_cookie(COOKIE, token, max_age=lasts, httponly=True, samesite="Strict", secure=_secure())
