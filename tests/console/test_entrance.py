"""Signing in by page: the cookie, the way back, and nobody sent to another site."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from backend.console.entrance import local_path
from tests.conftest import WorkFactory
from tests.support.world import build


@pytest.fixture
def client(app: APIFlask, work: WorkFactory) -> FlaskClient:
    with work() as w:
        build(w)
    return app.test_client()


def _sign_in(client: FlaskClient, **form: str) -> tuple[int, str]:
    answer = client.post("/console/login", data={"username": "duty", "password": "secret", **form})
    return answer.status_code, answer.headers.get("Location", "")


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(client: FlaskClient) -> None:
    answer = client.get("/console/history?kind=sos")
    assert answer.status_code == 302
    form = client.get(answer.headers["Location"]).text
    assert 'name="next" value="/console/history?kind=sos"' in form
    assert _sign_in(client, next="/console/history?kind=sos") == (302, "/console/history?kind=sos")


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(client: FlaskClient) -> None:
    answer = client.post("/console/login", data={"username": "duty", "password": "secret"})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie  # this installation is reached by http


def test_a_wrong_password_keeps_the_name_and_says_what_to_do(client: FlaskClient) -> None:
    answer = client.post("/console/login", data={"username": "duty", "password": "wrong"})
    assert answer.status_code == 401
    assert "账号或密码不对" in answer.text
    assert 'value="duty"' in answer.text
    assert "wrong" not in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "evil",
        "",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_to_another_site(app: APIFlask, target: str) -> None:
    with app.test_request_context():
        assert local_path(target) == "/console/board"


def test_a_form_on_another_site_signs_nobody_in(client: FlaskClient) -> None:
    answer = client.post(
        "/console/login",
        data={"username": "duty", "password": "secret"},
        headers={"Sec-Fetch-Site": "cross-site", "Accept": "text/html"},
    )
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_signing_out_ends_the_session_and_needs_the_token_of_the_page(client: FlaskClient) -> None:
    _sign_in(client)
    assert client.post("/console/logout").status_code == 403
    page = client.get("/console/board").text
    token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    assert client.post("/console/logout", data={"csrf_token": token}).status_code == 302
    assert client.get("/console/board").status_code == 302


def test_the_root_leads_to_the_board(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/console/board"
    assert client.get("/console/").headers["Location"] == "/console/board"


def test_pages_about_people_stay_out_of_the_browsers_cache(client: FlaskClient) -> None:
    _sign_in(client)
    assert client.get("/console/board").headers["Cache-Control"] == "no-store"
    assert client.get("/console/history").headers["Cache-Control"] == "no-store"
    with client.get("/console/static/console.css") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
