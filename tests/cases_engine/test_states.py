"""Every state × action × role: what the table and the task allow, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.cases import deciding, service
from backend.cases.deciding import Words
from backend.cases.models import Case
from backend.cases.records import fresh
from backend.cases.states import CASE
from backend.core.db import Work
from backend.core.errors import DomainError
from backend.people.service import Viewer
from tests.conftest import WorkFactory
from tests.support.cases import FORM, Window, closed, decided, draft, published, ready, submitted

ROLES = ("clerk", "officer", "lead", "elsewhere")
REASON = "不在本镇居住，请到居住地申请"


def returned(w: Work, window: Window) -> Case:
    case = submitted(w, window)
    return service.send_back(w, window["clerk"], case, version=case.version, papers=["illness"])


def not_accepted(w: Work, window: Window) -> Case:
    case = submitted(w, window)
    return service.not_accept(w, window["clerk"], case, version=case.version, reason=REASON)


def withdrawn(w: Work, window: Window) -> Case:
    return service.withdraw(w, draft(w, window), version=0)


BRING: dict[str, Callable[[Work, Window], Case]] = {
    "draft": draft, "submitted": submitted, "returned": returned, "in_progress": ready, "published": published,
    "decided": lambda w, window: decided(w, window)[0], "closed": lambda w, window: closed(w, window)[0],
    "withdrawn": withdrawn, "not_accepted": not_accepted,
}  # fmt: skip
BY_STAFF: dict[str, Callable[[Work, Viewer, Case], Any]] = {
    "accept": lambda w, who, case: service.accept(w, who, case, version=case.version),
    "return": lambda w, who, case: service.send_back(w, who, case, version=case.version, papers=["illness"]),
    "not_accept": lambda w, who, case: service.not_accept(w, who, case, version=case.version, reason=REASON),
    "decide": lambda w, who, case: deciding.decide(w, who, case, Words("granted"), version=case.version),
    "deliver": lambda w, who, case: deciding.deliver(w, who, case, version=case.version, how="paper"),
}
BY_APPLICANT: dict[str, Callable[[Work, Case], Any]] = {
    "save": lambda w, case: service.save(w, case, FORM, version=case.version),
    "submit": lambda w, case: service.submit(w, case, version=case.version),
    "withdraw": lambda w, case: service.withdraw(w, case, version=case.version),
}
WHO = {
    "submitted": {("accept", "clerk"), ("return", "clerk"), ("not_accept", "clerk")},
    "in_progress": {("decide", "officer")},
    "decided": {("deliver", "clerk")},
}


def works(w: Work, act: Callable[[Case], Any], case: Case) -> bool:
    """Whether it goes through; nothing of it stays."""
    tried = w.session.begin_nested()
    try:
        act(fresh(w, case.id))
        w.session.flush()
    except DomainError:
        return False
    finally:
        tried.rollback()
        w.session.expire_all()
    return True


@pytest.mark.parametrize("state", sorted(BRING))
def test_in_every_state_each_role_can_do_what_is_its_own_and_nothing_else(
    state: str, work: WorkFactory, window: Window
) -> None:
    assert set(BRING) == set(CASE.table)
    with work() as w:
        case = BRING[state](w, window)
        assert case.state == state
        staff = {
            (action, role)
            for action, verb in BY_STAFF.items()
            for role in ROLES
            if works(w, lambda one, verb=verb, role=role: verb(w, window[role], one), case)
        }
        own = {action for action, verb in BY_APPLICANT.items() if works(w, lambda one, verb=verb: verb(w, one), case)}
        assert staff == WHO.get(state, set())
        assert own == set(BY_APPLICANT) & set(CASE.actions(state))
