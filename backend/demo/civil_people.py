"""The residents of the demonstration: known to the county, logged in to the mini-program, their names proved."""

from collections.abc import Mapping
from uuid import UUID

from flask import current_app

from backend.core.db import Work
from backend.demo.civil_data import ResidentRow, civil
from backend.demo.civil_moments import days_ago
from backend.guides import service as guides
from backend.people.service import Viewer
from backend.residents import consents, persons, proving, proxy_counter, service
from backend.residents.documents import read
from backend.residents.identity_sandbox import SandboxProvider
from backend.sandbox.people import openid_of, person_of

DEVICE = "演示手机"
Residents = Mapping[str, UUID]


def residents(work: Work) -> Residents:
    """Their persons by the names of the sandbox."""
    return {row.user: person(work, row.name, row.id_number) for row in civil().residents}


def person(work: Work, name: str, number: str) -> UUID:
    return persons.find_or_create_person(work, name=name, id_kind="resident_id", id_number=number).id


def connect(work: Work, clerk: Viewer, found: Residents) -> None:
    """Who has a telephone logs in and proves who they are; the elder names her son; a question waits for a person."""
    appid = current_app.config["SHOUWANG"].wechat_appid
    for row in civil().residents:
        if row.account and appid is not None:
            _log_in(work, appid, row)
    _proxy(work, clerk, found)
    guides.hand_over(work, guides.ask(work, civil().question).id, found["wang-fang"])


def _log_in(work: Work, appid: str, row: ResidentRow) -> None:
    """As the mini-program does it: log in, give the number, agree, prove the name."""
    own = Work(work.session, work.now, work.actor, work.hooks)
    service.log_in(own, appid, openid_of(appid, row.user), None, DEVICE)
    account = UUID(own.actor.id)  # logging in makes the account the actor of what follows
    service.keep_phone(own, account, person_of(row.user).phone)
    for key, purpose in consents.purposes().items():
        consents.grant(own, account, key, purpose.version)
    provider, document = SandboxProvider(), read("resident_id", row.id_number, days_ago(work, 0))
    begun = proving.begin(own, account, provider, row.name, document)
    attempt = proving.began(own, begun.id, provider.start(begun.claim))
    proving.finish(own, attempt.id, provider.finish(str(attempt.reference), attempt.claim))


def _proxy(work: Work, clerk: Viewer, found: Residents) -> None:
    row = civil().proxy
    proxy_counter.consent_at_counter(
        work, clerk, principal_id=found[row.principal], agent_id=found[row.agent], relation=row.relation,
        scopes=row.scopes, days=row.days, evidence=row.evidence,
    )  # fmt: skip
