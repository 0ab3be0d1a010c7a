"""From the mini-program into the page of one farewell: once, within a minute, for one person and one room."""

from datetime import timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from werkzeug.test import Client

from backend.core.audit import AuditEntry
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.core.ids import new_id
from backend.memorial import farewell_doors, farewell_guests, farewell_recording, farewells
from backend.memorial.farewell_errors import FarewellHandOverError
from backend.memorial.farewell_models import FarewellDoor
from backend.residents import service
from scheduler import farewell_jobs
from tests.conftest import WorkFactory
from tests.support.at_once import at_once
from tests.support.farewells import BEGINS, EARLY, ENDS, STREAM, Ask, at, planned, with_row
from tests.support.halls import Family

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def invited(ask: Ask, farewell_id: UUID) -> str:
    """The guest has joined; the id of their invitation."""
    made = ask("son", "POST", f"/{farewell_id}/guests", name="陈老师").get_json()
    ask("guest", "POST", "/join", code=made["path"].rsplit("/", 1)[1])
    return str(made["guest_id"])


def token_of(ask: Ask, farewell_id: UUID, who: str = "guest") -> str:
    path, token = ask(who, "POST", f"/{farewell_id}/hand-over").get_json()["path"].split("#")
    assert path == f"/farewell/room/{farewell_id}"
    return str(token)


def open_door(client: Client, farewell_id: UUID, token: str) -> int:
    return client.post(f"/farewell/room/{farewell_id}/door", json={"token": token}).status_code


@sqlite
def test_a_hand_over_opens_one_room_once_and_no_answer_is_kept_anywhere(
    app: APIFlask, work: WorkFactory, family: Family, clock: ManualClock, ask: Ask
) -> None:
    row_id = planned(work, family)
    invited(ask, row_id)
    with_row(work, row_id, lambda w, row: farewell_recording.set_stream(w, row, STREAM))
    assert ask("stranger", "POST", f"/{row_id}/hand-over").status_code == 404
    at(clock, EARLY)
    room, client = f"/farewell/room/{row_id}", app.test_client()
    app.config["SHOUWANG"] = app.config["SHOUWANG"].model_copy(update={"public_url": "https://shouwang.example"})

    late = token_of(ask, row_id)
    clock.advance(60)
    assert open_door(client, row_id, late) == 404, "a minute is over"
    token = token_of(ask, row_id)
    clock.advance(59)
    assert open_door(client, new_id(), token) == 404, "another farewell"
    answer = client.post(f"{room}/door", json={"token": token})
    assert answer.status_code == 200
    cookie = answer.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Strict", f"Path={room}"} <= set(cookie.split("; "))
    again = app.test_client().post(f"{room}/door", json={"token": token})
    assert (again.status_code, again.get_json()["code"]) == (404, "farewell.hand_over")

    headers = {"Cookie": cookie.split(";")[0]}
    stranger = app.test_client(use_cookies=False)
    assert stranger.get(f"{room}/now").get_json()["code"] == "farewell.room_shut"
    seen = stranger.get(f"{room}/now", headers=headers)
    assert (seen.get_json()["stream_state"], seen.get_json()["kin"]) == ("ready", False)
    assert stranger.post(f"{room}/enter", headers=headers).status_code == 401, "a cookie alone changes nothing"
    proof = {**headers, "X-CSRF-Token": seen.get_json()["csrf"]}
    entered = stranger.post(f"{room}/enter", headers=proof)
    assert entered.get_json() == {"address": STREAM}
    page = stranger.get(room, headers=headers)
    phone = ask("guest", "POST", f"/{row_id}/enter")
    for answer in (entered, seen, page, phone):
        assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert STREAM not in page.get_data(as_text=True) + seen.get_data(as_text=True)
    with work() as w:
        kept = "".join(w.session.scalars(select(AuditEntry.body)))
        kept += "".join(str(vars(door)) for door in w.session.scalars(select(FarewellDoor)))
    assert not [secret for secret in (token, cookie.split("=")[1].split(";")[0], STREAM) if secret in kept]

    wrote = stranger.post(f"{room}/words", json={"words": "老师走好"}, headers=proof).get_json()["words"]
    assert [(one["words"], one["mine"], one["state"]) for one in wrote] == [("老师走好", True, "waiting")]
    gone = stranger.delete(f"{room}/words/{wrote[0]['id']}", headers=proof)
    assert (gone.status_code, stranger.get(f"{room}/now", headers=headers).get_json()["words"]) == (204, [])


