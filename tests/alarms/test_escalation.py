"""The chain over time, with a moved clock: who is told when, and nobody else."""

import pytest
from apiflask import APIFlask
from pydantic import SecretStr

from backend.alarms import engine, service
from backend.delivery import groups
from backend.notices.service import Recipient
from backend.settings import Settings
from tests.alarms.conftest import Story

pytestmark = pytest.mark.both_databases

DUTY, LEAD, OFFICER = "姓名duty", "姓名lead", "姓名officer"
SON, DAUGHTER = "李明（儿子）", "李红（女儿）"


def test_a_press_tells_the_person_on_duty_in_the_same_transaction(story: Story) -> None:
    alarm_id = story.press()
    assert story.between(0, 1) == [DUTY]
    assert story.timeline(alarm_id) == ["raised", "notified"]
    story.nothing_else()


def test_unanswered_it_goes_up_step_by_step_and_never_ends(story: Story) -> None:
    story.press()
    story.run(59)
    assert story.between(0, 60) == [DUTY]
    story.run(1)
    assert story.between(60, 61) == sorted([DUTY, LEAD])
    story.run(119)
    assert story.between(61, 121) == sorted([DUTY, LEAD, SON])
    story.run(1)
    assert story.between(180, 181) == sorted([DUTY, LEAD, OFFICER, DAUGHTER])
    for minute in range(4, 10):
        story.run(60)
        assert DUTY in story.between(minute * 60, minute * 60 + 1)
    story.nothing_else()


def test_an_accepted_alarm_is_silent_until_the_time_to_arrive_is_over(story: Story) -> None:
    alarm_id = story.press()
    story.run(30)
    with story.work() as w:
        service.acknowledge(w, story.world.viewer("duty"), alarm_id)
    story.run(299)
    assert story.between(0, 1) == [DUTY]
    story.nothing_else()


def test_without_an_arrival_it_reminds_then_the_acknowledgement_lapses_and_the_chain_starts_again(story: Story) -> None:
    alarm_id = story.press()
    with story.work() as w:
        service.acknowledge(w, story.world.viewer("duty"), alarm_id)
    story.run(300)
    assert story.between(0, 1) == [DUTY]
    assert story.between(300, 301) == [DUTY]
    assert story.alarm(alarm_id).acknowledged_at is not None
    story.run(60)
    assert story.alarm(alarm_id).acknowledged_at is None
    assert story.between(360, 361) == [DUTY]
    story.run(60)
    assert story.between(420, 421) == sorted([DUTY, LEAD])
    assert story.timeline(alarm_id)[-5:] == [
        "acknowledged",
        "reminded",
        "acknowledgement_lapsed",
        "notified",
        "notified",
    ]
    story.nothing_else()


def test_on_my_way_starts_the_time_to_arrive_anew_and_arriving_ends_it(story: Story) -> None:
    alarm_id = story.press()
    me = story.world.viewer("duty")
    with story.work() as w:
        service.acknowledge(w, me, alarm_id)
    story.run(200)
    with story.work() as w:
        service.on_my_way(w, me, alarm_id)
    story.run(299)
    with story.work() as w:
        service.arrive(w, me, alarm_id)
    story.run(600, every=10)
    assert story.between(0, 1) == [DUTY]
    story.nothing_else()
    assert story.alarm(alarm_id).arrived_at is not None


def test_after_an_outage_only_the_step_due_now_runs(story: Story) -> None:
    alarm_id = story.press()
    story.between(0, 1)
    story.jump(300)
    told = story.between(300, 301)
    assert told == sorted([DUTY, LEAD, OFFICER, SON])
    assert "steps_skipped" in story.timeline(alarm_id)
    story.run(59)
    story.nothing_else()
    story.run(1)
    assert DUTY in story.between(360, 361)


def test_nobody_on_duty_goes_to_the_next_step_at_once_and_says_so(empty_roster_story: Story) -> None:
    story = empty_roster_story
    alarm_id = story.press()
    assert story.between(0, 1) == [SON]
    assert story.timeline(alarm_id).count("nobody") >= 2
    assert story.alarm(alarm_id).next_step_at is not None


def test_an_alarm_of_the_system_without_anybody_still_has_a_next_step(empty_roster_story: Story) -> None:
    story = empty_roster_story
    alarm_id = story.press("system", subject_key="system:hub", elder_id=None, site_code=None, division_path="500118/")
    assert story.between(0, 1) == ["姓名admin"]
    assert story.alarm(alarm_id).next_step_at is not None


def test_arrived_but_never_closed_is_chased(story: Story) -> None:
    alarm_id = story.press()
    with story.work() as w:
        service.arrive(w, story.world.viewer("duty"), alarm_id)
    story.run(1800, every=60)
    assert story.between(0, 1) == [DUTY]
    assert story.between(1800, 1801) == [DUTY]
    story.nothing_else()


def test_running_the_engine_twice_does_nothing_twice(story: Story) -> None:
    story.press()
    story.clock.advance(60)
    assert engine.run_due() == 1
    assert engine.run_due() == 0
    assert story.between(60, 61) == sorted([DUTY, LEAD])


def test_the_relatives_who_were_told_learn_that_somebody_answered(story: Story) -> None:
    alarm_id = story.press()
    story.run(120)
    assert SON in story.between(0, 121)
    with story.work() as w:
        service.acknowledge(w, story.world.viewer("duty"), alarm_id)
    assert story.between(120, 121).count("李明") == 1
    story.nothing_else()


def test_the_group_chat_hears_of_an_emergency_but_is_nobody_who_must_come(
    app: APIFlask, empty_roster_story: Story
) -> None:
    app.extensions["shouwang_groups"] = (Recipient("group", "wecom-1", "企业微信群", ("wecom",), {"wecom": "url"}),)
    alarm_id = empty_roster_story.press()
    assert empty_roster_story.between(0, 1) == sorted(["企业微信群", SON])
    assert "nobody" in empty_roster_story.timeline(alarm_id)


def test_settings_become_group_recipients(settings: Settings) -> None:
    urls = (SecretStr("https://a.example/x"), SecretStr("https://b.example/y"))
    found = groups(settings.model_copy(update={"wecom_urls": urls}))
    assert [(one.id, one.ways, one.addresses["wecom"]) for one in found] == [
        ("wecom-1", ("wecom",), "https://a.example/x"),
        ("wecom-2", ("wecom",), "https://b.example/y"),
    ]
