"""The way to be shown, over real HTTP to WeChat's sandbox: nothing that nobody has seen or passed goes public."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend import wechat
from backend.core.clock import ManualClock
from backend.core.db import unit_of_work
from backend.core.errors import NotFoundError
from backend.core.ids import new_id
from backend.memorial import moderation, moderation_checks, moderation_desk
from backend.memorial.moderation import Told
from backend.memorial.moderation_rules import ASK_AGAIN_AFTER
from backend.memorial.tribute_models import ModerationItem
from backend.notices import media
from scheduler import tribute_jobs
from scheduler import wechat as wechat_jobs
from tests.support import residents, services
from tests.support import tributes as made
from tests.support.tributes import Remembering
from tests.support.wechat_world import House, house, house_settings, sandbox

CHECK, MEDIA = "/wxa/msg_sec_check", "/wxa/media_check_async"
PICTURE = "test_picture"
JPEG = b"\xff\xd8\xff picture"


@pytest.fixture
def running(template_sqlite: Path, tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """One database is enough: nothing here is about it."""
    path = tmp_path / "test.db"
    path.write_bytes(template_sqlite.read_bytes())
    with sandbox(clock) as phone, house(house_settings(f"sqlite:///{path}", tmp_path, phone), clock, phone) as one:
        yield one


@pytest.fixture
def found(running: House) -> Remembering:
    """The visitor has opened the mini-program on their phone just now."""
    openid = wechat.code_to_session(running.phone.login_code()).openid
    with unit_of_work() as w:
        built = made.build(w)
        residents.account(w, built.visitor, openid)
        return built


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Told]:
    """What whoever owns a picture was told, in order."""
    heard: list[Told] = []
    monkeypatch.setattr(moderation, "_DECIDED", dict(moderation._DECIDED))
    monkeypatch.setattr(moderation, "_PICTURES", dict(moderation._PICTURES))
    moderation.on_decided(PICTURE, lambda _work, _subject, what: heard.append(what))
    moderation.on_picture(PICTURE, lambda _work, _subject: (JPEG, "image/jpeg"))
    return heard


def submitted(found: Remembering, what: str, *, audience: str = "public", **more: Any) -> UUID:
    """In the hall that is shown to this audience."""
    hall = found.home if audience == "family" else found.hall
    with unit_of_work() as w:
        return moderation.submit(w, PICTURE, new_id(), what, found.visitor, audience=audience, hall_id=hall, **more).id


def state(item_id: UUID) -> str:
    with unit_of_work() as w:
        return w.session.get_one(ModerationItem, item_id).state


# -- words


@pytest.mark.parametrize(
    ("words", "fault", "expected"),
    [
        ("妈妈，我们都好", {}, "shown"),
        ("这里有赌博", {}, "queued"),
        ("有诈骗", {}, "queued"),
        ("隔壁的人很傻", {}, "queued"),
        ("请师傅做一场法 事", {}, "queued"),
        ("妈妈，我们都好", {"errcode": 45009}, "queued"),
        ("妈妈，我们都好", {"status": 502}, "queued"),
        ("妈妈，我们都好", {"delay_s": 0.5}, "queued"),
    ],
)
def test_words_are_shown_only_if_wechat_and_our_own_words_pass_them(
    running: House, found: Remembering, told: list[Told], words: str, fault: dict[str, float], expected: str
) -> None:
    if fault:
        wechat.client().timeout = (1.0, 0.2)
        running.phone.trouble(CHECK, times=9, **fault)
    item = submitted(found, words)
    assert state(item) == "checking"
    assert tribute_jobs.check_submitted() == 1
    assert tribute_jobs.check_submitted() == 0
    assert state(item) == expected
    assert told == [{"shown": "shown", "queued": "waiting"}[expected]]


def test_words_of_somebody_wechat_does_not_know_wait_for_a_person(found: Remembering, told: list[Told]) -> None:
    with unit_of_work() as w:
        item = moderation.submit(w, PICTURE, new_id(), "妈妈，我们都好", found.kin).id
    tribute_jobs.check_submitted()
    assert (state(item), told) == ("queued", ["waiting"])


def test_a_process_that_died_while_asking_is_asked_again_once_and_then_a_person_looks(
    found: Remembering, told: list[Told], clock: ManualClock
) -> None:
    item = submitted(found, "妈妈，我们都好")
    for _ in range(2):
        with unit_of_work() as w:
            assert [one.item_id for one in moderation_checks.due(w)] == [item]
        clock.advance(ASK_AGAIN_AFTER.total_seconds() - 1)
        assert tribute_jobs.check_submitted() == 0
        clock.advance(1)
    assert told == []
    tribute_jobs.check_submitted()
    assert (state(item), told) == ("queued", ["waiting"])


# -- pictures


def look_from(running: House, address: str) -> None:
    """Where WeChat fetches pictures: the sandbox judges by the address."""
    settings = running.app.config["SHOUWANG"]
    running.app.config["SHOUWANG"] = settings.model_copy(update={"public_url": address})


@pytest.mark.parametrize(
    ("judged", "audience", "expected"),
    [
        ("fine", "family", "shown"),
        ("fine", "public", "queued"),
        ("review", "family", "queued"),
        ("risky", "family", "queued"),
    ],
)
def test_a_picture_waits_for_its_verdict_and_in_public_for_a_person_too(
    running: House, found: Remembering, told: list[Told], judged: str, audience: str, expected: str
) -> None:
    look_from(running, f"https://{judged}.example.com")
    item = submitted(found, "picture", media=True, audience=audience)
    tribute_jobs.check_submitted()
    services.wait_until(wechat_jobs.handle_events)
    assert state(item) == "checking"
    assert tribute_jobs.check_submitted() == 1
    assert state(item) == expected
    assert told == [{"shown": "shown", "queued": "waiting"}[expected]]


def test_a_picture_nobody_judges_is_asked_about_again_and_then_looked_at_by_a_person(
    running: House, found: Remembering, told: list[Told], clock: ManualClock
) -> None:
    look_from(running, "https://silent.example.com")
    item = submitted(found, "picture", media=True, audience="family")
    seen = []
    for _ in range(4):
        tribute_jobs.check_submitted()
        wechat_jobs.give_up_on_media()
        seen.append(state(item))
        clock.advance(ASK_AGAIN_AFTER.total_seconds())
    assert seen == ["checking", "checking", "queued", "queued"]
    assert told == ["waiting"]


@pytest.mark.parametrize("public_url", ["https://fine.example.com", ""])
def test_a_picture_about_which_nobody_can_be_asked_goes_to_a_person_at_once(
    running: House, found: Remembering, told: list[Told], public_url: str
) -> None:
    look_from(running, public_url)
    running.phone.trouble(MEDIA, times=9, errcode=45009)
    item = submitted(found, "picture", media=True, audience="family")
    tribute_jobs.check_submitted()
    assert (state(item), told) == ("queued", ["waiting"])


def test_an_answer_after_a_person_has_decided_or_the_picture_was_taken_back_changes_nothing(
    running: House, found: Remembering, told: list[Told], clock: ManualClock
) -> None:
    look_from(running, "https://silent.example.com")
    item = submitted(found, "picture", media=True, audience="family")
    tribute_jobs.check_submitted()
    with unit_of_work() as w:
        moderation.judged(w, moderation.locked(w, item), "review")
        moderation_desk.decide(w, found.viewers["clerk"], item, "refuse", "privacy")
    with unit_of_work() as w:
        moderation_checks.answered(w, item, "pass")
        taken = moderation.submit(w, PICTURE, new_id(), "picture", found.visitor, media=True)
        moderation.withdraw(w, PICTURE, taken.subject_id)
        media.expect(w, moderation_checks.subject_of(taken.id), "late-trace")
        media.decide(w, "late-trace", "pass", None)
    clock.advance(60)
    tribute_jobs.check_submitted()
    assert (state(item), state(taken.id)) == ("refused", "withdrawn")
    assert told == ["waiting", "refused"]


def test_wechat_fetches_a_picture_only_while_it_checks_it(
    running: House, found: Remembering, told: list[Told]
) -> None:  # fmt: skip
    submitted(found, "picture", media=True)
    with unit_of_work() as w:
        question = moderation_checks.due(w)[0]
    client, path = running.app.test_client(), f"{moderation_checks.PATH}{question.code}"
    assert (client.get(path).data, client.get(path).content_type) == (JPEG, "image/jpeg")
    with unit_of_work() as w:
        moderation_checks.answered(w, question.item_id, "pass")
    assert (client.get(path).status_code, told) == (404, ["waiting"])


def test_words_have_no_picture(found: Remembering, told: list[Told]) -> None:
    item = submitted(found, "妈妈，我们都好")
    with unit_of_work() as w, pytest.raises(NotFoundError):
        moderation.picture(w, moderation.locked(w, item))
    assert told == []


def test_a_new_version_takes_the_place_of_the_one_before(found: Remembering, told: list[Told]) -> None:
    subject = new_id()
    for words in ("生平，第一版", "生平，第二版"):
        with unit_of_work() as w:
            moderation.submit(w, PICTURE, subject, words, found.visitor)
        tribute_jobs.check_submitted()
    with unit_of_work() as w:
        assert moderation.shown_item(w, PICTURE, subject).words == "生平，第二版"
    assert told == ["shown", "shown"]
