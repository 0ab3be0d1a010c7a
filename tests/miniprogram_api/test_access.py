"""Nothing of the mini-program is open by forgetting: an audience, a declared need, and 401 for everybody else."""

import re
from uuid import uuid4

import pytest
from apiflask import APIFlask
from werkzeug.routing import Rule

from backend.core.access import Audience, audience_of
from backend.residents.rules import NEEDS, SCOPES, WORDS, Assurance, missing
from backend.residents.sessions import declared, needs
from tests.miniprogram_api.conftest import Phones


def _rules(app: APIFlask, audience: Audience) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if audience_of(app, rule.endpoint) is audience]


def test_every_view_for_residents_declares_what_it_needs(app: APIFlask) -> None:
    undeclared = [
        rule.endpoint for rule in _rules(app, Audience.RESIDENT) if declared(app.view_functions[rule.endpoint]) is None
    ]
    assert undeclared == []


def test_a_stranger_gets_nothing_that_is_for_residents(app: APIFlask) -> None:
    client, answers = app.test_client(), {}
    for rule in _rules(app, Audience.RESIDENT):
        path = re.sub(r"<[^>]+>", "x", re.sub(r"<uuid:\w+>", str(uuid4()), rule.rule))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answers[f"{method} {path}"] = client.open(path, method=method, json={}).status_code
    assert len(answers) > 15
    assert {asked: status for asked, status in answers.items() if status != 401} == {}


def test_staff_and_residents_do_not_open_each_others_doors(app: APIFlask, phones: Phones) -> None:
    phone = phones()
    headers = {"Authorization": f"Bearer {phone.tokens['access_token']}"}
    assert phone.client.get("/api/v1/staff/session", headers=headers).status_code == 401


def test_an_action_that_nobody_declared_cannot_be_wired() -> None:
    with pytest.raises(KeyError):
        needs("nobody.declared_this")


def test_whatever_needs_a_proof_has_words_for_the_person_who_lacks_it() -> None:
    assert set(WORDS) == {action for action, level in NEEDS.items() if level > Assurance.NONE}
    assert missing(Assurance.COUNTER) == {}
    assert list(missing(Assurance.NONE)) == sorted({level for level in NEEDS.values() if level})
    assert set(SCOPES) == {"booking", "messages", "assistance", "time_bank", "memorial"}