@sqlite
@pytest.mark.parametrize("what", ["taken back", "signed out", "over for an hour"])
def test_whoever_may_not_be_there_any_more_loses_the_room_at_once(
    app: APIFlask, work: WorkFactory, family: Family, clock: ManualClock, ask: Ask, what: str
) -> None:
    row_id = planned(work, family)
    guest_id = invited(ask, row_id)
    at(clock, BEGINS)
    client, now = app.test_client(), f"/farewell/room/{row_id}/now"
    token = token_of(ask, row_id)
    assert open_door(client, row_id, token) == 200
    unused = token_of(ask, row_id)
    if what == "over for an hour":
        farewell_jobs.turn_farewells()
        at(clock, ENDS + timedelta(hours=1), -1)
        farewell_jobs.turn_farewells()
        assert client.get(now).get_json()["state"] == "over", "words that are being written are not lost"
        clock.advance(1)
    elif what == "taken back":
        assert ask("daughter", "DELETE", f"/{row_id}/guests/{guest_id}").status_code == 204
    else:
        with work() as w:
            for door in w.session.scalars(select(FarewellDoor)):
                service.log_out(w, door.family)
    lost = client.get(now)
    assert (lost.status_code, lost.get_json()["code"]) == (401, "farewell.room_shut")
    assert open_door(app.test_client(), row_id, unused) in (401, 404)
    clock.advance(timedelta(days=3).total_seconds())
    farewell_jobs.turn_farewells()
    farewell_jobs.forget_recordings()
    assert farewell_jobs.forget_recordings() == 0
    with work() as w:
        assert w.session.scalars(select(FarewellDoor)).all() == []


@pytest.mark.both_databases
def test_of_many_who_use_one_hand_over_at_once_one_is_let_in(app: APIFlask, work: WorkFactory, family: Family) -> None:
    row_id, son = planned(work, family), family.people["son"]
    with work() as w:
        device = service.log_in(w, "wx-test", "openid-of-the-son", None, None)
        session = service.signed_in(w, device.access)
        assert session is not None
        account = w.session.get_one(service.WeChatAccount, session.account_id)
        account.person_id = son
        token = farewell_doors.hand_over(w, farewells.find(w, row_id), son, session.family)

    def enter(_number: int) -> UUID:
        with unit_of_work() as w:
            return farewell_doors.enter(w, row_id, token)[0].person_id

    got = at_once(app, 3, enter)
    assert (got.count(son), got.count(FarewellHandOverError)) == (1, 2)


@sqlite
def test_a_slip_of_paper_has_a_code_that_can_be_typed_and_the_last_one_counts(
    work: WorkFactory, family: Family, ask: Ask
) -> None:
    row_id = planned(work, family)
    with work() as w:
        row = farewells.find(w, row_id)
        guest = farewell_guests.invite(w, row, "王家姑妈").guest
        w.session.flush()
        codes = [farewell_guests.for_paper(w, row, guest.id, printed).code for printed in (0, 1)]
    typed = " ".join((codes[1][:4], codes[1][4:8].lower(), codes[1][8:]))
    answers = [ask("guest", "POST", "/join", code=code).status_code for code in (codes[0], typed)]
    assert answers == [404, 200]
    assert [(one["name"], one["joined"]) for one in ask("son", "GET", f"/{row_id}").get_json()["guests"]] == [
        ("王家姑妈", True)
    ]
