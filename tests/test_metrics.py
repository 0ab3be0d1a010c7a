"""The metrics page: what the county is doing, and a page even when the database is away."""

import re

import pytest
from apiflask import APIFlask

from backend.core import leases
from backend.core.db import db
from tests.alarms.conftest import Story
from tests.conftest import WorkFactory
from tests.support.world import build

pytestmark = pytest.mark.both_databases


def _figures(app: APIFlask) -> dict[str, float]:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    lines = re.findall(r"^(shouwang_\S+?)(\{.*\})? (\S+)$", answer.text, re.MULTILINE)
    return {name + labels: float(value) for name, labels, value in lines}


def test_it_tells_open_alarms_ages_answers_and_notices(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        story = Story(work, app.extensions["shouwang_clock"], build(w))
    story.press()
    story.clock.advance(90)
    found = _figures(app)
    assert found['shouwang_open_alarms{kind="sos",severity="critical"}'] == 1
    assert found["shouwang_oldest_unanswered_seconds"] == 90
    assert found["shouwang_overdue_steps"] == 1
    assert found['shouwang_answered_ratio{within_s="60"}'] == 0
    assert found['shouwang_notices_last_hour{status="pending"}'] >= 1
    assert found["shouwang_figures_readable"] == 1


def test_it_tells_the_age_of_signs_of_life_and_what_the_hub_counts(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        leases.beat(w, "hub", 30, stored=12, connected=True, note="no number")
    found = _figures(app)
    assert found['shouwang_hub{figure="stored"}'] == 12
    assert found['shouwang_hub{figure="connected"}'] == 1
    assert 0 <= found['shouwang_heartbeat_age_seconds{name="hub"}'] < 60
    assert not [name for name in found if "note" in name]


def test_what_is_over_leaves_no_figure_behind(app: APIFlask, work: WorkFactory) -> None:
    assert not [name for name in _figures(app) if name.startswith("shouwang_open_alarms")]


def test_the_page_comes_without_the_database(app: APIFlask, work: WorkFactory) -> None:
    with work() as w:
        w.session.connection().exec_driver_sql("ALTER TABLE alarm RENAME TO gone")
    db.engine.dispose()
    found = _figures(app)
    assert found["shouwang_figures_readable"] == 0
    assert "shouwang_overdue_steps" not in found
